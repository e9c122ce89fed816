"""Drawing with OpenAI, or with a server on loopback that speaks its API."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image, ImageColor
from playwright.async_api import Browser, expect

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    draw,
    labels_of,
    opened,
    pick,
    pictures_of,
    result_of,
    text_of,
)
from tests.e2e.test_gallery import ask_to_delete, choose_first, open_gallery, press
from tests.openai_server import KEY, Answer, OpenAIServer, Refuse, running_openai

EPHEMERAL = 1 << 6
LIMIT = 2**20 * 3 // 4
"""Half of what a painted picture weighs, as the most that Discord takes of a file."""


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAIServer]:
    async with running_openai(OpenAIServer(picture_px=256)) as server:
        yield server


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
        "general", "chibi", prompt="silver hair, cat ears", model="openai", count=1
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


async def test_it_hears_the_persons_own_sentence(mika: Person, provider: OpenAIServer) -> None:
    said = "two robots holding hands, one red and one blue, no text"

    message = await draw(mika, said, model="openai", count=1, without="a hat, glasses")
    details = text_of(await mika.answer(await mika.press(message, "Details")))
    chinese = await draw(mika, "抱着猫的{红|蓝}色机器人", model="openai", count=1)

    asked = [one.parameters["prompt"] for one in provider.asked]
    assert f": {said}. Without a hat, without glasses." in asked[-2]
    assert "single" not in asked[-2]
    assert re.search("：抱着猫的[红蓝]色机器人。$", asked[-1])
    assert said in text_of(message)
    assert "Not drawn" not in text_of(message)
    assert "Not understood" not in details
    assert f": {said}. Without" in details
    assert "A cute chibi picture in anime style" in details.partition("added by me")[2]
    assert "seed" not in text_of(message) + details.casefold()
    assert re.search("抱着猫的[红蓝]色机器人", text_of(chinese))


async def test_details_blame_no_seed_where_nothing_was_read(mika: Person) -> None:
    message = await draw(mika, "two robots in the rain", model="openai", count=1)

    details = text_of(await mika.answer(await mika.press(message, "Details")))

    assert "What was read" not in details
    assert ": two robots in the rain." in details


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"model": "openai"}, "knows no strength"),
        ({}, "there is none"),
    ],
)
async def test_a_strength_works_or_is_refused(
    mika: Person, provider: OpenAIServer, options: dict[str, object], sentence: str
) -> None:
    before = len(provider.asked)
    if options:
        answer = await with_photo(mika, photo(), prompt="a witch", strength=30, **options)
    else:
        asked = await mika.invoke("general", "chibi", prompt="a witch", strength=30)
        answer = await mika.answer(asked)

    assert sentence in text_of(answer)
    assert "a witch" in text_of(answer)
    assert len(provider.asked) == before


async def test_the_same_buttons_are_under_it(mika: Person, provider: OpenAIServer) -> None:
    message = await draw(mika, model="openai", count=1)

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
    answer = await with_photo(mika, photo(), prompt="as a chibi", model="openai", count=1)
    await mika.wait_message(lambda m: m["id"] == answer["id"] and "avatar-" in str(m))

    (start,) = provider.asked[-1].images
    assert start.startswith(b"\x89PNG")


def plain(color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(file, "PNG")
    return file.getvalue()


COLORS = ("red", "lime", "blue", "gold")


async def test_four_pictures_and_a_pose_are_looked_at(
    mika: Person, yue: Person, provider: OpenAIServer
) -> None:
    names = ("reference", "reference2", "reference3", "reference4", "pose")
    files = {
        name: (await mika.upload(f"{name}.png", plain(color))).id
        for name, color in zip(names, (*COLORS, "white"), strict=True)
    }

    asked = await mika.invoke(
        "general", "chibi", prompt="a pink-haired knight", model="openai", count=1, **files
    )
    message = await result_of(mika, asked)
    details = await mika.answer(await mika.press(message, "Details"))
    again = await result_of(mika, await mika.press(message, "Reroll"))
    by_another = await yue.press(message, "Reroll")
    await result_of(yue, by_another)

    first, second, others = provider.asked
    seen = [Image.open(io.BytesIO(png)).convert("RGB").getpixel((1, 1)) for png in first.images]
    assert seen == [ImageColor.getrgb(color) for color in (*COLORS, "white")]
    assert "Take the pose from the last picture" in first.parameters["prompt"]
    assert "Looked at:** 4 pictures" in text_of(details)
    assert "Pose:** taken from a picture" in text_of(details)
    assert len(pictures_of(again)) == 1
    assert second.images == first.images
    assert others.images == ()


@pytest.mark.parametrize("option", ["reference", "reference3", "pose"])
@pytest.mark.parametrize(
    ("data", "model", "words"),
    [
        (b"no picture", "openai", "no picture that I can read"),
        (b"x" * (10 * 2**20 + 1), "openai", "larger than the 10 MB"),
    ],
    ids=["a text", "too large"],
)
async def test_a_picture_that_cannot_be_looked_at_is_refused_with_a_way_out(
    mika: Person,
    playground: Playground,
    provider: OpenAIServer,
    option: str,
    data: bytes,
    model: str,
    words: str,
) -> None:
    await playground.failures.play({"failure": "file_limit", "mib": 50})  # a boosted server's
    uploaded = await mika.upload("me.png", data)
    asked = await mika.invoke(
        "general", "chibi", prompt="a witch", model=model, count=1, **{option: uploaded.id}
    )
    answer = await mika.answer(asked)
    await playground.failures.play({"failure": "heal"})

    assert answer["ephemeral"]
    assert words in text_of(answer)
    assert labels_of(answer) == ["Draw it without the picture"]
    assert provider.asked == []
    drawn = await result_of(mika, await mika.press(answer, "Draw it without the picture"))
    assert len(pictures_of(drawn)) == 1


async def test_pictures_come_back_with_the_refusal_and_another_model_looks_at_them(
    mika: Person, provider: OpenAIServer
) -> None:
    files = {
        name: (await mika.upload(f"of {color}.png", plain(color))).id
        for name, color in (("reference", "red"), ("reference3", "blue"), ("pose", "white"))
    }

    asked = await mika.invoke("general", "chibi", prompt="a knight", count=1, **files)
    answer = await mika.answer(asked)

    assert answer["ephemeral"]
    assert "take the pose from a picture" in text_of(answer)
    names = [file["filename"] for file in answer["attachments"]]
    assert names == ["reference.png", "reference3.png", "pose.png"]
    other, without = labels_of(answer)
    assert other.startswith("Draw it with")
    assert without == "Draw it without the picture"
    drawn = await result_of(mika, await mika.press(answer, other))
    assert len(pictures_of(drawn)) == 1
    (sent,) = provider.asked
    seen = [Image.open(io.BytesIO(png)).convert("RGB").getpixel((1, 1)) for png in sent.images]
    assert seen == [ImageColor.getrgb(color) for color in ("red", "blue", "white")]


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
    answer = await with_photo(mika, data, prompt="as a chibi", model=backend)
    await playground.failures.play({"failure": "heal"})

    assert words in text_of(answer)
    assert answer["ephemeral"]
    assert [message for message in posted() if not message["flags"] & EPHEMERAL] == []


async def test_a_refused_prompt_is_said_to_cost_nothing(
    mika: Person, provider: OpenAIServer
) -> None:
    provider.faults.append(Refuse(400, "moderation_blocked"))

    asked = await mika.invoke("general", "chibi", prompt="pink hair", model="openai")
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
        asked = await mika.invoke("general", "chibi", prompt="pink hair", model="openai")
        await mika.wait_message(
            lambda m, id=asked.id: (
                m.get("interaction", {}).get("id") == id and "no credit left" in text_of(m)
            )
        )
    await draw(mika, model="openai", count=1)

    told = await hana.wait_message(lambda m: m["channel_id"] == hana.dm)
    assert "no credit left" in text_of(told)
    assert len(list(playground.messages.in_channel(hana.dm))) == 1


async def test_models_says_what_there_is(mika: Person) -> None:
    text = text_of(await mika.answer(await mika.invoke("general", "models")))
    assert "OpenAI checks" not in text  # who knows, of somebody's own server
    assert "is up to whoever runs it" in text

    assert "🟢 **Illustrator** `illustrator` · **the default here**" in text
    assert "gpt-image-2.6-flare" in text
    assert "about $" in text


@pytest.mark.own_bot
async def test_a_server_can_choose_it(mika: Person, playground: Playground) -> None:
    hana = playground.person("hana")

    choices = await hana.autocomplete("general", "config model", "model", model="open")
    await hana.answer(await hana.invoke("general", "config model", model=choices[0]["value"]))

    assert "gpt-image" in text_of(await draw(mika, count=1))


async def test_what_does_not_exist_is_not_chosen(mika: Person, playground: Playground) -> None:
    hana = playground.person("hana")

    answer = await hana.answer(await hana.invoke("general", "config model", model="dall-e-3"))

    assert "No model here is called `dall-e-3`" in text_of(answer)


@pytest.mark.own_bot
async def test_without_a_key_it_is_said_how_to_switch_it_on(
    playground: Playground, tmp_path: Path
) -> None:
    bot = BotProcess(playground, tmp_path / "keyless")
    await bot.start()
    mika = playground.person("mika")

    models = await mika.answer(await mika.invoke("general", "models"))
    refused = await mika.answer(
        await mika.invoke("general", "chibi", prompt="pink hair", model="openai")
    )
    offered = await mika.autocomplete("general", "chibi", "model", prompt="pink", model="")
    await bot.stop()

    assert "MOEVATAR" in text_of(models)
    assert "is switched off" in text_of(refused)
    assert [choice["value"] for choice in offered] == ["illustrator"]


@pytest.fixture
def painted(provider: OpenAIServer) -> Callable[[int], None]:
    """Has the provider answer next with so many pictures like photos: 1024 px, 1.5 MB each."""

    def paint(count: int) -> None:
        file = io.BytesIO()
        Image.effect_noise((1024, 1024), 90).convert("RGB").save(file, "PNG", compress_level=1)
        one = {"b64_json": base64.b64encode(file.getvalue()).decode()}
        provider.faults.append(Answer(data=(one,) * count))

    return paint


async def sizes_of(message: Json) -> list[tuple[str, int]]:
    """The types of a message's pictures, and what they weigh as a client fetches them."""
    sizes: list[tuple[str, int]] = []
    async with aiohttp.ClientSession() as session:
        for picture in pictures_of(message):
            async with session.get(picture["media"]["url"]) as response:
                sizes.append((response.content_type, len(await response.read())))
    return sizes


