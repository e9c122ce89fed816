"""Eyes and brows. Six shapes of eyes, opened as far as the expression wants.

An eye is drawn about (0, 0) as the one on the viewer's right, outer corner towards +x; the other
one is its mirror image, but for the highlights: light comes from one side.
"""

from __future__ import annotations

from dataclasses import dataclass

from generation.colors import mix
from generation.illustrator import palette
from generation.illustrator.display import (
    IDENTITY,
    Drawing,
    Gradient,
    Point,
    clipped,
    ellipse,
    group,
    heart,
    line,
    mirrored,
    moved,
    path,
    scaled,
)
from generation.illustrator.expressions import EXPRESSIONS, Gaze
from generation.illustrator.look import EYE_X, EYE_Y, Look
from generation.illustrator.palette import WHITE, Tones

SCLERA = "#fffdfc"
SCLERA_SHADE = "#cfc7e2"


@dataclass(frozen=True, slots=True)
class EyeShape:
    """Corners and the control points of the two lids between them; the wing is the outer lash."""

    inner: Point
    outer: Point
    upper: tuple[Point, Point]
    lower: tuple[Point, Point]
    wing: str
    pupil_width: float = 0.43
    iris: Point = (11.2, 16.0)


SHAPES = {
    "round": EyeShape(
        (-14, 4), (15, 1), ((-14, -22), (13, -23)), ((15, 20), (-12, 21)),
        "M11,-11 Q18,-11 22,-14 Q20,-4 15,2Z",
    ),
    "sharp": EyeShape(
        (-14, 8), (19, -8), ((-10, -10), (4, -21)), ((17, 13), (-9, 22)),
        "M9,-14 Q18,-15 27,-19 Q24,-8 17,-4Z",
    ),
    "droopy": EyeShape(
        (-15, -3), (17, 8), ((-12, -23), (13, -19)), ((10, 22), (-13, 18)),
        "M13,-6 Q20,0 25,9 Q20,13 15,10Z",
    ),
    "almond": EyeShape(
        (-16, 5), (17, -3), ((-10, -19), (9, -20)), ((14, 17), (-8, 20)),
        "M11,-11 Q19,-11 25,-12 Q21,-3 16,1Z",
    ),
    "cat": EyeShape(
        (-18, 12), (20, -12), ((-14, -16), (2, -25)), ((21, 11), (-3, 19)),
        "M10,-17 Q20,-18 28,-26 Q28,-10 18,-5Z",
        pupil_width=0.17,
    ),
    "narrow": EyeShape(
        (-16, 4), (18, -3), ((-10, -11), (8, -14)), ((14, 11), (-8, 14)),
        "M10,-9 Q18,-9 25,-10 Q22,-3 16,-1Z",
        iris=(10.0, 13.0),
    ),
}  # fmt: skip


def eyes(look: Look) -> Drawing:
    """Both eyes."""
    expression = EXPRESSIONS[look.traits.expression or "neutral"]
    y = EYE_Y + {"child": 3.5, "teen": 0.0, "adult": -2.0}[look.traits.age or "teen"]
    y += look.jitter[11] * 1.2
    x_left, x_right = EYE_X
    left = _eye(look, expression.left_gaze, look.eye, side=-1)
    right = _eye(look, expression.right_gaze, look.left_eye, side=1)
    width, height = _scale(look)
    return group(left, moved(x_left, y) @ scaled(-width, height)) + group(
        right, moved(x_right, y) @ scaled(width, height)
    )


def _scale(look: Look) -> Point:
    """Children have the biggest eyes, men the smallest and flattest; chibi ones are larger."""
    size = {"child": 1.16, "teen": 1.1, "adult": 0.99}[look.traits.age or "teen"]
    if look.is_masculine:
        size -= {"child": 0.04, "teen": 0.1, "adult": 0.12}[look.traits.age or "teen"]
    flat = 0.88 if look.is_masculine and not look.is_child else 0.9 if look.is_adult else 1.0
    size *= 0.88 + 0.12 * (look.traits.chibiness or 0) / 100
    size += look.jitter[1] * 0.03
    return size, size * flat


