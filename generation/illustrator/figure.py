"""Composition: the parts as layers, the head scaled against the body, all of it in frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

from generation.illustrator import accessories, expressions, eyes, face, hair
from generation.illustrator.backgrounds import BACKGROUNDS
from generation.illustrator.display import (
    VIEW_BOX,
    Affine,
    Drawing,
    Layer,
    Point,
    group,
    moved,
    scaled,
    turned,
)
from generation.illustrator.look import EYE_Y, Look, look_at
from generation.illustrator.outfits import OUTFITS
from generation.illustrator.styles import STYLES, draw_over, draw_over_background
from generation.illustrator.svg import document
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
NECK, EYES, MOUTH = (MIDDLE, NECK_Y), (MIDDLE, EYE_Y), (MIDDLE, 166.0)
"""What layers turn and grow about."""
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
    def head(self) -> Affine:
        """Where the head's parts go in the figure."""
        width, height = self.head_scale * self.head_width, self.head_scale
        return (
            turned(self.tilt, about=(MIDDLE, TURN_Y))
            @ moved(0, -self.neck_rise)
            @ scaled(width, height, about=(MIDDLE, NECK_Y))
        )

    @property
    def body(self) -> Affine:
        """Where the body's parts go in the figure."""
        return scaled(self.body_width, 1, about=(MIDDLE, 0))

    @property
    def figure(self) -> Affine:
        """Where the figure goes in the picture."""
        return moved(0, self.chin_y - NECK_Y) @ scaled(self.scale, about=(MIDDLE, NECK_Y))


def compose(traits: Traits, seed: int) -> str:
    """SVG text of complete `traits`; the same in any process.

    Raises `ValueError` for a trait that is still open.
    """
    return document(scene(traits, seed), crisp=STYLES[traits.style or ""].pixels is not None)


def scene(traits: Traits, seed: int) -> Drawing:
    """Complete `traits` as a drawing in their style, in layers.

    Raises `ValueError` for a trait that is still open.
    """
    look = look_at(traits, seed)
    style = STYLES[traits.style or ""]
    background = draw_over_background(
        BACKGROUNDS[traits.background or ""](look), style, look.background.shade
    )
    drawn = draw_over(group(figure(look), pose(look).figure), style)
    return (Layer("background", background, (MIDDLE, MIDDLE)), *drawn)


def figure(look: Look) -> Drawing:
    """The character without background, standing in the canvas's own units."""
    stance = pose(look)
    behind = (
        Layer("head wear behind", accessories.behind(look), NECK),
        Layer("hair behind", hair.back(look), NECK),
    )
    body = (
        Layer("neck", face.neck(look), NECK),
        Layer("outfit", OUTFITS[look.traits.outfit or ""](look), NECK),
        Layer("neck wear", accessories.on_neck(look), NECK),
    )
    head = (
        Layer("face", face.face(look), NECK),
        Layer("blush", face.blush(look), NECK),
        Layer("features", face.features(look), NECK),
        Layer("marks", face.marks(look), NECK),
        Layer("eyes", eyes.eyes(look), EYES),
        Layer("mouth", expressions.mouth(look), MOUTH),
        Layer("tears", expressions.on_face(look), EYES),
        Layer("face wear", accessories.on_face(look), EYES),
        Layer("hair", hair.fronts(look), NECK),
        Layer("brows", eyes.brows(look), EYES),
        Layer("head wear", accessories.on_head(look), NECK),
        Layer("locks", hair.locks(look), NECK),
        Layer("signs", expressions.beside_head(look), EYES),
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
    x, y = (stance.figure @ stance.head)((MIDDLE, NECK_Y - PORTRAIT_RISE))
    side = min(PORTRAIT * stance.head_scale * stance.scale, VIEW_BOX)
    left, top = (min(max(at - side / 2, 0.0), VIEW_BOX - side) for at in (x, y))
    return left / VIEW_BOX, top / VIEW_BOX, side / VIEW_BOX


def _outermost(look: Look, head_scale: float, tilt: float) -> list[Point]:
    """How far the head's outermost points are beside the neck and above it, in the figure."""
    build = BUILDS[look.traits.age or "teen"]
    points = (*accessories.reach(look), *hair.reach(look), *expressions.reach(look))
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