async def test_pictures_heavier_than_discord_takes_here_are_shown_smaller_and_kept_whole(
    mika: Person, playground: Playground, painted: Callable[[int], None]
) -> None:
    before = playground.world.users[mika.id]
    await playground.failures.play({"failure": "file_limit", "mib": LIMIT / 2**20})
    playground.world.users[mika.id] = replace(before, file_limit=LIMIT)
    painted(4)

    message = await draw(mika, model="openai")
    shown = await sizes_of(message)
    gallery = await open_gallery(mika)
    panel = await choose_first(mika, gallery)
    asked = await ask_to_delete(mika, panel)
    await press(mika, asked, "Delete for good")
    left = await open_gallery(mika)
    await playground.failures.play({"failure": "heal"})
    playground.world.users[mika.id] = before
    saved = await mika.answer(await mika.press(await opened(mika, message, 2), "Save"))

    assert [kind for kind, _ in shown] == ["image/webp"] * 4
    assert max(size for _, size in shown) <= LIMIT
    assert len(pictures_of(gallery)) == 4
    assert len(pictures_of(panel)) == len(pictures_of(asked)) + 1 == 2
    assert len(pictures_of(left)) == 3
    (original,) = saved["attachments"]
    assert original["content_type"] == "image/png"
    assert original["size"] > LIMIT


