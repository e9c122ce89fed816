"""Bodies of requests, small enough to read in a table."""

import pytest

from tests.playground.ids import BOT_ID, GENERAL_ID

MESSAGES = f"/channels/{GENERAL_ID}/messages"
COMMANDS = f"/applications/{BOT_ID}/commands"
V2 = 1 << 15


def cases(table: list[tuple]) -> list:
    """Rows of (name, what passes, what does not, "path CODE") as parameters."""
    return [pytest.param(*case[1:], id=case[0]) for case in table]


def row(*children: dict) -> dict:
    return {"type": 1, "components": list(children)}


def button(**changes) -> dict:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "x", **changes}


def buttons(count: int) -> list[dict]:
    return [button(custom_id=f"b{n}") for n in range(count)]


def options(count: int, **changes) -> list[dict]:
    return [{"label": "x", "value": f"v{n}", **changes} for n in range(count)]


def select(**changes) -> dict:
    return {"type": 3, "custom_id": "s", "options": options(2), **changes}


def people(count: int) -> dict:
    defaults = [{"id": str(n + 1), "type": "user"} for n in range(count)]
    return {"type": 5, "custom_id": "p", "default_values": defaults}


def text(content: str = "x") -> dict:
    return {"type": 10, "content": content}


def gallery(count: int, **changes) -> dict:
    item = {"media": {"url": "https://example.com/a.png"}, **changes}
    return {"type": 12, "items": [item] * count}


def v2(*components: dict) -> dict:
    return {"flags": V2, "components": list(components)}


def embed(**parts) -> dict:
    return {"embeds": [parts]}


def field(name: str = "n", value: str = "v") -> dict:
    return {"name": name, "value": value}


def slash(**changes) -> dict:
    return {"name": "chibi", "description": "Draw", **changes}


def option(**changes) -> dict:
    return {"type": 3, "name": "prompt", "description": "What", **changes}


def choices(count: int, **changes) -> list[dict]:
    return [{"name": f"c{n}", "value": f"v{n}", **changes} for n in range(count)]


def long_choices(length: int) -> list[dict]:
    return [{"name": f"{n}".ljust(length, "x"), "value": f"v{n}"} for n in range(4)]


def named_options(count: int) -> list[dict]:
    return [option(name=f"o{n}") for n in range(count)]


def modal(*components: dict, **changes) -> dict:
    return {"title": "t", "custom_id": "m", "components": list(components), **changes}


def label(component: dict, **changes) -> dict:
    return {"type": 18, "label": "l", "component": component, **changes}


def field_input(**changes) -> dict:
    return {"type": 4, "custom_id": "i", "style": 1, **changes}


def inputs(count: int) -> list[dict]:
    return [label(field_input(custom_id=f"i{n}")) for n in range(count)]


def radio(count: int) -> dict:
    return {"type": 21, "custom_id": "r", "options": options(count)}
