"""Who one is, in which language and theme, and on which screen."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from playground.server import Playground
from tests.playground.ids import MIKA_ID, OWNER_ID, YUE_ID
from tests.playground.page.bot import PageBot

pytestmark = pytest.mark.asyncio(loop_scope="session")

BACKGROUND = "getComputedStyle(document.querySelector('.chat')).backgroundColor"
DARK, LIGHT = "rgb(32, 33, 40)", "rgb(253, 253, 255)"
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, textarea, select')]
    .filter((node) => node.checkVisibility() && !node.closest('[aria-hidden=true]'))
    .filter((node) => {
        const labels = [...(node.labels ?? [])].map((label) => label.textContent).join('');
        const name = node.getAttribute('aria-label') ?? '';
        return !(name || labels || node.textContent || node.title).trim();
    })
    .map((node) => node.outerHTML)"""


KEYS = """async () => Promise.all(['en', 'zh', 'zh-TW'].map(async (language) =>
    Object.keys((await import(`/static/js/texts/${language}.js`)).default)))"""


async def become(page: Page, user_id: str) -> None:
    await page.locator(".person-button").click()
    await page.locator(f"[data-person='{user_id}']").click()


async def test_someone_else_sees_messages_but_not_the_notes_of_others(page: Page) -> None:
    await page.keyboard.type("hello from Hana")
    await page.keyboard.press("Enter")
    await page.keyboard.type("/avatar gallery ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".only-you")).to_be_visible()

    await become(page, MIKA_ID)
    await expect(page.locator(".person-button")).to_contain_text("Mika")
    await expect(page.get_by_text("hello from Hana")).to_be_visible()
    await expect(page.locator(".only-you")).to_have_count(0)
    await page.keyboard.type("and hello from Mika")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message .name").last).to_have_text("Mika")


async def test_the_person_is_remembered(page: Page) -> None:
    await become(page, MIKA_ID)
    await expect(page.locator(".person-button")).to_contain_text("Mika")
    await page.reload()
    await expect(page.locator(".person-button")).to_contain_text("Mika")


async def test_a_reload_comes_back_to_the_channel(page: Page) -> None:
    await page.locator(".channel", has_text="studio").click()
    await page.reload()
    await expect(page.locator(".channel-header h2")).to_have_text("studio")

    await become(page, MIKA_ID)
    await page.locator(".channel", has_text="general").click()
    await become(page, OWNER_ID)
    await expect(page.locator(".channel-header h2")).to_have_text("studio")


async def test_a_topic_is_in_the_persons_language(page: Page) -> None:
    topic = page.locator(".channel-header p")
    await expect(topic).to_have_text("Try the bot here: type / and pick a command")

    await become(page, YUE_ID)
    await expect(topic).to_have_text("在这里试试机器人：输入 / 选一个命令")
    await expect(page.locator(".welcome p").first).to_have_text(
        "在这里试试机器人：输入 / 选一个命令"
    )


async def test_the_page_speaks_the_persons_language(page: Page, screenshots: Path) -> None:
    await become(page, YUE_ID)
    await expect(page.locator(".welcome-hint")).to_contain_text("输入 /chibi")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await page.screenshot(path=screenshots / "chinese.png")
    await page.locator(".person-button").click()
    await page.locator(".switcher select").select_option("en-GB")
    await expect(page.locator(".welcome-hint")).to_contain_text("Type /chibi")


async def test_traditional_chinese_is_a_language_of_its_own(page: Page) -> None:
    await page.locator(".person-button").click()
    await page.locator(".switcher select").select_option("zh-TW")

    await expect(page.locator(".composer-input")).to_have_attribute(
        "placeholder", "傳訊息到 #general"
    )


async def test_every_sentence_is_there_in_every_language(page: Page) -> None:
    english, simplified, traditional = await page.evaluate(KEYS)
    assert len(english) > 100
    assert simplified == english
    assert traditional == english


async def test_the_theme_follows_the_system_until_one_is_chosen(
    page: Page, screenshots: Path
) -> None:
    assert await page.evaluate(BACKGROUND) == DARK
    await page.screenshot(path=screenshots / "dark.png")
    await page.emulate_media(color_scheme="light")
    assert await page.evaluate(BACKGROUND) == LIGHT
    await page.screenshot(path=screenshots / "light.png")

    await page.locator(".person-button").click()
    await page.get_by_role("radio", name="Dark").click()
    assert await page.evaluate(BACKGROUND) == DARK
    await page.reload()
    await page.locator(".example").first.wait_for()
    assert await page.evaluate(BACKGROUND) == DARK


async def test_the_bot_is_met_alone_in_a_dm(page: Page) -> None:
    await page.get_by_role("button", name="Direct messages").click()
    await expect(page.locator(".composer-input")).to_have_attribute("placeholder", "Message @Bot")
    await page.keyboard.insert_text("/chibi a fox")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("a fox")


async def test_a_message_elsewhere_marks_its_channel_as_unread(
    page: Page, playground: Playground
) -> None:
    studio = page.locator(".channel", has_text="studio")
    channel = next(c for c in playground.world.guild_channels if c.name == "studio")
    await playground.actions.write(MIKA_ID, channel.id, "over here")
    await expect(studio).to_contain_class("unread")
    await studio.click()
    await expect(page.get_by_text("over here")).to_be_visible()
    await expect(studio).not_to_contain_class("unread")


async def test_a_bot_that_leaves_is_missed(page: Page, bot: PageBot) -> None:
    await bot.close()
    await expect(page.locator(".banner")).to_contain_text("Bot is offline")


@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_nothing_sticks_out_at_any_width(page: Page, width: int, screenshots: Path) -> None:
    await page.set_viewport_size({"width": width, "height": 740})
    await page.keyboard.insert_text("/chibi " + "a very long description of a fox " * 8)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.keyboard.press("Enter")
    await page.locator(".message .picture").first.wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    box = await page.locator(".gallery").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    await page.screenshot(path=screenshots / f"width-{width}.png")


async def test_the_channels_slide_in_on_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 780})
    await expect(page.locator(".channels")).to_be_hidden()
    await page.get_by_role("button", name="Open the channel list").click()
    await page.locator(".channel", has_text="studio").click()
    await expect(page.locator(".channels")).to_be_hidden()
    await expect(page.locator(".channel-header h2")).to_have_text("studio")


async def test_everything_that_can_be_used_has_a_name(page: Page) -> None:
    await page.keyboard.type("/everything ")
    await page.keyboard.press("Enter")
    await page.locator(".file-card").wait_for()
    assert await page.evaluate(NAMELESS) == []


async def test_new_messages_are_told_to_screen_readers(page: Page) -> None:
    await page.locator(".example").first.click()
    await expect(page.locator("[aria-live=polite]#announcer")).to_contain_text("Bot:")
