"""Limits on what a bot may say about itself."""

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


def check_member(body: Json) -> None:
    """Raise `InvalidForm` where the bot's member cannot be changed like this."""
    problems = Problems()
    _MEMBER(problems, (), body)
    problems.raise_if_any()
