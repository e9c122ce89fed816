"""Painting a part of a picture anew: by its name or a mask, seen before, and undone."""

import io
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import numpy as np
import pytest
from PIL import Image

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    choose,
    draw,
    forge,
    labels_of,
    opened,
    pick,
    pictures_of,
    press_data,
    result_of,
    text_of,
)
from tests.openai_server import KEY, OpenAIServer, running_openai

SIZE_PX = 256


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAIServer]:
    async with running_openai(OpenAIServer(picture_px=SIZE_PX)) as server:
        yield server


@pytest.fixture(scope="module")
def settings(server: OpenAIServer) -> Mapping[str, str]:
    return {"openai_api_key": KEY, "openai_base_url": server.url}


async def pixels_of(item: Json) -> Any:
    async with aiohttp.ClientSession() as web, web.get(item["media"]["url"]) as answer:
        return np.asarray(Image.open(io.BytesIO(await answer.read())).convert("RGB")).astype(int)


async def asked_for(person: Person, panel: Json, option: str, words: str) -> Json:
    """The answer to a part chosen on an opened picture, and to the words for it."""
    form = await person.modal(await choose(person, panel, option))
    return await person.answer(await person.submit_modal(form, words=words))


async def grown(person: Person, preview: Json, button: str) -> Json:
    since = len(person.events)
    await person.press(preview, button)
    return await person.wait_message(lambda m: m["id"] == preview["id"], since=since)


async def test_a_part_is_seen_and_painted_and_the_rest_stays(
    mika: Person, provider: OpenAIServer
) -> None:
    drawn = await draw(mika, "pink short hair", count=1, size=SIZE_PX)
    panel = await opened(mika, drawn)

    preview = await asked_for(mika, panel, "Paint anew: hair", "blue twin tails")
    larger = await grown(mika, preview, "Larger")
    painted = await result_of(mika, await mika.press(larger, "Paint"))

    assert "blue twin tails" in text_of(preview)
    assert "gpt-image" in text_of(preview)
    assert "guess" not in text_of(preview)
    assert "about $" in text_of(preview)
    assert "blue twin tails" in text_of(larger)
    (asked,) = provider.asked
    assert "blue twin tails" in str(asked.parameters["prompt"])
    assert asked.mask is not None
    mask = Image.open(io.BytesIO(asked.mask)).getchannel("A").resize((SIZE_PX, SIZE_PX))
    kept, open_ = (np.asarray(mask) == value for value in (255, 0))
    before = await pixels_of(pictures_of(drawn)[0])
    after = await pixels_of(pictures_of(painted)[0])
    assert 0.2 < kept.mean() < 0.95
    assert (np.abs(after - before)[kept].max(axis=-1) <= 4).mean() > 0.99
    assert np.abs(after - before)[open_].mean() > 10
    assert "hair" in text_of(painted)
    assert "blue twin tails" in text_of(painted)


async def test_larger_shows_more_of_a_part_and_smaller_goes_back(
    mika: Person, provider: OpenAIServer
) -> None:
    panel = await opened(mika, await draw(mika, count=1, size=SIZE_PX))

    preview = await asked_for(mika, panel, "Paint anew: eyes", "")
    larger = await grown(mika, preview, "Larger")
    smaller = await grown(mika, larger, "Smaller")
    again = [await pixels_of(pictures_of(m)[0]) for m in (preview, larger, smaller)]

    assert "something new" in text_of(preview)
    assert not np.array_equal(again[0], again[1])
    assert np.array_equal(again[0], again[2])


async def test_undo_opens_the_picture_before_and_makes_it_the_avatar_again(
    mika: Person, provider: OpenAIServer
) -> None:
    drawn = await draw(mika, count=1, size=SIZE_PX)
    before = await pick(mika, drawn)
    panel = await opened(mika, drawn)
    preview = await asked_for(mika, panel, "Paint anew: outfit", "a red kimono")
    painted = await result_of(mika, await mika.press(preview, "Paint"))
    await pick(mika, painted)

    since = len(mika.events)
    await mika.press(painted, "Undo")
    undone = await mika.wait_message(lambda m: "Undone" in text_of(m), since=since)
    avatar = await mika.answer(await mika.invoke("general", "avatar show"))

    assert "is your avatar again" in text_of(undone)
    assert np.array_equal(
        await pixels_of(pictures_of(undone)[0]), await pixels_of(pictures_of(before)[0])
    )
    assert np.array_equal(
        await pixels_of(pictures_of(avatar)[0]), await pixels_of(pictures_of(before)[0])
    )


