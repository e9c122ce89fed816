"""Drawing with OpenAI, or with a server on loopback that speaks its API."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    draw,
    labels_of,
    pick,
    pictures_of,
    result_of,
    text_of,
)
from tests.openai_server import KEY, OpenAIServer, Refuse, running_openai

EPHEMERAL = 1 << 6


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAIServer]:
    async with running_openai(OpenAIServer(picture_px=256)) as server:
        yield server


@pytest.fixture
def provider(server: OpenAIServer) -> OpenAIServer:
    server.forget()
    return server


@pytest.fixture(scope="module")
def settings(server: OpenAIServer) -> Mapping[str, str]:
    """The bot has a key, and draws with the illustrator where nobody says otherwise."""
    return {"openai_api_key": KEY, "openai_base_url": server.url}


@pytest.fixture
def bot(bot: BotProcess) -> Iterator[BotProcess]:
    """The bot, which never tells its key."""
    yield bot
    assert KEY not in bot.log


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "#336699").save(file, "JPEG")
    return file.getvalue()


async def with_photo(person: Person, data: bytes, **options: Any) -> Json:
    uploaded = await person.upload("me.jpg", data)
    asked = await person.invoke("general", "chibi", image=uploaded.id, **options)
    return await person.answer(asked)


async def test_a_preview_is_shown_and_then_the_picture(
    mika: Person,
    playground: Playground,
    provider: OpenAIServer,
    browser: Browser,
    screenshots: Path,
) -> None:
    provider.held = asyncio.Event()
    page = await browser.new_page(color_scheme="dark", viewport={"width": 1000, "height": 900})
    await page.goto(playground.url)

    asked = await mika.invoke(
        "general", "chibi", prompt="silver hair, cat ears", backend="openai", count=1
    )
    preview = await mika.wait_message(lambda m: "preview.webp" in str(m))
    await expect(page.locator(".message").last.locator(".picture")).to_be_visible()
    await page.screenshot(path=screenshots / "openai-1-preview.png")
    provider.held.set()
    message = await mika.wait_message(
        lambda m: m["id"] == preview["id"] and "avatar-" in str(pictures_of(m))
    )
    await expect(page.locator(".message").last).to_contain_text("gpt-image")
    await page.screenshot(path=screenshots / "openai-2-picture.png")

    assert message["interaction"]["id"] == asked.id
    assert "gpt-image-2.6-flare" in text_of(message)
    assert "about $" in text_of(message)
    await page.close()


async def test_the_same_buttons_are_under_it(mika: Person, provider: OpenAIServer) -> None:
    message = await draw(mika, backend="openai", count=1)

    again = await result_of(mika, await mika.press(message, "Reroll"))
    varied = await result_of(mika, await mika.press(message, "Vary"))
    picked = await pick(mika, message)
    details = await mika.answer(await mika.press(message, "Details"))

    assert labels_of(again) == labels_of(message)
    assert len(pictures_of(varied)) == 1
    assert provider.asked[-1].images  # a variation starts from the picture
    assert "This is you now" in text_of(picked)
    assert "gpt-image-2.6-flare" in text_of(details)
    assert "Cost" in text_of(details)


async def test_a_photo_becomes_a_chibi(mika: Person, provider: OpenAIServer) -> None:
    answer = await with_photo(mika, photo(), prompt="as a chibi", backend="openai", count=1)
    await mika.wait_message(lambda m: m["id"] == answer["id"] and "avatar-" in str(m))

    (start,) = provider.asked[-1].images
    assert start.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("data", "backend", "words"),
    [
        (photo(), "illustrator", "cannot start from a picture"),
        (photo(), "illustrator", "`openai`"),
        (b"no picture", "openai", "no picture that I can read"),
        (b"x" * (10 * 2**20 + 1), "openai", "larger than the 10 MB"),
    ],
    ids=["the illustrator", "who can", "a text", "too large"],
)
async def test_a_photo_that_cannot_be_used_is_refused_privately(
    mika: Person,
    playground: Playground,
    posted: Callable[[], list[Json]],
    data: bytes,
    backend: str,
    words: str,
) -> None:
    await playground.failures.play({"failure": "file_limit", "mib": 50})  # a boosted server's
    answer = await with_photo(mika, data, prompt="as a chibi", backend=backend)
    await playground.failures.play({"failure": "heal"})

    assert words in text_of(answer)
    assert answer["ephemeral"]
    assert [message for message in posted() if not message["flags"] & EPHEMERAL] == []


async def test_a_refused_prompt_is_said_to_cost_nothing(
    mika: Person, provider: OpenAIServer
) -> None:
    provider.faults.append(Refuse(400, "moderation_blocked"))

    asked = await mika.invoke("general", "chibi", prompt="pink hair", backend="openai")
    message = await mika.wait_message(
        lambda m: m.get("interaction", {}).get("id") == asked.id and "refused" in text_of(m)
    )

    assert "Nothing was charged" in text_of(message)
    assert "Edit" in labels_of(message)


@pytest.mark.own_bot
async def test_an_empty_account_is_told_to_the_operator_once(
    mika: Person, playground: Playground, provider: OpenAIServer
) -> None:
    hana = playground.person("hana")
    provider.faults.extend([Refuse(429, "insufficient_quota")] * 2)

    for _ in range(2):
        asked = await mika.invoke("general", "chibi", prompt="pink hair", backend="openai")
        await mika.wait_message(
            lambda m, id=asked.id: (
                m.get("interaction", {}).get("id") == id and "no credit left" in text_of(m)
            )
        )
    await draw(mika, backend="openai", count=1)

    told = await hana.wait_message(lambda m: m["channel_id"] == hana.dm)
    assert "no credit left" in text_of(told)
    assert len(list(playground.messages.in_channel(hana.dm))) == 1


async def test_models_says_what_there_is(mika: Person) -> None:
    text = text_of(await mika.answer(await mika.invoke("general", "models")))

    assert "🟢 **Illustrator** `illustrator` · **the default here**" in text
    assert "gpt-image-2.6-flare" in text
    assert "about $" in text


@pytest.mark.own_bot
async def test_a_server_can_choose_it(mika: Person, playground: Playground) -> None:
    hana = playground.person("hana")

    choices = await hana.autocomplete("general", "config backend", "backend", backend="open")
    await hana.answer(await hana.invoke("general", "config backend", backend=choices[0]["value"]))

    assert "gpt-image" in text_of(await draw(mika, count=1))


async def test_what_does_not_exist_is_not_chosen(mika: Person, playground: Playground) -> None:
    hana = playground.person("hana")

    answer = await hana.answer(await hana.invoke("general", "config backend", backend="dall-e-3"))

    assert "nothing called `dall-e-3`" in text_of(answer)


@pytest.mark.own_bot
async def test_without_a_key_it_is_said_how_to_switch_it_on(
    playground: Playground, tmp_path: Path
) -> None:
    bot = BotProcess(playground, tmp_path / "keyless")
    await bot.start()
    mika = playground.person("mika")

    models = await mika.answer(await mika.invoke("general", "models"))
    refused = await mika.answer(
        await mika.invoke("general", "chibi", prompt="pink hair", backend="openai")
    )
    offered = await mika.autocomplete("general", "chibi", "backend", prompt="pink", backend="")
    await bot.stop()

    assert "MOEVATAR" in text_of(models)
    assert "is switched off" in text_of(refused)
    assert [choice["value"] for choice in offered] == ["illustrator"]
