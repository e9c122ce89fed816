import io
import struct
import zlib
from base64 import b64encode
from dataclasses import replace

import aiohttp
import discord
import pytest

from playground.world.permissions import Permission
from tests.playground.bot import PNG, Bot
from tests.playground.ids import BOT_ID, GUILD_ID

EMOJIS = f"/applications/{BOT_ID}/emojis"


def png(width: int, height: int, padding: int = 0) -> bytes:
    """An empty picture of that size; `padding` bytes of text make it larger on disk."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 1) * height))
    parts = chunk(b"IHDR", header), chunk(b"tEXt", bytes(padding)), chunk(b"IDAT", pixels)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def uri(data: bytes) -> str:
    return f"data:image/png;base64,{b64encode(data).decode()}"


@pytest.fixture
async def bot(playground, start) -> Bot:
    """A bot that may create expressions."""
    world = playground.world
    guild = world.guilds[GUILD_ID]
    role = next(role for role in guild.roles.values() if role.managed)
    able = replace(role, permissions=Permission.CREATE_GUILD_EXPRESSIONS)
    world.guilds[GUILD_ID] = replace(guild, roles={**guild.roles, role.id: able})
    return await start(Bot())


async def test_application_emojis_are_made_listed_and_served(bot) -> None:
    made = await bot.create_application_emoji(name="chibi", image=PNG)

    listed = await bot.fetch_application_emojis()

    assert [emoji.name for emoji in listed] == ["chibi"]
    async with aiohttp.ClientSession() as http:
        path = f"{discord.Asset.BASE}/emojis/{made.id}.png"
        async with http.get(path) as response:
            assert await response.read() == PNG


async def test_a_guild_emoji_and_a_sticker_are_made(bot) -> None:
    guild = bot.get_guild(int(GUILD_ID))
    file = discord.File(io.BytesIO(png(320, 320)), "sticker.png")

    emoji = await guild.create_custom_emoji(name="chibi", image=PNG)
    sticker = await guild.create_sticker(name="chibi", description="hi", emoji="cat", file=file)

    assert emoji.name == "chibi"
    assert sticker.format is discord.StickerFormatType.png


async def test_without_the_permission_the_guild_gets_no_emoji(rest) -> None:
    body = {"name": "chibi", "image": uri(PNG)}

    refused = await rest("POST", f"/guilds/{GUILD_ID}/emojis", body)

    assert (refused.status, refused.body["code"]) == (403, 50013)


@pytest.mark.parametrize(
    ("good", "bad", "code"),
    [
        pytest.param({"name": "x" * 32}, {"name": "x" * 33}, 50035, id="name"),
        pytest.param({"name": "xy"}, {"name": "x"}, 50035, id="short name"),
        pytest.param({"name": "x_y"}, {"name": "x y"}, 50035, id="letters"),
        pytest.param({"image": uri(PNG)}, {"image": "data:image/png;base64,AAAA"}, 50035, id="no"),
        pytest.param({"image": uri(png(128, 128))}, {"image": uri(png(129, 1))}, 0, id="size"),
        pytest.param(
            {"image": uri(png(9, 9, 200_000))}, {"image": uri(png(9, 9, 262_144))}, 0, id="bytes"
        ),
    ],
)
async def test_an_emoji_keeps_the_limit(rest, good: dict, bad: dict, code: int) -> None:
    usual = {"name": "chibi", "image": uri(PNG)}

    taken = await rest("POST", EMOJIS, usual | good)
    refused = await rest("POST", EMOJIS, usual | bad)

    assert taken.status == 201
    assert (refused.status, refused.body["code"]) == (400, code)


async def test_the_bot_changes_its_name_and_face(bot) -> None:
    await bot.user.edit(username="Drawer", avatar=PNG)
    guild = bot.get_guild(int(GUILD_ID))
    member = await guild.me.edit(nick="Drawing")

    assert bot.user.name == "Drawer"
    assert await bot.user.avatar.with_static_format("png").read() == PNG
    assert member.display_name == "Drawing"
