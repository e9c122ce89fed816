"""`Look`: everything a part needs to know to draw itself.

A part is a plain function `def hoodie(look: Look) -> Drawing`. Parts draw in the
256-unit canvas as if the character stood upright at rest: face centre at x=128, chin at y=185,
shoulders from y=193. The figure moves and scales head and body afterwards, so:

- the head's parts (hair, face, hats, glasses) stay in the head's frame, and may rise above y=0 (a
  tall hat may reach y=-40: the figure makes room);
- the body's parts (outfits, neck accessories) are drawn down to `HEM_Y`, since a figure made small
  by a tall hat shows more of its body; what is printed on a chest belongs above y=250. Arms hang at
  the sides of `TORSO`. The neck and bare shoulders are already there, so a neckline only leaves
  open what shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generation.colors import mix
from generation.illustrator import palette
from generation.illustrator.chance import Chance
from generation.illustrator.display import Drawing, Point
from generation.illustrator.palette import Tones
from generation.traits import ACCESSORIES, GROWN, Traits

EYE_Y = 138
EYE_X = (96, 160)
"""Centres of the eyes, for what is worn before them."""
HEM_Y = 340
"""The body's parts are drawn down to here."""

TORSO = (
    "M111,193 C88,199 70,208 64,228 L58,300 L56,344 L200,344 L198,300 L192,228 "
    "C186,208 168,199 145,193 Q128,214 111,193Z"
)
"""Shoulders, arms hanging at the sides, and trunk in one outline."""
ARMS = "M88,344 L86,262 Q87,242 82,230 M168,344 L170,262 Q169,242 174,230"
"""The lines between the arms and the trunk."""

JITTERS = 24


@dataclass(frozen=True, slots=True)
class Look:
    """Complete traits, with their colours resolved and the seed's small variations drawn."""

    traits: Traits
    seed: int
    hair: Tones
    tips: Tones
    """Equal to `hair` unless the hair has two tones."""
    eye: Tones
    left_eye: Tones
    """The eye on the viewer's right."""
    skin: Tones
    cloth: Tones
    accessory: Tones
    grown: Tones | None
    """Of ears and horns that have a colour of their own."""
    background: Tones
    lash: str
    jitter: tuple[float, ...]
    """`JITTERS` numbers in -1..1, fixed by the seed."""

    def random(self, purpose: str) -> random.Random:
        """A source of chance fixed by the seed and `purpose`, the same in every process."""
        return random.Random(f"{purpose}-{self.seed}")

    @property
    def chance(self) -> Chance:
        """What the seed chooses among the ways to draw a part."""
        return Chance(self.seed)

    def wears(self, accessory: str) -> bool:
        """Whether the character wears `accessory`."""
        return accessory in (self.traits.accessories or ())

    def has(self, mark: str) -> bool:
        """Whether the character has `mark`."""
        return mark in (self.traits.marks or ())

    @property
    def is_masculine(self) -> bool:
        """Whether the character is drawn as a boy or a man."""
        return self.traits.gender == "masculine"

    @property
    def is_adult(self) -> bool:
        """Whether the character is drawn as a grown-up."""
        return self.traits.age == "adult"

    @property
    def is_child(self) -> bool:
        """Whether the character is drawn as a small child."""
        return self.traits.age == "child"


def look_at(traits: Traits, seed: int) -> Look:
    """Resolve complete `traits`. Raises `ValueError` for a trait that is still open."""
    open_traits = [name for name in _NEEDED if getattr(traits, name) is None]
    if open_traits:
        raise ValueError(f"open traits: {', '.join(open_traits)}")
    chance = random.Random(f"jitter-{seed}")
    hair = hair_tones(_named(palette.HAIR, traits.hair_color))
    return Look(
        traits=traits,
        seed=seed,
        hair=hair,
        tips=hair_tones(_named(palette.HAIR, traits.hair_tips_color)),
        eye=eye_tones(_named(palette.EYES, traits.eye_color)),
        left_eye=eye_tones(_named(palette.EYES, traits.left_eye_color)),
        skin=skin_tones(palette.SKIN[traits.skin or ""]),
        cloth=palette.tones(_named(palette.CLOTH, traits.outfit_color)),
        accessory=palette.tones(_named(palette.CLOTH, traits.accessory_color)),
        grown=_grown_tones(traits),
        background=palette.tones(palette.background_color(traits.background_color or "white")),
        lash=_lash(hair),
        jitter=tuple(round(chance.uniform(-1, 1), 3) for _ in range(JITTERS)),
    )


