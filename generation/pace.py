"""Pace: how long recent pictures took, and so when the ones that wait will be ready."""

from __future__ import annotations

from collections import defaultdict, deque
from statistics import median

_REMEMBERED = 20
"""Calls of a model that count: enough to outlast an odd one, few enough to follow a change."""


class Pace:
    """Seconds a picture, by model. What a batch draws side by side counts as that much faster."""

    def __init__(self) -> None:
        self._recent: defaultdict[str, deque[float]] = defaultdict(
            lambda: deque(maxlen=_REMEMBERED)
        )

    def record(self, model: str, pictures: int, seconds: float) -> None:
        """A call of `model` has drawn that many pictures in that time."""
        self._recent[model].append(seconds / pictures)

    def seconds(self, model: str, pictures: int) -> float | None:
        """How long that many pictures will take; `None` before the first has been drawn."""
        recent = self._recent.get(model)
        return median(recent) * pictures if recent else None
