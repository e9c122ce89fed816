"""What is worn on the face: glasses, eyepatch, mask; and round the neck, over the outfit and under
the chin, drawn in the body's frame. Eyes are at (96, 138) and (160, 138).
"""

from __future__ import annotations

from generation.colors import contrast, luminance, mix
from generation.illustrator import palette
from generation.illustrator.cloth import GOLD, shaded
from generation.illustrator.display import (
    Drawing,
    ellipse,
    group,
    heart,
    line,
    mirror,
    moved,
    path,
    tape,
)
from generation.illustrator.look import Accessory, Look

_EYE_Y = 139
_FAIR = 0.3
"""The luminance of skin above which a frame is better dark than pale."""
_IVORY = "#fffaf0"


def _frame(look: Look) -> str:
    """The frame's colour: the accessories' own, dark or pale enough to be seen on the skin."""
    color = look.accessory
    dark = mix(color.fill, color.line, 0.4 + 0.35 * luminance(color.fill))
    fair = luminance(look.skin.fill) > _FAIR
    start, end, seen = (dark, color.line, 4.2) if fair else (color.fill, _IVORY, 2.6)
    shades = [mix(start, end, share / 10) for share in range(11)]
    visible = (s for s in shades if contrast(s, look.skin.fill) >= seen)
    return next(visible, shades[-1])


def _temples(frame: str) -> Drawing:
    return tape(
        f"M119,{_EYE_Y - 3} Q128,{_EYE_Y - 9} 137,{_EYE_Y - 3} M73,{_EYE_Y - 5} L64,{_EYE_Y - 9}"
        f" M183,{_EYE_Y - 5} L192,{_EYE_Y - 9}",
        frame,
        3.4,
    )


def _glare(opacity: float = 0.75) -> Drawing:
    d = f"M82,{_EYE_Y + 6} L91,{_EYE_Y - 12} M88,{_EYE_Y + 11} L94,{_EYE_Y - 2}"
    return tape(d, "#ffffff", 2.6, opacity=opacity) + group(
        tape(d, "#ffffff", 2.6, opacity=opacity), moved(64, 0)
    )


def _round_glasses(look: Look) -> Drawing:
    frame = _frame(look)
    rim = f"M72.5,{_EYE_Y} A23.5,22.5 0 1,1 119.5,{_EYE_Y} A23.5,22.5 0 1,1 72.5,{_EYE_Y}Z"
    lens = path(rim, "#ffffff", opacity=0.16) + tape(rim, frame, 3.8)
    return mirror(lens) + _temples(frame) + _glare()


def _square_glasses(look: Look) -> Drawing:
    frame = _frame(look)
    d = (
        "M74,122 Q96,119 118,122 Q121,123 120,132 L118,152 Q116,159 108,159 L84,159 Q76,159 "
        "74,152 L72,130 Q71,123 74,122Z"
    )
    lens = path(d, "#ffffff", opacity=0.16) + tape(d, frame, 3.6)
    return mirror(lens + tape("M73,124 Q96,119 119,124", frame, 5.0)) + _temples(frame) + _glare()


def _sunglasses(look: Look) -> Drawing:
    frame = _frame(look)
    d = "M70,123 Q96,117 122,124 Q124,148 110,157 Q94,163 80,156 Q68,146 70,123Z"
    lens = (
        path(d, "#2b2838")
        + tape(d, frame, 3.8)
        + path("M74,126 Q96,121 118,127 Q118,134 116,138 Q96,128 75,138Z", "#ffffff", opacity=0.16)
    )
    return mirror(lens) + _temples(frame) + _glare(0.55)


def _eyepatch(look: Look) -> Drawing:
    leather, badge = palette.tones("#3f3b4b"), look.accessory
    patch = "M136,124 Q160,114 183,124 Q186,148 172,159 Q160,165 148,159 Q134,148 136,124Z"
    return (
        line("M140,124 L84,88 M181,124 L196,114", leather.line, 4.2)
        + path(patch, leather.fill, leather.line)
        + tape("M141,128 Q160,120 178,128", leather.light, 1.8, opacity=0.6)
        + heart(160, 141, 8, badge.fill, badge.line, 1.6)
    )


