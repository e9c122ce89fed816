"""A crash at any moment loses nothing, draws nothing twice and shows everything once."""

from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from aiohttp import web

from generation.backends.openai.backend import CALLS
from playground.page.audience import Event
from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import BotProcess, Json, pictures_of
from tests.openai_server import KEY, Break, OpenAIServer, running_openai

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

    def at_message(self, name: str, matches: Callable[[Json], bool]) -> None:
        """When a message was created or changed, before Discord has answered the bot."""
        yue = self.playground.person("yue")

        def hear(event: Event) -> None:
            if event.name == name and isinstance(event.data, dict) and matches(event.data):
                self.playground.audience.leave(yue.id, hear)
                self.kill()

        self.playground.audience.join(yue.id, hear)


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
async def server() -> AsyncIterator[OpenAIServer]:
    async with running_openai(OpenAIServer(picture_px=128)) as server:
        yield server


@pytest.fixture
def provider(server: OpenAIServer) -> OpenAIServer:
    server.forget()
    return server


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
    await mika.invoke("general", "chibi", prompt="silver hair", backend="openai")
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
    await mika.invoke("general", "chibi", prompt="hair", backend="openai", image=uploaded.id)
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
    options = {"prompt": "pink hair", "backend": "openai", "count": 1}
    waiting = [
        (await mika.answer(await mika.invoke("general", "chibi", **options)))["id"]
        for _ in range(CALLS + 2)
    ]
    await bot.kill()

    await bot.start()

    for message_id in waiting:
        await mika.wait_message(lambda m, id=message_id: m["id"] == id and len(pictures_of(m)) == 1)
    assert [message["id"] for message in posted()[1:]] == waiting


async def test_a_private_drawing_that_no_message_can_show_is_told_of_in_a_direct_message(
    mika: Person,
    bot: BotProcess,
    playground: Playground,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
) -> None:
    Crash(bot, playground, provider).at_request("POST", "/callback")
    await mika.invoke("general", "chibi", prompt="silver hair", count=1, private=True)
    await bot.died()
    await playground.failures.play({"failure": "time_passes", "seconds": 16 * 60})

    await bot.start()
    told = await mika.wait_message(lambda m: "in your gallery" in str(m))

    assert told["channel_id"] == mika.dm
    assert not any(pictures_of(message) for message in posted())


@pytest.mark.own_bot
async def test_a_channel_that_is_gone_ends_the_job_and_keeps_the_pictures(
    mika: Person, bot: BotProcess, playground: Playground, provider: OpenAIServer
) -> None:
    provider.on_asked = bot.kill_now
    await mika.invoke("studio", "chibi", prompt="silver hair", backend="openai")
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