def _eye(look: Look, gaze: Gaze, color: Tones, *, side: int) -> Drawing:
    match gaze.kind:
        case "smiling":
            return _closed(look, "M-15,6 Q0,-14 15,5", "M13,3 L19,0")
        case "shut":
            return _closed(look, "M-14,-1 Q0,13 14,-1", "M13,2 L19,4 M8,6 L12,10")
        case "squeezed":
            return line("M13,-9 L-9,1 L13,11", look.lash, 4.4)
        case _:
            return _open(look, gaze, color, side)


def _closed(look: Look, lid: str, lashes: str) -> Drawing:
    body = line(lid, look.lash, 4.4)
    return body if look.is_masculine else body + line(lashes, look.lash, 2.8)


def _open(look: Look, gaze: Gaze, color: Tones, side: int) -> Drawing:
    shape = SHAPES[look.traits.eye_shape or "round"]
    upper = _upper_lid(shape, gaze)
    ball = path(upper + _lower_lid(shape, gaze), SCLERA) + path(
        "M-19,-28 L24,-28 L24,-6 Q0,-13 -19,-3Z", SCLERA_SHADE, opacity=0.7
    )
    if gaze.kind == "heart":
        ball += heart(0, 2, 13, "#f0427a", "#b3205a", 1.6) + _highlights(gaze, side)
    else:
        ball += _iris(shape, gaze, color, side) + _highlights(gaze, side)
    clip = upper + _lower_lid(shape, gaze)
    return clipped(ball, clip) + _lashes(look, shape, gaze, upper)


def _upper_lid(shape: EyeShape, gaze: Gaze) -> str:
    """The upper lid's curve, straight between the corners where the eye is closed."""
    (ix, iy), (ox, oy) = shape.inner, _outer_corner(shape, gaze)
    (ax, ay), (bx, by) = shape.upper
    ay = iy + (ay - iy) * gaze.open + gaze.slant
    by = oy + (by - oy) * gaze.open - gaze.slant * 0.4
    return f"M{ix:.1f},{iy:.1f} C{ax:.1f},{ay:.1f} {bx:.1f},{by:.1f} {ox:.1f},{oy:.1f}"


def _lower_lid(shape: EyeShape, gaze: Gaze) -> str:
    """The lower lid back to the inner corner, straighter where the eye squints."""
    (ix, iy), (_, oy) = shape.inner, _outer_corner(shape, gaze)
    (ax, ay), (bx, by) = shape.lower
    ay, by = oy + (ay - oy) * (1 - gaze.squint), iy + (by - iy) * (1 - gaze.squint)
    return f"C{ax:.1f},{ay:.1f} {bx:.1f},{by:.1f} {ix:.1f},{iy:.1f}Z"


def _outer_corner(shape: EyeShape, gaze: Gaze) -> Point:
    (_, iy), (ox, oy) = shape.inner, shape.outer
    return ox, oy + (iy + 2 - oy) * gaze.droop


def _iris(shape: EyeShape, gaze: Gaze, color: Tones, side: int) -> Drawing:
    rx, ry = (r * gaze.iris for r in shape.iris)
    x, y = gaze.aside * side, 2 + gaze.down
    dark = color.line
    glowing = palette.light(color.fill, 0.45)
    gradient = Gradient(-14, 18, ((0.0, color.deep), (0.5, color.fill), (1.0, glowing)))
    pupil = rx * shape.pupil_width
    glow = (
        f"M{x - rx * 0.66:.1f},{y + ry * 0.5:.1f} Q{x:.1f},{y + ry * 1.12:.1f} "
        f"{x + rx * 0.66:.1f},{y + ry * 0.5:.1f} Q{x:.1f},{y + ry * 0.62:.1f} "
        f"{x - rx * 0.66:.1f},{y + ry * 0.5:.1f}Z"
    )
    brow_shadow = (
        f"M{x - rx:.1f},{y - 2:.1f} A{rx:.1f},{ry:.1f} 0 0 1 {x + rx:.1f},{y - 2:.1f} "
        f"Q{x:.1f},{y - 9:.1f} {x - rx:.1f},{y - 2:.1f}Z"
    )
    return (
        ellipse(x, y, rx, ry, gradient, dark, 2.2)
        + path(brow_shadow, dark, opacity=0.55)
        + ellipse(x, y, pupil, ry * 0.45, mix(dark, "#120818", 0.5))
        + path(glow, color.light, opacity=0.9)
    )


