"""Several servers, forums with posts, and names that are longer than their place."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from playground.server import Playground
from playground.world.world import DEFAULT, World
from tests.playground.page.conftest import WELCOME

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = "a first idea whose name is longer than any screen of a phone is wide"
MORE = f"""
[[guilds.channels]]
name = "ideas"
type = "forum"

[[guilds.channels]]
name = "{LONG}"
type = "thread"
parent = "ideas"

[[guilds.channels]]
name = "a second idea"
type = "thread"
parent = "ideas"

[[guilds]]
name = "Elsewhere"
owner = "hana"
bot = false

[[guilds.channels]]
name = "lobby"
"""
ROWS = """() => [...document.querySelectorAll('.channels .channel')].map((row) => ({
    top: row.getBoundingClientRect().top,
    bottom: row.getBoundingClientRect().bottom,
    text: row.querySelector(':scope > span:last-of-type').getBoundingClientRect().height,
}))"""


@pytest.fixture
def playground_world() -> World:
    return World.from_toml(DEFAULT.read_text("utf-8") + MORE + WELCOME)


async def open_list(page: Page, width: int) -> None:
    if width < 720:
        await page.get_by_role("button", name="Open the channel list").click()


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_forum_is_read_by_its_posts(
    page: Page, playground: Playground, width: int, screenshots: Path
) -> None:
    await page.set_viewport_size({"width": width, "height": 760})
    await playground.person("mika").write(LONG, "What about hats?")

    await open_list(page, width)
    rows = await page.evaluate(ROWS)
    await expect(page.locator(".channel", has_text="ideas")).to_be_disabled()
    await page.screenshot(path=screenshots / f"guilds-{width}.png")
    await page.locator(".channel", has_text=LONG).click()

    assert all(row["text"] <= row["bottom"] - row["top"] for row in rows)
    assert len(rows) == 5
    await expect(page.get_by_text("What about hats?")).to_be_visible()
    members = page.get_by_role("button", name="Show or hide the members")
    box = await members.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.screenshot(path=screenshots / f"post-{width}.png")


@pytest.mark.parametrize("width", [390, 1280])
async def test_another_server_has_its_own_channels(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 760})

    await open_list(page, width)
    await page.get_by_role("button", name="Elsewhere").click()

    await expect(page.locator(".channel-header h2")).to_have_text("lobby")
    await expect(page.locator(".side-title")).to_have_text("Elsewhere")
    await expect(page.locator(".channels .channel")).to_have_text(["lobby"])
