"""Running the event loop: start, stop on a signal, and say in one sentence why a start failed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

import aiohttp
import discord

from bot.app import database_path, open_bot
from bot.client import Moevatar
from bot.discord_endpoint import BadProxy, discord_through_proxy
from bot.settings import ENV_PREFIX, Settings
from bot.storage.database import Database, StorageError, only_user_of
from generation.backends.base import BadOptions

FAILED, BAD_INPUT = 1, 2
STOPPED_IN_S = 8.0
"""Service managers kill after ten seconds, some of them."""

_AUTHENTICATION_FAILED = 4004
"""How the gateway closes on a token that was taken back while the bot was running."""
_BAD_TOKEN = (
    f"Discord does not accept {ENV_PREFIX}DISCORD_TOKEN. "
    "Copy it again from the Bot page of the developer portal."
)


def run_on_discord(settings: Settings, token: str) -> int:
    """Run until SIGINT or SIGTERM. Returns the exit status."""
    try:
        asyncio.run(_run(settings, token))
    except StorageError as error:
        return _fail(f"{ENV_PREFIX}DATA_DIR: {error}", BAD_INPUT)
    except (BadOptions, BadProxy) as error:
        return _fail(str(error), BAD_INPUT)
    except discord.LoginFailure:
        return _fail(_BAD_TOKEN, BAD_INPUT)
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            return _fail(_BAD_TOKEN, BAD_INPUT)
        return _fail(f"Discord has closed the connection: {error}", FAILED)
    except (aiohttp.ClientError, discord.HTTPException) as error:
        return _fail(f"Discord cannot be reached: {error}", FAILED)
    except KeyboardInterrupt:
        pass
    return 0


def migrate_database(settings: Settings) -> int:
    """Bring the database up to date. Returns the exit status."""

    async def work() -> None:
        with only_user_of(settings.data_dir):
            async with Database.open(database_path(settings)) as database:
                await database.migrate()

    try:
        asyncio.run(work())
    except StorageError as error:
        return _fail(f"{ENV_PREFIX}DATA_DIR: {error}", BAD_INPUT)
    print(f"{database_path(settings)} is up to date.")
    return 0


async def _run(settings: Settings, token: str) -> None:
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises KeyboardInterrupt
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    way = {} if settings.discord_url else discord_through_proxy()  # loopback needs none
    async with open_bot(settings, **way) as bot, bot:
        await bot.login(token)
        if settings.discord_url is None:
            print(f"Moevatar is on Discord. Add it to a server: {bot.invite_url()}", flush=True)
        connection = asyncio.create_task(bot.connect(), name="connection")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if stop.is_set():
            await leave(bot, connection)
        else:
            await bot.close()
            await connection


async def leave(bot: Moevatar, connection: asyncio.Task[None]) -> None:
    """Close in `STOPPED_IN_S`: what waits for a Discord that is away is left to the next start."""
    closing = asyncio.create_task(bot.close(), name="close")
    _, late = await asyncio.wait({closing}, timeout=STOPPED_IN_S)
    for task in (*late, connection):  # which may be asleep until it tries to connect again
        task.cancel()
    await asyncio.gather(closing, connection, return_exceptions=True)


def _fail(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status
