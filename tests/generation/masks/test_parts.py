"""Which part somebody speaks of."""

import pytest

from generation.masks.parts import naming, part_in, without_part
from generation.traits import Traits


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("her hat becomes a crown", "hat"),
        ("帽子换成皇冠", "hat"),
        ("make the hair blue", "hair"),
        ("blue twin tails", "hair"),
        ("blonde", "hair"),
        ("头发变成蓝色双马尾", "hair"),
        ("頭髮變成藍色", "hair"),
        ("cat ears", "hat"),
        ("bigger eyes", "eyes"),
        ("换一双绿眼睛", "eyes"),
        ("sunglasses please", "glasses"),
        ("an angry face", "face"),
        ("she laughs", "face"),
        ("close her mouth", "mouth"),
        ("把嘴巴闭上", "mouth"),
        ("change her outfit to a red kimono", "outfit"),
        ("a purple dress with lace", "outfit"),
        ("a red scarf", "outfit"),
        ("put dragons behind her", "background"),
        ("背景換成海邊", "background"),
        ("dragon", None),
        ("make it nicer", None),
    ],
)
def test_a_part_is_known_by_the_words_for_it(words: str, part: str | None) -> None:
    assert part_in(words) == part


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("blue", "blue hair"),
        ("blue twin tails", "blue twin tails"),
        ("make the hair blue", "make the hair blue"),
        ("蓝色", "蓝色的头发"),
        ("蓝色双马尾", "蓝色双马尾"),
    ],
)
def test_words_about_a_part_say_so_themselves(words: str, said: str) -> None:
    assert naming(words, "hair") == said


def test_what_is_painted_anew_is_not_asked_for_as_it_was() -> None:
    was = Traits(
        hair_color="red",
        eye_color="green",
        accessories=("beret", "round glasses", "scarf"),
        outfit="hoodie",
    )

    assert without_part(was, "hair") == Traits(
        eye_color="green", accessories=("beret", "round glasses", "scarf"), outfit="hoodie"
    )
    assert without_part(was, "hat").accessories == ("round glasses", "scarf")
    assert without_part(was, "outfit") == Traits(
        hair_color="red", eye_color="green", accessories=("beret", "round glasses")
    )