async def test_what_discord_finds_too_heavy_whatever_it_says_is_shown_smaller(
    mika: Person, playground: Playground, painted: Callable[[int], None]
) -> None:
    await playground.failures.play({"failure": "upload_too_large"})
    painted(2)

    message = await draw(mika, model="openai", count=2)

    assert [kind for kind, _ in await sizes_of(message)] == ["image/webp"] * 2


async def test_what_discord_takes_in_no_size_is_said_to_be_in_the_gallery(
    mika: Person, playground: Playground
) -> None:
    await playground.failures.play({"failure": "upload_too_large", "times": 2})

    asked = await mika.invoke("general", "chibi", prompt="silver hair")
    told = await mika.wait_message(
        lambda m: m.get("interaction", {}).get("id") == asked.id and "larger than" in text_of(m)
    )

    assert "larger than Discord takes here" in text_of(told)
    assert "Cancel" not in labels_of(told)
    assert len(pictures_of(await open_gallery(mika))) == 4


async def test_what_is_opened_and_too_heavy_for_discord_is_told_in_a_sentence_of_its_own(
    mika: Person, playground: Playground
) -> None:
    message = await draw(mika, count=1)
    await playground.failures.play({"failure": "upload_too_large", "times": 3})

    panel = await opened(mika, message)
    gallery = await open_gallery(mika)
    saved = await mika.answer(await mika.press(message, "Save"))

    for told in (panel, gallery, saved):
        assert "larger than Discord takes here" in text_of(told)


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


