"""Small rules to build limits from: each looks at one value and notes what is wrong with it, by its
path, as Discord nests it.

`null` and a missing key are the same to Discord where a value is not required.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playground.refusals import InvalidForm
from playground.wire import Json, is_list, is_object

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: Discord's name for it, and its sentence."""

    path: Path
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Problems:
    """Collects problems, so that a refusal names all of them at once."""

    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, path: Path, code: str, message: str) -> None:
        """Note a broken rule."""
        self.found.append(Problem(path, code, message))

    def raise_if_any(self) -> None:
        """Raise `InvalidForm` where anything was noted."""
        if self.found:
            raise InvalidForm(nested(self.found))


def nested(problems: list[Problem]) -> Json:
    """`{"embeds": {"0": {"title": {"_errors": [{"code": ..., "message": ...}]}}}}`."""
    tree: Json = {}
    for problem in problems:
        node: dict[str, Any] = tree
        for step in problem.path:
            node = node.setdefault(str(step), {})
        error = {"code": problem.code, "message": problem.message}
        node.setdefault("_errors", []).append(error)
    return tree


Rule = Callable[[Problems, Path, Any], None]

WEB = ("http", "https")
MEDIA = (*WEB, "attachment")


def text(most: int, least: int = 0) -> Rule:
    """A string of so many characters; numbers and booleans pass as their text, as on Discord.

    Where something is required, spaces alone are nothing: Discord trims before it looks.
    """

    def check(problems: Problems, path: Path, value: Any) -> None:
        if not isinstance(value, str | int | float):
            problems.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        else:
            length = len(str(value)) if str(value).strip() or not least else 0
            _check_length(problems, path, length, least, most)

    return check


def number(low: float, high: float) -> Rule:
    """A whole number in the range."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < low:
            sentence = f"int value should be greater than or equal to {low}."
            problems.add(path, "NUMBER_TYPE_MIN", sentence)
        elif value > high:
            sentence = f"int value should be less than or equal to {high}."
            problems.add(path, "NUMBER_TYPE_MAX", sentence)

    return check


def real(low: float, high: float) -> Rule:
    """A number in the range, whole or not."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
        elif not low <= value <= high:
            sentence = f"float value should be between {low} and {high}."
            problems.add(path, "NUMBER_TYPE_MAX", sentence)

    return check


def boolean(problems: Problems, path: Path, value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        problems.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def one_of(*allowed: object) -> Rule:
    """One of these values."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if value not in allowed:
            listed = ", ".join(map(str, allowed))
            problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")

    return check


def items(each: Rule, most: int | None = None, least: int = 0) -> Rule:
    """A list of so many elements, each after that rule."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if not is_list(value):
            problems.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        _check_length(problems, path, len(value), least, most)
        for index, element in enumerate(value):
            each(problems, (*path, index), element)

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> Rule:
    """An object with these keys; others are ignored, as Discord does."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        if not is_object(value):
            sentence = "Only dictionaries may be used in a ModelType"
            problems.add(path, "MODEL_TYPE_CONVERT", sentence)
            return
        for key, rule in required.items():
            if value.get(key) is None:
                missing(problems, (*path, key))
            else:
                rule(problems, (*path, key), value[key])
        for key, rule in optional.items():
            if value.get(key) is not None:
                rule(problems, (*path, key), value[key])

    return check


def url(schemes: Collection[str], most: int = 2048) -> Rule:
    """A well-formed address with one of these schemes."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        parts = urlsplit(value) if isinstance(value, str) else None
        if parts is None or not parts.scheme:
            problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif parts.scheme not in schemes:
            listed = ", ".join(f"'{scheme}'" for scheme in schemes)
            sentence = (
                f'Scheme "{parts.scheme}" is not supported. Scheme must be one of ({listed}).'
            )
            problems.add(path, "URL_TYPE_INVALID_SCHEME", sentence)
        elif not parts.netloc:
            problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        else:
            _check_length(problems, path, len(value), 0, most)

    return check


def snowflake(problems: Problems, path: Path, value: Any) -> None:
    """An id."""
    if not str(value).isascii() or not str(value).isdigit() or int(value) >= 1 << 64:
        problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def anything(problems: Problems, path: Path, value: Any) -> None:
    """No rule."""


def objects(value: Any) -> list[Json]:
    """The objects in a list; none where it is no list, which another rule says."""
    return [each for each in value if is_object(each)] if is_list(value) else []


def missing(problems: Problems, path: Path) -> None:
    """Note that a required key is not there."""
    problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")


def _check_length(
    problems: Problems, path: Path, length: int, least: int, most: int | None
) -> None:
    if length == 0 and least > 0:
        missing(problems, path)
    elif most is not None and least > 0 and not least <= length <= most:
        sentence = f"Must be between {least} and {most} in length."
        problems.add(path, "BASE_TYPE_BAD_LENGTH", sentence)
    elif length < least:
        problems.add(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
    elif most is not None and length > most:
        problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
