"""What goes over the wire, as JSON, and the tasks that write it."""

import asyncio
import json
import logging
from typing import Any, TypeGuard, cast

from aiohttp import web

Json = dict[str, Any]


def is_object(value: object) -> TypeGuard[Json]:
    """Whether `value` is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether `value` is a JSON list; what is kept has tuples in their place."""
    return isinstance(value, list | tuple)


def dumps(payload: object) -> str:
    """Compact JSON text of `payload`, with characters beyond ASCII as they are."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def loads(raw: str | bytes) -> Any:
    """What JSON text says; `ValueError` or `RecursionError` where it is none.

    Half of a surrogate pair, which JSON can write (`"\\ud83d"`) and UTF-8 cannot, becomes U+FFFD:
    kept as it is, nothing that holds it could ever be sent again.
    """
    text = raw if isinstance(raw, str) else raw.decode("utf-8")
    return _mended(json.loads(text))


def _mended(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case list():
            return [_mended(each) for each in cast("list[Any]", value)]
        case dict():
            pairs = cast("dict[str, Any]", value).items()
            return {_mended(key): _mended(each) for key, each in pairs}
        case _:
            return value


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


log = logging.getLogger(__name__)


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel `task` and wait for its end; if it had failed by itself, that is in the log."""
    task.cancel()
    await asyncio.wait({task})
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, ConnectionError):
        log.error("A connection's writer failed", exc_info=error)
