"""Actions: what buttons, menus and forms do, for as long as their message exists.

What a press needs is in the custom_id and in the database, so a restart between message and press
changes nothing. A view only names an action (`act("reroll", generation=12)`); the cog's method
marked `@action("reroll")` answers it. Custom ids read `mv:reroll:generation=12`; those of messages
posted before they carried names (`mv:reroll:12`) are understood too.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NewType, TypeVar, get_args, get_origin

import discord
from discord import ui
from discord.ext import commands

from bot.texts import Catalogue
from bot.user_errors import OutdatedAction, report_error

Press = discord.Interaction[Any]
FormText = NewType("FormText", str)
"""What somebody has typed into a form; the parameter has the name of the field."""
NOT_ASKED = FormText("")
"""What stands for a field that a form may be without."""
ACCENT = discord.Color.from_str("#f79ab8")
MAX_NUMBER = 2**63 - 1
"""The largest id the database holds."""

_PREFIX = "mv"
_CUSTOM_ID_LENGTH = 100  # Discord's limit
_NUMBER = re.compile(r"[0-9]{1,19}")
_WORD = re.compile(r"[\w./-]+", re.ASCII)
_MARK = "__action__"

Method = TypeVar("Method", bound=Callable[..., Any])


def action(name: str, *places: str) -> Callable[[Method], Method]:
    """Mark a cog's method as what answers every press of `name`.

    It is given the interaction and, by name, what the custom_id carries: parameters are `int`,
    `bool`, `Literal` words, or `FormText`. `places` name what older messages carry without names,
    in their order.
    """

    def mark(method: Method) -> Method:
        setattr(method, _MARK, (name, places))
        return method

    return mark


def act(name: str, **values: int | str) -> str:
    """The custom_id of a button, or the value of a menu's option, that does `name`."""
    words = [f"{key}={int(v) if isinstance(v, bool) else v}" for key, v in values.items()]
    custom_id = ":".join((_PREFIX, name, *words))
    if len(custom_id) > _CUSTOM_ID_LENGTH:
        raise ValueError(f"{custom_id} is longer than Discord takes")
    return custom_id


