"""Kills at random moments, seeded: no accepted drawing is lost, and none is shown twice.

Deselected unless asked for: `pytest -m soak tests/e2e/test_soak.py`, 10 rounds a seed.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from random import Random

import pytest

from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import BotProcess, in_general, pictures_of

pytestmark = pytest.mark.soak

ROUNDS = 10
LONGEST_S = 2.0


class Ledger:
    """What the bot has accepted, by its database, beside what stands in #general."""

    def __init__(self, bot: BotProcess, playground: Playground) -> None:
        self._path = bot.data_dir / "moevatar.sqlite3"
        self._playground = playground

    def accepted(self) -> Counter[tuple[str, int]]:
        """How many accepted drawings are in which state, with how many images.

        Nobody cancels here: what is cancelled was answered too late, and is seen by nobody.
        """
        query = """
            SELECT status, (SELECT count(*) FROM images WHERE generation_id = generations.id)
            FROM generations WHERE status <> 'cancelled'
        """
        with closing(sqlite3.connect(self._path)) as database:
            return Counter(database.execute(query).fetchall())

    def shown(self) -> Counter[tuple[str, int]]:
        """How many messages show how many pictures; the others are still at work."""
        counts = [len(pictures_of(message)) for message in in_general(self._playground)]
        return Counter(("finished" if count else "at work", count) for count in counts)

    def is_settled(self, *_: object) -> bool:
        """Whether every drawing is finished and shown once, and no message waits for one."""
        return self.accepted() == self.shown()


@pytest.fixture(scope="module")
def settings() -> Mapping[str, str]:
    """Nobody is refused: what stands in the channel is drawings alone."""
    return {"open_jobs": "50"}


@pytest.mark.parametrize("seed", range(10))
async def test_kills_at_random_moments_lose_nothing_and_show_nothing_twice(
    seed: int, bot: BotProcess, playground: Playground
) -> None:
    chance, ledger = Random(seed), Ledger(bot, playground)
    hana = playground.person("hana")
    members = [playground.newcomer("mika") for _ in range(5)]
    for _ in range(ROUNDS):
        await killed_while_drawing(chance, bot, members)

        await bot.start()

        hana.events.clear()
        try:
            if not ledger.is_settled():
                await hana.wait_message(ledger.is_settled)
        except TimeoutError:
            assert ledger.shown() == ledger.accepted()
    assert ledger.accepted().total() >= ROUNDS


async def killed_while_drawing(chance: Random, bot: BotProcess, members: list[Person]) -> None:
    """Members ask for drawings until the bot is killed."""
    ends_s = chance.uniform(0.05, LONGEST_S)
    asyncio.get_running_loop().call_later(ends_s, bot.kill_now)
    await asyncio.gather(
        *(
            asked(chance.uniform(0, 0.9 * ends_s), member, chance.randint(1, 4))
            for member in members
        )
    )
    await bot.died()


async def asked(after_s: float, member: Person, count: int) -> None:
    await asyncio.sleep(after_s)
    await member.invoke("general", "chibi", prompt="silver hair", count=count, size=256)
