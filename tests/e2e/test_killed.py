"""A crash at any moment loses nothing, draws nothing twice and shows everything once."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from aiohttp import web

from generation.backends.openai.provider import CALLS
from playground.failures import cut_after
from playground.page.audience import Event
from playground.page.people import Person
from playground.server import Playground
from playground.world.world import BOT_ID
from tests.e2e.driving import BotProcess, Json, pictures_of, text_of
from tests.openai_server import KEY, Break, OpenAIServer

Step = Callable[["Crash"], None]


class Crash:
    """Kills the bot the moment something is seen from outside, before anybody can go on."""

    def __init__(self, bot: BotProcess, playground: Playground, provider: OpenAIServer) -> None:
        self._bot = bot
        self.playground = playground
        self.provider = provider

    def kill(self, *_: object) -> None:
        """SIGKILL, now."""
        self._bot.kill_now()

    def at_request(self, method: str, end: str, *, files: bool | None = None) -> None:
        """When a REST request arrives, before it is handled."""

        def fits(request: web.Request) -> bool:
            uploads = request.content_type == "multipart/form-data"
            is_it = request.method == method and request.path.endswith(end)
            return is_it and files in (None, uploads)

        self.playground.failures.at_request(fits, self.kill)

    def at_message(
        self, name: str, matches: Callable[[Json], bool], seen_by: Person | None = None
    ) -> None:
        """When a message was created or changed, before Discord has answered the bot."""
        who = (seen_by or self.playground.person("yue")).id

        def hear(event: Event) -> None:
            if event.name == name and isinstance(event.data, dict) and matches(event.data):
                self.playground.audience.leave(who, hear)
                self.kill()

        self.playground.audience.join(who, hear)


def accepted(crash: Crash) -> None:
    crash.at_request("POST", "/callback")


def answered(crash: Crash) -> None:
    crash.at_message("message_create", lambda message: True)


def asked_the_provider(crash: Crash) -> None:
    crash.provider.on_asked = crash.kill


def drawn_by_the_provider(crash: Crash) -> None:
    crash.provider.on_drawn = crash.kill


def stored(crash: Crash) -> None:
    crash.at_request("PATCH", "", files=True)


def shown(crash: Crash) -> None:
    crash.at_message("message_update", lambda message: len(pictures_of(message)) == 4)


@pytest.fixture(scope="module")
def settings(server: OpenAIServer) -> Mapping[str, str]:
    """The bot draws with the provider where it is asked to."""
    return {"openai_api_key": KEY, "openai_base_url": server.url}


@pytest.mark.parametrize(
    "step",
    [accepted, answered, asked_the_provider, drawn_by_the_provider, stored, shown],
    ids=lambda step: step.__name__,
)
async def test_a_crash_at_any_step_of_a_drawing(
    step: Step,
    mika: Person,
    bot: BotProcess,
    playground: Playground,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
) -> None:
    step(Crash(bot, playground, provider))
    since = len(mika.events)
    await mika.invoke("general", "chibi", prompt="silver hair", model="openai")
    await bot.died()

    await bot.start()

    await settled(mika, since)
    (message,) = posted()
    assert len(pictures_of(message)) == 4
    assert provider.billed == 4  # a request sent again is the same request


async def test_a_crash_while_a_photo_is_fetched_is_told_where_thinking_stands(
    mika: Person,
    bot: BotProcess,
    playground: Playground,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
) -> None:
    crash = Crash(bot, playground, provider)
    crash.at_message("message_create", lambda message: True)
    uploaded = await mika.upload("me.png", b"whatever it is, nobody looks at it")
    await mika.invoke("general", "chibi", prompt="hair", model="openai", image=uploaded.id)
    await bot.died()

    await bot.start()

    told = await mika.wait_message(lambda m: "Attach it again" in str(m))
    (message,) = posted()
    assert message["id"] == told["id"]
    assert provider.billed == 0


async def settled(mika: Person, since: int) -> None:
    """Wait for the pictures, and then for whatever else the bot might post, by having it draw once
    more: jobs of one backend are delivered in order.
    """
    await mika.wait_message(lambda m: len(pictures_of(m)) == 4, since=since)
    after = await mika.invoke("dm", "chibi", prompt="red hair", count=1)
    await mika.wait_message(
        lambda m: m.get("interaction", {}).get("id") == after.id and len(pictures_of(m)) == 1
    )


async def test_what_waits_is_drawn_after_a_crash_on_the_messages_it_waited_on(
    mika: Person,
    bot: BotProcess,
    playground: Playground,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
) -> None:
    provider.faults.extend([Break("hang")] * CALLS)
    hana = playground.person("hana")
    await hana.answer(await hana.invoke("general", "config limit", jobs=50))
    options = {"prompt": "pink hair", "model": "openai", "count": 1}
    waiting = [
        (await mika.answer(await mika.invoke("general", "chibi", **options)))["id"]
        for _ in range(CALLS + 2)
    ]
    await bot.kill()

    await bot.start()

    for message_id in waiting:
        await mika.wait_message(lambda m, id=message_id: m["id"] == id and len(pictures_of(m)) == 1)
    assert [message["id"] for message in posted()[1:]] == waiting


LONG = {"failure": "time_passes", "seconds": 16 * 60}
"""Longer than a token lives, and than Discord remembers a nonce."""


def never_posted(crash: Crash) -> None:
    """The bot dies at its answer, which Discord has not taken."""

    def kill(request: web.Request) -> web.Response:
        crash.kill()
        return web.Response(status=502)

    crash.playground.failures.at_request(lambda request: request.path.endswith("/callback"), kill)


async def posted_in_the_channel(mika: Person, bot: BotProcess, playground: Playground) -> None:
    """Have a drawing that was never answered posted after a restart that comes late.

    The bot dies once more before it learns that it is.
    """
    crash = Crash(bot, playground, OpenAIServer())
    never_posted(crash)
    await mika.invoke("general", "chibi", prompt="silver hair")
    await bot.died()
    await playground.failures.play(LONG)
    for _ in range(120):
        await mika.write("general", "people talk meanwhile")
    answered(crash)
    await bot.launch()
    await bot.died()
    await playground.failures.play(LONG)


async def test_what_was_posted_before_the_last_crash_is_found_long_after(
    mika: Person, bot: BotProcess, playground: Playground, posted: Callable[[], list[Json]]
) -> None:
    since = len(mika.events)
    await posted_in_the_channel(mika, bot, playground)

    await bot.start()

    await settled(mika, since)
    (message,) = [m for m in posted() if m["author"]["bot"]]
    assert len(pictures_of(message)) == 4
    assert [event for event in mika.events if event.name == "mention"] == []


async def test_what_an_older_version_has_posted_is_found_by_its_buttons(
    mika: Person, bot: BotProcess, playground: Playground, posted: Callable[[], list[Json]]
) -> None:
    answered(Crash(bot, playground, OpenAIServer()))
    since = len(mika.events)
    await mika.invoke("general", "chibi", prompt="silver hair")
    await bot.died()
    (message,) = (playground.messages.get(message["id"]) for message in posted())
    assert message
    old = json.loads(re.sub(r"mv:cancel:generation=", "mv:cancel:", json.dumps(message.components)))
    playground.messages.put(replace(message, components=old))
    await playground.failures.play(LONG)

    await bot.start()

    await settled(mika, since)
    (found,) = posted()
    assert found["id"] == message.id
    assert len(pictures_of(found)) == 4


async def test_a_drawing_that_discord_has_taken_unheard_in_the_channel_is_posted_once(
    mika: Person, bot: BotProcess, playground: Playground, posted: Callable[[], list[Json]]
) -> None:
    never_posted(Crash(bot, playground, OpenAIServer()))
    since = len(mika.events)
    await mika.invoke("general", "chibi", prompt="silver hair")
    await bot.died()
    await playground.failures.play(LONG)

    def is_posted(request: web.Request) -> bool:
        return request.method == "POST" and request.path.endswith("/messages")

    playground.failures.at_request(is_posted, cut_after)
    await bot.start()

    await settled(mika, since)
    (message,) = posted()
    assert len(pictures_of(message)) == 4


async def test_a_drawing_that_was_posted_in_the_channel_goes_on_there(
    mika: Person,
    bot: BotProcess,
    playground: Playground,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
) -> None:
    """Its token still works, but the message is none of its answers."""
    never_posted(Crash(bot, playground, provider))
    since = len(mika.events)
    await mika.invoke("general", "chibi", prompt="silver hair", model="openai", count=1)
    await bot.died()
    provider.held = asyncio.Event()
    await bot.start()
    preview = await mika.wait_message(lambda m: "preview.webp" in str(m))

    provider.held.set()

    await settled(mika, since)
    (message,) = posted()
    assert message["id"] == preview["id"]
    assert len(pictures_of(message)) == 1
    assert "preview.webp" not in str(message)


async def test_an_edit_in_the_channel_pings_nobody(
    mika: Person, bot: BotProcess, playground: Playground, provider: OpenAIServer
) -> None:
    provider.on_asked = bot.kill_now
    asked = await mika.invoke("general", "chibi", prompt="silver hair", model="openai")
    answer = await mika.answer(asked)
    await bot.died()
    await playground.failures.play(LONG)

    await bot.start()
    shown = await mika.wait_message(lambda m: m["id"] == answer["id"] and bool(pictures_of(m)))

    assert f"<@{mika.id}>" in text_of(shown)
    assert [event for event in mika.events if event.name == "mention"] == []


async def test_a_private_drawing_that_no_message_can_show_is_told_of_in_a_direct_message(
    mika: Person, bot: BotProcess, playground: Playground, posted: Callable[[], list[Json]]
) -> None:
    crash = Crash(bot, playground, OpenAIServer())
    crash.at_request("POST", "/callback")
    await mika.invoke("general", "chibi", prompt="silver hair", count=1, private=True)
    await bot.died()
    await playground.failures.play(LONG)
    crash.at_message("message_create", lambda m: "in your gallery" in str(m), seen_by=mika)
    await bot.launch()
    await bot.died()

    await bot.start()

    await mika.answer(await mika.invoke("dm", "chibi", prompt="red hair", count=1))
    (told,) = [m for m in playground.messages.in_channel(mika.dm) if "in your gallery" in str(m)]
    assert told.author_id == BOT_ID
    assert not any(pictures_of(message) for message in posted())


@pytest.mark.own_bot
async def test_a_channel_that_is_gone_ends_the_job_and_keeps_the_pictures(
    mika: Person, bot: BotProcess, playground: Playground, provider: OpenAIServer
) -> None:
    provider.on_asked = bot.kill_now
    await mika.invoke("studio", "chibi", prompt="silver hair", model="openai")
    await bot.died()
    studio = next(c.id for c in playground.world.guild_channels if c.name == "studio")
    await playground.failures.play({"failure": "deleted_channel", "channel": studio})

    await bot.start()
    told = await mika.wait_message(lambda m: "in your gallery" in str(m))

    assert told["channel_id"] == mika.dm
    await bot.stop()
    await bot.start()
    gallery = await mika.answer(await mika.invoke("general", "avatar gallery"))
    assert len(pictures_of(gallery)) == 4
    assert provider.billed == 4