async def test_words_say_which_part_and_what(mika: Person, provider: OpenAIServer) -> None:
    panel = await opened(mika, await draw(mika, count=1, size=SIZE_PX))

    preview = await asked_for(mika, panel, "own words", "her hat becomes a crown")
    lost = await asked_for(mika, panel, "own words", "make it nicer")

    assert "Painting anew: hat" in text_of(preview)
    assert "hair, eyes, mouth, face, hat, glasses, outfit, background" in text_of(lost)


async def test_a_picture_that_nobody_knows_is_guessed_and_said(
    mika: Person, provider: OpenAIServer
) -> None:
    drawn = await draw(mika, "a robot", model="openai", count=1)

    preview = await asked_for(mika, await opened(mika, drawn), "Paint anew: background", "")

    assert "This is a guess" in text_of(preview)


async def test_others_paint_nothing_of_somebodys_picture(
    mika: Person, ren: Person, playground: Playground, provider: OpenAIServer
) -> None:
    drawn = await draw(mika, count=1, size=SIZE_PX)
    panel = await opened(mika, drawn)
    value = next(
        option["value"]
        for node in panel["components"][0]["components"]
        for select in node.get("components", ())
        for option in select.get("options", ())
        if "Paint anew: hair" in option["label"]
    )

    theirs = await opened(ren, drawn)
    forged = await ren.answer(forge(playground, ren, drawn, press_data("mv:parts", value)))

    assert "Paint a part" not in str(theirs["components"])
    assert "belongs to somebody else" in text_of(forged)
    assert not provider.asked


def mask(size: tuple[int, int], color: Any = "white") -> Image.Image:
    """Open at the left."""
    image = Image.new("RGBA", size, color)
    image.paste((0, 0, 0, 0), (0, 0, size[0] // 2, size[1]))
    return image


async def masked(person: Person, image: Image.Image, *, picture: bool = True) -> Any:
    options: Json = {}
    for name, attached in (("image", Image.new("RGB", (256, 256), "teal")), ("mask", image)):
        if name == "mask" or picture:
            file = io.BytesIO()
            attached.save(file, "PNG")
            options[name] = (await person.upload(f"{name}.png", file.getvalue())).id
    return await person.invoke(
        "general", "chibi", prompt="a lake", model="openai", count=1, **options
    )


async def test_an_attached_mask_says_what_is_painted(mika: Person, provider: OpenAIServer) -> None:
    result = await result_of(mika, await masked(mika, mask((128, 128))))

    after = await pixels_of(pictures_of(result)[0])
    assert np.abs(after[:, 140:] - (0, 128, 128)).max() <= 4
    assert np.abs(after[:, :116] - (0, 128, 128)).mean() > 10
    said = await mika.wait_message(lambda m: "scaled to it" in text_of(m))
    assert said


@pytest.mark.parametrize(
    ("image", "picture", "sentence"),
    [
        (Image.new("RGBA", (256, 256), "teal"), True, "nothing to paint in this mask"),
        (Image.linear_gradient("L"), True, "more than black and white"),
        (mask((256, 128)), True, "The mask is 256 × 128 pixels and the picture 256 × 256"),
        (mask((256, 256)), False, "attach that picture as"),
    ],
    ids=["opaque", "greys", "shape", "alone"],
)
async def test_a_mask_that_says_nothing_is_refused_and_says_why(
    mika: Person, provider: OpenAIServer, image: Image.Image, picture: bool, sentence: str
) -> None:
    await masked(mika, image, picture=picture)

    refused = await mika.wait_message(lambda m: sentence in text_of(m))

    assert "a lake" in text_of(refused)
    assert not provider.asked


async def test_a_strength_that_the_model_does_not_heed_is_refused(
    mika: Person, provider: OpenAIServer
) -> None:
    file = io.BytesIO()
    mask((256, 256)).save(file, "PNG")
    uploaded = await mika.upload("mask.png", file.getvalue())

    answer = await mika.answer(
        await mika.invoke(
            "general",
            "chibi",
            prompt="a lake",
            model="openai",
            image=uploaded.id,
            mask=uploaded.id,
            strength=40,
        )
    )

    assert "knows no strength" in text_of(answer)


@pytest.mark.own_bot
async def test_the_preview_outlives_a_restart(
    mika: Person, bot: BotProcess, provider: OpenAIServer
) -> None:
    panel = await opened(mika, await draw(mika, count=1, size=SIZE_PX))
    preview = await asked_for(mika, panel, "Paint anew: hair", "blue `curls`")

    await bot.stop()
    await bot.start()
    painted = await result_of(mika, await mika.press(preview, "Paint"))

    assert "Undo" in labels_of(painted)
    assert "blue `curls`" in str(provider.asked[-1].parameters["prompt"])
