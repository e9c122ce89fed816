"""Buttons, menus and forms as older versions have sent them, and as no version ever has."""

import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.storage.disk import PictureFiles
from generation.illustrator import complete
from generation.traits import Traits
from playground.interactions.interactions import InteractionType
from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    draw,
    forge,
    labels_of,
    pictures_of,
    press_data,
    result_of,
    text_of,
)
from tests.migrations.old_database import TRAITS, write_old_database

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


async def write_old_database_of(owner: Person, playground: Playground, data_dir: Path) -> None:
    """Of the version before jobs: `owner`'s, in #general, and with every picture on the disk."""
    path = data_dir / "moevatar.sqlite3"
    write_old_database(path)
    picture = io.BytesIO()
    Image.effect_noise((512, 512), 90).convert("RGB").save(picture, "PNG")
    sha256 = await PictureFiles(data_dir / "pictures").write(picture.getvalue())
    general = next(c for c in playground.world.guild_channels if c.name == "general")
    whole = json.dumps(complete(Traits.from_json(TRAITS), 1).to_json())  # as the illustrator has it
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE generations SET owner_id = ?, message_id = NULL", (owner.id,))
        connection.execute("UPDATE generations SET channel_id = ?", (general.id,))
        connection.execute(
            "UPDATE generations SET guild_id = ? WHERE guild_id IS NOT NULL", (general.guild_id,)
        )
        connection.execute(
            "UPDATE generations SET start_sha256 = ? WHERE start_sha256 IS NOT NULL", (sha256,)
        )
        connection.execute(
            "UPDATE generations SET parameters ="
            " json_replace(parameters, '$.variation_of', json(?))",
            (whole,),
        )
        connection.execute(
            "UPDATE images SET owner_id = ?, sha256 = ?, traits = ?", (owner.id, sha256, whole)
        )
        connection.execute("UPDATE members SET id = ?", (owner.id,))
        connection.execute("UPDATE favourites SET member_id = ?", (owner.id,))


@pytest.mark.own_bot
async def test_what_an_older_version_has_left_goes_on_and_its_buttons_work(
    playground: Playground, tmp_path: Path
) -> None:
    mika, bot = playground.newcomer("mika"), BotProcess(playground, tmp_path / "data")
    await write_old_database_of(mika, playground, bot.data_dir)
    await bot.start()

    async def pressed(custom_id: str, *chosen: str, on: Json) -> Json:
        """What answers it, or what it has made of the message."""
        since = len(mika.events)
        interaction = forge(playground, mika, on, press_data(custom_id, *chosen))
        return await mika.wait_message(
            lambda m: (
                not m.get("loading")
                and (m.get("interaction", {}).get("id") == interaction.id or m["id"] == on["id"])
            ),
            since=since,
        )

    resumed = await mika.wait_message(lambda m: "mv:reroll:generation=2'" in str(m))
    late = await mika.wait_message(lambda m: "mv:reroll:generation=4'" in str(m))
    off = await mika.wait_message(lambda m: "mv:reroll:generation=9'" in str(m))
    private = await mika.wait_message(lambda m: m["channel_id"] == mika.dm)
    assert len(pictures_of(resumed)) == len(pictures_of(late)) == 1
    assert "is switched off" in text_of(off)
    assert "in your gallery" in text_of(private)

    for again in ("mv:reroll:1", "mv:vary:1", "mv:vary:4", "mv:tool:5:4", "mv:reroll:5"):
        made = forge(playground, mika, resumed, press_data(again))
        assert len(pictures_of(await result_of(mika, made))) == 1, again
    details = await pressed("mv:details:1", on=resumed)
    assert "粉发猫耳 number 1" in text_of(details)
    gallery = await mika.answer(await mika.invoke("general", "avatar gallery"))
    assert "14 pictures" in text_of(gallery)
    opened = await pressed("mv:open:0:0", "2", on=gallery)
    assert "Not a favourite" in labels_of(opened)
    starred = await pressed("mv:star:1:1:0:0", on=opened)
    assert "Not a favourite" in labels_of(starred)
    picked = await pressed("mv:pick:3", on=resumed)
    assert "This is you now" in text_of(picked)
    asked = await pressed("mv:ask-delete:3", on=starred)
    deleted = await pressed("mv:delete-for-good:3", on=asked)
    assert "Deleted" in text_of(deleted)
    form = await mika.modal(forge(playground, mika, resumed, press_data("mv:edit:1")))
    assert "粉发猫耳 number 1" in str(form)
    gone = await pressed("mv:details:10", on=resumed)
    assert "粉发猫耳" in text_of(gone)
    await bot.stop()
    assert "ERROR" not in bot.log
