"""What messages show, and what can be pressed on them."""

from pathlib import Path

import discord
import pytest
from playwright.async_api import Locator, Page, expect

from tests.playground.ids import GENERAL_ID, OWNER_ID
from tests.playground.page.bot import MARKDOWN, PageBot

SAY_HALF = r"""async ([user, channel]) => fetch("/playground/message", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: `{"user": "${user}", "channel": "${channel}", "content": "half \ud83d of one"}`,
})"""

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Discord's mosaic: how many pictures stand in each row.
MOSAIC = {
    1: [1],
    2: [2],
    4: [2, 2],
    5: [2, 3],
    6: [3, 3],
    7: [1, 3, 3],
    8: [2, 3, 3],
    9: [3, 3, 3],
    10: [1, 3, 3, 3],
}
ROWS = """async (count) => {
    const { gallery } = await import('/static/js/gallery.js');
    const item = { url: '/static/icon.svg', width: 100, height: 100 };
    const node = gallery(Array(count).fill(item));
    document.querySelector('.message-list').append(node);
    const tops = [...node.children].map((child) => Math.round(child.offsetTop));
    return [...new Set(tops)].map((top) => tops.filter((t) => t === top).length);
}"""


async def call(page: Page, command: str) -> Locator:
    """The answer to a command that is typed."""
    await page.keyboard.type(f"{command} ")
    await page.keyboard.press("Enter")
    answer = page.locator(".message:not(.waiting)").last
    await expect(answer.locator(".command-name").first).to_have_text(command)
    return answer


async def test_a_gallery_opens_large_moves_with_arrows_and_closes_with_escape(
    page: Page, screenshots: Path
) -> None:
    await page.locator(".example").first.click()
    second = page.locator(".message .picture").nth(1)
    await second.focus()
    await page.keyboard.press("Enter")

    large = page.locator("dialog.lightbox")
    await expect(large.locator("img")).to_have_attribute("alt", "drawing 2")
    await page.screenshot(path=screenshots / "lightbox.png")
    await page.keyboard.press("ArrowRight")
    await expect(large.locator("img")).to_have_attribute("alt", "drawing 3")
    await expect(large.locator("small")).to_have_text("3 of 4")
    await page.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await expect(second).to_be_focused()


async def test_pictures_stand_in_a_mosaic(page: Page) -> None:
    assert {count: await page.evaluate(ROWS, count) for count in MOSAIC} == MOSAIC


async def test_three_pictures_are_a_large_one_and_two_small_ones(page: Page) -> None:
    await page.keyboard.insert_text("/pictures 3")
    await page.keyboard.press("Enter")
    pictures = page.locator(".message .picture")
    await expect(pictures).to_have_count(3)
    large, *small = [await pictures.nth(at).bounding_box() for at in range(3)]
    assert large is not None
    for box in small:
        assert box is not None
        assert large["width"] > box["width"]
        assert box["x"] > large["x"]


async def test_a_button_is_answered_by_a_note_for_one_person(page: Page) -> None:
    answer = await call(page, "/everything")
    await answer.get_by_role("button", name="Success").click()
    note = page.locator(".message").last
    await expect(note).to_contain_text("pressed Success")
    await expect(note).to_contain_text("Only you can see this")
    await note.get_by_role("button", name="Dismiss message").click()
    await expect(page.locator(".message")).to_have_count(1)


async def test_a_button_that_is_not_answered_spins_and_then_says_so(page: Page) -> None:
    answer = await call(page, "/everything")
    dead = answer.locator("[data-custom-id='dead']")
    await dead.click()
    await expect(dead).to_have_attribute("aria-busy", "true")
    await expect(answer.get_by_role("alert")).to_have_text("The application did not respond")
    await expect(dead).to_have_attribute("aria-busy", "false")


async def test_every_component_is_drawn(page: Page, screenshots: Path) -> None:
    answer = await call(page, "/everything")
    for part in (".container.accented", ".section .thumbnail img", ".separator.line", ".file-card"):
        await expect(answer.locator(part).first).to_be_visible()
    for style in ("primary", "secondary", "success", "danger", "link"):
        await expect(answer.locator(f".button.{style}").first).to_be_visible()
    await expect(answer.get_by_role("button", name="Disabled")).to_be_disabled()
    await expect(answer.get_by_role("link", name="Link")).to_have_attribute(
        "href", "https://example.com/"
    )
    await page.screenshot(path=screenshots / "components.png")


async def test_a_covered_container_is_uncovered_by_a_press(page: Page) -> None:
    answer = await call(page, "/everything")
    cover = answer.get_by_role("button", name="Reveal the spoiler")
    await cover.click()
    await expect(cover).to_have_count(0)
    await expect(answer.get_by_text("hidden words")).to_be_visible()


async def test_several_values_are_chosen_with_the_keyboard(page: Page) -> None:
    answer = await call(page, "/everything")
    await answer.get_by_role("combobox", name="Some styles").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("option", name="Style a")).to_be_visible()
    for key in ("Enter", "ArrowDown", "ArrowDown", "Enter", "Escape"):
        await page.keyboard.press(key)
    await expect(page.locator(".message").last).to_contain_text("chose Style a, Style c")


