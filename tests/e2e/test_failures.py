"""What Discord, the network and admins do to a running bot, and what members see of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from playground.failures import cut_after, is_callback, is_upload
from playground.page.people import Person
from playground.refusals import unknown
from playground.server import Playground
from tests.e2e.driving import BotProcess, Json, draw, pictures_of, result_of, text_of


def is_cancellable(message: Json) -> bool:
    return "cancel" in str(message["components"])


@pytest.mark.parametrize(
    "failure",
    [
        {"failure": "reconnect"},
        {"failure": "cut"},
        {"failure": "close", "code": 4000},
        {"failure": "invalid_session", "resumable": True},
    ],
    ids=lambda failure: failure["failure"],
)
async def test_a_lost_gateway_is_found_again(
    mika: Person, playground: Playground, failure: dict[str, Any]
) -> None:
    await playground.failures.play(failure)

    assert len(pictures_of(await draw(mika))) == 4


async def test_a_press_while_the_gateway_is_gone_is_answered_after_it_is_back(
    mika: Person, playground: Playground
) -> None:
    message = await draw(mika)

    await playground.failures.play({"failure": "cut"})
    pressed = await mika.press(message, "Reroll")

    assert len(pictures_of(await result_of(mika, pressed))) == 4


@pytest.mark.own_bot
async def test_a_token_taken_back_while_running_is_explained(
    playground: Playground, tmp_path: Path
) -> None:
    bot = BotProcess(playground, tmp_path / "data")
    await bot.start()

    await playground.failures.play({"failure": "close", "code": 4004})
    log = await bot.read_log()

    assert await bot.wait() == 2
    assert "does not accept MOEVATAR_DISCORD_TOKEN" in log
    assert "Traceback" not in log


async def test_a_burst_of_bad_gateways_is_outlasted(mika: Person, playground: Playground) -> None:
    await playground.failures.play({"failure": "bad_gateway", "times": 1})

    assert len(pictures_of(await draw(mika))) == 4


async def test_a_rate_limit_is_waited_for(mika: Person, playground: Playground) -> None:
    await playground.failures.play({"failure": "rate_limit", "retry_after_s": 0.1})

    assert len(pictures_of(await draw(mika))) == 4


@pytest.mark.own_bot
@pytest.mark.parametrize("missing", ["ATTACH_FILES", "SEND_MESSAGES"])
async def test_without_permission_nothing_is_drawn_and_the_person_is_told(
    mika: Person, playground: Playground, missing: str
) -> None:
    general = next(c.id for c in playground.world.guild_channels if c.name == "general")
    await playground.failures.play(
        {"failure": "permissions", "channel": general, "deny": [missing]}
    )

    answer = await mika.answer(await mika.invoke("general", "chibi", prompt="pink hair"))

    assert answer["ephemeral"]
    assert missing.replace("_", " ").title() in text_of(answer)


async def waiting_message(person: Person, bot_is_busy: Callable[[], Any]) -> Json:
    """A drawing of the person's that cannot have been finished yet: others go first."""
    await bot_is_busy()
    asked = await person.invoke("general", "chibi", prompt="red hair")
    return await person.answer(asked)


@pytest.fixture
async def busy(playground: Playground, bot: BotProcess) -> Callable[[], Any]:
    """Gives the bot enough to do that the next drawing has to wait."""
    hana = playground.person("hana")
    await hana.answer(await hana.invoke("general", "config limit", jobs=50))

    async def keep_busy() -> None:
        for _ in range(20):
            await hana.invoke("general", "chibi", prompt="pink hair", size=1024)

    return keep_busy


@pytest.mark.own_bot  # what keeps it busy would keep others waiting
async def test_a_waiting_drawing_can_be_cancelled_by_its_owner(
    ren: Person, mika: Person, busy: Callable[[], Any]
) -> None:
    await busy()
    asked = [await mika.invoke("general", "chibi", prompt="red hair", size=1024) for _ in "12345"]
    last = await mika.answer(asked[-1])
    assert is_cancellable(last)

    await mika.press(last, "Cancel")

    cancelled = await mika.wait_message(
        lambda m: m["id"] == last["id"] and "was cancelled" in text_of(m)
    )
    assert "Reroll" in str(cancelled["components"])


@pytest.mark.own_bot  # what keeps it busy would keep others waiting
async def test_others_cannot_cancel_it(mika: Person, yue: Person, busy: Callable[[], Any]) -> None:
    message = await waiting_message(mika, busy)

    answer = await yue.answer(await yue.press(message, "Cancel"))

    assert "别人" in text_of(answer)


@pytest.mark.own_bot  # what keeps it busy would keep others waiting
async def test_over_the_limit_is_said_at_once_and_privately(
    mika: Person, ren: Person, busy: Callable[[], Any]
) -> None:
    await busy()
    await ren.answer(await ren.invoke("general", "config limit", jobs=1))
    await mika.answer(await mika.invoke("general", "chibi", prompt="red hair", size=1024))

    answer = await mika.answer(await mika.invoke("general", "chibi", prompt="blue hair"))

    assert answer["ephemeral"]
    assert "(1)" in text_of(answer)


