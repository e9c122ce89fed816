"""Whoever runs the bot is told once of what only they can mend."""

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.alerts import OperatorAlerts
from bot.texts import Catalogue
from generation.errors import KeyRefused, PromptRefused, QuotaExhausted


class Owner:
    """Receives messages, or takes none."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.refuses = False

    async def send(self, text: str) -> None:
        if self.refuses:
            response: Any = SimpleNamespace(status=403, reason="Forbidden")
            raise discord.Forbidden(response, "Cannot send messages to this user")
        self.received.append(text)


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def alerts(owner: Owner) -> OperatorAlerts:
    client = SimpleNamespace(application=SimpleNamespace(owner=owner))
    return OperatorAlerts(cast(discord.Client, client), Catalogue.load())


async def test_an_empty_account_is_told_once(alerts: OperatorAlerts, owner: Owner) -> None:
    for _ in range(3):
        await alerts.failed("openai", QuotaExhausted("OpenAI"))

    (text,) = owner.received
    assert "OpenAI" in text
    assert "no credit left" in text


async def test_once_it_has_worked_again_the_next_failure_is_told(
    alerts: OperatorAlerts, owner: Owner
) -> None:
    await alerts.failed("openai", KeyRefused("OpenAI"))
    alerts.worked("openai")
    await alerts.failed("openai", KeyRefused("OpenAI"))

    assert len(owner.received) == 2


async def test_a_members_own_failure_is_not_the_operators(
    alerts: OperatorAlerts, owner: Owner
) -> None:
    await alerts.failed("openai", PromptRefused("OpenAI"))

    assert owner.received == []


async def test_an_owner_who_takes_no_messages_finds_it_in_the_log(
    alerts: OperatorAlerts, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.refuses = True

    await alerts.failed("openai", QuotaExhausted("OpenAI"))

    assert "takes no messages" in caplog.text
