import pytest

from playground.clock import Clock, Snowflakes, made_at
from playground.gateway.session import REPLAYED, Intent, Session


@pytest.fixture
def session() -> Session:
    return Session("s", Intent.GUILDS)


def test_events_are_numbered_from_one(session: Session) -> None:
    sent: list[dict] = []
    session.send = sent.append

    session.dispatch("A", {})
    session.dispatch("B", {})

    assert [(p["s"], p["t"]) for p in sent] == [(1, "A"), (2, "B")]


def test_what_was_sent_while_away_is_kept(session: Session) -> None:
    for name in "ABC":
        session.dispatch(name, {})

    assert [p["t"] for p in session.missed_since(1) or ()] == ["B", "C"]
    assert session.missed_since(3) == []


@pytest.mark.parametrize("seq", [-1, 0, REPLAYED + 3], ids=["never", "too old", "to come"])
def test_what_is_not_kept_cannot_be_replayed(session: Session, seq: int) -> None:
    for _ in range(REPLAYED + 1):
        session.dispatch("A", {})

    assert session.missed_since(seq) is None


def test_ids_grow_within_a_millisecond_and_tell_their_time() -> None:
    snowflakes = Snowflakes(lambda: 1_700_000_000.0)

    ids = [int(snowflakes.next()) for _ in range(5000)]

    assert ids == sorted(set(ids))
    assert made_at(str(ids[0])) == 1_700_000_000.0


async def test_advancing_the_clock_runs_what_falls_due_in_its_order() -> None:
    clock, ran = Clock(), []
    clock.call_later(20, lambda: ran.append("later"))
    clock.call_later(10, lambda: ran.append("sooner"))
    clock.call_later(90, lambda: ran.append("never"))

    clock.advance(30)

    assert ran == ["sooner", "later"]
    clock.close()
