"""Limits on modals."""

from typing import Any

from playground.interactions.pressing import SELECTS, ComponentType
from playground.messages import media
from playground.validate.components import (
    CUSTOM_ID,
    check_label_in_row,
    check_unique,
    component,
)
from playground.validate.problems import Path, Problems
from playground.validate.rules import items, shape, text
from playground.wire import Json

_TOP = (ComponentType.LABEL, ComponentType.TEXT_DISPLAY, ComponentType.ACTION_ROW)
_MODAL = shape(
    {"title": text(45, 1), "custom_id": CUSTOM_ID, "components": items(component(_TOP), 5, 1)}, {}
)


def check_modal(modal: Json) -> None:
    """Raise `InvalidForm` with every limit that `modal` breaks."""
    problems = Problems()
    _MODAL(problems, ("data",), modal)
    problems.raise_if_any()
    check_unique(problems, ("data", "components"), modal["components"])
    for index, top in enumerate(modal["components"]):
        _check_top(problems, ("data", "components", index), top)
    problems.raise_if_any()


def _check_top(problems: Problems, path: Path, top: Json) -> None:
    if top["type"] == ComponentType.ACTION_ROW:
        if any(child["type"] != ComponentType.TEXT_INPUT for child in top["components"]):
            sentence = 'Value of field "type" must be one of (4,).'
            problems.add((*path, "components", 0, "type"), "UNION_TYPE_CHOICES", sentence)
        check_label_in_row(problems, path, top)
    for node in media.walk(top):
        _check_input(problems, path, node)


def _check_input(problems: Problems, path: Path, node: dict[str, Any]) -> None:
    if node.get("disabled"):
        sentence = "Disabled components cannot be used in a modal"
        problems.add(path, "COMPONENT_DISABLED_IN_MODAL", sentence)
    needs_one = node["type"] in SELECTS and node.get("required", True)
    if needs_one and node.get("min_values") == 0:
        sentence = "A required select needs min_values of at least 1"
        problems.add((*path, "component", "min_values"), "NUMBER_TYPE_MIN", sentence)
