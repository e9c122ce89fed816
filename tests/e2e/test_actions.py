"""Buttons, menus and forms as older versions have sent them, and as no version ever has."""

import re
from typing import Any

import pytest

from playground.interactions.interactions import InteractionType
from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    draw,
    forge,
    pictures_of,
    press_data,
    result_of,
    text_of,
)

UNKNOWN = "do not know this button"


@pytest.fixture
async def drawn(mika: Person, bot: BotProcess) -> Json:
    """A drawing of Mika's, with two pictures."""
    return await draw(mika, count=2, size=256)


def generation_of(message: Json) -> int:
    return int(re.findall(r"mv:reroll:generation=(\d+)", str(message["components"]))[0])


def images_of(message: Json) -> list[int]:
    return [int(n) for n in re.findall(r"mv:choose:image=(\d+)", str(message["components"]))]


@pytest.mark.own_bot  # its drawing is number 1
async def test_buttons_that_carry_numbers_without_names_still_work(
    mika: Person, playground: Playground, drawn: Json
) -> None:
    first, second = images_of(drawn)
    counts = {
        f"mv:reroll:{generation_of(drawn)}": 2,
        f"mv:vary:{second}": 2,
        f"mv:tool:{first}:4": 1,
    }

    for custom_id, count in counts.items():
        made = await result_of(mika, forge(playground, mika, drawn, press_data(custom_id)))
        assert len(pictures_of(made)) == count, custom_id


@pytest.mark.own_bot  # its drawing is number 1
async def test_a_menu_that_carries_numbers_without_names_still_works(
    mika: Person, playground: Playground, drawn: Json
) -> None:
    gallery = await mika.answer(await mika.invoke("general", "avatar gallery"))
    since = len(mika.events)

    image = images_of(drawn)[1]
    forge(playground, mika, gallery, press_data("mv:open:0:0", str(image)))

    opened = await mika.wait_message(lambda m: m["id"] == gallery["id"], since=since)
    assert f"Picture {image}" in text_of(opened)


async def test_numbers_that_name_nothing_are_answered_in_a_sentence(
    mika: Person, playground: Playground, drawn: Json
) -> None:
    for action in ("reroll", "details", "edit", "cancel", "delete", "vary", "pick"):
        for number in (0, 999_999, 2**63 - 1):
            pressed = forge(playground, mika, drawn, press_data(f"mv:{action}:{number}"))
            assert "has been deleted" in text_of(await mika.answer(pressed)), (action, number)


@pytest.mark.parametrize("custom_id", ["mv:reroll:generation=" + "9" * 60, "mv:none", "x"])
async def test_a_button_of_nobodys_is_answered_privately(
    mika: Person, playground: Playground, drawn: Json, custom_id: str
) -> None:
    answer = await mika.answer(forge(playground, mika, drawn, press_data(custom_id)))

    assert answer["ephemeral"]
    assert UNKNOWN in text_of(answer)


def form(custom_id: str, *fields: Any) -> Json:
    return {"custom_id": custom_id, "components": list(fields)}


PROMPT = {"type": 18, "component": {"type": 4, "custom_id": "prompt", "value": "red hair"}}


@pytest.mark.parametrize(
    "data",
    [form("mv:edited:generation=1:private=0"), form("mv:prompt-form:1:0", PROMPT)],
    ids=["empty", "of an older version"],
)
async def test_a_form_that_is_none_of_ours_is_answered_privately(
    mika: Person, playground: Playground, drawn: Json, data: Json
) -> None:
    answer = await mika.answer(forge(playground, mika, drawn, data, InteractionType.MODAL))

    assert answer["ephemeral"]
    assert UNKNOWN in text_of(answer)


async def test_a_form_of_somebody_elses_drawing_draws_nothing(
    yue: Person, playground: Playground, drawn: Json
) -> None:
    data = form(f"mv:edited:generation={generation_of(drawn)}:private=0", PROMPT)

    answer = await yue.answer(forge(playground, yue, drawn, data, InteractionType.MODAL))

    assert answer["ephemeral"]
    assert "别人" in text_of(answer)
