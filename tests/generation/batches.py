"""Batches for tests, and what becomes of them."""

from __future__ import annotations

from typing import Any

from generation.backends.base import (
    Backend,
    Batch,
    BatchEvent,
    BatchItem,
    ItemCancelled,
    ItemFailed,
    ItemFinished,
    ItemProgress,
    Progress,
    Released,
    Result,
)
from generation.errors import GenerationError
from generation.problems import error_of
from generation.request import Request

End = Result | GenerationError | None
"""How an item has ended; `None`: cancelled."""


def item(request: Request, **changes: Any) -> BatchItem:
    return BatchItem(**{"id": f"item-{request.output.seed}", "request": request, **changes})


async def ends(
    backend: Backend, *items: BatchItem, events: list[BatchEvent] | None = None
) -> list[End]:
    """How each of `items` ended, in their order; `events` takes all that was told."""
    ended: dict[str, End] = {}
    async for event in backend.run(Batch(items)):
        if events is not None:
            events.append(event)
        match event:
            case ItemFinished():
                ended[event.item_id] = event.result
            case ItemFailed():
                ended[event.item_id] = error_of(event.problem)
            case ItemCancelled():
                ended[event.item_id] = None
            case ItemProgress() | Released():
                pass
    return [ended[item.id] for item in items]


async def result(
    backend: Backend,
    request: Request,
    *,
    progress: list[Progress] | None = None,
    **changes: Any,
) -> Result:
    """What the backend makes of one request. Raises why it is nothing."""
    events: list[BatchEvent] = []
    (end,) = await ends(backend, item(request, **changes), events=events)
    if progress is not None:
        progress += [event.progress for event in events if isinstance(event, ItemProgress)]
    if isinstance(end, GenerationError):
        raise end
    assert end is not None, "cancelled"
    return end
