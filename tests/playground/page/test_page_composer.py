"""Commands, from the first `/` to the answer."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, Route, expect

from playground.server import Playground
from playground.world.permissions import Overwrite, Permission
from tests.playground.ids import GUILD_ID, MIKA_ID
from tests.playground.page.bot import drawing

pytestmark = pytest.mark.asyncio(loop_scope="session")

DROP = """() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['abc'], 'note.txt', { type: 'text/plain' }));
    const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector('.scroller').dispatchEvent(event);
}"""


LABELS = """() => [...document.querySelectorAll('.option-chip')].map((chip) => {
    const middle = ({top, bottom}) => (top + bottom) / 2;
    const label = document.createRange();
    label.selectNodeContents(chip.querySelector('.option-label'));
    const value = chip.querySelector('.option-input, .option-file').getBoundingClientRect();
    const at = middle(label.getBoundingClientRect());
    return [at - middle(value), at - middle(chip.getBoundingClientRect())].map(Math.abs);
})"""


def option(page: Page, name: str) -> Locator:
    return page.locator(f"[data-option='{name}']")


def last_message(page: Page) -> Locator:
    return page.locator(".message").last


async def test_a_newcomer_gets_four_pictures_with_one_press(page: Page) -> None:
    await page.locator(".example").first.click()

    await expect(page.locator(".message .origin")).to_contain_text("Hana used /chibi")
    await expect(page.locator(".message .picture")).to_have_count(4)
    await expect(page.locator(".message")).to_contain_text("银发猫耳少女，笑")


async def test_a_command_is_picked_and_filled_in_with_the_keyboard_alone(page: Page) -> None:
    await page.keyboard.type("/chi")
    await expect(page.get_by_role("option", name="/chibi")).to_have_attribute(
        "aria-selected", "true"
    )
    await page.keyboard.press("Tab")
    await expect(option(page, "prompt")).to_be_focused()
    await page.keyboard.type("a fox")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(option(page, "count")).to_be_focused()
    await page.keyboard.type("2")
    await page.keyboard.press("Enter")

    await expect(last_message(page)).to_contain_text("a fox")
    await expect(last_message(page).locator(".picture")).to_have_count(2)
    await expect(page.locator(".composer-input")).to_be_focused()


async def test_arrows_move_and_escape_closes_the_list(page: Page) -> None:
    await page.keyboard.type("/avatar")
    rows = page.locator(".suggest").get_by_role("option")
    await expect(rows).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Escape")
    await expect(page.locator(".suggest")).to_be_hidden()


async def test_a_subcommand_is_called(page: Page) -> None:
    await page.keyboard.type("/gallery")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")

    await expect(last_message(page).locator(".embed")).to_contain_text("Gallery")
    await expect(last_message(page)).to_contain_text("Only you can see this")


async def test_a_command_typed_out_in_full_is_understood(page: Page) -> None:
    await page.keyboard.insert_text("/chibi 银发猫耳少女，笑")
    await expect(option(page, "prompt")).to_have_value("银发猫耳少女，笑")
    await page.keyboard.press("Enter")
    await expect(last_message(page)).to_contain_text("银发猫耳少女，笑")


async def test_a_pasted_command_fills_the_options_it_names(page: Page) -> None:
    await page.keyboard.insert_text("/chibi prompt:a fox seed:7")
    await expect(option(page, "prompt")).to_have_value("a fox")
    await expect(option(page, "seed")).to_have_value("7")


async def test_a_missing_option_is_told_before_anything_is_sent(page: Page) -> None:
    await page.keyboard.type("/chibi ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".suggest .field-error")).to_have_text("This option is required.")
    await expect(option(page, "prompt")).to_be_focused()
    await expect(page.locator(".message")).to_have_count(0)


async def test_a_number_out_of_range_is_told_before_anything_is_sent(page: Page) -> None:
    await page.keyboard.insert_text("/chibi prompt:fox count:9")
    await page.keyboard.press("Enter")
    await expect(page.locator(".suggest .field-error")).to_have_text("Enter a number of at most 4.")
    await expect(option(page, "count")).to_be_focused()


async def test_what_was_typed_survives_leaving_the_command(page: Page) -> None:
    await page.keyboard.insert_text("/chibi a long description")
    await page.keyboard.press("Escape")
    await expect(option(page, "prompt")).to_have_count(0)
    await page.keyboard.type("/chibi ")
    await expect(option(page, "prompt")).to_have_value("a long description")


async def test_what_is_filled_in_survives_news_about_channels(
    page: Page, playground: Playground
) -> None:
    await page.keyboard.insert_text("/chibi a long description")
    await expect(option(page, "prompt")).to_be_focused()
    playground.audience.tell_each("channels_update", playground.page.channels)
    await page.keyboard.type("!")
    await expect(option(page, "prompt")).to_have_value("a long description!")


async def test_a_file_dropped_anywhere_opens_the_command_that_takes_one(page: Page) -> None:
    await page.evaluate(DROP)
    await expect(page.locator(".command-form")).to_contain_text("/fields")
    await expect(option(page, "file")).to_contain_text("note.txt")
    await expect(option(page, "animal")).to_be_focused()


async def test_who_may_not_write_is_told(page: Page, playground: Playground) -> None:
    general = playground.world.guild_channels[0]
    denied = Permission.SEND_MESSAGES | Permission.USE_APPLICATION_COMMANDS
    everyone = Overwrite(GUILD_ID, "role", deny=denied)
    playground.world.set_overwrite(general.id, everyone)
    await page.goto(f"{playground.url}/?user={MIKA_ID}")
    await expect(page.locator(".composer-input")).to_be_disabled()
    await expect(page.locator(".composer-input")).to_have_attribute(
        "placeholder", "You do not have permission to send messages in this channel."
    )


async def test_choices_and_booleans_are_offered(page: Page) -> None:
    await page.keyboard.insert_text("/chibi prompt:fox size:")
    rows = page.locator(".suggest").get_by_role("option")
    await option(page, "size").focus()
    await expect(rows).to_have_text(["small", "large"])
    await page.locator("[data-add='private']").click()
    await expect(rows).to_have_text(["True", "False"])
    await page.keyboard.press("Enter")
    await expect(option(page, "private")).to_have_value("True")


async def test_suggestions_come_from_the_bot_while_one_types(page: Page) -> None:
    await page.keyboard.type("/fields ")
    await page.keyboard.type("ca")
    rows = page.locator(".suggest").get_by_role("option")
    await expect(rows).to_have_text(["Cat", "Capybara"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(last_message(page)).to_contain_text("fields: cat |")


async def test_people_channels_and_roles_are_picked_from_a_list(page: Page) -> None:
    await page.keyboard.type("/fields cat")
    for name, typed in (("user", "mik"), ("channel", "stu")):
        await page.locator(f"[data-add='{name}']").click()
        await page.keyboard.type(typed)
        await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(last_message(page)).to_contain_text("fields: cat | None | mika | studio")


async def test_a_file_is_handed_in_and_shown_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "me.png"
    file.write_bytes(drawing(0).fp.read())
    await page.keyboard.type("/fields cat")
    await page.locator("[data-add='file']").click()
    await page.locator(".composer input[type=file]").set_input_files(file)
    await expect(page.locator(".composer .preview img")).to_be_visible()
    await expect(option(page, "file")).to_contain_text("me.png")
    await option(page, "animal").press("Enter")
    await expect(last_message(page)).to_contain_text("fields: cat | me.png")


async def test_text_without_a_slash_is_a_message(page: Page) -> None:
    await page.keyboard.type("hello **there**")
    await page.keyboard.press("Enter")
    await expect(last_message(page).locator("strong")).to_have_text("there")
    await page.keyboard.type("and again")
    await page.keyboard.press("Enter")
    await expect(last_message(page).locator(".markdown")).to_have_text("and again")
    await expect(last_message(page).locator(".message-head")).to_have_count(0)


async def test_a_command_that_is_never_answered_says_so(page: Page) -> None:
    await page.keyboard.type("/slow ")
    await page.keyboard.press("Enter")
    await expect(last_message(page)).to_contain_text("Sending the command…")
    await expect(last_message(page)).to_contain_text("The application did not respond")
    await last_message(page).get_by_role("button", name="Dismiss message").click()
    await expect(page.locator(".message")).to_have_count(0)


async def test_what_is_typed_while_a_command_is_on_its_way_is_not_lost(page: Page) -> None:
    arrived = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await page.route("**/playground/invoke", hold)
    await page.keyboard.type("/everything ")
    await page.keyboard.press("Enter")
    await page.keyboard.type("hello")
    arrived.set()

    await expect(last_message(page)).to_contain_text("A title above")
    await expect(page.locator(".composer-input")).to_have_value("hello")


@pytest.mark.parametrize("width", [390, 1280])
async def test_labels_stand_in_the_middle_of_their_options(
    page: Page, width: int, screenshots: Path
) -> None:
    await page.set_viewport_size({"width": width, "height": 740})
    await page.keyboard.insert_text("/chibi a fox")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(option(page, "count")).to_be_focused()
    await page.keyboard.type("2")
    await page.screenshot(path=screenshots / f"options-{width}.png")

    offsets = await page.evaluate(LABELS)
    assert len(offsets) == 2
    assert max(max(pair) for pair in offsets) <= 1