@pytest.mark.own_bot  # what keeps it busy would keep others waiting
async def test_a_message_deleted_under_a_running_job_loses_nothing(
    mika: Person, playground: Playground, busy: Callable[[], Any]
) -> None:
    message = await waiting_message(mika, busy)

    await playground.failures.play({"failure": "deleted_message", "message": message["id"]})

    told = await mika.wait_message(lambda m: "They are in your gallery" in text_of(m))
    assert told["ephemeral"]
    gallery = await mika.answer(await mika.invoke("general", "avatar gallery"))
    assert len(pictures_of(gallery)) == 4


@pytest.mark.own_bot  # what keeps it busy would keep others waiting
async def test_a_drawing_that_takes_too_long_for_discord_is_shown_all_the_same(
    mika: Person, playground: Playground, busy: Callable[[], Any]
) -> None:
    message = await waiting_message(mika, busy)

    await playground.failures.play({"failure": "time_passes", "seconds": 16 * 60})

    finished = await mika.wait_message(lambda m: m["id"] == message["id"] and bool(pictures_of(m)))
    assert len(pictures_of(finished)) == 4


@pytest.mark.own_bot  # what keeps it busy would keep others waiting
async def test_a_crash_loses_no_accepted_drawing(
    mika: Person, bot: BotProcess, busy: Callable[[], Any]
) -> None:
    await waiting_message(mika, busy)

    await bot.kill()
    await bot.start()

    # On its message, or on a new one if the crash came before the bot knew the message's id.
    finished = await mika.wait_message(
        lambda m: f"<@{mika.id}>" in text_of(m) and bool(pictures_of(m))
    )
    assert len(pictures_of(finished)) == 4


@pytest.mark.own_bot  # what keeps it busy would keep others waiting
async def test_a_stop_loses_no_accepted_drawing(
    mika: Person, bot: BotProcess, busy: Callable[[], Any]
) -> None:
    message = await waiting_message(mika, busy)

    assert await bot.stop() == 0
    await bot.start()

    finished = await mika.wait_message(lambda m: m["id"] == message["id"] and bool(pictures_of(m)))
    assert len(pictures_of(finished)) == 4


async def test_a_defect_is_told_by_a_short_id_that_is_in_the_log(
    mika: Person, bot: BotProcess
) -> None:
    message = await draw(mika, count=1)
    database = bot.data_dir / "moevatar.sqlite3"
    await bot.stop()
    import sqlite3

    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE images SET traits = ?", ('{"hair_color": "no colour"}',))
    connection.close()
    await bot.start()

    answer = await mika.answer(await mika.press(message, "Details"))

    incident = text_of(answer).split("`")[1]
    await bot.stop()
    assert incident in bot.log
    assert "ValueError" in bot.log
    bot.log = ""


async def test_an_answer_whose_acknowledgement_is_lost_on_the_way_shows_its_pictures(
    mika: Person, playground: Playground, posted: Callable[[], list[Json]]
) -> None:
    await playground.failures.play({"failure": "lost_acknowledgement"})

    drawn = await draw(mika)

    (message,) = posted()
    assert message["id"] == drawn["id"]
    assert len(pictures_of(message)) == 4


async def test_an_answer_of_which_nothing_is_heard_shows_its_pictures(
    mika: Person, playground: Playground, posted: Callable[[], list[Json]]
) -> None:
    await playground.failures.play({"failure": "lost_answer", "times": 2})  # nor what it looks for

    drawn = await draw(mika)

    (message,) = posted()
    assert message["id"] == drawn["id"]
    assert len(pictures_of(message)) == 4


async def test_pictures_that_arrive_unheard_are_shown_once(
    mika: Person, playground: Playground, posted: Callable[[], list[Json]]
) -> None:
    playground.failures.at_request(is_upload, cut_after)

    drawn = await draw(mika)

    (message,) = posted()
    assert message["id"] == drawn["id"]
    assert len(pictures_of(message)) == 4


def refused(playground: Playground) -> None:
    def refuse(_: web.Request) -> None:
        raise unknown("interaction", 10062)

    playground.failures.at_request(is_callback, refuse)


def cut_before(playground: Playground) -> None:
    def cut(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    playground.failures.at_request(is_callback, cut)


@pytest.mark.parametrize("fails", [refused, cut_before], ids=lambda fails: fails.__name__)
async def test_what_cannot_be_answered_is_not_drawn_and_given_back(
    mika: Person,
    playground: Playground,
    posted: Callable[[], list[Json]],
    fails: Callable[[Playground], None],
) -> None:
    fails(playground)

    told = await mika.answer(await mika.invoke("general", "chibi", prompt="red hair"))
    drawn = await draw(mika, "blue hair", count=1)  # jobs of one backend are drawn in order

    assert told["ephemeral"]
    assert "Nothing was drawn" in text_of(told)
    assert "```\nred hair\n```" in text_of(told)
    assert [message["id"] for message in posted()] == [told["id"], drawn["id"]]
    gallery = await mika.answer(await mika.invoke("general", "avatar gallery"))
    assert len(pictures_of(gallery)) == 1
