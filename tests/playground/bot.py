"""A small bot on an unmodified discord.py: what the playground is tested with."""

import asyncio
import io

import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from playground.server import Playground

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030806000000b9eade81"
    "0000001149444154789c63fccfc0f09f818181818101000cfe0201e0d0e0b30000000049454e44ae426082"
)

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


def point_discord_at(playground: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", f"{playground.url}/api/v10")
    gateway = yarl.URL(playground.addresses.gateway)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    monkeypatch.setattr(discord.Asset, "BASE", playground.url)


def picture(name: str = "out.png") -> discord.File:
    return discord.File(io.BytesIO(PNG), filename=name)


class Again(discord.ui.DynamicItem[discord.ui.Button], template=r"again:(?P<word>\w+)"):
    def __init__(self, word: str) -> None:
        super().__init__(discord.ui.Button(label="Again", custom_id=f"again:{word}"))
        self.word = word

    @classmethod
    async def from_custom_id(cls, interaction, item, match, /):
        return cls(match["word"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"again {self.word}")


def gallery(text: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    items = discord.ui.MediaGallery(
        discord.MediaGalleryItem("attachment://out.png", description="alt")
    )
    row: discord.ui.ActionRow[discord.ui.LayoutView] = discord.ui.ActionRow()
    row.add_item(Again("x"))
    view.add_item(discord.ui.Container(discord.ui.TextDisplay(text), items, row))
    return view


class Bot(discord.Client):
    """Syncs its commands at start; `next_error` waits for what a handler raised."""

    def __init__(self, **options) -> None:
        options.setdefault("intents", INTENTS)
        super().__init__(guild_ready_timeout=0, **options)
        self.tree = app_commands.CommandTree(self)
        self.errors: asyncio.Queue[app_commands.AppCommandError] = asyncio.Queue()
        self.tree.on_error = self._note

    async def _note(self, interaction, error) -> None:
        self.errors.put_nowait(error)

    async def next_error(self) -> Exception:
        async with asyncio.timeout(5):
            error = await self.errors.get()
        return error.original if isinstance(error, app_commands.CommandInvokeError) else error

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Again)
        await self.tree.sync()
