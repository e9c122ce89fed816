"""Limits on a message as a whole."""

from collections.abc import Sequence

from playground.messages import Message
from playground.wire import Json


def check_message(payload: Json, before: Message, filenames: Sequence[str]) -> None:
    """Raise `InvalidForm` with every limit that `payload`, applied to `before`, would break."""
