"""What can be made of a picked picture, each a job like any other."""

import io
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import BotProcess, Json, draw, labels_of, pictures_of, result_of, text_of
from tests.e2e.test_gallery import choose_first, open_gallery


@pytest.fixture
async def picked(mika: Person) -> Json:
    """What is shown of a picture that has just become Mika's avatar."""
    message = await draw(mika, "silver hair, cat ears, night sky", count=1, size=256)
    return await mika.answer(await mika.press(message, "Pick"))


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
    message = await result_of(mika, await mika.press(picked, label))

    assert message["ephemeral"]
    assert words in text_of(message)
    assert labels_of(message) == ["Pick", "Details", "Delete"]
    made = await picture(message)
    assert made.size == (size, size)
    assert is_open_at_the_corner(made) == (label == "Cut out")


async def test_tools_follow_one_another(mika: Person, picked: Json) -> None:
    cut = await result_of(mika, await mika.press(picked, "Cut out"))
    again = await mika.answer(await mika.press(cut, "Pick"))

    large = await result_of(mika, await mika.press(again, "Upscale ×2"))

    made = await picture(large)
    assert made.size == (512, 512)
    assert is_open_at_the_corner(made)


async def test_a_variation_of_what_a_tool_made_is_one_of_the_character(
    mika: Person, picked: Json
) -> None:
    sharp = await result_of(mika, await mika.press(picked, "Sharpen"))
    await mika.answer(await mika.press(sharp, "Pick"))
    opened = await choose_first(mika, await open_gallery(mika))

    varied = await result_of(mika, await mika.press(opened, "Vary"))

    assert "silver" in text_of(varied)  # hair, or a cut of it


async def test_what_would_be_too_large_is_said(mika: Person) -> None:
    message = await draw(mika, count=1, size=1024)
    picked = await mika.answer(await mika.press(message, "Pick"))

    asked = await mika.press(picked, "Upscale ×4")
    refused = await mika.wait_message(
        lambda m: m.get("interaction", {}).get("id") == asked.id and "2048" in text_of(m)
    )

    assert "larger than 2048 pixels" in text_of(refused)


async def test_how_a_picked_picture_looks_on_the_page(
    playground: Playground, bot: BotProcess, browser: Browser, screenshots: Path
) -> None:
    hana = playground.person("hana")  # whom the page shows at first
    page = await browser.new_page(color_scheme="dark", viewport={"width": 1000, "height": 1700})
    await page.goto(playground.url)
    message = await draw(hana, "silver hair, cat ears, night sky", count=1)
    picked = await hana.answer(await hana.press(message, "Pick"))
    await result_of(hana, await hana.press(picked, "Cut out"))

    await expect(page.locator(".message").last).to_contain_text("cut out")
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=screenshots / "tools.png", full_page=True)
    await page.close()
