"""JSON as it goes over the wire."""

import json
from typing import Any

from aiohttp import web

Json = dict[str, Any]


def dumps(payload: object) -> str:
    """Compact JSON text of `payload`, with characters beyond ASCII as they are."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def reply(payload: object, status: int = 200) -> web.Response:
    """A JSON response.

    The content type has no charset, as Discord's has none: discord.py compares it as a whole and
    would hand anything else to its user as text.
    """
    return web.Response(
        body=dumps(payload).encode(), status=status, headers={"Content-Type": "application/json"}
    )


def no_content() -> web.Response:
    """204, Discord's answer where there is nothing to say."""
    return web.Response(status=204)
