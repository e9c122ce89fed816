"""Limits on names: of the bot, of webhooks and of threads."""

from playground.validate.problems import Problems
from playground.validate.rules import shape, text
from playground.wire import Json

PROFILE_TYPES = ("image/png", "image/jpeg", "image/gif")
_PROFILE = shape({}, {"username": text(32, 2)})
_MEMBER = shape({}, {"nick": text(32), "bio": text(190)})


def check_profile(body: Json) -> None:
    """Raise `InvalidForm` where the bot's user cannot be changed like this."""
    problems = Problems()
    _PROFILE(problems, (), body)
    problems.raise_if_any()


def check_webhook(body: Json, *, is_new: bool) -> None:
    """Raise `InvalidForm` where a webhook cannot be named like this: nor after Discord itself."""
    problems = Problems()
    name = {"name": text(80, 1)}
    shape(name if is_new else {}, name)(problems, (), body)
    _check_name(problems, "name", body.get("name"))
    problems.raise_if_any()


def check_sender(body: Json) -> None:
    """Raise `InvalidForm` where a webhook's message cannot be sent under this name."""
    problems = Problems()
    shape({}, {"username": text(80, 1)})(problems, (), body)
    _check_name(problems, "username", body.get("username"))
    problems.raise_if_any()


def _check_name(problems: Problems, key: str, name: object) -> None:
    if any(word in str(name).lower() for word in ("clyde", "discord")):
        sentence = f'Username cannot contain "{name}"'
        problems.add((key,), "USERNAME_INVALID_CONTAINS", sentence)


def check_thread(body: Json) -> None:
    """Raise `InvalidForm` where a thread cannot be named like this."""
    problems = Problems()
    shape({"name": text(100, 1)}, {})(problems, (), body)
    problems.raise_if_any()


def check_member(body: Json) -> None:
    """Raise `InvalidForm` where the bot's member cannot be changed like this."""
    problems = Problems()
    _MEMBER(problems, (), body)
    problems.raise_if_any()
