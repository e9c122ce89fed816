"""Bangs: the points of the fringe, right temple to left, valley and tip in turn."""

from __future__ import annotations

from dataclasses import dataclass

from generation.illustrator.display import Point
from generation.illustrator.hair.hairstyle import locks, scallops
from generation.illustrator.look import Look


@dataclass(frozen=True, slots=True)
class Bangs:
    """A fringe. Its strands run towards `parting`; tips move with the seed by up to `play`."""

    points: tuple[Point, ...]
    flow: float = 0.0
    parting: Point = (128, 30)
    play: float = 3.0
    round_tips: bool = False


BANGS: dict[str, Bangs] = {
    "straight": Bangs(
        (
            (190, 112), (177, 121), (170, 110), (159, 121.5), (152, 110), (141, 121.5), (134, 110),
            (124, 121.5), (118, 110), (108, 121.5), (101, 110), (91, 121), (84, 110), (75, 121),
            (66, 112),
        ),
        play=1.6,
    ),
    "swept": Bangs(
        (
            (190, 112), (181, 134), (166, 84), (150, 118), (148, 92), (120, 124), (120, 98),
            (92, 130), (92, 104), (72, 140), (66, 112),
        ),
        flow=-3,
        parting=(158, 38),
    ),
    "parted": Bangs(
        (
            (190, 114), (184, 146), (172, 108), (160, 130), (130, 70), (98, 130), (84, 108),
            (72, 146), (66, 114),
        ),
        parting=(130, 34),
    ),
    "spiky": Bangs(
        (
            (190, 112), (184, 142), (174, 92), (165, 130), (155, 84), (144, 126), (136, 80),
            (121, 136), (113, 80), (104, 124), (97, 86), (86, 132), (80, 94), (72, 140), (66, 112),
        ),
        flow=-3,
    ),
    "between eyes": Bangs(
        (
            (190, 112), (180, 142), (168, 94), (152, 122), (142, 92), (126, 150), (114, 92),
            (98, 124), (86, 96), (74, 142), (66, 112),
        ),
        flow=-1,
    ),
    "fluffy": Bangs(
        (
            (190, 114), (178, 128), (166, 102), (151, 121), (138, 96), (121, 121), (106, 97),
            (92, 123), (82, 104), (72, 130), (66, 114),
        ),
        play=0.0,
        round_tips=True,
    ),
    "none": Bangs(
        ((190, 114), (184, 92), (162, 76), (145, 69), (128, 70), (111, 69), (94, 76), (72, 92),
         (66, 114)),
        play=0.0,
    ),
}  # fmt: skip


def of(look: Look) -> Bangs:
    """The character's bangs."""
    return BANGS[look.traits.bangs or "none"]


def points(look: Look) -> tuple[Point, ...]:
    """The fringe's points with the seed's small moves in them."""
    bangs = of(look)
    return tuple(
        (x, y + look.jitter[3 + i // 2] * bangs.play) if i % 2 else (x, y)
        for i, (x, y) in enumerate(bangs.points)
    )


def fringe(look: Look) -> str:
    """The fringe's edge as path data that continues from the right temple to the left one."""
    if look.traits.bangs == "none":
        return "C184,88 160,70 128,70 C96,70 72,88 66,114"
    if of(look).round_tips:
        return scallops(points(look)[::2], 21)
    return locks(points(look), of(look).flow)


def cropped(look: Look, y: float) -> str:
    """The fringe of hair too short to fall into the face: its edge flattened, at about `y`."""
    if look.traits.bangs == "none":
        return f"C188,96 168,{y - 9:.1f} 128,{y - 9:.1f} C88,{y - 9:.1f} 68,96 66,114"
    first, *between, last = points(look)
    flat = (first, *((x, y + (tip_y - 112) * 0.32) for x, tip_y in between), last)
    return scallops(flat[::2], 8) if of(look).round_tips else locks(flat, of(look).flow)
