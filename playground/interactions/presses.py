"""What a press, a choice or a filled-in form sends, checked against what the bot showed."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from playground.interactions import resolver
from playground.messages import tree
from playground.refusals import Refused
from playground.wire import Json

Picks = list[tuple[str, str]]


class ComponentType(IntEnum):
    """Discord's component types."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = (
    ComponentType.STRING_SELECT,
    ComponentType.USER_SELECT,
    ComponentType.ROLE_SELECT,
    ComponentType.MENTIONABLE_SELECT,
    ComponentType.CHANNEL_SELECT,
)
_PICKS = {
    ComponentType.USER_SELECT: resolver.USER,
    ComponentType.ROLE_SELECT: resolver.ROLE,
    ComponentType.MENTIONABLE_SELECT: resolver.MENTIONABLE,
    ComponentType.CHANNEL_SELECT: resolver.CHANNEL,
    ComponentType.FILE_UPLOAD: resolver.ATTACHMENT,
}


def pressed_data(
    components: Sequence[Json], custom_id: str, values: list[str] | None
) -> tuple[Json, Picks]:
    """Interaction data for using the component with that custom_id, and what to resolve."""
    found = [node for node in tree.walk(components) if node.get("custom_id") == custom_id]
    if not found:
        raise Refused("This button is no longer there.", 50035, 400)
    node = found[0]
    if node.get("disabled"):
        raise Refused("This button is disabled.", 50035, 400)
    data: Json = {"component_type": node["type"], "custom_id": custom_id, "id": node["id"]}
    if node["type"] == ComponentType.BUTTON:
        return data, []
    data["values"] = _checked_values(node, values or [], 1)
    return data, _picks(node, data["values"])


def checked_submit(modal: Json, components: list[Json]) -> tuple[list[Json], Picks]:
    """A filled-in form as Discord sends it on, and what to resolve."""
    given = {n["custom_id"]: n for n in tree.walk(components) if "custom_id" in n}
    picks: Picks = []

    def filled(node: Json) -> Json:
        kept: Json = {"type": node["type"], "id": node["id"]}
        if "component" in node:
            return kept | {"component": filled(node["component"])}
        if "components" in node:
            return kept | {"components": [filled(child) for child in node["components"]]}
        if "custom_id" not in node:
            return kept
        answer = _answer(node, given.get(node["custom_id"], {}))
        picks.extend(_picks(node, answer.get("values", [])))
        return kept | {"custom_id": node["custom_id"], **answer}

    return [filled(node) for node in modal["components"]], picks


def _answer(node: Json, given: Json) -> Json:
    required = node.get("required", True)
    match node["type"]:
        case ComponentType.TEXT_INPUT:
            return {"value": _checked_text(node, given.get("value") or "", required)}
        case ComponentType.CHECKBOX:
            return {"value": bool(given.get("value", node.get("default", False)))}
        case ComponentType.RADIO_GROUP:
            value = given.get("value")
            if value is None and required:
                raise Refused("Choose one.", 50035, 400)
            if value is not None and value not in [o["value"] for o in node["options"]]:
                raise Refused("Choose one of the choices.", 50035, 400)
            return {"value": value}
        case _:
            values: list[str] = given.get("values") or []
            least = 1 if required else 0
            return {
                "values": []
                if not values and not required
                else _checked_values(node, values, least)
            }


def _checked_text(node: Json, value: str, required: bool) -> str:
    least = max(node.get("min_length") or 0, 1) if required or value else 0
    most = node.get("max_length") or 4000
    if not least <= len(value) <= most:
        raise Refused(f"Enter between {least} and {most} characters.", 50035, 400)
    return value


def _checked_values(node: Json, values: list[str], least: int) -> list[str]:
    least = _or(node.get("min_values"), least)
    most = _or(node.get("max_values"), len(node["options"]) if _is_group(node) else 1)
    if not least <= len(values) <= most or len(set(values)) != len(values):
        raise Refused(f"Choose between {least} and {most}.", 50035, 400)
    offered = [option["value"] for option in node.get("options") or ()]
    if "options" in node and any(value not in offered for value in values):
        raise Refused("Choose from what is offered.", 50035, 400)
    return [str(value) for value in values]


def _is_group(node: Json) -> bool:
    return node["type"] == ComponentType.CHECKBOX_GROUP


def _or(value: Any, default: int) -> int:
    return default if value is None else int(value)


def _picks(node: Json, values: list[str]) -> Picks:
    kind = _PICKS.get(node["type"])
    return [(kind, value) for value in values] if kind else []
