import pytest

from playground.interactions.presses import checked_submit, pressed_data
from playground.refusals import Refused
from tests.playground.build import button, label, modal, radio, row, select


def numbered(component: dict) -> dict:
    return {"id": 7, **component}


def field(component: dict) -> dict:
    return {**modal(numbered(label(numbered(component))))}


def answer(**value) -> list[dict]:
    return [{"type": 18, "component": {"type": 0, "custom_id": "x", **value}}]


def test_a_press_names_the_component() -> None:
    data, picks = pressed_data([row(numbered(button()))], "x", None)

    assert data == {"component_type": 2, "custom_id": "x", "id": 7}
    assert picks == []


@pytest.mark.parametrize("missing", [button(custom_id="other"), button(disabled=True)])
def test_a_button_that_is_not_there_or_disabled_cannot_be_pressed(missing: dict) -> None:
    with pytest.raises(Refused):
        pressed_data([row(numbered(missing))], "x", None)


@pytest.mark.parametrize(
    ("changes", "values", "fits"),
    [
        ({}, ["v0"], True),
        ({}, [], False),
        ({"min_values": 0}, [], True),
        ({}, ["v0", "v1"], False),
        ({"max_values": 2}, ["v0", "v1"], True),
        ({"max_values": 2}, ["v0", "v0"], False),
        ({}, ["other"], False),
    ],
)
def test_a_select_takes_as_many_of_its_values_as_it_says(changes, values, fits: bool) -> None:
    components = [row(numbered(select(**changes)))]

    if fits:
        assert pressed_data(components, "s", values)[0]["values"] == values
    else:
        with pytest.raises(Refused):
            pressed_data(components, "s", values)


def text_input(**changes) -> dict:
    return {"type": 4, "custom_id": "x", "style": 1, **changes}


RADIO = {**radio(2), "custom_id": "x"}
GROUP = {**radio(2), "type": 22, "custom_id": "x"}


@pytest.mark.parametrize(
    ("component", "given", "sent"),
    [
        pytest.param(text_input(), {"value": "hi"}, {"value": "hi"}, id="text"),
        pytest.param(text_input(required=False), {}, {"value": ""}, id="no text"),
        pytest.param(RADIO, {"value": "v1"}, {"value": "v1"}, id="radio"),
        pytest.param({**RADIO, "required": False}, {}, {"value": None}, id="no radio"),
        pytest.param(GROUP, {"values": ["v0", "v1"]}, {"values": ["v0", "v1"]}, id="checkboxes"),
        pytest.param({"type": 23, "custom_id": "x"}, {"value": True}, {"value": True}, id="box"),
        pytest.param({"type": 23, "custom_id": "x"}, {}, {"value": False}, id="empty box"),
    ],
)
def test_a_form_sends_what_was_filled_in(component: dict, given: dict, sent: dict) -> None:
    [filled], _ = checked_submit(field(component), answer(**given))

    expected = {"type": component["type"], "id": 7, "custom_id": "x", **sent}
    assert filled == {"type": 18, "id": 7, "component": expected}


@pytest.mark.parametrize(
    ("component", "given"),
    [
        pytest.param(text_input(), {"value": ""}, id="text missing"),
        pytest.param(text_input(max_length=2), {"value": "abc"}, id="text too long"),
        pytest.param(text_input(min_length=2), {"value": "a"}, id="text too short"),
        pytest.param(RADIO, {}, id="nothing chosen"),
        pytest.param(RADIO, {"value": "v9"}, id="chosen what is not there"),
        pytest.param(GROUP, {"values": []}, id="no box checked"),
        pytest.param(GROUP, {"values": ["v9"]}, id="box that is not there"),
    ],
)
def test_a_form_that_is_not_filled_in_right_is_refused(component: dict, given: dict) -> None:
    with pytest.raises(Refused):
        checked_submit(field(component), answer(**given))