def _highlights(gaze: Gaze, side: int) -> Drawing:
    if gaze.dull:
        return ellipse(-3 * side, -1, 2.6, 2.6, WHITE, opacity=0.85)
    scale = min(1.0, gaze.iris)
    x, y = (gaze.aside - 4) * side, -6 + gaze.down + (1 - min(gaze.open, 1)) * 9
    body = ellipse(x, y, 4.7 * scale, 5.6 * scale * min(1, gaze.open + 0.15), WHITE)
    body += ellipse(
        x + 8.4 * side, y + 15 * scale * min(1, gaze.open + 0.2), 2.5 * scale, 2.9 * scale, WHITE
    )
    if gaze.teary:
        body += ellipse(x + 3 * side, 12.5, 5.4, 2.6, WHITE, opacity=0.8)
        body += ellipse(x - 1.5 * side, 8, 1.7, 1.9, WHITE, opacity=0.8)
    return body


def _lashes(look: Look, shape: EyeShape, gaze: Gaze, upper: str) -> Drawing:
    skin, lash = look.skin, look.lash
    body = line(upper, lash, 4.0 if look.is_masculine else 4.7)
    if gaze.open > 0.5 and not (look.is_masculine and look.is_adult):
        size = 0.6 if look.is_masculine else 1.0
        ox, oy = shape.outer
        wing = path(shape.wing, lash, lash, 1.4)
        body += group(wing, scaled(size, about=(ox, oy)) if size != 1.0 else IDENTITY)
    if look.traits.gender == "feminine" and look.is_adult and gaze.open > 0.5:
        body += line("M13,-13 L20,-20 M7,-17 L11,-24", lash, 2.4)
    lower_y = max(y for _, y in shape.lower) * 0.76 * (1 - gaze.squint) + 1.6
    body += line(
        f"M-5,{lower_y:.1f} Q3,{lower_y + 1.4:.1f} 9,{lower_y - 2:.1f}",
        mix(lash, skin.line, 0.6),
        1.5,
    )
    crease = min(y for _, y in shape.upper) * gaze.open
    if gaze.open < 1.1:
        body += line(
            f"M-9,{crease + 0.5:.1f} Q3,{crease - 4:.1f} 13,{crease + 3:.1f}", skin.line, 1.6, 0.75
        )
    return body


def brows(look: Look) -> Drawing:
    """Both brows, half seen through the fringe."""
    expression = EXPRESSIONS[look.traits.expression or "neutral"]
    color = mix(look.hair.line, look.hair.fill, 0.2)
    if palette.is_pale(look.hair.fill):
        color = mix(color, look.skin.line, 0.5)
    width = 3.0 if expression.mark == "vein" else 2.7
    if look.is_masculine:
        width += 0.9 if look.is_child else 1.9 if look.is_adult else 1.4
    left = line(expression.brow, color, width)
    right = mirrored(line(expression.right_brow or expression.brow, color, width))
    lift = {"child": -1.0, "teen": 1.5, "adult": 3.0}[look.traits.age or "teen"]
    if look.is_masculine:
        lift += 3.0
    lift += look.jitter[9] * 1.5
    return group(left + right, moved(0, lift), 0.88)
