"""The composition root, and the event loop around it: opens everything, hands it on, runs until
told to stop, closes in reverse, and says in one sentence why a start failed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import discord

from bot.client import Moevatar
from bot.collection import Collection
from bot.discord_endpoint import BadProxy, discord_through_proxy, use_discord_at
from bot.fetches import Fetches
from bot.jobs import Jobs
from bot.lanes import Lanes
from bot.policy import Policy
from bot.service import AvatarService
from bot.settings import ENV_PREFIX, Settings, options_for
from bot.storage.database import Database, StorageError
from bot.storage.disk import PictureFiles, check_writable, only_user_of
from bot.storage.guilds import CommandStore, GuildStore
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.paces import PaceStore
from bot.texts import Catalogue
from bot.user_errors import sentence
from generation.backends import BACKENDS, create_backend
from generation.backends.base import BadOptions
from generation.errors import NotConfigured, UnknownBackend
from generation.lexicon import LANGUAGES
from generation.problems import error_of
from generation.prompt import read_prompt
from generation.prompts.wildcards import read_lists

log = logging.getLogger(__name__)


def database_path(settings: Settings) -> Path:
    """Where the database is kept."""
    return settings.data_dir / "moevatar.sqlite3"


@asynccontextmanager
async def open_bot(settings: Settings, **client_options: Any) -> AsyncGenerator[Moevatar]:
    """A bot with everything it needs, not logged in yet. Raises `StorageError`.

    `client_options` go to `discord.Client`; a `connector`, say.
    """
    texts = Catalogue.load()
    async with AsyncExitStack() as stack:
        stack.enter_context(only_user_of(settings.data_dir))
        check_writable(settings.data_dir)
        database = await stack.enter_async_context(Database.open(database_path(settings)))
        await database.migrate()
        pictures = PictureFiles(settings.data_dir / "pictures")
        images = ImageStore(database, pictures)
        await asyncio.to_thread(read_prompt, "hello")  # the first reading builds the word index
        await images.forget_expired()
        await images.sweep_pictures()  # what a crash may have left behind
        guilds = GuildStore(database, backend=settings.backend, open_jobs_limit=settings.open_jobs)
        backends = (create_backend(name, options_for(name, settings)) for name in BACKENDS)
        pace = await stack.enter_async_context(PaceStore(database).keeping())
        lanes = Lanes(backends, settings.queue_length, pace)
        store = JobStore(database, pictures, secrets.token_hex(16))
        jobs = Jobs(store, images, pictures, lanes)
        stack.push_async_callback(jobs.release)
        stack.push_async_callback(jobs.aclose)
        lists = read_lists(settings.wildcards_dir)
        service = AvatarService(images, guilds, lanes, Policy(lanes), jobs, lists)
        await lanes.open()
        _log_what_can_draw(lanes, settings, texts)
        if settings.discord_url:
            use_discord_at(settings.discord_url)
        commands = CommandStore(database)
        collection = Collection(images)
        yield Moevatar(
            *(service, jobs, collection, pictures, guilds, texts, commands, Fetches(lanes)),
            **client_options,
        )


def _log_what_can_draw(lanes: Lanes, settings: Settings, texts: Catalogue) -> None:
    """Tell the operator what is ready, and of the rest why it is not and what to do."""
    t = texts.bound(LANGUAGES[0].tag)
    log.info("The data is in %s", settings.data_dir.resolve())
    for model in lanes.models():
        if model.problem is None:
            state = "is ready" if model.is_here else "will be downloaded when it is first used"
            log.info("%s %s%s", model.key, state, f", on {model.device}" if model.device else "")
        else:  # what is switched off need not be mended
            error = error_of(model.problem)
            level = logging.INFO if isinstance(error, NotConfigured) else logging.WARNING
            log.log(level, "%s cannot draw: %s", model.key, sentence(error, t))
    try:
        default = lanes.model(settings.backend)
    except UnknownBackend as error:
        log.warning("%sBACKEND: %s", ENV_PREFIX, error)
        return
    if default.problem is not None:
        log.warning("%sBACKEND: %s cannot draw now", ENV_PREFIX, default.key)


FAILED, BAD_INPUT = 1, 2
CLOSED_IN_S, STOPPED_IN_S = 8.0, 9.5
"""Seconds after a signal in which Discord is left, and in which the process ends. Service managers
kill after ten, some of them.
"""

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
    if sys.platform != "win32":  # whose loops take no handlers: Ctrl+C raises KeyboardInterrupt
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
            _end_in(STOPPED_IN_S)
            if not await leave(bot, connection):
                await bot.services.jobs.release()
                _end("what draws or stores cannot be stopped")
        else:
            await bot.close()
            await connection


async def leave(bot: Moevatar, connection: asyncio.Task[None]) -> bool:
    """Close in `CLOSED_IN_S`: what waits for a Discord that is away is left to the next start.

    Returns whether all of it has ended. What is in a thread cannot be made to.
    """
    closing = asyncio.create_task(bot.close(), name="close")
    _, late = await asyncio.wait({closing}, timeout=CLOSED_IN_S)
    for task in (*late, connection):  # which may be asleep until it tries to connect again
        task.cancel()
    ended, stuck = await asyncio.wait({closing, connection}, timeout=STOPPED_IN_S - CLOSED_IN_S - 1)
    await asyncio.gather(*ended, return_exceptions=True)
    return not stuck


def _end_in(seconds: float) -> None:
    """End the process then, whatever its loop and its threads do. A crash loses nothing either."""
    ending = threading.Timer(seconds, _end, ("not everything could be closed in time",))
    ending.daemon = True
    ending.start()


def _end(why: str) -> NoReturn:
    log.warning("Left to the next start: %s", why)
    logging.shutdown()
    os._exit(0)


def _fail(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status
