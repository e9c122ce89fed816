"""Every limit of a command: the last that passes, the first that does not."""

import discord
import pytest

from tests.playground.bot import Bot
from tests.playground.build import (
    COMMANDS,
    cases,
    choices,
    long_choices,
    named_options,
    option,
    slash,
)

COMMAND_LIMITS = [
    ("name", slash(name="x" * 32), slash(name="x" * 33), "0.name BASE_TYPE_BAD_LENGTH"),
    (
        "name letters",
        slash(name="画-头像_1"),
        slash(name="draw it"),
        "0.name APPLICATION_COMMAND_INVALID_NAME",
    ),
    (
        "name lowercase",
        slash(name="chibi"),
        slash(name="Chibi"),
        "0.name APPLICATION_COMMAND_INVALID_NAME",
    ),
    (
        "menu name",
        {"type": 3, "name": "Draw This"},
        {"type": 3, "name": "x" * 33},
        "0.name BASE_TYPE_BAD_LENGTH",
    ),
    (
        "menu description",
        {"type": 2, "name": "Draw"},
        {"type": 2, "name": "Draw", "description": "x"},
        "0.description BASE_TYPE_MAX_LENGTH",
    ),
    (
        "description",
        slash(description="x" * 100),
        slash(description="x" * 101),
        "0.description BASE_TYPE_BAD_LENGTH",
    ),
    ("description there", slash(), slash(description=""), "0.description BASE_TYPE_REQUIRED"),
    (
        "options",
        slash(options=named_options(25)),
        slash(options=named_options(26)),
        "0.options BASE_TYPE_MAX_LENGTH",
    ),
    (
        "option name",
        slash(options=[option(name="x" * 32)]),
        slash(options=[option(name="Prompt")]),
        "0.options.0.name APPLICATION_COMMAND_INVALID_NAME",
    ),
    (
        "option name unique",
        slash(options=named_options(2)),
        slash(options=[option(), option()]),
        "0.options.0.name APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    ),
    (
        "option description",
        slash(options=[option(description="x" * 100)]),
        slash(options=[option(description="x" * 101)]),
        "0.options.0.description BASE_TYPE_BAD_LENGTH",
    ),
    (
        "option type",
        slash(options=[option(type=11)]),
        slash(options=[option(type=12)]),
        "0.options.0.type BASE_TYPE_CHOICES",
    ),
    (
        "required first",
        slash(options=[option(required=True), option(name="b")]),
        slash(options=[option(), option(name="b", required=True)]),
        "0.options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    (
        "choices",
        slash(options=[option(choices=choices(25))]),
        slash(options=[option(choices=choices(26))]),
        "0.options.0.choices BASE_TYPE_MAX_LENGTH",
    ),
    (
        "choice name",
        slash(options=[option(choices=choices(1, name="x" * 100))]),
        slash(options=[option(choices=choices(1, name="x" * 101))]),
        "0.options.0.choices.0.name BASE_TYPE_BAD_LENGTH",
    ),
    (
        "choice value",
        slash(options=[option(choices=choices(1, value="x" * 100))]),
        slash(options=[option(choices=choices(1, value="x" * 101))]),
        "0.options.0.choices.0.value BASE_TYPE_BAD_LENGTH",
    ),
    (
        "choices or autocomplete",
        slash(options=[option(autocomplete=True)]),
        slash(options=[option(autocomplete=True, choices=choices(1))]),
        "0.options.0 APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
    ),
    (
        "autocomplete of a boolean",
        slash(options=[option(type=10, autocomplete=True), option(name="b", type=5)]),
        slash(options=[option(type=5, autocomplete=True)]),
        "0.options.0.autocomplete APPLICATION_COMMAND_AUTOCOMPLETE_INVALID",
    ),
    (
        "choice name unique",
        slash(options=[option(choices=choices(2, value="x"))]),
        slash(options=[option(choices=choices(2, name="x"))]),
        "0.options.0.choices.0.name APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
    ),
    (
        "choice of an integer",
        slash(options=[option(type=4, choices=choices(1, value=7))]),
        slash(options=[option(type=4, choices=choices(1, value="7"))]),
        "0.options.0.choices.0.value NUMBER_TYPE_COERCE",
    ),
    (
        "choice of an integer whole",
        slash(options=[option(type=4, choices=choices(1, value=-7))]),
        slash(options=[option(type=4, choices=choices(1, value=7.5))]),
        "0.options.0.choices.0.value NUMBER_TYPE_COERCE",
    ),
    (
        "choice of a number",
        slash(options=[option(type=10, choices=choices(1, value=7.5))]),
        slash(options=[option(type=10, choices=choices(1, value="x"))]),
        "0.options.0.choices.0.value NUMBER_TYPE_COERCE",
    ),
    (
        "max_length",
        slash(options=[option(max_length=6000)]),
        slash(options=[option(max_length=6001)]),
        "0.options.0.max_length NUMBER_TYPE_MAX",
    ),
    (
        "min_length",
        slash(options=[option(min_length=6000)]),
        slash(options=[option(min_length=6001)]),
        "0.options.0.min_length NUMBER_TYPE_MAX",
    ),
    (
        "groups two deep",
        slash(options=[option(type=2, options=[option(type=1)])]),
        slash(options=[option(type=2, options=[option(type=2)])]),
        "0.options.0.options.0.type APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    (
        "subcommands alone",
        slash(options=[option(type=1)]),
        slash(options=[option(type=1), option(name="b")]),
        "0.options APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    (
        "known locale",
        slash(name_localizations={"zh-CN": "头像"}),
        slash(name_localizations={"zh": "头像"}),
        "0.name_localizations.zh BASE_TYPE_CHOICES",
    ),
    (
        "translated name",
        slash(name_localizations={"fr": "avatar"}),
        slash(name_localizations={"fr": "Avatar"}),
        "0.name_localizations.fr APPLICATION_COMMAND_INVALID_NAME",
    ),
    (
        "translated description",
        slash(description_localizations={"fr": "x" * 100}),
        slash(description_localizations={"fr": "x" * 101}),
        "0.description_localizations.fr BASE_TYPE_BAD_LENGTH",
    ),
    (
        "permissions",
        slash(default_member_permissions="0"),
        slash(default_member_permissions="many"),
        "0.default_member_permissions NUMBER_TYPE_COERCE",
    ),
    ("contexts", slash(contexts=[0, 1, 2]), slash(contexts=[3]), "0.contexts.0 BASE_TYPE_CHOICES"),
    (
        "integration types",
        slash(integration_types=[0, 1]),
        slash(integration_types=[2]),
        "0.integration_types.0 BASE_TYPE_CHOICES",
    ),
    (
        "size",
        slash(options=[option(name=f"o{n}", choices=long_choices(70)) for n in range(25)]),
        slash(options=[option(name=f"o{n}", choices=long_choices(80)) for n in range(25)]),
        "0 APPLICATION_COMMAND_TOO_LARGE",
    ),
]


@pytest.mark.parametrize(("good", "bad", "problem"), cases(COMMAND_LIMITS))
async def test_a_command_keeps_the_limit(rest, good: dict, bad: dict, problem: str) -> None:
    taken, refused = await rest("PUT", COMMANDS, [good]), await rest("PUT", COMMANDS, [bad])
    path, code = problem.split(" ")

    assert taken.status == 200, taken.body
    assert (refused.status, refused.body["code"]) == (400, 50035)
    assert refused.problems[path] == code


@pytest.mark.parametrize(("kind", "most"), [(1, 100), (2, 15), (3, 15)])
async def test_there_is_room_for_so_many_commands(rest, kind: int, most: int) -> None:
    text = {"description": "x"} if kind == 1 else {}
    commands = [{"type": kind, "name": f"c{n}", **text} for n in range(most + 1)]

    taken = await rest("PUT", COMMANDS, commands[:-1])
    refused = await rest("PUT", COMMANDS, commands)

    assert taken.status == 200
    assert (refused.status, refused.body["code"]) == (400, 30032)


async def test_two_commands_of_one_scope_have_two_names(rest) -> None:
    refused = await rest("PUT", COMMANDS, [slash(), slash()])

    assert refused.problems["0"] == "APPLICATION_COMMANDS_DUPLICATE_NAME"


async def test_a_day_has_200_new_commands(rest) -> None:
    async def create(prefix: str) -> dict:
        commands = [slash(name=f"{prefix}{n}") for n in range(100)]
        return (await rest("PUT", COMMANDS, commands)).body

    await create("a")
    await create("b")

    assert (await create("c"))["code"] == 30034


async def test_a_day_later_commands_can_be_made_again(playground, rest) -> None:
    await playground.failures.no_more_commands()
    refused = await rest("PUT", COMMANDS, [slash()])

    await playground.failures.time_passes(24 * 60 * 60 + 1)

    assert (refused.status, refused.body["code"]) == (400, 30034)
    assert (await rest("PUT", COMMANDS, [slash()])).status == 200


async def test_commands_that_are_there_can_be_changed_at_any_time(playground, rest) -> None:
    await rest("PUT", COMMANDS, [slash()])
    await playground.failures.no_more_commands()

    assert (await rest("PUT", COMMANDS, [slash(description="Paint")])).status == 200


async def test_a_bulk_overwrite_must_bring_the_entry_point_of_an_activity(playground, rest) -> None:
    await playground.failures.activities()
    [launch] = (await rest("GET", COMMANDS)).body

    refused = await rest("PUT", COMMANDS, [slash()])
    taken = await rest("PUT", COMMANDS, [slash(), launch])
    single = await rest("POST", COMMANDS, slash(name="other"))
    deleted = await rest("DELETE", f"{COMMANDS}/{launch['id']}")

    assert (launch["type"], launch["handler"]) == (4, 2)
    assert (refused.status, refused.body["code"]) == (400, 50240)
    assert [c["id"] for c in taken.body if c["type"] == 4] == [launch["id"]]
    assert (single.status, deleted.status) == (201, 204)
    assert (await rest("PUT", COMMANDS, [slash()])).status == 200


async def test_discord_py_is_told_that_the_entry_point_would_be_gone(playground, start) -> None:
    await playground.failures.activities()

    with pytest.raises(discord.HTTPException) as refused:
        await start(Bot())

    assert refused.value.code == 50240
