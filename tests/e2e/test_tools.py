"""What can be made of a picked picture, each a job like any other."""

import io
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    choose,
    draw,
    labels_of,
    opened,
    pick,
    pictures_of,
    result_of,
    text_of,
)
from tests.e2e.test_gallery import choose_first, open_gallery


@pytest.fixture
async def picked(mika: Person) -> Json:
    """What is shown of a picture that has just become Mika's avatar."""
    message = await draw(mika, "silver hair, cat ears, night sky", count=1, size=256)
    return await pick(mika, message)


async def picture(message: Json) -> Image.Image:
    """The first picture, as a client would fetch it."""
    url = pictures_of(message)[0]["media"]["url"]
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return Image.open(io.BytesIO(await response.read()))


def is_open_at_the_corner(image: Image.Image) -> bool:
    return image.convert("RGBA").getchannel("A").crop((1, 1, 2, 2)).getextrema() == (0, 0)


@pytest.mark.parametrize(
    ("label", "words", "size"),
    [
        ("Upscale ×2", "upscaled ×2", 512),
        ("Upscale ×4", "upscaled ×4", 1024),
        ("Cut out", "cut out", 256),
        ("Face", "cropped to the face", 256),
        ("Sharpen", "sharpened", 256),
    ],
)
async def test_each_tool_makes_a_picture_that_can_be_picked(
    mika: Person, picked: Json, label: str, words: str, size: int
) -> None:
    message = await result_of(mika, await choose(mika, picked, label))

    assert message["ephemeral"]
    assert words in text_of(message)
    assert labels_of(message) == ["Pick", "Save", "More", "Details", "Delete"]
    made = await picture(message)
    assert made.size == (size, size)
    assert is_open_at_the_corner(made) == (label == "Cut out")


async def test_tools_follow_one_another(mika: Person, picked: Json) -> None:
    cut = await result_of(mika, await choose(mika, picked, "Cut out"))
    again = await pick(mika, cut)

    large = await result_of(mika, await choose(mika, again, "Upscale ×2"))

    made = await picture(large)
    assert made.size == (512, 512)
    assert is_open_at_the_corner(made)


async def test_a_variation_of_what_a_tool_made_is_one_of_the_character(
    mika: Person, picked: Json
) -> None:
    sharp = await result_of(mika, await choose(mika, picked, "Sharpen"))
    await pick(mika, sharp)
    opened = await choose_first(mika, await open_gallery(mika))

    varied = await result_of(mika, await mika.press(opened, "Vary"))

    assert "silver" in text_of(varied)  # hair, or a cut of it


async def test_tools_chain_without_picking_in_between(mika: Person, picked: Json) -> None:
    cut = await result_of(mika, await choose(mika, picked, "Cut out"))
    panel = await opened(mika, cut)

    large = await result_of(mika, await choose(mika, panel, "Upscale ×2"))

    made = await picture(large)
    assert made.size == (512, 512)
    assert is_open_at_the_corner(made)
    assert "512 × 512 pixels" in text_of(large)
    assert "kB" in text_of(large)


async def test_no_tool_is_offered_that_cannot_work(mika: Person) -> None:
    message = await draw(mika, count=1, size=1024)

    panel = await opened(mika, message)

    with pytest.raises(LookupError):
        await choose(mika, panel, "Upscale ×4")
    assert await choose(mika, panel, "Upscale ×2")


async def test_the_file_to_save_is_large_and_comes_with_the_way_to_use_it(
    mika: Person, picked: Json
) -> None:
    saved = await mika.answer(await mika.press(picked, "Save"))

    assert saved["ephemeral"]
    assert "Change Avatar" in text_of(saved)
    assert [line[:2] for line in text_of(saved).splitlines()[-3:]] == ["1.", "2.", "3."]
    (attachment,) = saved["attachments"]
    assert (attachment["width"], attachment["height"]) == (1024, 1024)
    assert attachment["content_type"] == "image/png"


async def test_how_a_picked_picture_looks_on_the_page(
    playground: Playground, bot: BotProcess, browser: Browser, screenshots: Path
) -> None:
    hana = playground.person("hana")  # whom the page shows at first
    page = await browser.new_page(color_scheme="dark", viewport={"width": 1000, "height": 1700})
    await page.goto(playground.url)
    message = await draw(hana, "silver hair, cat ears, night sky", count=1)
    picked = await pick(hana, message)
    await result_of(hana, await choose(hana, picked, "Cut out"))

    await expect(page.locator(".message").last).to_contain_text("cut out")
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=screenshots / "tools.png", full_page=True)
    await page.close()
