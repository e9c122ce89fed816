from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from generation.colors import contrast
from generation.illustrator import accessories, complete, hair
from generation.illustrator.display import Drawing
from generation.illustrator.face import face
from generation.illustrator.look import Look, look_at
from generation.illustrator.svg import document
from generation.traits import ACCESSORIES, GROWN, HAIR_STYLES, SKINS, Traits
from tests.generation.illustrator.wardrobe import (
    COLORS,
    MARGIN,
    bounds,
    look_with,
    picture,
    random_outfits,
)

HAIR_HALF_WIDTH = 88
HATS_ON_THE_HAIR = ("crown", "tiara")
SLOT_PAIRS = list(combinations(sorted(set(ACCESSORIES.values())), 2))


def worn_by(look: Look) -> Drawing:
    """All that the character wears, in drawing order."""
    return (
        accessories.behind(look)
        + accessories.on_neck(look)
        + accessories.on_face(look)
        + accessories.on_head(look)
    )


def drawn_hair(look: Look) -> Drawing:
    """The hair with the face between its halves."""
    return hair.back(look) + face(look) + hair.fronts(look)


def test_every_accessory_of_the_vocabulary_is_drawn():
    assert set(accessories.PARTS) == set(ACCESSORIES)


@pytest.mark.parametrize("name", ACCESSORIES)
def test_an_accessory_is_well_formed_in_every_colour(name: str):
    for color in COLORS:
        look = look_with(accessories=(name,), accessory_color=color)

        ElementTree.fromstring(document(worn_by(look)))


@pytest.mark.parametrize("name", ACCESSORIES)
def test_an_accessory_keeps_off_the_sides_of_the_canvas(name: str):
    left, _, right, _ = bounds(worn_by(look_with(accessories=(name,))))

    assert left >= 6
    assert right <= 250


@pytest.mark.parametrize("worn", random_outfits(60), ids="+".join)
def test_nothing_worn_reaches_beyond_what_it_announces(worn: tuple[str, ...]):
    look = look_with(accessories=worn)
    announced = (*accessories.reach(look), (96.0, 22.0))

    left, top, right, _ = bounds(worn_by(look))

    assert top >= min(y for _, y in announced) - 2
    assert max(128 - left, right - 128) <= max(beside for beside, _ in announced) + 4


@pytest.mark.parametrize(
    "slot_pair", list(combinations(sorted(set(ACCESSORIES.values())), 2)), ids=str
)
def test_no_accessory_hides_one_of_another_slot(slot_pair: tuple[str, str]):
    first_slot, second_slot = slot_pair
    for first in (name for name, slot in ACCESSORIES.items() if slot == first_slot):
        for second in (name for name, slot in ACCESSORIES.items() if slot == second_slot):
            both = picture(worn_by(look_with(accessories=(first, second))))
            for other in (first, second):
                alone = picture(worn_by(look_with(accessories=(other,))))
                changed = (
                    ((both - alone).abs().bandor() > 24).avg() / 255 * both.width * both.height
                )
                assert changed > 60, f"{first} and {second}"


def test_hats_press_the_hair():
    hats = [name for name, slot in ACCESSORIES.items() if slot == "hat"]
    covering = [name for name in hats if name not in HATS_ON_THE_HAIR]

    assert len(covering) >= 6
    assert all(accessories.presses_hair(look_with(accessories=(name,))) for name in covering)


@pytest.mark.parametrize("name", HATS_ON_THE_HAIR)
def test_a_crown_leaves_the_hair_alone(name: str):
    assert not accessories.presses_hair(look_with(accessories=(name,)))


def test_elf_ears_take_the_place_of_the_ears():
    assert accessories.takes_ears(look_with(accessories=("elf ears",)))
    assert not accessories.takes_ears(look_with(accessories=("ribbon",)))


@pytest.mark.parametrize("name", ["ribbon", "beret", "scarf", "headphones", "cap", "choker"])
def test_cloth_takes_the_accessories_colour(name: str):
    look = look_with(accessories=(name,), accessory_color="#3fae5c")

    assert "#3fae5c" in document(worn_by(look))


@pytest.mark.parametrize("name", ["round glasses", "square glasses", "sunglasses"])
@pytest.mark.parametrize("skin", SKINS)
def test_glasses_are_seen_on_every_skin(name: str, skin: str):
    for color in COLORS:
        look = look_with(accessories=(name,), accessory_color=color, skin=skin)
        svg = document(accessories.on_face(look))
        frames = set(re.findall(r'stroke="(#\w+)" stroke-width="3', svg))

        assert frames
        assert all(contrast(frame, look.skin.fill) >= 2.4 for frame in frames), color


@pytest.mark.parametrize("name", ["bear ears", "mouse ears", "cat ears", "fox ears", "horns"])
def test_two_buns_make_way_for_what_grows_there(name: str):
    bare, eared = (
        picture(drawn_hair(look_with(hair_style="double buns", accessories=worn)))
        for worn in ((), (name,))
    )

    assert bare(MARGIN + 46, MARGIN + 38)[3] == 255
    assert eared(MARGIN + 46, MARGIN + 38)[3] == 0


@pytest.mark.parametrize("hair_style", HAIR_STYLES)
@pytest.mark.parametrize("bangs", ["none", "swept", "fluffy"])
def test_headphones_sit_on_the_hair(hair_style: str, bangs: str):
    look = look_with(hair_style=hair_style, bangs=bangs, accessories=("headphones",))
    on = picture(drawn_hair(look) + accessories.on_head(look))[3]

    beside_the_brow = [on(MARGIN + x, MARGIN + 80)[0] for x in range(54, 84)]

    assert min(beside_the_brow) > 200


@pytest.mark.parametrize("name", GROWN)
def test_ears_and_horns_leave_the_colour_to_what_is_worn(name: str):
    """Red cat ears would be wrong where only the ribbon is to be red."""
    alone, beside = (
        look_with(accessories=worn, accessory_color="red") for worn in ((name,), (name, "choker"))
    )

    assert alone.grown is not None
    assert beside.grown is None


@pytest.mark.parametrize("name", GROWN)
def test_ears_and_horns_alone_can_have_a_colour_of_their_own(name: str):
    green, red, like_hair = (
        worn_by(look_with(accessories=(name,), hair_color="brown", accessory_color=color))
        for color in ("green", "red", "brown")
    )

    assert len({green, red, like_hair}) == 3


@pytest.mark.parametrize("name", ["cat ears", "horns"])
def test_a_colour_that_nobody_asked_for_is_not_given_to_them(name: str):
    looks = [look_at(complete(Traits(accessories=(name,)), seed), seed) for seed in range(20)]

    assert [look.grown for look in looks] == [None] * len(looks)
