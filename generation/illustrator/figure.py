"""Composition: the parts in drawing order, the head scaled against the body, all of it in frame."""

from __future__ import annotations

from dataclasses import dataclass

from generation.illustrator import (
    accessories,
    brows,
    eyes,
    face,
    feelings,
    hair,
    marks,
    mouths,
)
from generation.illustrator.backgrounds import BACKGROUNDS
from generation.illustrator.look import Look, look_at
from generation.illustrator.outfits import OUTFITS
from generation.illustrator.palette import light
from generation.illustrator.styles import STYLES, draw_over, draw_over_background
from generation.illustrator.svg import VIEW_BOX, document, group, vertical_gradient
from generation.traits import Traits

MARGIN = 8.0
"""Units that stay free above the figure and beside it."""
SWAY = 5.0
"""Units by which the tilt moves a hat's brim sideways."""
NECK_Y = 190.0
"""Where head meets body: the point about which both are scaled."""


@dataclass(frozen=True, slots=True)
class Build:
    """What age does to the proportions."""

    head: float
    head_width: float
    body_width: float
    masculine_breadth: float
    neck_rise: float


BUILDS = {
    "child": Build(1.04, 1.02, 0.88, 0.02, -2.0),
    "teen": Build(1.0, 1.0, 0.97, 0.07, 0.0),
    "adult": Build(0.94, 0.96, 1.03, 0.13, 4.0),
}


@dataclass(frozen=True, slots=True)
class Pose:
    """How head and body are scaled, and where the figure stands."""

    head_scale: float
    head_width: float
    body_width: float
    neck_rise: float
    tilt: float
    scale: float
    chin_y: float

    @property
    def head(self) -> str:
        """Transform of the head's parts."""
        y = NECK_Y - self.neck_rise
        return (
            f"rotate({self.tilt:.2f} 128 186) translate(128,{y:.1f}) "
            f"scale({self.head_scale * self.head_width:.3f},{self.head_scale:.3f}) "
            f"translate(-128,-{NECK_Y})"
        )

    @property
    def body(self) -> str:
        """Transform of the body's parts."""
        return f"translate(128,0) scale({self.body_width:.3f},1) translate(-128,0)"

    @property
    def figure(self) -> str:
        """Transform of the whole."""
        return f"translate(128,{self.chin_y:.2f}) scale({self.scale:.3f}) translate(-128,-{NECK_Y})"


def compose(traits: Traits, seed: int) -> str:
    """SVG text of complete `traits`; the same in any process.

    Raises `ValueError` for a trait that is still open.
    """
    look = look_at(traits, seed)
    style = STYLES[traits.style or ""]
    background = draw_over_background(
        BACKGROUNDS[traits.background or ""](look), style, look.background.shade
    )
    drawn = draw_over(_definitions(look) + group(figure(look), pose(look).figure), style)
    return document(background + drawn, crisp=style.pixels is not None)


def figure(look: Look) -> str:
    """The character without background, standing in the canvas's own units."""
    stance = pose(look)
    behind = accessories.behind(look) + hair.back(look)
    body = face.neck(look) + OUTFITS[look.traits.outfit or ""](look) + accessories.on_neck(look)
    head = (
        face.face(look)
        + marks.marks(look)
        + eyes.eyes(look)
        + mouths.mouth(look)
        + feelings.on_face(look)
        + accessories.on_face(look)
        + hair.fronts(look)
        + brows.brows(look)
        + accessories.on_head(look)
        + hair.locks(look)
        + feelings.beside_head(look)
    )
    return group(behind, stance.head) + group(body, stance.body) + group(head, stance.head)


def pose(look: Look) -> Pose:
    """How this character stands; smaller where something tall or wide is worn."""
    build = BUILDS[look.traits.age or "teen"]
    head_scale = (0.69 + 0.47 * _chibiness(look)) * build.head
    top = min(accessories.top_y(look), hair.top_y(look))
    scale, chin_y = _fitted(look, head_scale, (NECK_Y - top) * head_scale + build.neck_rise)
    return Pose(
        head_scale=head_scale,
        head_width=build.head_width,
        body_width=build.body_width + _breadth(look, build),
        neck_rise=build.neck_rise,
        tilt=look.jitter[0] * 3.5,
        scale=scale,
        chin_y=chin_y,
    )


def _fitted(look: Look, head_scale: float, height: float) -> tuple[float, float]:
    """The whole figure's scale and where its neck stands, for a head of this height above it."""
    rest = 132 + 68 * _chibiness(look)
    neck_y = min(max(rest, MARGIN + height), rest + 10)
    reach = max(accessories.half_width(look), feelings.half_width(look)) + SWAY
    half_width = max(hair.style_of(look).half_width, reach) * head_scale
    scale = min(1.0, (neck_y - MARGIN) / height, (VIEW_BOX / 2 - 6) / half_width)
    return scale, min(neck_y, max(MARGIN + height * scale, rest - 30))


def _breadth(look: Look, build: Build) -> float:
    if look.is_masculine:
        return build.masculine_breadth
    return 0.03 if look.traits.gender == "neutral" else 0.0


def _chibiness(look: Look) -> float:
    return (look.traits.chibiness or 0) / 100


def _definitions(look: Look) -> str:
    irises = "".join(
        vertical_gradient(
            name, -14, 18, (0.0, color.deep), (0.5, color.fill), (1.0, light(color.fill, 0.45))
        )
        for name, color in (("iris-left", look.eye), ("iris-right", look.left_eye))
    )
    return f"<defs>{hair.gradients(look)}{irises}</defs>"
