"""An admin has a model downloaded, from a hub on the loopback, by a button of /models."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import BotProcess, Json, draw, forge, labels_of, press_data, text_of
from tests.generation.backends.diffusers import tiny
from tests.generation.backends.diffusers.hub_server import (
    FAR,
    NAME,
    WEIGHTS,
    HubServer,
    running_hub,
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    with running_hub() as hub:
        hub.repositories[NAME] = tiny.save("sd15", tmp_path / "served")
        yield hub


@pytest.fixture
async def bot(
    playground: Playground, hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[BotProcess]:
    """A bot that asks the hub on the loopback, which its library is told at its start alone."""
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    presets = tmp_path / "models.toml"
    presets.write_text(FAR)
    settings = {"diffusers": "cpu", "models_file": str(presets)}
    cache = str(tmp_path / "cache")
    bot = BotProcess(playground, tmp_path / "data", model_cache_dir=cache, **settings)
    await bot.start(forked=False)
    yield bot
    await bot.stop()
    assert "Traceback" not in bot.log


async def listed(person: Person) -> Json:
    return await person.answer(await person.invoke("general", "models"))


async def becomes(person: Person, message: Json, words: str, since: int) -> Json:
    return await person.wait_message(
        lambda m: m["id"] == message["id"] and words in text_of(m), since=since
    )


@pytest.mark.own_bot
async def test_an_admin_fetches_a_model_stops_and_goes_on(
    bot: BotProcess, hub: HubServer, playground: Playground
) -> None:
    hana, mika = playground.person("hana"), playground.newcomer("mika")
    hub.held_after[WEIGHTS] = 100
    message = await listed(hana)
    of_member = await listed(mika)
    since = len(hana.events)

    await hana.press(message, "Fetch Far away")
    coming = await becomes(hana, message, "GB", since)
    data = press_data("mv:stop-fetch:model=diffusers/far:page=0")
    refused = await mika.answer(forge(playground, mika, of_member, data))
    hub.let_go.set()
    del hub.held_after[WEIGHTS]
    done = await becomes(hana, message, "🟢 **Far away**", since)
    drawn = await draw(mika, count=1, model="far")

    assert "⬇️ **Far away** `diffusers/far`" in text_of(message)
    assert "🟢 **Far away**" not in text_of(message)
    assert "Fetch Far away" not in labels_of(of_member)
    assert "Stop fetching Far away" in labels_of(coming)
    assert "for those who may manage the server" in text_of(refused)
    assert "MB on the disk" in text_of(done)
    assert "Fetch Far away" not in labels_of(done)
    assert "Drawn by Far away" in text_of(drawn)
    assert hub.served.count(WEIGHTS) == 1


@pytest.mark.own_bot
async def test_what_was_stopped_or_killed_half_way_is_not_taken_for_whole(
    bot: BotProcess, hub: HubServer, playground: Playground
) -> None:
    hana = playground.person("hana")
    hub.held_after[WEIGHTS] = 100
    message = await listed(hana)
    since = len(hana.events)
    await hana.press(message, "Fetch Far away")
    await becomes(hana, message, "GB", since)
    await bot.kill()
    hub.let_go.set()

    await bot.start(forked=False)
    after = await listed(hana)

    assert "⬇️ **Far away**" in text_of(after)
    assert "Fetch Far away" in labels_of(after)


@pytest.mark.own_bot
async def test_why_a_model_does_not_come_is_told_without_the_hubs_address(
    bot: BotProcess, hub: HubServer, playground: Playground
) -> None:
    hana = playground.person("hana")
    hub.gated.add(NAME)
    message = await listed(hana)
    since = len(hana.events)

    await hana.press(message, "Fetch Far away")
    failed = await becomes(hana, message, "accept its licence", since)

    assert "⚠️" in text_of(failed)
    assert hub.endpoint not in "".join(map(str, playground.messages))
    assert f"{NAME}: " in bot.log
    assert "Fetch Far away" in labels_of(failed)
