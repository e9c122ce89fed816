"""A command becomes pictures, and everything that can be pressed under them."""

from io import BytesIO
from typing import Any

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


async def fetch(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        return await response.read()


async def test_a_prompt_becomes_four_pictures_with_buttons(mika: Person) -> None:
    message = await draw(mika, "a grumpy boy with blue spiky hair and round glasses")

    pictures = pictures_of(message)
    assert len(pictures) == 4
    assert all("blue" in picture["description"] for picture in pictures)
    png = Image.open(BytesIO(await fetch(pictures[0]["media"]["url"])))
    assert png.size == (512, 512)
    assert labels_of(message) == [
        *("1", "2", "3", "4"),
        *("Reroll", "Edit", "Details", "Delete"),
    ]


async def test_the_answer_says_what_was_understood_and_what_was_not(mika: Person) -> None:
    message = await draw(mika, "pink twin tails and a dragon", count=1)

    text = text_of(message)
    assert "Understood" in text
    assert "pink" in text
    assert "Not drawn:** dragon" in text


@pytest.mark.parametrize(("width", "height"), [(1280, 650), (390, 800)], ids=["window", "phone"])
async def test_a_drawing_is_on_one_screen_as_it_arrives(
    mika: Person, playground: Playground, browser: Browser, width: int, height: int
) -> None:
    page = await browser.new_page(viewport={"width": width, "height": height})
    await page.goto(playground.url)

    drawn = await draw(mika, "a grumpy boy with blue spiky hair, round glasses and a dragon")

    shown = page.locator(".message").last
    await expect(shown.locator(".picture img")).to_have_count(len(pictures_of(drawn)))
    await expect(shown.get_by_text("Delete")).to_be_in_viewport(ratio=1)
    await expect(shown.locator(".picture").first).to_be_in_viewport(ratio=1)
    await page.close()


async def test_the_answer_is_in_the_persons_language(yue: Person) -> None:
    interaction = await yue.invoke("general", "chibi", prompt="银发猫耳少女，笑")

    message = await result_of(yue, interaction)
    assert "看懂了" in text_of(message)
    assert "重抽" in labels_of(message)
    assert "银" in pictures_of(message)[0]["description"]


async def test_the_same_seed_gives_the_same_pictures(mika: Person) -> None:
    first = await draw(mika, "pink hair", seed=7, count=1)
    second = await draw(mika, "pink hair", seed=7, count=1)

    urls = [pictures_of(message)[0]["media"]["url"] for message in (first, second)]
    assert await fetch(urls[0]) == await fetch(urls[1])


async def test_size_and_count_are_as_asked(mika: Person) -> None:
    message = await draw(mika, count=2, size=256)

    pictures = pictures_of(message)
    assert len(pictures) == 2
    assert Image.open(BytesIO(await fetch(pictures[1]["media"]["url"]))).size == (256, 256)


async def test_a_private_drawing_is_seen_by_its_owner_alone(mika: Person, ren: Person) -> None:
    message = await draw(mika, private=True)

    assert message["ephemeral"]
    assert not [event for event in ren.events if "message" in event.name]


async def test_what_comes_of_a_private_drawing_stays_private(mika: Person) -> None:
    message = await draw(mika, private=True)

    again = await result_of(mika, await mika.press(message, "Reroll"))

    assert again["ephemeral"]


async def test_mentions_in_a_prompt_ping_nobody(mika: Person, ren: Person) -> None:
    message = await draw(mika, f"pink hair @everyone <@{ren.id}>", count=1)

    assert message["mentions"] == []
    assert not message["mention_everyone"]
    assert f"<@{ren.id}>" not in text_of(message)


async def test_it_works_in_a_dm(mika: Person) -> None:
    interaction = await mika.invoke("dm", "chibi", prompt="pink hair")

    assert len(pictures_of(await result_of(mika, interaction))) == 4


async def test_reroll_draws_others_in_a_new_message(mika: Person) -> None:
    message = await draw(mika)

    again = await result_of(mika, await mika.press(message, "Reroll"))

    assert again["id"] != message["id"]
    assert len(pictures_of(again)) == 4
    assert "rerolled" in text_of(again)


async def test_anyone_may_reroll_and_it_becomes_theirs(mika: Person, ren: Person) -> None:
    message = await draw(mika)

    again = await result_of(ren, await ren.press(message, "Reroll"))

    assert f"<@{ren.id}>" in text_of(again)
    assert "This is you now" in text_of(await pick(ren, again))


async def test_vary_keeps_the_character(mika: Person) -> None:
    message = await draw(mika, "green long straight hair, red eyes", count=2)

    panel = await opened(mika, message, 2)
    varied = await result_of(mika, await mika.press(panel, "Vary"))

    assert "varied" in text_of(varied)
    assert not varied.get("ephemeral")
    assert all("green" in picture["description"] for picture in pictures_of(varied))


@pytest.mark.parametrize(
    ("choice", "changed"),
    [
        ("Vary a lot", None),
        ("only the outfit", "kimono"),
        ("only the expression", "angry"),
        ("only the background", "night sky"),
    ],
)
async def test_how_much_and_what_varies_is_a_choice_and_only_what_stays_is_claimed(
    mika: Person, choice: str, changed: str | None
) -> None:
    asked = ("angry", "green", "glasses", "kimono", "night sky")
    prompt = "angry, green hair, glasses, kimono, night sky"
    message = await draw(mika, prompt, count=2, size=256)

    panel = await opened(mika, message)
    varied = await result_of(mika, await choose(mika, panel, choice))

    said = [word for word in asked if word in text_of(varied)]
    assert said == [word for word in asked if word != changed]
    assert len(pictures_of(varied)) == 2


async def test_nobody_else_reads_in_an_answer_what_a_private_panel_says(
    mika: Person, ren: Person
) -> None:
    panel = await opened(mika, await draw(mika))

    pressed = await mika.press(panel, "Vary")
    own, others = await result_of(mika, pressed), await result_of(ren, pressed)

    assert own["referenced_message"]["id"] == panel["id"]
    assert others["id"] == own["id"]
    assert others["referenced_message"] is None


async def test_pick_shows_the_avatar_large_and_in_circles(mika: Person) -> None:
    message = await draw(mika)

    picked = await pick(mika, message, 3)

    assert picked["ephemeral"]
    large, circles = pictures_of(picked)
    assert large["media"]["width"] == 512
    assert "24 pixels" in circles["description"]


async def test_a_picked_avatar_can_be_shown_by_all(mika: Person, ren: Person) -> None:
    message = await draw(mika)
    await pick(mika, message)

    shown = await ren.answer(await ren.invoke("general", "avatar show", member=mika.id))

    assert f"<@{mika.id}>" in text_of(shown)
    assert len(pictures_of(shown)) == 1


async def test_edit_opens_the_prompt_and_draws_what_it_became(mika: Person) -> None:
    message = await draw(mika, "blue hair", count=1)

    modal = await mika.modal(await mika.press(message, "Edit"))
    field = modal["components"][0]["component"]
    assert field["value"] == "blue hair"
    edited = await result_of(
        mika, await mika.submit_modal(modal, **{field["custom_id"]: "red hair"})
    )

    assert "red" in pictures_of(edited)[0]["description"]


async def test_a_form_is_answered_after_a_restart(mika: Person, bot: BotProcess) -> None:
    message = await draw(mika, "blue hair", count=1)
    modal = await mika.modal(await mika.press(message, "Edit"))

    await bot.stop()
    await bot.start()

    field = modal["components"][0]["component"]["custom_id"]
    edited = await result_of(mika, await mika.submit_modal(modal, **{field: "red hair"}))
    assert "red" in pictures_of(edited)[0]["description"]


async def test_an_edit_to_nothing_is_refused_in_words(mika: Person) -> None:
    message = await draw(mika, "blue hair", count=1)
    modal = await mika.modal(await mika.press(message, "Edit"))
    field = modal["components"][0]["component"]

    answer = await mika.answer(await mika.submit_modal(modal, **{field["custom_id"]: " \u200b "}))

    assert answer["ephemeral"]
    assert "nothing to draw" in text_of(answer)


async def test_details_show_the_prompt_to_its_owner_alone(mika: Person, ren: Person) -> None:
    message = await draw(mika, "blue hair zzyzx", seed=41, count=2)

    own = text_of(await mika.answer(await mika.press(message, "Details")))
    others = text_of(await ren.answer(await ren.press(message, "Details")))

    assert "`41` `42`" in own
    assert "**Prompt:** blue hair zzyzx" in own
    assert "Prompt" not in others
    assert "zzyzx" not in others


async def test_delete_takes_the_message_and_keeps_the_pictures(mika: Person) -> None:
    message = await draw(mika)

    told = mika.press(message, "Delete")
    since = len(mika.events)
    await told

    gone = await mika.wait("message_delete", lambda data: data["id"] == message["id"], since=since)
    assert gone
    gallery = await mika.answer(await mika.invoke("general", "avatar gallery"))
    assert len(pictures_of(gallery)) == 4


async def test_two_quick_presses_on_delete_are_both_answered(mika: Person) -> None:
    message = await draw(mika, count=1)

    pressed = [await mika.press(message, "Delete"), await mika.press(message, "Delete")]

    texts = sorted([text_of(await mika.answer(interaction)) for interaction in pressed])
    assert "The message is gone" in texts[0]
    assert "has just been deleted" in texts[1]


async def test_a_moderator_may_delete_the_message(mika: Person, ren: Person) -> None:
    message = await draw(mika)

    await ren.press(message, "Delete")

    await mika.wait("message_delete", lambda data: data["id"] == message["id"])


@pytest.mark.parametrize("button", ["Pick", "Edit", "Delete"])
async def test_a_press_on_somebody_elses_is_refused_in_words(
    mika: Person, yue: Person, button: str
) -> None:
    message = await draw(mika, count=1)

    answer = await yue.answer(await yue.press(message, button))

    assert answer["ephemeral"]
    assert "这是别人的" in text_of(answer)


async def test_two_members_at_once_each_get_their_own(mika: Person, yue: Person) -> None:
    both: list[tuple[Person, Any]] = []
    for person, prompt in ((mika, "red hair"), (yue, "蓝发")):
        both.append((person, await person.invoke("general", "chibi", prompt=prompt)))

    messages: list[Json] = [await result_of(person, asked) for person, asked in both]

    assert f"<@{mika.id}>" in text_of(messages[0])
    assert "red" in pictures_of(messages[0])[0]["description"]
    assert f"<@{yue.id}>" in text_of(messages[1])
    assert "蓝" in pictures_of(messages[1])[0]["description"]


async def test_buttons_work_after_a_restart(mika: Person, bot: BotProcess) -> None:
    message = await draw(mika)

    assert await bot.stop() == 0
    await bot.start()

    again = await result_of(mika, await mika.press(message, "Reroll"))
    assert len(pictures_of(again)) == 4
    gallery = await mika.answer(await mika.invoke("general", "avatar gallery"))
    assert "8 pictures" in text_of(gallery)