def _mask(look: Look) -> Drawing:
    cloth = look.accessory
    d = (
        "M82,156 Q104,158 128,150 Q152,158 174,156 Q170,170 157,177 Q142,185 128,186 "
        "Q114,185 99,177 Q86,170 82,156Z"
    )
    return (
        mirror(line("M83,157 Q72,152 66,142 M97,175 Q80,168 70,158", cloth.line, 2.2))
        + shaded(
            d,
            cloth,
            "M128,186 Q142,185 157,177 Q170,170 174,156 Q168,156 162,156 Q158,174 128,186Z",
            width=2.4,
        )
        + line("M92,164 Q128,160 164,164 M97,171 Q128,168 159,171", cloth.shade, 1.8)
    )


FACE_WEAR: dict[str, Accessory] = {
    "round glasses": Accessory(_round_glasses),
    "square glasses": Accessory(_square_glasses),
    "sunglasses": Accessory(_sunglasses),
    "eyepatch": Accessory(_eyepatch),
    "mask": Accessory(_mask),
}


def _scarf(look: Look) -> Drawing:
    wool = look.accessory
    wrap = (
        "M92,184 C78,190 76,204 82,214 C98,228 116,232 130,232 C150,232 168,224 176,212 "
        "C180,202 176,190 164,184 Q128,208 92,184Z"
    )
    tail = "M142,222 C150,240 152,262 148,288 L174,286 C178,260 174,238 166,214Z"
    fringe = "".join(f"M{x},287 l-1,10 " for x in range(150, 176, 5))
    return (
        path(tail, wool.fill, wool.line)
        + line(fringe, wool.line, 2.6)
        + tape("M150,258 L175,257 M150,268 L175,267", wool.light, 4.0)
        + shaded(
            wrap,
            wool,
            "M164,184 C176,190 180,202 176,212 C168,224 150,232 130,232 C150,224 164,212 160,190Z",
        )
        + line("M86,202 Q106,220 136,219 M96,192 Q112,206 142,207", wool.shade, 2.2)
        + tape("M90,212 Q98,220 110,224", wool.light, 3.0)
    )


def _choker(look: Look) -> Drawing:
    band = look.accessory
    d = "M111,192 Q128,202 145,192 L145,199 Q128,209 111,199Z"
    return path(d, band.fill, band.line, 1.8) + heart(128, 206, 5, GOLD.fill, GOLD.line, 1.5)


def _necklace(look: Look) -> Drawing:
    gem = look.accessory
    chain = "M110,194 Q114,222 128,226 Q142,222 146,194"
    return (
        tape(chain, GOLD.fill, 1.9, rim=GOLD.line, rim_width=0.9)
        + path("M128,222 L136,231 L128,244 L120,231Z", gem.fill, gem.line, 2.0)
        + path("M128,225 L133,231 L123,231Z", gem.light)
    )


def _bell_collar(look: Look) -> Drawing:
    band = look.accessory
    d = "M108,190 Q128,204 148,190 L149,200 Q128,214 107,200Z"
    return (
        path(d, band.fill, band.line, 2.0)
        + tape("M111,194 Q128,206 145,194", band.light, 1.6)
        + ellipse(128, 215, 9.5, 9.5, GOLD.fill, GOLD.line, 2.0)
        + line("M119,213 Q128,217 137,213", GOLD.line, 1.6)
        + ellipse(128, 219, 2.2, 2.2, GOLD.line)
        + line("M128,220 L128,224", GOLD.line, 1.6)
        + ellipse(124.5, 210, 2.2, 1.8, GOLD.light)
    )


NECK_WEAR: dict[str, Accessory] = {
    "scarf": Accessory(_scarf),
    "choker": Accessory(_choker),
    "necklace": Accessory(_necklace),
    "bell collar": Accessory(_bell_collar),
}
