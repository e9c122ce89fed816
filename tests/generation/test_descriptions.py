"""What is said of a picture is what is drawn: no colour is claimed for what has not taken it."""

import pytest

from generation.illustrator import complete
from generation.lexicon import describe
from generation.prompt import read_prompt
from generation.traits import Traits


@pytest.mark.parametrize("seed", range(5))
def test_ears_like_the_hair_are_given_no_colour(seed: int) -> None:
    traits = complete(read_prompt("silver hair cat girl").traits, seed)

    assert "cat ears in" not in describe(traits, "en-US")


def test_ears_in_a_colour_of_their_own_are_named_in_it() -> None:
    traits = complete(read_prompt("pink hair, black cat ears").traits, 1)

    assert "cat ears in black" in describe(traits, "en-US")
    assert "黑色猫耳" in describe(traits, "zh-CN")


def test_beside_a_ribbon_the_colour_is_the_ribbons() -> None:
    traits = Traits(accessories=("cat ears", "ribbon"), accessory_color="red")

    assert describe(traits, "en-US").endswith("cat ears and a ribbon in red")
    assert "猫耳、红色蝴蝶结" in describe(traits, "zh-CN")
