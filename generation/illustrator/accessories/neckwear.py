"""What is worn round the neck, over the outfit and under the chin; drawn in the body's frame."""

from __future__ import annotations

from generation.illustrator.accessories.accessory import Accessory
from generation.illustrator.cloth import GOLD, shaded
from generation.illustrator.display import Drawing, ellipse, heart, line, path, tape
from generation.illustrator.look import Look


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
