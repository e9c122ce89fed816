"""The gallery: everything that was drawn, from our own disk."""

import pytest

from playground.messages import tree
from playground.page.people import Person
from tests.e2e.driving import (
    BotProcess,
    Json,
    choose,
    draw,
    labels_of,
    pick,
    pictures_of,
    text_of,
)


async def open_gallery(person: Person) -> Json:
    return await person.answer(await person.invoke("general", "avatar gallery"))


async def updated(person: Person, message: Json, since: int) -> Json:
    return await person.wait_message(lambda m: m["id"] == message["id"], since=since)


async def press(person: Person, message: Json, button: str = "", *, by: str = "") -> Json:
    """The message as the press has changed it; a button without a label is named `by` its way."""
    since = len(person.events)
    if by:
        ids = [node.get("custom_id", "") for node in tree.walk(message["components"])]
        button = next(custom_id for custom_id in ids if custom_id.endswith(f"by={by}"))
    await person.press(message, button)
    return await updated(person, message, since)


async def choose_first(person: Person, message: Json) -> Json:
    select = next(node for node in tree.walk(message["components"]) if node["type"] == 3)
    since = len(person.events)
    await person.select(message, select["custom_id"], select["options"][0]["value"])
    return await updated(person, message, since)


async def ask_to_delete(person: Person, message: Json) -> Json:
    since = len(person.events)
    await choose(person, message, "Delete")
    return await updated(person, message, since)


def button(message: Json, label: str) -> Json:
    return next(node for node in tree.walk(message["components"]) if node.get("label") == label)


async def test_an_empty_gallery_says_how_to_fill_it(mika: Person) -> None:
    gallery = await open_gallery(mika)

    assert gallery["ephemeral"]
    assert "/chibi" in text_of(gallery)


async def test_discord_is_answered_before_the_pictures_are_uploaded(mika: Person) -> None:
    await draw(mika)

    opened = await mika.invoke("general", "avatar gallery")

    first = await mika.wait_message(lambda m: m.get("interaction", {}).get("id") == opened.id)
    assert first["loading"]
    assert len(pictures_of(await mika.answer(opened))) == 4


async def test_six_a_page_newest_first_back_and_forward(mika: Person) -> None:
    for _ in range(3):
        await draw(mika)

    first = await open_gallery(mika)
    assert len(pictures_of(first)) == 6
    assert "Page 1 of 2 · 12 pictures" in text_of(first)
    assert button(first, "Back")["disabled"]

    second = await press(mika, first, "Forward")
    assert len(pictures_of(second)) == 6
    assert button(second, "Forward")["disabled"]

    back = await press(mika, second, "Back")
    assert len(pictures_of(back)) == 6


@pytest.mark.own_bot
async def test_a_file_lost_from_the_disk_hides_no_other_picture(
    mika: Person, bot: BotProcess
) -> None:
    await draw(mika, count=3)
    next((bot.data_dir / "pictures").rglob("*.png")).unlink()

    assert len(pictures_of(await open_gallery(mika))) == 2


@pytest.mark.own_bot
async def test_a_page_of_lost_files_alone_can_be_left(mika: Person, bot: BotProcess) -> None:
    await draw(mika, count=1)
    next((bot.data_dir / "pictures").rglob("*.png")).unlink()

    gallery = await open_gallery(mika)

    assert "gone from the disk" in text_of(gallery)
    assert "Favourites" in labels_of(gallery)


async def test_a_picture_opens_large_and_becomes_mine(mika: Person) -> None:
    await draw(mika, count=2)
    opened = await choose_first(mika, await open_gallery(mika))

    assert len(pictures_of(opened)) == 2  # the picture, and its circles
    picked = await press(mika, opened, "Make it mine")

    assert "This is you now" in text_of(picked)


async def test_favourites_are_a_filter(mika: Person) -> None:
    await draw(mika, count=3)
    opened = await choose_first(mika, await open_gallery(mika))
    starred = await press(mika, opened, "Favourite")
    assert "Not a favourite" in labels_of(starred)

    gallery = await press(mika, starred, "Gallery")
    options = next(n for n in tree.walk(gallery["components"]) if n["type"] == 3)["options"]
    assert [bool(option.get("emoji")) for option in options] == [True, False, False]
    favourites = await press(mika, gallery, "Favourites")
    assert len(pictures_of(favourites)) == 1

    everything = await press(mika, favourites, "All pictures")
    assert len(pictures_of(everything)) == 3


async def test_no_favourites_yet_says_how_to_make_one(mika: Person) -> None:
    await draw(mika, count=1)

    favourites = await press(mika, await open_gallery(mika), "Favourites")

    assert "press ⭐ Favourite" in text_of(favourites)


