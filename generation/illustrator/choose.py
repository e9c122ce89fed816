"""What the prompt leaves open, chosen by the seed."""

from __future__ import annotations

import random
from dataclasses import fields, replace

from generation.traits import Traits, vocabulary


def complete(traits: Traits, seed: int) -> Traits:
    """`traits` with every open one chosen by `seed`; what is given stays."""
    chance = random.Random(f"choose-{seed}")
    chosen: dict[str, object] = {}
    for field in fields(Traits):
        if field.name in ("chibiness", "marks", "accessories", "without"):
            continue
        value = chance.choice(vocabulary(field.name))
        if getattr(traits, field.name) is None:
            chosen[field.name] = value
    if traits.chibiness is None:
        chosen["chibiness"] = chance.randint(70, 100)
    if traits.marks is None:
        chosen["marks"] = ()
    if traits.accessories is None:
        chosen["accessories"] = ()
    if traits.style is None:
        chosen["style"] = "bold"
    return replace(traits, **chosen)
