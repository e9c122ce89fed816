"""Buttons and menus that work for as long as their message exists.

What a press needs is in the custom_id (at most 100 characters) and in the database, so a restart
between message and press changes nothing. A view is only a picture: `button` and `menu` name an
action, and the `Persistent` registered for that action answers the press.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.client import Moevatar
from bot.errors import report_error

Press = discord.Interaction[Moevatar]
ACCENT = discord.Color.from_str("#f79ab8")


def card(*items: ui.Item[Any]) -> ui.LayoutView:
    """A message of one container. It is stopped: discord.py need not keep it to hear of presses."""
    view = ui.LayoutView(timeout=None).add_item(ui.Container(*items, accent_color=ACCENT))
    view.stop()
    return view


def button(
    action: str,
    *numbers: int,
    label: str,
    emoji: str | None = None,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> ui.Button[Any]:
    """A button for `action` on the things that `numbers` name (ids, page numbers)."""
    return ui.Button(
        label=label, emoji=emoji, style=style, disabled=disabled, custom_id=_id(action, numbers)
    )


def menu(
    action: str, *numbers: int, placeholder: str, options: list[discord.SelectOption]
) -> ui.Select[Any]:
    """A menu for `action`; what is chosen is the value of one of `options`."""
    return ui.Select(placeholder=placeholder, options=options, custom_id=_id(action, numbers))


def _id(action: str, numbers: tuple[int, ...]) -> str:
    return ":".join(("mv", action, *map(str, numbers)))


class Persistent(ui.DynamicItem[ui.Item[Any]], template=r"(?!)"):
    """Answers every press of one action: `class Reroll(Persistent, action="reroll")`.

    Whatever `pressed` raises is answered through the table in `bot.errors`. This base matches no
    custom_id itself.
    """

    action: ClassVar[str]

    def __init_subclass__(cls, *, action: str) -> None:
        super().__init_subclass__(template=rf"mv:{action}((?::\d+)*)")
        cls.action = action

    def __init__(self, item: ui.Item[Any], numbers: tuple[int, ...]) -> None:
        super().__init__(item)
        self.numbers = numbers

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild from the message's own button or menu."""
        return cls(item, tuple(int(part) for part in match[1].split(":")[1:]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the press, errors included: discord.py would only log them."""
        try:
            await self.pressed(interaction)
        except Exception as error:  # the door at which every error of a press becomes an answer
            await report_error(interaction, error, interaction.client.texts)

    @abstractmethod
    async def pressed(self, press: Press) -> None:
        """Do what the button says. Must answer `press` within 3 seconds."""
        ...

    @property
    def chosen(self) -> str:
        """What was chosen in a menu."""
        assert isinstance(self.item, ui.Select)
        return self.item.values[0]
