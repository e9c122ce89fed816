import pytest

from playground.interactions.command_options import checked
from playground.refusals import Refused


def option(kind: int, **changes) -> list[dict]:
    return [{"type": kind, "name": "o", "description": "d", **changes}]


def given(value: object) -> list[dict]:
    return [{"name": "o", "type": 3, "value": value}]


@pytest.mark.parametrize(
    ("registered", "value"),
    [
        pytest.param(option(3), "x" * 6000, id="text"),
        pytest.param(option(3, max_length=3), "abc", id="short text"),
        pytest.param(option(3, choices=[{"name": "A", "value": "a"}]), "a", id="choice"),
        pytest.param(option(4, min_value=1, max_value=4), 4, id="whole number"),
        pytest.param(option(4), 2**53, id="large number"),
        pytest.param(option(5), False, id="boolean"),
        pytest.param(option(10, max_value=0.5), 0.5, id="number"),
    ],
)
def test_what_is_in_range_is_sent_on(registered: list[dict], value: object) -> None:
    assert checked(registered, given(value))[0]["value"] == value


@pytest.mark.parametrize(
    ("registered", "value"),
    [
        pytest.param(option(3), "x" * 6001, id="long text"),
        pytest.param(option(3, max_length=3), "abcd", id="over its length"),
        pytest.param(option(3, min_length=3), "ab", id="under its length"),
        pytest.param(option(3, required=True), "  ", id="only blanks"),
        pytest.param(option(3), 7, id="no text"),
        pytest.param(option(3, choices=[{"name": "A", "value": "a"}]), "b", id="no choice"),
        pytest.param(option(4, min_value=1, max_value=4), 5, id="over the range"),
        pytest.param(option(4, min_value=1, max_value=4), 0, id="under the range"),
        pytest.param(option(4), 1.5, id="no whole number"),
        pytest.param(option(4), True, id="boolean for a number"),
        pytest.param(option(4), 2**53 + 1, id="unsafe number"),
        pytest.param(option(5), "yes", id="text for a boolean"),
    ],
)
def test_what_is_not_is_refused(registered: list[dict], value: object) -> None:
    with pytest.raises(Refused):
        checked(registered, given(value))


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(Refused, match="nope"):
        checked([], [{"name": "nope", "value": 1}])


def test_a_required_option_may_be_missing_only_while_typing() -> None:
    registered = option(3, required=True)

    with pytest.raises(Refused, match="required"):
        checked(registered, [])

    assert checked(registered, [], partial=True) == []


def test_one_subcommand_is_chosen() -> None:
    registered = option(1)

    with pytest.raises(Refused, match="subcommand"):
        checked(registered, [])
