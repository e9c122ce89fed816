"""The forms that a bot opens."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def form(page: Page) -> Locator:
    await page.keyboard.type("/form ")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Describe your chibi")
    await dialog.wait_for()
    return dialog


async def test_a_form_is_filled_in_and_handed_in(
    page: Page, form: Locator, screenshots: Path
) -> None:
    prompt = form.get_by_label("Prompt")
    await expect(prompt).to_be_focused()
    await prompt.fill("a badger")
    await form.get_by_role("radio", name="Grumpy").check(force=True)
    await form.get_by_role("checkbox", name="Scarf").check(force=True)
    await form.get_by_role("checkbox", name="Show it to everyone").check(force=True)
    await page.screenshot(path=screenshots / "form.png")
    await prompt.press("Enter")

    await expect(form).to_have_count(0)
    await expect(page.locator(".message").last).to_contain_text(
        "form: a badger | grumpy | scarf | True"
    )


async def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(
    page: Page, form: Locator
) -> None:
    prompt = form.get_by_label("Prompt")
    await prompt.fill("x" * 41)
    await expect(form.locator(".count")).to_have_text("41/40")
    await form.get_by_role("button", name="Submit").click()
    await expect(form.locator(".field-error").first).to_have_text(
        "Enter at most 40 characters (41 now)."
    )
    await expect(prompt).to_have_value("x" * 41)
    await expect(prompt).to_be_focused()


async def test_a_form_keeps_the_focus_and_closes_with_escape(page: Page, form: Locator) -> None:
    for _ in range(12):
        await page.keyboard.press("Tab")
        outside = "!document.activeElement.closest('dialog') && document.activeElement.id"
        assert not await page.evaluate(outside)
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)


async def test_a_form_takes_files_and_choices(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("twelve bytes")
    await page.keyboard.type("/upload ")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Bring a picture")
    await dialog.get_by_role("combobox", name="Style").click()
    await page.get_by_role("option", name="Bold").click()
    await dialog.locator("input[type=file]").set_input_files(file)
    await expect(dialog.locator(".preview:not(.busy)")).to_contain_text("notes.txt")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(page.locator(".message").last).to_contain_text("upload: Bold | notes.txt 12")


async def test_a_button_opens_a_form(page: Page) -> None:
    await page.keyboard.type("/everything ")
    await page.keyboard.press("Enter")
    await page.locator("[data-custom-id='open-form']").click()
    await expect(page.get_by_role("dialog", name="Describe your chibi")).to_be_visible()
