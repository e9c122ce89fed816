"""The outfits, one small function each. See `generation.illustrator.look` for what a part is."""

from __future__ import annotations

from collections.abc import Callable

from generation.illustrator.display import Drawing
from generation.illustrator.look import Look
from generation.illustrator.outfits import casual, costumes, formal

OUTFITS: dict[str, Callable[[Look], Drawing]] = {
    "sailor uniform": formal.sailor_uniform,
    "hoodie": casual.hoodie,
    "school blazer": formal.school_blazer,
    "maid dress": formal.maid_dress,
    "kimono": costumes.kimono,
    "t-shirt": casual.t_shirt,
    "turtleneck sweater": casual.turtleneck_sweater,
    "overalls": casual.overalls,
    "suit": formal.suit,
    "cape": costumes.cape,
    "qipao": costumes.qipao,
    "hanfu": costumes.hanfu,
    "summer dress": formal.summer_dress,
    "bomber jacket": formal.bomber_jacket,
    "armor": costumes.armor,
    "wizard robe": costumes.wizard_robe,
    "pajamas": casual.pajamas,
    "jersey": casual.jersey,
}
"""Every value of the trait `outfit`."""
