"""What a person typed into a command's options, checked against what the bot registered; and
commands with their names in one of Discord's languages.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from playground.interactions import resolver
from playground.refusals import Refused
from playground.wire import Json


class OptionType(IntEnum):
    """Discord's option types."""

    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTING = (OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP)
MAX_STRING = 6000
_PICKS = {
    OptionType.USER: resolver.USER,
    OptionType.CHANNEL: resolver.CHANNEL,
    OptionType.ROLE: resolver.ROLE,
    OptionType.MENTIONABLE: resolver.MENTIONABLE,
    OptionType.ATTACHMENT: resolver.ATTACHMENT,
}
# JavaScript's safe integers: Discord's clients take no others.
_BOUND = 2**53


def checked(registered: list[Json], given: list[Json], *, partial: bool = False) -> list[Json]:
    """`given` as Discord sends it on, or `Refused`.

    `partial` is for autocomplete, where values may be missing, unfinished and over their limits.
    """
    by_name = {option["name"]: option for option in registered}
    found: list[Json] = []
    for entry in given:
        option = by_name.get(entry.get("name", ""))
        if option is None:
            raise Refused(f"There is no option {entry.get('name')!r}.", 50035, 400)
        found.append(_checked_option(option, entry, partial))
    given_names = {entry["name"] for entry in found}
    missing = [o["name"] for o in registered if o.get("required") and o["name"] not in given_names]
    if missing and not partial:
        raise Refused(f"The option {missing[0]} is required.", 50035, 400)
    if any(o["type"] in NESTING for o in registered) and len(found) != 1:
        raise Refused("Choose one of the subcommands.", 50035, 400)
    return found


def picked(options: list[Json]) -> Iterator[tuple[str, str]]:
    """Kind and id of everything in `options` that needs resolving."""
    for option in options:
        if option["type"] in NESTING:
            yield from picked(option.get("options") or [])
        elif option["type"] in _PICKS:
            yield _PICKS[OptionType(option["type"])], str(option["value"])


def _checked_option(option: Json, entry: Json, partial: bool) -> Json:
    kind = OptionType(option["type"])
    if kind in NESTING:
        inner = checked(option.get("options") or [], entry.get("options") or [], partial=partial)
        return {"name": option["name"], "type": int(kind), "options": inner}
    value = entry.get("value")
    focused = {"focused": True} if partial and entry.get("focused") else {}
    if not partial:
        value = _checked_value(option, kind, value)
    return {"name": option["name"], "type": int(kind), "value": value, **focused}


def _checked_value(option: Json, kind: OptionType, value: Any) -> Any:
    match kind:
        case OptionType.STRING:
            value = _checked_string(option, value)
        case OptionType.INTEGER | OptionType.NUMBER:
            value = _checked_number(option, kind, value)
        case OptionType.BOOLEAN if not isinstance(value, bool):
            raise _refused(option, "Choose true or false.")
        case _:
            pass
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise _refused(option, "Choose one of the choices.")
    return value


def _checked_string(option: Json, value: Any) -> str:
    if not isinstance(value, str):
        raise _refused(option, "Enter some text.")
    text = value.strip()
    least = max(option.get("min_length") or 0, 1 if option.get("required") else 0)
    most = option.get("max_length") or MAX_STRING
    if not least <= len(text) <= most:
        raise _refused(option, f"Enter between {least} and {most} characters.")
    return text


def _checked_number(option: Json, kind: OptionType, value: Any) -> int | float:
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(option, "Enter a number.")
    if kind is OptionType.INTEGER and not (isinstance(value, int) or whole):
        raise _refused(option, "Enter a whole number.")
    least, most = option.get("min_value"), option.get("max_value")
    low, high = -_BOUND if least is None else least, _BOUND if most is None else most
    if not low <= value <= high:
        raise _refused(option, f"Enter a number between {low} and {high}.")
    return int(value) if kind is OptionType.INTEGER else value


def _refused(option: Json, sentence: str) -> Refused:
    return Refused(f"{option['name']}: {sentence}", 50035, 400)


LOCALES = (
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi",
    "th", "zh-CN", "ja", "zh-TW", "ko",
)  # fmt: skip


def localized(command: Json, locale: str) -> Json:
    """`command` with `name_localized` and `description_localized`, down to options and choices."""
    shown: Json = dict(command)
    for key in ("name", "description"):
        if key in command:
            translations: Any = command.get(f"{key}_localizations") or {}
            shown[f"{key}_localized"] = translations.get(locale, command[key])
    for key in ("options", "choices"):
        if command.get(key):
            shown[key] = [localized(inner, locale) for inner in command[key]]
    return shown
