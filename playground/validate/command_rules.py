"""Limits on commands, their options and their translations."""

import unicodedata
from collections import Counter
from typing import Any

from playground.interactions.command_options import LOCALES, NESTING, OptionType
from playground.validate.rules import (
    Path,
    Problems,
    Rule,
    anything,
    boolean,
    items,
    number,
    objects,
    one_of,
    real,
    shape,
    text,
)
from playground.wire import Json, is_object

CHAT_INPUT, ENTRY_POINT = 1, 4
MAX_CHARACTERS = 8000
MAX_CHOICES = 25
_NAME_MARKS = "-_'"
_NAME_SCRIPTS = ("DEVANAGARI ", "THAI ")
_CHOICE_OF = (OptionType.STRING, OptionType.INTEGER, OptionType.NUMBER)


def is_name(name: str) -> bool:
    """Whether `name` can be that of a slash command or an option."""
    in_length = 1 <= len(name) <= 32
    return in_length and name == name.lower() and all(map(_is_name_character, name))


def _is_name_character(character: str) -> bool:
    is_word = unicodedata.category(character)[0] in "LN"
    script = unicodedata.name(character, "")
    return is_word or character in _NAME_MARKS or script.startswith(_NAME_SCRIPTS)


def _name(problems: Problems, path: Path, value: Any) -> None:
    text(32, 1)(problems, path, value)
    if isinstance(value, str) and 1 <= len(value) <= 32 and not is_name(value):
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _translations(of: Rule) -> Rule:
    def check(problems: Problems, path: Path, value: Any) -> None:
        if not is_object(value):
            sentence = "Only dictionaries may be used in a DictType"
            problems.add(path, "DICT_TYPE_CONVERT", sentence)
            return
        for locale, translated in value.items():
            one_of(*LOCALES)(problems, (*path, locale), locale)
            of(problems, (*path, locale), translated)

    return check


_DESCRIPTION = text(100, 1)
_TRANSLATED = {
    "name_localizations": _translations(_name),
    "description_localizations": _translations(_DESCRIPTION),
}


# JavaScript's safe integers: Discord takes no number beyond.
_BOUND = 2**53
_VALUES: dict[int, Rule] = {
    OptionType.STRING: text(100, 1),
    OptionType.INTEGER: number(-_BOUND, _BOUND),
    OptionType.NUMBER: real(-_BOUND, _BOUND),
}


def _choice(kind: object) -> Rule:
    value = _VALUES.get(kind, anything) if isinstance(kind, int) else anything
    translated = {"name_localizations": _translations(text(100, 1))}
    return shape({"name": text(100, 1), "value": value}, translated)


def _option(depth: int) -> Rule:
    """An option; `depth` counts the groups and subcommands around it."""

    def check(problems: Problems, path: Path, value: Any) -> None:
        kind = value.get("type") if is_object(value) else None
        optional: dict[str, Rule] = {
            **_TRANSLATED,
            "required": boolean,
            "autocomplete": boolean,
            "choices": items(_choice(kind or 0), MAX_CHOICES),
            "channel_types": items(number(0, 16)),
            "min_length": number(0, 6000),
            "max_length": number(1, 6000),
        }
        if kind in NESTING:
            optional["options"] = _options(depth + 1)
        required = {
            "type": one_of(*map(int, OptionType)),
            "name": _name,
            "description": _DESCRIPTION,
        }
        shape(required, optional)(problems, path, value)
        if is_object(value):
            _check_choices(problems, path, value)
            _check_place(problems, path, value, depth)

    return check


def _options(depth: int) -> Rule:
    def check(problems: Problems, path: Path, value: Any) -> None:
        items(_option(depth), 25)(problems, path, value)
        options = objects(value)
        _check_names(problems, path, options, "OPTIONS", "Option")
        _check_order(problems, path, options)
        kinds = {option.get("type") in NESTING for option in options}
        if len(kinds) > 1:
            sentence = "Subcommands and other options are mutually exclusive"
            problems.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", sentence)

    return check


