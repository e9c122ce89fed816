"""Pace: how long a picture takes here, and the loading of a model, as measured lately."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import assert_never

from generation.backends.base import Stage
from generation.request import ApplyTool, Between, Draw, Refine, Repaint, Request, Vary, settings_of

_REMEMBERED = 20
"""Batches of a kind that count: enough to outlast an odd one, few enough to follow a change."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What is asked of a model for one picture. Of no pixels: that it be loaded."""

    model: str
    """Its key; behind a "+" how it works on a picture, where it does not draw one anew."""
    pixels: int = 0
    steps: int = 0
    """0: as many as the model takes where nobody says otherwise."""

    @property
    def loads(self) -> str:
        """The key of the model that has to be loaded for it."""
        return self.model.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Measured:
    """How long an effort has taken lately, and when that was seen last."""

    effort: Effort
    seconds: float
    at: datetime


def effort_of(request: Request) -> Effort:
    """What a picture of `request` takes."""
    match request:
        case ApplyTool():
            way = f"+{request.tool}"
        case Refine():
            way = f"+{request.how}"
        case Repaint() | Vary(traits=None):
            way = "+repaint"
        case Draw() | Vary() | Between():
            way = ""
        case _:
            assert_never(request)
    steps = settings_of(request).steps or 0
    return Effort(f"{request.model}{way}", request.output.size_px**2, steps)


class Pace:
    """What each effort takes; pictures side by side in a batch count as that much faster."""

    def __init__(self, known: Iterable[Measured] = ()) -> None:
        """`known`: what was measured before this process."""
        self._recent: dict[Effort, deque[float]] = {}
        self._median_s: dict[Effort, float] = {}
        """Of `_recent`: asked for every job that waits, as often as one begins or ends."""
        self._at: dict[Effort, datetime] = {}
        self._changed: set[Effort] = set()
        for one in sorted(known, key=lambda one: one.at):
            self._note(one.effort, one.seconds, one.at)

    def record(self, effort: Effort, seconds: float) -> None:
        """`effort` has taken that long."""
        self._note(effort, seconds, datetime.now(UTC))
        self._changed.add(effort)

    def seconds(self, effort: Effort) -> float | None:
        """How long `effort` will take; `None` where nothing of the model is known.

        What was never measured is told by what was measured of the model that is most like it, by
        its share of pixels and steps.
        """
        if effort in self._median_s:
            return self._median_s[effort]
        alike = [one for one in self._median_s if one.loads == effort.loads and one.pixels]
        if not alike or not effort.pixels:
            return None
        known = max(
            alike,
            key=lambda one: (
                one.model == effort.model,
                one.steps == effort.steps,
                self._at[one],
            ),
        )
        share = effort.pixels / known.pixels
        if effort.steps and known.steps:
            share *= effort.steps / known.steps
        return self._median_s[known] * share

    def loading_s(self, model: str) -> float:
        """How long it takes to load `model` (a key); 0 where it was never seen to load."""
        return self.seconds(Effort(model)) or 0.0

    def takes_s(self, effort: Effort, images: int, loaded: set[str]) -> float | None:
        """How long so many pictures will take one batch after the other, with the loading of a
        model that is not among `loaded`, and will be then; `None` where nobody knows.
        """
        each_s = self.seconds(effort)
        if each_s is None:
            return None
        loading_s = 0.0 if effort.loads in loaded else self.loading_s(effort.loads)
        loaded.add(effort.loads)
        return each_s * images + loading_s

    def take_changed(self) -> tuple[Measured, ...]:
        """What has been recorded since this was asked last, an effort once."""
        changed, self._changed = self._changed, set()
        return tuple(
            Measured(effort, self._median_s[effort], self._at[effort]) for effort in changed
        )

    def _note(self, effort: Effort, seconds: float, at: datetime) -> None:
        recent = self._recent.setdefault(effort, deque(maxlen=_REMEMBERED))
        recent.append(seconds)
        self._median_s[effort] = median(recent)
        self._at[effort] = at


class Stopwatch:
    """Times one batch, and tells drawing from what comes before it."""

    def __init__(self, pace: Pace, effort: Effort, images: int, clock: Callable[[], float]) -> None:
        self._pace, self._effort, self._images, self._clock = pace, effort, images, clock
        self._stage: Stage | None = None
        self._since_s = clock()
        self._is_learnt = False

    def note(self, stage: Stage) -> None:
        """The batch is at `stage` now. What went before is learnt, if it was loading."""
        if stage == self._stage:
            return
        now_s = self._clock()
        if self._stage == "loading":
            self._pace.record(Effort(self._effort.loads), now_s - self._since_s)
        if self._stage is not None or stage != "drawing":
            self._since_s = now_s
        self._stage = stage

    def drawn(self) -> None:
        """Something of it is drawn: how long that took is learnt, once."""
        if not self._is_learnt:
            self._is_learnt = True
            drawn_s = self._clock() - self._since_s
            self._pace.record(self._effort, drawn_s / self._images)

    def left_s(self, loaded: set[str]) -> float | None:
        """How long it will still take, as `Pace.takes_s` has it."""
        if self._stage == "drawing":
            loaded.add(self._effort.loads)
        whole_s = self._pace.takes_s(self._effort, self._images, loaded)
        if whole_s is None or self._stage == "downloading":
            return None
        return max(0.0, whole_s - (self._clock() - self._since_s))
