"""What the bot registers: names in both languages, everywhere, with the fewest rights."""

from typing import Any

import pytest

from bot.client import PERMISSIONS
from playground.page.people import Person
from playground.server import Playground

MANAGE_GUILD = 1 << 5


@pytest.fixture
def commands(mika: Person, playground: Playground) -> dict[str, dict[str, Any]]:
    """The registered commands by name; `mika` is there so that the bot is online."""
    found = {command["name"]: command for command in playground.commands}
    assert set(found) == {"chibi", "compare", "morph", "avatar", "config", "models"}
    return found


def walk(command: dict[str, Any]) -> list[dict[str, Any]]:
    inner = command.get("options") or []
    return [command, *(found for option in inner for found in walk(option))]


def test_every_name_and_description_is_there_in_chinese(
    commands: dict[str, dict[str, Any]],
) -> None:
    parts = [part for command in commands.values() for part in walk(command)]

    assert len(parts) > 20
    for part in parts:
        for text in ("name", "description"):
            localized = part[f"{text}_localizations"]
            assert localized["en-US"] == part[text]
            assert localized["zh-CN"] != part[text]


def test_drawing_is_for_servers_and_persons_and_dms(
    commands: dict[str, dict[str, Any]],
) -> None:
    for name in ("chibi", "avatar"):
        assert sorted(commands[name]["integration_types"]) == [0, 1]
        assert sorted(commands[name]["contexts"]) == [0, 1, 2]
        assert commands[name]["default_member_permissions"] is None


def test_config_is_for_those_who_manage_a_server(commands: dict[str, dict[str, Any]]) -> None:
    assert int(commands["config"]["default_member_permissions"]) == MANAGE_GUILD
    assert commands["config"]["contexts"] == [0]


def test_no_privileged_intent_is_asked_for(mika: Person, playground: Playground) -> None:
    (connection,) = playground.gateway.connections

    privileged = (1 << 1) | (1 << 8) | (1 << 15)
    assert connection.session is not None
    assert int(connection.session.intents) & privileged == 0


def test_the_invite_asks_for_four_permissions() -> None:
    asked = {name for name, wanted in PERMISSIONS if wanted}

    assert asked == {
        "read_messages",  # discord.py's name for View Channels
        "send_messages",
        "send_messages_in_threads",
        "attach_files",
    }
