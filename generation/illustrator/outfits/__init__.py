"""The outfits, one small function each. See `generation.illustrator.look` for what a part is."""

from __future__ import annotations

from collections.abc import Callable

from generation.illustrator.display import Drawing
from generation.illustrator.look import Look
from generation.illustrator.outfits import casual, dressy, eastern, fantasy, school

OUTFITS: dict[str, Callable[[Look], Drawing]] = {
    "sailor uniform": school.sailor_uniform,
    "hoodie": casual.hoodie,
    "school blazer": school.school_blazer,
    "maid dress": school.maid_dress,
    "kimono": eastern.kimono,
    "t-shirt": casual.t_shirt,
    "turtleneck sweater": casual.turtleneck_sweater,
    "overalls": casual.overalls,
    "suit": school.suit,
    "cape": fantasy.cape,
    "qipao": eastern.qipao,
    "hanfu": eastern.hanfu,
    "summer dress": dressy.summer_dress,
    "bomber jacket": dressy.bomber_jacket,
    "armor": fantasy.armor,
    "wizard robe": fantasy.wizard_robe,
    "pajamas": casual.pajamas,
    "jersey": casual.jersey,
}
"""Every value of the trait `outfit`."""
