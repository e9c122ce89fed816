"""Every limit of a modal, and of answers: the last that passes, the first that does not."""

import pytest

from tests.playground.build import (
    COMMANDS,
    button,
    cases,
    field_input,
    inputs,
    label,
    modal,
    option,
    radio,
    row,
    select,
    slash,
)

MODAL_LIMITS = [
    (
        "title",
        modal(*inputs(1), title="x" * 45),
        modal(*inputs(1), title="x" * 46),
        "data.title BASE_TYPE_BAD_LENGTH",
    ),
    (
        "custom_id",
        modal(*inputs(1), custom_id="x" * 100),
        modal(*inputs(1), custom_id="x" * 101),
        "data.custom_id BASE_TYPE_BAD_LENGTH",
    ),
    ("components", modal(*inputs(5)), modal(*inputs(6)), "data.components BASE_TYPE_BAD_LENGTH"),
    ("components there", modal(*inputs(1)), modal(), "data.components BASE_TYPE_REQUIRED"),
    (
        "label",
        modal(label(field_input(), label="x" * 45)),
        modal(label(field_input(), label="x" * 46)),
        "data.components.0.label BASE_TYPE_BAD_LENGTH",
    ),
    (
        "label description",
        modal(label(field_input(), description="x" * 100)),
        modal(label(field_input(), description="x" * 101)),
        "data.components.0.description BASE_TYPE_MAX_LENGTH",
    ),
    (
        "input value",
        modal(label(field_input(value="x" * 4000))),
        modal(label(field_input(value="x" * 4001))),
        "data.components.0.component.value BASE_TYPE_MAX_LENGTH",
    ),
    (
        "input max_length",
        modal(label(field_input(max_length=4000))),
        modal(label(field_input(max_length=4001))),
        "data.components.0.component.max_length NUMBER_TYPE_MAX",
    ),
    (
        "input placeholder",
        modal(label(field_input(placeholder="x" * 100))),
        modal(label(field_input(placeholder="x" * 101))),
        "data.components.0.component.placeholder BASE_TYPE_MAX_LENGTH",
    ),
    (
        "files",
        modal(label({"type": 19, "custom_id": "f", "max_values": 10})),
        modal(label({"type": 19, "custom_id": "f", "max_values": 11})),
        "data.components.0.component.max_values NUMBER_TYPE_MAX",
    ),
    (
        "radio most",
        modal(label(radio(10))),
        modal(label(radio(11))),
        "data.components.0.component.options BASE_TYPE_BAD_LENGTH",
    ),
    (
        "radio least",
        modal(label(radio(2))),
        modal(label(radio(1))),
        "data.components.0.component.options BASE_TYPE_BAD_LENGTH",
    ),
    (
        "select needs one",
        modal(label(select(required=False, min_values=0))),
        modal(label(select(min_values=0))),
        "data.components.0.component.min_values NUMBER_TYPE_MIN",
    ),
    (
        "nothing disabled",
        modal(label(select())),
        modal(label(select(disabled=True))),
        "data.components.0 COMPONENT_DISABLED_IN_MODAL",
    ),
    (
        "no buttons",
        modal(label(field_input())),
        modal(row(button())),
        "data.components.0.components.0.type UNION_TYPE_CHOICES",
    ),
    (
        "ids unique",
        modal(*inputs(2)),
        modal(inputs(1)[0], inputs(1)[0]),
        "data.components COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
]


@pytest.fixture
async def call(playground, rest):
    """Calls a command; the answer to it goes to the callback that is returned."""
    await rest("PUT", COMMANDS, [slash(options=[option(autocomplete=True)])])

    async def call(kind: int, data: dict):
        invoked = await playground.person("mika").invoke("general", "chibi")
        path = f"/interactions/{invoked.id}/{invoked.token}/callback?with_response=1"
        return await rest("POST", path, {"type": kind, "data": data})

    return call


@pytest.mark.parametrize(("good", "bad", "problem"), cases(MODAL_LIMITS))
async def test_a_modal_keeps_the_limit(call, good: dict, bad: dict, problem: str) -> None:
    taken, refused = await call(9, good), await call(9, bad)
    path, code = problem.split(" ")

    assert taken.status == 200, taken.body
    assert (refused.status, refused.body["code"]) == (400, 50035)
    assert refused.problems[path] == code


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 99])
async def test_a_command_is_not_answered_like_a_button(call, kind: int) -> None:
    assert (await call(kind, {})).problems["type"] == "BASE_TYPE_CHOICES"


async def test_limits_of_an_answer_are_named_below_data(call) -> None:
    refused = await call(4, {"content": "x" * 2001})

    assert refused.problems == {"data.content": "BASE_TYPE_MAX_LENGTH"}


async def test_an_empty_answer_is_refused(call) -> None:
    assert (await call(4, {"content": ""})).body["code"] == 50006
