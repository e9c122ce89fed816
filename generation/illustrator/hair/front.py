"""The front of the hair: crown, sides and fringe in one outline, with its light and shade."""

from __future__ import annotations

import math

from generation.colors import mix
from generation.illustrator.display import IDENTITY, Drawing, clipped, group, line, moved, path
from generation.illustrator.hair import bangs
from generation.illustrator.hair.hairstyle import ROUND, HairStyle, front_fill, scallops
from generation.illustrator.look import Look

SIDE_SHADE = "M148,16 L260,16 L260,260 L180,260 Q198,130 182,86 Q170,54 140,36Z"


def layered(look: Look, style: HairStyle, *, crown: str | None = None) -> Drawing:
    """The whole front of `style`."""
    d = outline(look, style, crown or style.crown)
    hair = look.hair
    dy = -13.0 if look.traits.bangs == "none" else 0.0
    inner = path(SIDE_SHADE, hair.shade, opacity=0.38) + _tip_shade(look) + shine(look, dy)
    return (
        path(d, front_fill(look))
        + clipped(inner, d)
        + strands(look)
        + path(d, None, hair.line, 2.8)
    )


def outline(look: Look, style: HairStyle, crown: str = ROUND) -> str:
    """Path data of the front."""
    right, left = _sides(style, look.jitter[2] * 4)
    return crown + right + bangs.fringe(look) + left + "Z"


def _sides(style: HairStyle, play: float) -> tuple[str, str]:
    """The right side down and up to the fringe's start, and the left one down and up."""
    y = style.reach + play
    match style.sides:
        case "blunt":
            return (
                f"C210,150 208,{y - 14:.1f} 207,{y:.1f} L184,{y:.1f} C186,150 188,130 190,112",
                f"C68,130 70,150 72,{y:.1f} L49,{y:.1f} C48,{y - 14:.1f} 46,150 52,118",
            )
        case "bob":
            return (
                f"C212,146 212,{y - 14:.1f} 197,{y + 2:.1f} C194,160 190,136 190,112",
                f"C66,136 62,160 59,{y + 2:.1f} C44,{y - 14:.1f} 44,146 52,118",
            )
        case "burns":
            return (
                f"C203,122 200,128 195,{y:.1f} C190,130 189,122 190,112",
                f"C67,122 66,130 61,{y:.1f} C56,128 53,122 52,118",
            )
        case "flick":
            return (
                f"C208,136 208,150 216,160 C208,162 204,160 201,158 C204,170 206,{y - 8:.1f} "
                f"212,{y:.1f} C200,{y:.1f} 192,150 190,112",
                f"C64,150 56,{y:.1f} 44,{y:.1f} C50,{y - 8:.1f} 52,170 55,158 C52,160 48,162 "
                "40,160 C48,150 48,136 52,118",
            )
        case "curly":
            right = scallops([(204, 118), (211, 137), (210, 157), (204, 175), (191, 187)], 9)
            left = scallops([(65, 187), (52, 175), (46, 157), (45, 137), (52, 118)], 9)
            return (
                right + "C182,180 190,166 188,152 C186,140 190,128 190,112",
                "C66,128 70,140 68,152 C66,166 74,180 65,187" + left,
            )
        case _:
            return (
                f"C209,140 206,{y - 16:.1f} 195,{y:.1f} C194,{y - 24:.1f} 188,132 190,112",
                f"C68,132 62,{y - 24:.1f} 61,{y:.1f} C50,{y - 16:.1f} 47,140 52,118",
            )


def _tip_shade(look: Look) -> Drawing:
    """Each tip of the fringe a tone deeper."""
    if look.traits.bangs == "none":
        return ()
    color = mix(look.hair.shade, look.tips.shade, 0.5)
    points, body = bangs.points(look), ""
    for (ax, ay), (x, y), (bx, by) in zip(points, points[1:], points[2:], strict=False):
        if y < max(ay, by):
            continue
        ay, by = ay + (y - ay) * 0.45, by + (y - by) * 0.45
        body += (
            f"M{ax - 3:.1f},{ay:.1f} Q{x:.1f},{y - 15:.1f} {bx + 3:.1f},{by:.1f} "
            f"L{x:.1f},{y + 6:.1f}Z"
        )
    return path(body, color, opacity=0.5)


def shine(look: Look, dy: float = 0.0) -> Drawing:
    """The light around the crown: on some heads a smooth sweep, on most a ring of strands."""
    color = look.hair.light
    band = _sweep(color) if look.jitter[7] > 0.3 else _ring(color)
    glint = path("M62,112 Q60,94 68,78 Q67,96 68,116Z", color, opacity=0.6)
    return group(band + glint, moved(0, dy) if dy else IDENTITY)


def _sweep(color: str) -> Drawing:
    d = (
        "M74,88 Q88,56 124,53 Q130,53 130,56 Q130,59 124,60 Q94,63 80,90 Q76,94 74,88Z "
        "M138,55 Q146,54 152,58 Q155,61 150,62 Q145,61 139,60 Q135,57 138,55Z"
    )
    return path(d, color, opacity=0.85)


def _ring(color: str) -> Drawing:
    count = 9
    ring = [
        (74 + 108 * i / count, 84 - 27 * math.sin(math.pi * i / count)) for i in range(count + 1)
    ]
    upper = " L".join(f"{x:.1f},{y - (5 if i % 2 else 1.5):.1f}" for i, (x, y) in enumerate(ring))
    lower = " L".join(
        f"{x:.1f},{y + (1.5 if i % 2 else 7.5):.1f}" for i, (x, y) in reversed([*enumerate(ring)])
    )
    return path(f"M{upper} L{lower}Z", color, opacity=0.85)


def strands(look: Look) -> Drawing:
    """Lines from the fringe's valleys towards the parting."""
    if look.traits.bangs == "none":
        d = (
            "M104,70 Q108,52 118,40 M152,70 Q148,52 138,40 M82,82 Q88,60 102,46 "
            "M174,82 Q168,60 154,46"
        )
        return line(d, look.hair.line, 1.7, 0.75)
    px, py = bangs.of(look).parting
    body = ""
    for x, y in bangs.points(look)[2:-1:2]:
        cx, cy = x + (px - x) * 0.18, y + (py - y) * 0.34
        body += (
            f"M{x:.1f},{y:.1f} Q{x + (cx - x) * 0.2:.1f},{y + (cy - y) * 0.6:.1f} "
            f"{cx:.1f},{cy:.1f} "
        )
    return line(body.strip(), look.hair.line, 2.0)