async def test_deleting_asks_first_and_can_be_taken_back(mika: Person) -> None:
    await draw(mika, count=2)
    opened = await choose_first(mika, await open_gallery(mika))
    asked = await ask_to_delete(mika, opened)

    kept = await press(mika, asked, "Keep it")
    assert "Kept" in text_of(kept)
    assert len(pictures_of(await press(mika, kept, "Gallery"))) == 2


async def test_deleting_is_for_good(mika: Person) -> None:
    message = await draw(mika, count=2)
    opened = await choose_first(mika, await open_gallery(mika))
    asked = await ask_to_delete(mika, opened)

    done = await press(mika, asked, "Delete for good")
    assert "Deleted" in text_of(done)
    assert len(pictures_of(await open_gallery(mika))) == 1

    answer = await mika.answer(await mika.press(message, "2"))
    assert "has been deleted" in text_of(answer)


async def test_delete_finds_own_pictures_while_typing(mika: Person, yue: Person) -> None:
    await draw(mika, "pink hair", count=1)
    await draw(yue, "blue hair", count=1)

    choices = await mika.autocomplete("general", "avatar delete", "picture", picture="pink")
    assert len(choices) == 1
    assert "pink" in choices[0]["name"]

    asked = await mika.answer(
        await mika.invoke("general", "avatar delete", picture=choices[0]["value"])
    )
    assert "for good?" in text_of(asked)


async def test_delete_with_words_that_were_not_picked_from_the_list(mika: Person) -> None:
    await draw(mika, "pink hair", count=1)

    answer = await mika.answer(await mika.invoke("general", "avatar delete", picture="pink"))

    assert "choose the picture from the list" in text_of(answer)


async def test_delete_with_words_that_fit_nothing(mika: Person) -> None:
    answer = await mika.answer(
        await mika.invoke("general", "avatar delete", picture="no such thing")
    )

    assert "fits these words" in text_of(answer)


@pytest.mark.own_bot
async def test_nobody_deletes_somebody_elses_picture(mika: Person, yue: Person) -> None:
    await draw(mika, count=1)

    answer = await yue.answer(await yue.invoke("general", "avatar delete", picture="1"))

    assert "别人" in text_of(answer)


async def test_the_gallery_survives_a_restart(mika: Person, bot: BotProcess) -> None:
    await draw(mika)
    gallery = await open_gallery(mika)

    await bot.stop()
    await bot.start()

    assert len(pictures_of(await press(mika, gallery, "Favourites"))) == 0
    assert len(pictures_of(await open_gallery(mika))) == 4


@pytest.mark.own_bot
async def test_a_picture_that_cannot_be_shown_can_be_deleted(mika: Person, bot: BotProcess) -> None:
    await draw(mika, count=1, size=256)
    next((bot.data_dir / "pictures").rglob("*.png")).unlink()

    panel = await choose_first(mika, await open_gallery(mika))
    assert "gone from the disk" in text_of(panel)
    done = await press(mika, await ask_to_delete(mika, panel), "Delete for good")

    assert "Deleted" in text_of(done)
    assert "Nothing here yet" in text_of(await open_gallery(mika))


async def test_tiles_are_numbered_as_the_menu_is_and_the_menu_tells_the_prompt(
    mika: Person,
) -> None:
    message = await draw(mika, "a pink haired girl at the sea", count=2, size=256)
    await pick(mika, message, 2)
    gallery = await open_gallery(mika)

    options = next(n for n in tree.walk(gallery["components"]) if n["type"] == 3)["options"]

    assert [option["label"] for option in options] == [
        "1. ✨ this is you · a pink haired girl at the sea",
        "2. a pink haired girl at the sea",
    ]


async def test_first_last_and_a_page_by_its_number(mika: Person) -> None:
    for _ in range(4):
        await draw(mika, size=256)
    first = await open_gallery(mika)

    last = await press(mika, first, by="last")
    assert "Page 3 of 3" in text_of(last)
    back = await press(mika, last, by="first")
    assert "Page 1 of 3" in text_of(back)
    form = await mika.modal(await choose(mika, back, "Go to page"))
    since = len(mika.events)
    await mika.submit_modal(form, page="2")
    assert "Page 2 of 3" in text_of(await updated(mika, back, since))


@pytest.mark.parametrize("words", ["twin tails", "双马尾", "雙馬尾"])
async def test_a_search_finds_what_is_meant_in_any_language(mika: Person, words: str) -> None:
    await draw(mika, "twin tails", count=1, size=256)
    await draw(mika, "short hair", count=1, size=256)

    choices = await mika.autocomplete("general", "avatar delete", "picture", picture=words)

    assert len(choices) == 1
