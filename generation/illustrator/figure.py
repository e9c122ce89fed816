"""Composition: the parts in drawing order, the head scaled against the body, all of it in frame."""

from __future__ import annotations

import math
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
from generation.illustrator.svg import VIEW_BOX, Point, document, group, vertical_gradient
from generation.traits import Traits

MIDDLE = VIEW_BOX / 2
MARGIN = 7.0
"""Units that stay free above the figure."""
SAFE_RADIUS = 125.0
"""Head and hat stay in a circle of this radius, since Discord cuts one out of the picture."""
FACE_Y, FACE_RISE = 138.0, 46.0
"""The height at which the middle of the face stands by rights, and its own above the neck."""
LOWEST_NECK_Y = 211.0
"""How far down what is tall may press the figure; then it gets smaller."""
NECK_Y = 190.0
"""Where head meets body: the point about which both are scaled."""
TURN_Y = 186
"""The height of the point about which the head is tilted."""
PORTRAIT, PORTRAIT_RISE = 136.0, 58.0
"""The side of a portrait from the chin to the fringe, and its middle above the neck."""


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
            f"rotate({self.tilt:.2f} 128 {TURN_Y}) translate(128,{y:.1f}) "
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
    """How this character stands: the smaller its head, the closer we are.

    It gets smaller where something tall or wide is worn.
    """
    build = BUILDS[look.traits.age or "teen"]
    head_scale = (0.64 + 0.52 * _chibiness(look)) * build.head
    closeness = 1.33 - 0.33 * _chibiness(look)
    tilt = look.jitter[0] * 3.5
    scale, chin_y = _fitted(_outermost(look, head_scale, tilt), head_scale, closeness)
    return Pose(
        head_scale=head_scale,
        head_width=build.head_width,
        body_width=build.body_width + _breadth(look, build),
        neck_rise=build.neck_rise,
        tilt=tilt,
        scale=scale,
        chin_y=chin_y,
    )


def face_box(traits: Traits, seed: int) -> tuple[float, float, float]:
    """The square around the face of complete `traits`: its left, its top and its side.

    All in shares of the picture's side; it lies within the picture.
    """
    stance = pose(look_at(traits, seed))
    turn, neck = math.radians(stance.tilt), NECK_Y - TURN_Y
    up = PORTRAIT_RISE * stance.head_scale + stance.neck_rise - neck
    x = MIDDLE + up * math.sin(turn) * stance.scale
    y = stance.chin_y - (up * math.cos(turn) + neck) * stance.scale
    side = min(PORTRAIT * stance.head_scale * stance.scale, VIEW_BOX)
    left, top = (min(max(at - side / 2, 0.0), VIEW_BOX - side) for at in (x, y))
    return left / VIEW_BOX, top / VIEW_BOX, side / VIEW_BOX


def _outermost(look: Look, head_scale: float, tilt: float) -> list[Point]:
    """How far the head's outermost points are beside the neck and above it, in the figure."""
    build = BUILDS[look.traits.age or "teen"]
    points = (*accessories.reach(look), *hair.reach(look), *feelings.reach(look))
    turn, moved = math.radians(abs(tilt)), list[Point]()
    for beside, y in points:
        x, above = beside * head_scale * build.head_width, (NECK_Y - y) * head_scale
        for side in (x, -x):
            aside = side * math.cos(turn) + above * math.sin(turn)
            up = above * math.cos(turn) - side * math.sin(turn) + build.neck_rise
            moved.append((abs(aside), up))
    return moved


def _fitted(points: list[Point], head_scale: float, wanted: float) -> tuple[float, float]:
    """The figure's scale, as near to `wanted` as `points` allow, and where its neck stands."""
    widest = max(x for x, _ in points)
    scale = min(wanted, (SAFE_RADIUS - 4) / widest)
    while _highest_neck_y(points, scale) > LOWEST_NECK_Y:
        scale *= 0.985
    neck_y = FACE_Y + FACE_RISE * head_scale * scale
    return scale, min(max(neck_y, _highest_neck_y(points, scale)), LOWEST_NECK_Y)


def _highest_neck_y(points: list[Point], scale: float) -> float:
    """How far up the neck may stand for all `points` to lie within the circle."""
    return max(
        up * scale + max(MARGIN, MIDDLE - math.sqrt(SAFE_RADIUS**2 - (x * scale) ** 2))
        for x, up in points
    )


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
