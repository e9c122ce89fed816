"""One bot's session on the gateway: what it asked for, and what was sent.

The intents say which events a session gets; the events are kept so that a dropped connection can
catch up.
"""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntFlag

from playground.wire import Json

REPLAYED = 1000


class Intent(IntFlag):
    """The intents whose events happen here."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_WEBHOOKS = 1 << 5
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
HIGHEST = 1 << 25  # DIRECT_MESSAGE_POLLS, the last one Discord has given out

_HIDDEN: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


def without_content(message: Json, bot_id: str) -> Json:
    """`message` as a bot without the message content intent gets it.

    Its own messages, DMs and messages that mention it stay whole.
    """
    is_own = message["author"]["id"] == bot_id
    is_dm = "guild_id" not in message
    mentions_it = any(user["id"] == bot_id for user in message["mentions"])
    return message if is_own or is_dm or mentions_it else {**message, **_HIDDEN}


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
