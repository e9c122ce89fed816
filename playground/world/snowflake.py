"""Discord's ids: 64 bits that begin with the time they were made."""

from collections.abc import Callable

EPOCH_MS = 1_420_070_400_000


class Snowflakes:
    """Makes ids that only ever grow, also where several are made in one millisecond."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0

    def next(self) -> str:
        """A new id."""
        self._last = max(self._last + 1, (int(self._now() * 1000) - EPOCH_MS) << 22)
        return str(self._last)


def made_at(snowflake: str) -> float:
    """When an id was made, in seconds since 1970."""
    return ((int(snowflake) >> 22) + EPOCH_MS) / 1000