USELESS = {
    "a text": (b"no picture", "no picture that I can read"),
    "cut off": (png(Image.effect_noise((400, 400), 90))[:50_000], "cut off or damaged"),
    "a point": (png(Image.new("RGB", (1, 1))), "has only 1 × 1 pixels"),
    "a line": (png(Image.new("RGB", (1536, 20))), "too long and narrow"),
    "empty": (png(Image.new("RGBA", (64, 64))), "all of it is transparent"),
    "too heavy": (b"x" * (10 * 2**20 + 1), "larger than the 10 MB"),
    "too large": (png(Image.new("1", (8000, 8000))), "more than the 40 megapixels"),
}


@pytest.mark.parametrize("name", USELESS)
async def test_what_was_refused_for_its_picture_is_drawn_without_it_by_a_button(
    mika: Person, playground: Playground, name: str
) -> None:
    data, why = USELESS[name]
    await playground.failures.play({"failure": "file_limit", "mib": 50})
    options = {"prompt": "silver `hair`", "model": "openai", "count": 1, "style": "soft"}
    refused = await with_photo(mika, data, **options)
    await playground.failures.play({"failure": "heal"})

    drawn = await result_of(mika, await mika.press(refused, "Draw it without the picture"))

    assert refused["ephemeral"]
    assert why in text_of(refused)
    assert "```\nsilver `hair`\n```" in text_of(refused)
    assert not drawn.get("ephemeral")
    assert len(pictures_of(drawn)) == 1
    assert "gpt-image" in text_of(drawn)
    assert "silver" in text_of(drawn)


@pytest.mark.parametrize("options", [{"image": True, "private": True}, {"style": "repaint"}])
async def test_what_the_illustrator_cannot_start_from_is_drawn_without_it_by_a_button(
    mika: Person, options: dict[str, Any]
) -> None:
    given = {"prompt": "silver hair", "count": 2, "seed": 7, "size": 256, **options}
    if given.pop("image", False):
        given["image"] = (await mika.upload("me.jpg", photo())).id
    refused = await mika.answer(await mika.invoke("general", "chibi", **given))

    drawn = await result_of(mika, await mika.press(refused, "Draw it without the picture"))

    assert "cannot start from a picture" in text_of(refused)
    assert len(pictures_of(drawn)) == 2
    assert pictures_of(drawn)[0]["media"]["width"] == 256
    assert bool(drawn.get("ephemeral")) == bool(options.get("private"))
    details = await mika.answer(await mika.press(drawn, "Details"))
    assert "`7` `8`" in text_of(details)


async def test_what_no_button_helps_gives_back_the_prompt_alone(mika: Person) -> None:
    refused = await mika.answer(
        await mika.invoke("general", "chibi", prompt="silver hair", model="dall-e-3")
    )

    assert "```\nsilver hair\n```" in text_of(refused)
    assert labels_of(refused) == []


async def test_options_that_something_here_can_use_are_offered(mika: Person) -> None:
    styles = await mika.autocomplete("general", "chibi", "style", prompt="x", style="")
    strengths = await mika.autocomplete("general", "chibi", "strength", prompt="x", strength="5")

    assert "repaint" in {choice["value"] for choice in styles}
    assert 5 in {choice["value"] for choice in strengths}