def button(
    custom_id: str,
    *,
    label: str | None = None,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> ui.Button[Any]:
    """A button for an action."""
    return ui.Button(label=label, emoji=emoji, style=style, disabled=disabled, custom_id=custom_id)


def menu(
    custom_id: str, *, placeholder: str, options: list[discord.SelectOption]
) -> ui.Select[Any]:
    """A menu whose options are actions themselves, or bare values of the menu's own."""
    return ui.Select(placeholder=placeholder, options=options, custom_id=custom_id)


def form(custom_id: str, *, title: str, label: str, field: ui.TextInput[Any]) -> ui.Modal:
    """A form of one field for an action. It may be left open for an hour, or over a restart."""
    return fields_form(custom_id, title, ui.Label(text=label, component=field))


def fields_form(custom_id: str, title: str, *fields: ui.Label[Any]) -> ui.Modal:
    """A form of several fields, as `form`."""
    made = ui.Modal(title=title, custom_id=custom_id)
    for field in fields:
        made.add_item(field)
    made.stop()  # discord.py need not keep it: `ActionsCog` hears of it
    return made


def card(*items: ui.Item[Any]) -> ui.LayoutView:
    """A message of one container. It is stopped: discord.py need not keep it to hear of presses."""
    view = ui.LayoutView(timeout=None).add_item(ui.Container(*items, accent_color=ACCENT))
    view.stop()
    return view


def is_private(press: Press) -> bool:
    """Whether the message pressed is seen by one person alone; what comes of it stays so."""
    return press.message is not None and press.message.flags.ephemeral


@dataclass(frozen=True, slots=True)
class Action:
    """A method that answers presses, and what it wants to be given."""

    method: Callable[..., Any]
    parameters: Mapping[str, inspect.Parameter]
    places: tuple[str, ...]

    async def __call__(self, press: Press, words: list[str], fields: Mapping[str, str]) -> None:
        """Raises `OutdatedAction` for words that are missing, unknown, malformed or too large."""
        await self.method(press, **self._arguments(words, fields))

    def _arguments(self, words: list[str], fields: Mapping[str, str]) -> dict[str, Any]:
        if len(words) > len(self.parameters):
            raise OutdatedAction
        given = dict(self._named(place, word) for place, word in enumerate(words))
        arguments: dict[str, Any] = {}
        for name, parameter in self.parameters.items():
            source = fields if parameter.annotation is FormText else given
            if name in source:
                arguments[name] = _read(source[name], parameter.annotation)
            elif parameter.default is inspect.Parameter.empty:
                raise OutdatedAction
        if not given.keys() <= arguments.keys():
            raise OutdatedAction
        return arguments

    def _named(self, place: int, word: str) -> tuple[str, str]:
        name, sign, value = word.partition("=")
        if sign:
            return name, value
        if place >= len(self.places):
            raise OutdatedAction
        return self.places[place], word


def actions_of(cog: commands.Cog) -> Iterator[tuple[str, Action]]:
    """The actions that a cog answers, by name."""
    for attribute in dir(type(cog)):
        function = getattr(type(cog), attribute)
        if mark := getattr(function, _MARK, None):
            name, places = mark
            _, _, *wanted = inspect.signature(function, eval_str=True).parameters.values()
            parameters = {parameter.name: parameter for parameter in wanted}
            yield name, Action(getattr(cog, attribute), parameters, places)


class ActionsCog(commands.Cog):
    """Hears every press, choice and submitted form, and hands it to the cog that answers it.

    Whatever that raises is answered through the table in `bot.user_errors`: discord.py would only
    log it.
    """

    def __init__(self, cogs: Iterable[commands.Cog], texts: Catalogue) -> None:
        self._texts = texts
        self._actions: dict[str, Action] = {}
        for cog in cogs:
            for name, found in actions_of(cog):
                if name in self._actions:
                    raise ValueError(f"two cogs answer {name}")
                self._actions[name] = found

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer, errors included."""
        if interaction.type not in (
            discord.InteractionType.component,
            discord.InteractionType.modal_submit,
        ):
            return
        try:
            await self.answer(interaction)
        except Exception as error:  # the door at which every error of a press becomes an answer
            await report_error(interaction, error, self._texts)

    async def answer(self, press: Press) -> None:
        """Raises `OutdatedAction` for what no message of ours carries now, or what its cog does."""
        data: Any = press.data
        prefix, name, *words = _custom_id(data).split(":")
        if prefix != _PREFIX or name not in self._actions:
            raise OutdatedAction
        await self._actions[name](press, words, _fields(data))


def _custom_id(data: Any) -> str:
    """What was pressed or, in a menu, chosen. Raises `OutdatedAction`."""
    match data:
        case {"custom_id": str(), "values": [str(chosen)]} if chosen.startswith(f"{_PREFIX}:"):
            custom_id = chosen
        case {"custom_id": str(menu_id), "values": [str(chosen)]}:
            custom_id = f"{menu_id}:{chosen}"
        case {"custom_id": str(custom_id)} if "values" not in data:
            pass
        case _:
            raise OutdatedAction
    if ":" not in custom_id:
        raise OutdatedAction
    return custom_id


def _fields(data: Any) -> Mapping[str, str]:
    """What was typed into a form, or chosen in it, by field; what has another shape is left out."""
    fields: dict[str, str] = {}
    for label in data.get("components") or ():
        match label:
            case {"component": {"custom_id": str(name), "value": str(value)}}:
                fields[name] = value
            case {"component": {"custom_id": str(name), "values": [str(value)]}}:
                fields[name] = value
            case _:
                pass
    return fields


def _read(word: str, kind: Any) -> int | str:
    """Raises `OutdatedAction` for what is no `kind`."""
    if kind is FormText:
        return word
    if get_origin(kind) is Literal:
        if word in get_args(kind):
            return word
    elif kind is bool:
        if word in ("0", "1"):
            return word == "1"
    elif kind is int:
        if _NUMBER.fullmatch(word) and int(word) <= MAX_NUMBER:
            return int(word)
    elif kind is str and _WORD.fullmatch(word):
        return word
    raise OutdatedAction
