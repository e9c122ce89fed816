"""One call for several people: each gets their own pictures, or what was wrong with their part."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from generation.backends.base import Drawn, GeneratedImage, Progress, Share
from generation.backends.diffusers.calling import Item, Picture
from generation.backends.diffusers.drawing import Drawer, TooLittleMemory
from generation.backends.diffusers.ordering import items_of, plan_of
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.preview import Previews
from generation.backends.thread import Stopped
from generation.errors import BackendError, DrawingFailed, GenerationError
from generation.ranking import Clip, rank
from generation.rendition import encode_png

log = logging.getLogger(__name__)

Pictures = tuple[tuple[Item, Picture], ...]
"""One person's pictures, with what each was to show."""
Result = Pictures | GenerationError


def draw_shares(
    drawer: Drawer,
    preset: Preset,
    shares: Sequence[Share],
    stop: threading.Event,
    previews: Previews,
) -> list[Result]:
    """What becomes of each of `shares`, in order; one that is faulty does not harm the others.

    Raises `Stopped`, `BackendError` for what hinders all, and `TooLittleMemory` where not even a
    single picture fits.
    """
    plan = plan_of(shares[0].request, preset)
    results: dict[int, Result] = {}
    items: list[Item] = []
    for index, share in enumerate(shares):
        try:
            items += items_of(index, share, plan, preset)
        except GenerationError as error:
            results[index] = error
    sound = [index for index in range(len(shares)) if index not in results]
    try:
        pictures = drawer.draw(plan, items, stop, _teller(shares, previews)) if items else []
        results |= {index: _own(index, items, pictures) for index in sound}
    except (Stopped, TooLittleMemory, BackendError):
        raise
    except Exception as error:
        log.exception("%s: drawing for %d at once failed", preset.name, len(sound))
        if len(sound) == 1:
            results[sound[0]] = _failed(error)
        else:  # whose fault it is shows when each is drawn alone
            alone = (draw_shares(drawer, preset, [shares[i]], stop, previews)[0] for i in sound)
            results |= dict(zip(sound, alone, strict=True))
    return [results[index] for index in range(len(shares))]


def _failed(error: Exception) -> DrawingFailed:
    failed = DrawingFailed("diffusers")
    failed.__cause__ = error
    return failed


def _own(index: int, items: Sequence[Item], pictures: Sequence[Picture]) -> Pictures:
    return tuple(pair for pair in zip(items, pictures, strict=True) if pair[0].share == index)


def finished(pictures: Pictures, clip: Clip | None) -> Drawn:
    """The pictures as PNGs, where there is a CLIP those first that fit their prompt best.

    Blocking, any thread: the next call need not wait for it.
    """
    images = tuple(_finished(item, picture) for item, picture in pictures)
    if clip is None or len(images) == 1:
        return Drawn(images)
    order = rank([image.png for image in images], str(images[0].given["prompt"]), clip)
    return Drawn(tuple(images[place] for place in order))


def _teller(shares: Sequence[Share], previews: Previews) -> Callable[..., None]:
    """Passes each step on to all `shares`, with a preview of the first picture where it is due."""

    def tell(done: int, total: int, items: Sequence[Item], latents: Any) -> None:
        first: dict[int, int] = {}
        for place, item in enumerate(items):
            first.setdefault(item.share, place)
        made = previews.of(latents, list(first.values())) if previews.due() else {}
        for index, share in enumerate(shares):
            preview = made.get(first[index]) if index in first else None
            share.report(Progress(done, total, "drawing", preview))

    return tell


def _finished(item: Item, picture: Picture) -> GeneratedImage:
    import numpy as np

    width, height = picture.image.size
    png = encode_png(np.asarray(picture.image))
    return GeneratedImage(png, item.seed, item.traits, width, height, given=picture.given)
