"""The composition root: opens everything, hands it on, closes it in reverse."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.client import Moevatar
from bot.collection import Collection
from bot.discord_endpoint import use_discord_at
from bot.errors import sentence
from bot.jobs import Jobs
from bot.lanes import Lanes
from bot.policy import Policy
from bot.service import AvatarService
from bot.settings import ENV_PREFIX, Settings, options_for
from bot.storage.commands import CommandStore
from bot.storage.database import Database, only_user_of
from bot.storage.disk import check_writable
from bot.storage.guilds import GuildStore
from bot.storage.images import ImageStore
from bot.storage.leases import JobStore
from bot.storage.pictures import PictureFiles
from bot.texts import Catalogue
from generation.backends import BACKENDS, create_backend
from generation.errors import NotConfigured, UnknownBackend
from generation.lexicon import LANGUAGES
from generation.problems import error_of
from generation.prompt import read_prompt

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
        lanes = Lanes(backends, settings.queue_length)
        jobs = Jobs(JobStore(database, pictures, secrets.token_hex(16)), images, lanes)
        stack.push_async_callback(jobs.release)
        stack.push_async_callback(jobs.aclose)
        service = AvatarService(images, guilds, lanes, Policy(lanes), jobs)
        await lanes.open()
        _log_what_can_draw(lanes, settings, texts)
        if settings.discord_url:
            use_discord_at(settings.discord_url)
        commands = CommandStore(database)
        yield Moevatar(service, jobs, Collection(images), guilds, texts, commands, **client_options)


def _log_what_can_draw(lanes: Lanes, settings: Settings, texts: Catalogue) -> None:
    """Tell the operator what is ready, and of the rest why it is not and what to do."""
    t = texts.bound(LANGUAGES[0].tag)
    log.info("The data is in %s", settings.data_dir.resolve())
    for model in lanes.models():
        if model.problem is None:
            log.info("%s is ready%s", model.key, f" on {model.device}" if model.device else "")
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
