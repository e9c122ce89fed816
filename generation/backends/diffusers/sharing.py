"""One batch for several people: each gets their own images, or what was wrong with their part."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from typing import Any

from generation.backends.base import BatchItem, GeneratedImage, Progress, Result
from generation.backends.diffusers.calling import Picture, Sample
from generation.backends.diffusers.drawing import Drawer, TooLittleMemory
from generation.backends.diffusers.ordering import plan_of, samples_of
from generation.backends.diffusers.presets import Preset
from generation.backends.diffusers.preview import Previews
from generation.backends.runs import Run, Stopped
from generation.errors import BackendError, GenerationError
from generation.ranking import Clip, rank

log = logging.getLogger(__name__)

Pictures = tuple[tuple[Sample, Picture], ...]
"""One person's pictures, with what each was to show."""


def draw_items(
    drawer: Drawer,
    preset: Preset,
    items: Sequence[BatchItem],
    run: Run,
    previews: Previews,
) -> dict[str, Pictures]:
    """What is drawn of each of `items`, by id; one that is faulty ends in `run`, and does not harm
    the others.

    Raises `Stopped`, `BackendError` for what hinders all, and `TooLittleMemory` where not even a
    single picture fits.
    """
    plan = plan_of(items[0].request, preset)
    samples: list[Sample] = []
    sound: list[BatchItem] = []
    for item in items:
        try:
            samples += samples_of(item, plan, preset)
            sound.append(item)
        except GenerationError as error:
            run.fail(item, error)
    if not sound:
        return {}
    try:
        pictures = drawer.draw(plan, samples, run.stop, _teller(sound, run, previews))
        return {item.id: _own(item, samples, pictures) for item in sound}
    except (Stopped, TooLittleMemory, BackendError):
        raise
    except Exception as error:
        log.exception("%s: drawing for %d at once failed", preset.name, len(sound))
        if len(sound) == 1:
            run.fail(sound[0], error)
            return {}
        drawn: dict[str, Pictures] = {}  # whose fault it is shows when each is drawn alone
        for item in sound:
            drawn |= draw_items(drawer, preset, [item], run, previews)
        return drawn


def _own(item: BatchItem, samples: Sequence[Sample], pictures: Sequence[Picture]) -> Pictures:
    both = zip(samples, pictures, strict=True)
    return tuple(pair for pair in both if pair[0].item_id == item.id)


def encoded(pictures: Pictures, clip: Clip | None) -> Result:
    """The pictures as PNGs, where there is a CLIP those first that fit their prompt best.

    Blocking, any thread: the next batch need not wait for it.
    """
    images = tuple(_image(sample, picture) for sample, picture in pictures)
    if clip is None or len(images) == 1:
        return Result(images)
    order = rank([image.png for image in images], str(images[0].metadata["prompt"]), clip)
    return Result(tuple(images[place] for place in order))


def _teller(items: Sequence[BatchItem], run: Run, previews: Previews) -> Callable[..., None]:
    """Passes each step on to all `items`, with a preview of the first picture where it is due."""

    def tell(done: int, total: int, samples: Sequence[Sample], latents: Any) -> None:
        first: dict[str, int] = {}
        for place, sample in enumerate(samples):
            first.setdefault(sample.item_id, place)
        made = previews.of(latents, list(first.values())) if previews.due() else {}
        for item in items:
            preview = made.get(first[item.id]) if item.id in first else None
            run.report(Progress(done, total, "drawing", preview), item)

    return tell


def _image(sample: Sample, picture: Picture) -> GeneratedImage:
    buffer = io.BytesIO()
    picture.image.save(buffer, "PNG", compress_level=1)
    width, height = picture.image.size
    return GeneratedImage(
        buffer.getvalue(), sample.seed, sample.traits, width, height, picture.metadata
    )
