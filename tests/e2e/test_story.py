"""The newcomer's story, in a real browser: type, look, reroll, pick, restart, find it again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from playground.server import Playground
from tests.e2e.driving import BotProcess


@pytest.fixture
async def page(browser: Browser, playground: Playground, bot: BotProcess) -> AsyncIterator[Page]:
    """The page, in dark; nothing may complain."""
    page = await browser.new_page(
        color_scheme="dark",
        locale="en-US",
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 1000},
    )
    complaints: list[str] = []

    def complain(what: object) -> None:
        complaints.append(str(what))

    page.on("pageerror", complain)
    await page.goto(playground.url)
    await page.locator(".composer-input").wait_for()
    yield page
    assert complaints == []
    await page.close()


async def chibi(page: Page, prompt: str) -> Locator:
    """Type the command as a person would; the message with the pictures."""
    before = await page.locator(".message").count()
    await page.locator(".composer-input").click()
    await page.keyboard.type("/chibi")
    await expect(page.get_by_role("option", name="/chibi")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type(prompt)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_have_count(before + 1)
    return await pictures(page)


async def pictures(page: Page, count: int = 4) -> Locator:
    """The last message, once it shows that many pictures."""
    message = page.locator(".message").last
    await expect(message.locator(".picture")).to_have_count(count)
    await page.wait_for_load_state("networkidle")
    await expect(message).to_be_in_viewport(ratio=0.9)
    return message


@pytest.mark.own_bot
async def test_from_the_first_command_to_the_gallery_after_a_restart(
    page: Page, bot: BotProcess, screenshots: Path
) -> None:
    message = await chibi(page, "银发猫耳少女，笑")
    await expect(message).to_contain_text("silver hair")
    await page.screenshot(path=screenshots / "story-1-chibi.png")

    await message.get_by_role("button", name="Reroll").click()
    await expect(page.locator(".message")).to_have_count(2)
    await pictures(page)

    message = await chibi(page, "a grumpy boy with blue spiky hair and round glasses")
    await page.screenshot(path=screenshots / "story-2-boy.png")
    await message.get_by_role("button", name="2", exact=True).click()
    panel = page.locator(".message").last
    await panel.get_by_role("button", name="Make it mine").click()
    await expect(panel).to_contain_text("This is you now")
    await pictures(page, 2)
    await page.screenshot(path=screenshots / "story-3-pick.png")

    await bot.stop()
    await bot.start()

    await page.locator(".composer-input").click()
    await page.keyboard.type("/avatar gal")
    await expect(page.get_by_role("option", name="/avatar gallery")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    gallery = await pictures(page, 6)
    await expect(gallery).to_contain_text("Page 1 of 2")
    await page.screenshot(path=screenshots / "story-4-gallery.png")


@pytest.mark.own_bot
async def test_the_story_in_chinese_and_in_light(page: Page, screenshots: Path) -> None:
    await page.emulate_media(color_scheme="light")
    await page.evaluate("localStorage.clear()")

    message = await chibi(page, "穿蓝色卫衣的短发男孩，戴眼镜，困")

    await expect(message).to_contain_text("Understood")
    await page.screenshot(path=screenshots / "story-5-light.png")
