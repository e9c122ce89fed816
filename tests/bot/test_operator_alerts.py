"""Whoever runs the bot is told once of what only they can mend."""

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.alerts import OperatorAlerts
from bot.texts import Catalogue
from generation.errors import KeyRefused, PromptRefused, QuotaExhausted

OWNER, MEMBER = 1, 2


class Owner:
    """Receives messages, or takes none."""

    id = OWNER

    def __init__(self) -> None:
        self.received: list[str] = []
        self.refuses = False

    async def send(self, text: str, *, allowed_mentions: discord.AllowedMentions) -> None:
        if self.refuses:
            response: Any = SimpleNamespace(status=403, reason="Forbidden")
            raise discord.Forbidden(response, "Cannot send messages to this user")
        assert allowed_mentions.to_dict() == {"parse": []}
        self.received.append(text)


def client_of(application: SimpleNamespace) -> discord.Client:
    """A client on which everybody is their own direct message."""

    async def create_dm(user: Owner) -> Owner:
        return user

    return cast(discord.Client, SimpleNamespace(application=application, create_dm=create_dm))


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def alerts(owner: Owner) -> OperatorAlerts:
    client = client_of(SimpleNamespace(owner=owner, team=None))
    return OperatorAlerts(client, Catalogue.load())


async def test_an_empty_account_is_told_once(alerts: OperatorAlerts, owner: Owner) -> None:
    for _ in range(3):
        await alerts.failed("openai", QuotaExhausted("OpenAI"), MEMBER)

    (text,) = owner.received
    assert "OpenAI" in text
    assert "no credit left" in text


async def test_once_it_has_worked_again_the_next_failure_is_told(
    alerts: OperatorAlerts, owner: Owner
) -> None:
    await alerts.failed("openai", KeyRefused("OpenAI"), MEMBER)
    alerts.worked("openai")
    await alerts.failed("openai", KeyRefused("OpenAI"), MEMBER)

    assert len(owner.received) == 2


async def test_a_cause_is_told_once_whatever_it_hinders(
    alerts: OperatorAlerts, owner: Owner
) -> None:
    for backend in ("openai", "another", "openai"):
        assert await alerts.failed(backend, QuotaExhausted("OpenAI"), MEMBER) == "operator"
    assert len(owner.received) == 1

    await alerts.failed("openai", KeyRefused("OpenAI"), MEMBER)
    await alerts.failed("openai", QuotaExhausted("Elsewhere"), MEMBER)
    assert len(owner.received) == 3

    alerts.worked("a third")
    await alerts.failed("another", QuotaExhausted("OpenAI"), MEMBER)
    assert len(owner.received) == 3

    alerts.worked("another")
    await alerts.failed("openai", QuotaExhausted("OpenAI"), MEMBER)
    assert len(owner.received) == 4


async def test_the_operator_is_not_told_that_the_operator_was_told(alerts: OperatorAlerts) -> None:
    assert await alerts.failed("openai", KeyRefused("OpenAI"), OWNER) == "asker"
    assert await alerts.failed("openai", KeyRefused("OpenAI"), MEMBER) == "operator"


async def test_a_mistake_is_told_once_until_it_is_another(
    alerts: OperatorAlerts, owner: Owner
) -> None:
    steps, sizes = "models.toml, key 'steps'.", "models.toml, key 'sizes_px'."

    for mistake in (steps, steps, sizes, sizes):
        await alerts.mistaken({"diffusers": mistake})
    told = [text.partition(" The models stay")[0] for text in owner.received]
    assert told == [steps, sizes]

    await alerts.mistaken({})
    assert len(owner.received) == 2
    await alerts.mistaken({"diffusers": sizes})
    assert len(owner.received) == 3


async def test_an_owner_who_takes_no_messages_is_not_asked_about_a_mistake_again_and_again(
    alerts: OperatorAlerts, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.refuses = True

    for _ in range(3):
        await alerts.mistaken({"diffusers": "models.toml has no preset."})

    assert caplog.text.count("takes no messages") == 1


async def test_a_members_own_failure_is_not_the_operators(
    alerts: OperatorAlerts, owner: Owner
) -> None:
    await alerts.failed("openai", PromptRefused("OpenAI"), MEMBER)

    assert owner.received == []


async def test_an_owner_who_takes_no_messages_finds_it_in_the_log(
    alerts: OperatorAlerts, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.refuses = True

    assert not await alerts.failed("openai", QuotaExhausted("OpenAI"), MEMBER)

    assert "takes no messages" in caplog.text
    owner.refuses = False
    assert await alerts.failed("openai", QuotaExhausted("OpenAI"), MEMBER)


async def test_of_a_teams_application_the_owner_of_the_team_is_told(owner: Owner) -> None:
    application = SimpleNamespace(owner=Owner(), team=SimpleNamespace(owner=owner))
    client = client_of(application)

    await OperatorAlerts(client, Catalogue.load()).failed("openai", KeyRefused("OpenAI"), MEMBER)

    assert len(owner.received) == 1
    assert application.owner.received == []