def _check_choices(problems: Problems, path: Path, option: Json) -> None:
    if option.get("autocomplete") and option.get("type") not in _CHOICE_OF:
        # Once told as "Required cannot be configured …" (discord-api-docs#4359).
        sentence = "Autocomplete cannot be configured for this type of option"
        problems.add((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", sentence)
    if not option.get("choices"):
        return
    choices = objects(option["choices"])
    _check_names(problems, (*path, "choices"), choices, "OPTIONS_CHOICE", "Option choice")
    if option.get("autocomplete"):
        sentence = "Autocomplete cannot be enabled where choices are given"
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", sentence)
    if option.get("type") not in _CHOICE_OF:
        sentence = "Choices are for strings, integers and numbers only"
        problems.add((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", sentence)


def _check_place(problems: Problems, path: Path, option: Json, depth: int) -> None:
    kind = option.get("type")
    too_deep = depth == 2 and kind in NESTING
    group_inside = depth == 1 and kind == OptionType.SUB_COMMAND_GROUP
    if too_deep or group_inside:
        sentence = "Sub-commands cannot be nested any deeper"
        problems.add((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", sentence)


def _check_names(problems: Problems, path: Path, named: list[Json], key: str, what: str) -> None:
    """Refuse names that two of `named` have; `key` and `what` say of which kind these are."""
    counts = Counter(str(one.get("name")) for one in named)
    for index, one in enumerate(named):
        if counts[str(one.get("name"))] > 1:
            code = f"APPLICATION_COMMAND_{key}_NAME_ALREADY_EXISTS"
            problems.add((*path, index, "name"), code, f"{what} name already exists")


def _check_order(problems: Problems, path: Path, options: list[Json]) -> None:
    seen_optional = False
    for index, option in enumerate(options):
        if option.get("type") in NESTING:
            continue
        if option.get("required") and seen_optional:
            sentence = "Required options must be placed before non-required options"
            problems.add((*path, index), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", sentence)
        seen_optional = seen_optional or not option.get("required")


_COMMON: dict[str, Rule] = {
    "nsfw": boolean,
    "contexts": items(one_of(0, 1, 2)),
    "integration_types": items(one_of(0, 1), None, 1),
}
_SLASH = shape(
    {"name": _name, "description": _DESCRIPTION},
    {**_COMMON, **_TRANSLATED, "options": _options(0)},
)
_MENU = shape(
    {"name": text(32, 1)},
    {**_COMMON, "description": text(0), "options": items(anything, 0)},
)

_ENTRY_POINT = shape(
    {"name": _name, "handler": one_of(1, 2)},
    {**_COMMON, **_TRANSLATED, "description": text(100), "options": items(anything, 0)},
)


def check_command(problems: Problems, path: Path, command: Json) -> None:
    """Note what breaks a limit in one command."""
    kind = command.get("type") or CHAT_INPUT
    one_of(CHAT_INPUT, 2, 3, ENTRY_POINT)(problems, (*path, "type"), kind)
    rule = _SLASH if kind == CHAT_INPUT else _ENTRY_POINT if kind == ENTRY_POINT else _MENU
    rule(problems, path, command)
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        sentence = f'Value "{permissions}" is not a bitset.'
        problems.add((*path, "default_member_permissions"), "NUMBER_TYPE_COERCE", sentence)
    if not problems.found and _characters(command) > MAX_CHARACTERS:
        sentence = f"Command exceeds maximum size ({MAX_CHARACTERS})"
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", sentence)


def check_commands(commands: list[Json]) -> None:
    """Raise `InvalidForm` with every limit that commands of one scope break."""
    problems = Problems()
    items(shape({}, {}))(problems, (), commands)
    problems.raise_if_any()
    for index, command in enumerate(commands):
        check_command(problems, (index,), command)
    problems.raise_if_any()
    counts = Counter((c.get("name"), c.get("type") or CHAT_INPUT) for c in commands)
    for index, command in enumerate(commands):
        if counts[command.get("name"), command.get("type") or CHAT_INPUT] > 1:
            sentence = "Application command names must be unique"
            problems.add((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", sentence)
    problems.raise_if_any()


def _characters(node: Json) -> int:
    """Characters of names, descriptions and values, the longest translation of each."""
    total = len(str(node["value"])) if "value" in node else 0
    for key in ("name", "description"):
        translations: dict[str, str] = node.get(f"{key}_localizations") or {}
        total += max(map(len, [node.get(key) or "", *translations.values()]))
    inside = [*(node.get("options") or ()), *(node.get("choices") or ())]
    return total + sum(map(_characters, inside))


_CHOICES = {kind: items(_choice(kind), MAX_CHOICES) for kind in _CHOICE_OF}


def check_autocomplete(choices: Any, kind: int) -> None:
    """Raise `InvalidForm` where choices for an option of that type break a limit."""
    problems = Problems()
    _CHOICES[OptionType(kind)](problems, ("data", "choices"), choices)
    problems.raise_if_any()