async def test_a_person_is_chosen(page: Page) -> None:
    answer = await call(page, "/everything")
    await answer.get_by_role("combobox", name="Somebody").click()
    await page.get_by_role("option", name="Mika").click()
    await expect(page.locator(".message").last).to_contain_text("chose mika")


async def test_markdown_is_drawn_and_text_is_never_html(page: Page) -> None:
    assert "<script>" in MARKDOWN
    answer = await call(page, "/markdown")
    for part in ("strong", "em", "u", "s", "blockquote", "ul ul", "ol", "pre code", ".subtext a"):
        await expect(answer.locator(f".markdown {part}").first).to_be_visible()
    await expect(answer.locator(".markdown img, .markdown script")).to_have_count(0)
    await expect(answer.locator(".mention-me")).to_have_text("@Hana")
    await expect(answer).to_contain_text("<script>alert(1)</script>")


async def test_a_spoiler_opens_with_the_keyboard(page: Page) -> None:
    answer = await call(page, "/markdown")
    await answer.get_by_role("button", name="Reveal the spoiler").focus()
    await page.keyboard.press("Enter")
    await expect(answer.locator(".spoiler.revealed")).to_have_text("a secret")


async def test_a_deferred_answer_shows_that_the_bot_is_thinking(page: Page) -> None:
    answer = await call(page, "/think")
    await expect(answer).to_contain_text("Bot is thinking…")


async def test_a_message_menu_holds_its_commands_and_delete(page: Page) -> None:
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    message = page.locator(".message").last
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Quote this").click()
    await expect(page.locator(".message").last).to_contain_text("quoted")

    own = page.locator(".message", has_text="hello").first
    await own.hover()
    await own.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()
    await expect(page.locator(".markdown", has_text="hello")).to_have_count(0)


async def test_the_newest_message_stays_in_sight_while_its_pictures_load(page: Page) -> None:
    for _ in range(2):
        await page.keyboard.insert_text("/chibi a fox")
        await page.keyboard.press("Enter")
        await expect(page.locator(".composer-input")).to_be_focused()
    await expect(page.locator(".message .picture")).to_have_count(8)
    await expect(page.get_by_role("button", name="Reroll").last).to_be_in_viewport()


async def test_who_reads_further_up_is_left_there_and_finds_the_way_back(page: Page) -> None:
    for _ in range(3):
        await call(page, "/everything")
    await page.locator(".scroller").hover()
    await page.mouse.wheel(0, -3000)
    back = page.get_by_role("button", name="Jump to the newest messages")
    await expect(back).to_be_visible()
    await expect(page.locator(".message").last).not_to_be_in_viewport()
    await back.click()
    await expect(page.locator(".message").last).to_be_in_viewport()
    await expect(back).to_be_hidden()


async def test_the_focus_stays_on_a_button_while_its_message_changes(page: Page) -> None:
    answer = await call(page, "/everything")
    count = answer.get_by_role("button", name="Count")
    await count.focus()
    await page.keyboard.press("Enter")
    await expect(answer.get_by_role("button", name="Count 1")).to_be_focused()


async def test_a_bot_that_types_is_seen_typing(page: Page, bot: PageBot) -> None:
    channel = next(c for c in bot.get_all_channels() if c.name == "general")
    assert isinstance(channel, discord.TextChannel)
    async with channel.typing():
        await expect(page.locator(".typing")).to_have_text("Bot is typing…")
    await channel.send("done")
    await expect(page.locator(".typing")).to_be_empty()


async def test_half_an_emoji_does_no_harm(page: Page) -> None:
    """A lone surrogate, as a script or a broken keyboard sends it, wedged every later reload."""
    await page.evaluate(SAY_HALF, [OWNER_ID, GENERAL_ID])
    await expect(page.locator(".message").last).to_contain_text("half \ufffd of one")
    await page.reload()
    await expect(page.locator(".message").last).to_contain_text("half \ufffd of one")


async def test_reactions_are_joined_and_taken_back(page: Page, playground, bot) -> None:
    mika = playground.person("mika")
    await mika.react({"id": await mika.write("general", "a cake")}, "🎉")
    chip = page.locator(".reaction")
    await expect(chip).to_have_text("🎉1")

    await chip.click()
    await expect(chip).to_have_text("🎉2")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await chip.click()
    await expect(chip).to_have_text("🎉1")
    await page.locator(".message", has_text="a cake").hover()
    await page.locator(".message-tools button").last.click()
    await page.get_by_role("menuitem", name="👍").click()

    await expect(chip).to_have_text(["🎉1", "👍1"])
    await expect(chip.last).to_have_attribute("aria-label", "👍: Hana")


async def test_a_pinned_message_is_named_by_its_pinner(page: Page, playground, bot) -> None:
    await playground.failures.permissions(GENERAL_ID, allow=["PIN_MESSAGES"])
    sent = await bot.get_channel(int(GENERAL_ID)).send("the rules")

    await sent.pin()

    notice = page.locator(".message", has_text="pinned a message to this channel")
    await expect(notice.get_by_role("button", name="pinned a message")).to_be_visible()
    await expect(notice.locator(".origin")).to_have_count(0)
