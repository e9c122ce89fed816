"""What a character looks like, in the project's own vocabulary.

Every value that a trait may take is listed here once. The reader (`generation.prompt`) turns words
into these values, the illustrator draws each of them, the lexicons name each of them in every
language; tests hold the three to this list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from generation.colors import COLORS

HAIR_STYLES = (
    "short hair", "pixie cut", "bob cut", "messy hair", "spiky hair", "curly hair", "afro",
    "side part", "undercut", "buzz cut", "wolf cut", "long straight hair", "long wavy hair",
    "hime cut", "twin tails", "low twin tails", "ponytail", "side ponytail", "braids",
    "side braid", "double buns", "bun", "drill hair",
)  # fmt: skip
BANGS = ("straight", "swept", "parted", "spiky", "between eyes", "fluffy", "none")
EYE_SHAPES = ("round", "sharp", "droopy", "almond", "cat", "narrow")
EXPRESSIONS = (
    "neutral", "happy", "laughing", "grinning", "sad", "crying", "angry", "surprised", "shocked",
    "shy", "smug", "sleepy", "winking", "love", "confused", "serious",
)  # fmt: skip
SKINS = ("porcelain", "fair", "light", "honey", "tan", "bronze", "brown", "deep")
GENDERS = ("feminine", "masculine", "neutral")
AGES = ("child", "teen", "adult")
MARKS = ("freckles", "blush", "fang", "scar", "beard", "mustache", "beauty mark", "bandage")
OUTFITS = (
    "sailor uniform", "hoodie", "school blazer", "maid dress", "kimono", "t-shirt",
    "turtleneck sweater", "overalls", "suit", "cape", "qipao", "hanfu", "summer dress",
    "bomber jacket", "armor", "wizard robe", "pajamas", "jersey",
)  # fmt: skip
BACKGROUNDS = (
    "plain", "gradient", "dots", "stripes", "hearts", "stars", "sunburst", "circle", "checks",
    "bubbles", "clouds", "sakura", "night sky", "transparent",
)  # fmt: skip
STYLES = ("bold", "soft", "sketch", "pixel", "sticker")

ACCESSORIES: dict[str, str] = {
    "beret": "hat", "witch hat": "hat", "crown": "hat", "tiara": "hat", "cap": "hat",
    "straw hat": "hat", "beanie": "hat", "top hat": "hat",
    "cat ears": "animal ears", "dog ears": "animal ears", "fox ears": "animal ears",
    "bunny ears": "animal ears", "bear ears": "animal ears", "mouse ears": "animal ears",
    "elf ears": "ears", "earrings": "ears", "headphones": "ears",
    "horns": "horns",
    "halo": "halo",
    "ribbon": "hair", "flower": "hair", "hairclip": "hair", "headband": "hair",
    "round glasses": "eyes", "square glasses": "eyes", "sunglasses": "eyes", "eyepatch": "eyes",
    "mask": "face",
    "scarf": "neck", "choker": "neck", "necklace": "neck", "bell collar": "neck",
}  # fmt: skip
"""Accessory → the slot it takes. A character wears at most one accessory a slot."""

GROWN = (
    *(name for name, slot in ACCESSORIES.items() if slot == "animal ears"),
    "horns",
)
"""What grows on a head: it takes the accessory colour only where nothing is worn that does."""
_UNCOLORED = ("elf ears", "halo")

_VOCABULARY: dict[str, tuple[str, ...]] = {
    "hair_style": HAIR_STYLES,
    "bangs": BANGS,
    "eye_shape": EYE_SHAPES,
    "expression": EXPRESSIONS,
    "skin": SKINS,
    "gender": GENDERS,
    "age": AGES,
    "marks": MARKS,
    "outfit": OUTFITS,
    "accessories": tuple(ACCESSORIES),
    "without": (*ACCESSORIES, *MARKS),
    "background": BACKGROUNDS,
    "style": STYLES,
}
COLOR_TRAITS = (
    "hair_color", "hair_tips_color", "eye_color", "left_eye_color", "outfit_color",
    "accessory_color", "background_color",
)  # fmt: skip
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Traits:
    """A character, wholly or in part. `None` means open: the seed decides (`illustrator.complete`).

    Colours are names from `COLORS` or `#rrggbb`. Raises `ValueError` for a value outside the
    vocabulary.
    """

    gender: str | None = None
    age: str | None = None
    skin: str | None = None
    hair_style: str | None = None
    hair_color: str | None = None
    hair_tips_color: str | None = None
    """Second colour of two-tone hair.

    In complete traits equal to `hair_color` where the hair has one colour.
    """
    bangs: str | None = None
    eye_shape: str | None = None
    eye_color: str | None = None
    left_eye_color: str | None = None
    """The eye on the viewer's right.

    In complete traits equal to `eye_color` unless the eyes are odd.
    """
    expression: str | None = None
    marks: tuple[str, ...] | None = None
    outfit: str | None = None
    outfit_color: str | None = None
    accessories: tuple[str, ...] | None = None
    accessory_color: str | None = None
    without: tuple[str, ...] = ()
    """Accessories and marks that must not be chosen for what is left open ("no glasses")."""
    background: str | None = None
    background_color: str | None = None
    chibiness: int | None = None
    """0 (head to body 1:3) to 100 (1:1.5)."""
    style: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not _allowed(field.name, value):
                raise ValueError(f"{field.name} cannot be {value!r}")

    def to_json(self) -> dict[str, Any]:
        """The traits that are not open, ready for `json.dumps`; `from_json` is its inverse."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {
            name: list(cast(tuple[str, ...], value)) if isinstance(value, tuple) else value
            for name, value in pairs
            if value is not None and (name, value) != ("without", ())
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Traits:
        """Rebuild from `to_json`. Raises `ValueError` or `TypeError` for what is not ours."""
        frozen: dict[str, Any] = {
            name: tuple(cast(list[str], value)) if isinstance(value, list) else value
            for name, value in data.items()
        }
        return cls(**frozen)

    def accessories_in_color(self) -> tuple[str, ...]:
        """Those of the accessories that `accessory_color` colours.

        Ears and horns are like the hair and like bone, unless a colour of their own is asked for
        and nothing else takes it.
        """
        worn = [name for name in self.accessories or () if name not in _UNCOLORED]
        put_on = tuple(name for name in worn if name not in GROWN)
        if put_on or self.accessory_color in (None, self.hair_color):
            return put_on
        return tuple(worn)

    def merged_with(self, other: Traits) -> Traits:
        """A copy in which everything that `other` settles takes precedence."""
        settled = {
            field.name: value
            for field in fields(self)
            if (value := getattr(other, field.name)) is not None and value != ()
        }
        return replace(self, **settled)


def _allowed(name: str, value: object) -> bool:
    if name == "chibiness":
        return isinstance(value, int) and 0 <= value <= 100
    if name in COLOR_TRAITS:
        return isinstance(value, str) and (value in COLORS or _HEX.fullmatch(value) is not None)
    values = cast(tuple[object, ...], value) if isinstance(value, tuple) else (value,)
    return set(values) <= set(_VOCABULARY[name])


def vocabulary(trait: str) -> tuple[str, ...]:
    """Every value that `trait` may take, in menu order.

    Colour traits answer with the named colours.
    """
    return tuple(COLORS) if trait in COLOR_TRAITS else _VOCABULARY[trait]
