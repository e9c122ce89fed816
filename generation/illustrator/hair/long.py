"""Long hair that is worn open. It ends at the hips, for figures with a small head show it."""

from __future__ import annotations

from generation.illustrator import palette
from generation.illustrator.hair.short import CAP
from generation.illustrator.hair.style import BACK_FILL, HairStyle
from generation.illustrator.look import Look
from generation.illustrator.svg import line, path


def _strand_color(look: Look) -> str:
    return palette.mix(look.hair.deep, look.hair.line, 0.45)


def _straight(look: Look) -> str:
    d = (
        CAP + "C216,170 214,230 220,300 Q214,318 204,330 Q200,320 196,314 Q186,330 170,336 "
        "L86,336 Q70,330 60,314 Q56,320 52,330 Q42,318 36,300 C42,230 40,170 50,120Z"
    )
    strands = (
        "M54,170 Q50,240 54,316 M66,190 Q62,240 68,310 M202,170 Q206,240 202,316 "
        "M190,190 Q194,240 188,310"
    )
    return path(d, BACK_FILL, look.hair.line, 2.8) + line(strands, _strand_color(look), 2.0)


def _hime(look: Look) -> str:
    d = CAP + "C216,170 214,230 218,326 L38,326 C42,230 40,170 50,120Z"
    strands = (
        "M54,170 Q50,240 52,322 M66,190 Q62,240 66,322 M202,170 Q206,240 204,322 "
        "M190,190 Q194,240 190,322"
    )
    return path(d, BACK_FILL, look.hair.line, 2.8) + line(strands, _strand_color(look), 2.0)


def _wavy(look: Look) -> str:
    d = (
        CAP + "C222,146 206,160 218,180 C230,200 212,214 226,236 C238,258 216,272 228,296 "
        "Q222,312 208,318 Q202,306 196,304 Q188,324 168,328 L88,328 Q68,324 60,304 "
        "Q54,306 48,318 Q34,312 28,296 C40,272 18,258 30,236 C44,214 26,200 38,180 "
        "C50,160 34,146 50,120Z"
    )
    strands = (
        "M52,160 C44,180 62,196 50,220 C38,244 60,262 50,290 M204,160 C212,180 194,196 206,220 "
        "C218,244 196,262 206,290 M68,186 C62,204 74,222 66,250 M188,186 C194,204 182,222 190,250"
    )
    return path(d, BACK_FILL, look.hair.line, 2.8) + line(strands, _strand_color(look), 2.0)


STYLES: dict[str, HairStyle] = {
    "long straight hair": HairStyle(_straight, half_width=94, length=280),
    "long wavy hair": HairStyle(_wavy, half_width=102, length=280),
    "hime cut": HairStyle(_hime, sides="blunt", reach=190, half_width=92, length=280),
}
