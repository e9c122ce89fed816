"""The same character on another day."""

from __future__ import annotations

import random
from dataclasses import replace

from generation.traits import Traits, vocabulary


def vary(traits: Traits, seed: int) -> Traits:
    """Complete `traits` with small changes: another expression, fringe, background."""
    chance = random.Random(f"vary-{seed}")
    return replace(
        traits,
        expression=chance.choice(vocabulary("expression")),
        bangs=chance.choice(vocabulary("bangs")),
        background=chance.choice(vocabulary("background")),
    )
