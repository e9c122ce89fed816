"""One bot's session on the gateway: what was sent, so that a dropped connection can catch up."""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.gateway.intents import Intent
from playground.wire import Json

REPLAYED = 1000


def frame(op: int, data: object = None, seq: int | None = None, event: str | None = None) -> Json:
    """A gateway payload."""
    return {"op": op, "d": data, "s": seq, "t": event}


@dataclass(eq=False, slots=True)
class Session:
    """Numbers its events from 1; `send` is there while a connection is.

    Invariant: an event is either in `sent` or older than all that are.
    """

    id: str
    intents: Intent
    send: Callable[[Json], None] | None = None
    seq: int = 0
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=REPLAYED))

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event, or keep it until the session is resumed."""
        self.seq += 1
        payload = frame(0, data, self.seq, event)
        self.sent.append(payload)
        if self.send is not None:
            self.send(payload)

    def missed_since(self, seq: int) -> list[Json] | None:
        """The events after `seq`; `None` where they are no longer kept or never were."""
        oldest = self.sent[0]["s"] if self.sent else self.seq + 1
        if not oldest - 1 <= seq <= self.seq:
            return None
        return list(itertools.dropwhile(lambda payload: payload["s"] <= seq, self.sent))