def _grown_tones(traits: Traits) -> Tones | None:
    if not set(traits.accessories_in_color()) & set(GROWN):
        return None
    return hair_tones(_named(palette.HAIR, traits.accessory_color))


def hair_tones(color: str) -> Tones:
    """Hair keeps a visible highlight even where it is white, and visible strands where black."""
    hue, lightness, saturation = palette.hls(color)
    glow = palette.from_hls(hue, min(0.94, lightness + 0.26), saturation)
    return Tones(
        line=palette.line(color),
        deep=palette.shade(color, 1.1),
        shade=palette.shade(color, 0.62),
        fill=color,
        light=palette.light(glow, 0.8 if palette.is_pale(color) else 0.3),
    )


def skin_tones(color: str) -> Tones:
    """Skin casts a warm shadow; its line stays far enough from it on every tone."""
    warm = mix(palette.shade(color, 0.5), "#e2603f", 0.2)
    return Tones(
        line=mix(palette.line(color), "#8a3a30", 0.3 if palette.is_pale(color) else 0.0),
        deep=mix(palette.shade(color, 1.0), "#b0412f", 0.25),
        shade=mix(color, warm, 0.62),
        fill=color,
        light=palette.light(color, 0.45),
    )


def eye_tones(color: str) -> Tones:
    """An iris is darker above and glows below."""
    return Tones(
        line=mix(palette.shade(color, 1.3), "#1d1030", 0.42),
        deep=mix(palette.shade(color, 1.2), "#1d1030", 0.25),
        shade=palette.shade(color, 0.5),
        fill=color,
        light=palette.light(color, 0.5),
    )


_NEEDED = (
    "gender", "age", "skin", "hair_style", "hair_color", "hair_tips_color", "bangs", "eye_shape",
    "eye_color", "left_eye_color", "expression", "marks", "outfit", "outfit_color", "accessories",
    "accessory_color", "background", "background_color", "chibiness", "style",
)  # fmt: skip


def _named(table: Mapping[str, str], color: str | None) -> str:
    return palette.lifted(palette.named(table, color or "black"))


def _lash(hair: Tones) -> str:
    """Lashes take a breath of the hair's colour, and stay dark under pale hair."""
    base = "#5a3f45" if palette.is_pale(hair.fill) else hair.line
    return mix(base, "#2b1a26", 0.55)


Part = Callable[[Look], Drawing]

Box = tuple[float, float, float, float]
"""Left, top, right, lower edge."""


@dataclass(frozen=True, slots=True)
class Accessory:
    """One accessory, drawn in the head's frame; what is worn at the neck, in the body's.

    `back` lies behind the hair, `front` where the accessory's slot is drawn; both are optional.
    """

    front: Part | None = None
    back: Part | None = None
    reach: tuple[Point, ...] = ()
    """Its outermost points: how far from the middle, and y."""
    fills: tuple[Box, ...] = ()
    """Where, beside the head, it leaves no room for signs of feeling.

    What is worn on both sides names its left place only.
    """
    presses_hair: bool = False
    """The hair lies flat under it."""
    hides_hair: tuple[float, float, float] | None = None
    """Left, right and lower edge of a region, open above, in which a narrow hat leaves no hair."""
    takes_ears: bool = False
    """The character's own ears are not seen."""


def worn(look: Look, slot: str) -> str | None:
    """The accessory that the character wears in `slot`."""
    names = look.traits.accessories or ()
    return next((name for name in names if ACCESSORIES[name] == slot), None)


def is_hatted(look: Look) -> bool:
    """Whether a hat covers the crown of the head; crowns and tiaras leave it free."""
    return worn(look, "hat") not in (None, "crown", "tiara")
