"""What the message of a comparison looks like: a line and a picture a model, in the order asked
for, whatever has become of each. Pure: data in, content out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

import discord
from discord import ButtonStyle, ui

from bot.messenger import Content, File
from bot.storage.records import Drawing, Generation
from bot.texts import Sentences
from bot.user_errors import sentence
from cogs.actions import act, button, card
from cogs.ui.answer import bar, caption_of, in_megabytes, ready_text
from cogs.ui.media import Shown, gallery_of
from cogs.ui.wording import bounded, escaped
from generation.backends.base import Progress
from generation.errors import DrawingFailed
from generation.job import Cancelled, Failed, Finished, Interrupted, JobEvent, Queued, Started
from generation.lexicon import describe
from generation.prompts.markup import read_markup
from generation.scheduler import Scheduler

_WORDS_LENGTH = 120
_LABEL_LENGTH = 80  # Discord's limit for the label of a button


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One model's part of a comparison, as it stands."""

    generation: Generation
    title: str
    """Of the model."""
    event: JobEvent[Drawing]
    shown: tuple[Shown, ...] = ()
    """Its pictures, once it has finished."""
    preview: bytes | None = None
    """What there is of its picture until then."""

    @property
    def is_open(self) -> bool:
        """Whether it waits or is drawn."""
        return isinstance(self.event, Queued | Started | Progress)


def stored_part(drawing: Drawing, title: str, shown: Sequence[Shown]) -> Part:
    """A part as it stands in the database."""
    generation, event = drawing.generation, _stored_event(drawing)
    return Part(generation=generation, title=title, event=event, shown=tuple(shown))


def comparison_content(
    parts: Sequence[Part], t: Sentences, ready_at: datetime | None = None
) -> Content:
    """The message of a comparison: what there is, what is still drawn, what came to nothing.

    `ready_at` is when all will probably be done.
    """
    lines = [_title(parts[0].generation, t)]
    lines += [
        f"**{number}. {escaped(part.title, _LABEL_LENGTH)}** {_state(part, t)}"
        for number, part in enumerate(parts, 1)
    ]
    if ready_at is not None:
        lines.append(ready_text(ready_at, t))
    items: list[ui.Item[Any]] = [ui.TextDisplay[Any]("\n".join(lines))]
    if tiles := [tile for part in parts for tile in _tiles(part, t)]:
        items.append(ui.MediaGallery[Any](*tiles))
    if picks := [pick for number, part in enumerate(parts, 1) for pick in _picks(number, part)]:
        items.append(ui.ActionRow[Any](*picks))
    is_open = any(part.is_open for part in parts)
    items.append(_running_row(parts, t) if is_open else _ended_row(parts, t))
    return Content(card(*items), tuple(file for part in parts for file in _files(part)))


def _stored_event(drawing: Drawing) -> JobEvent[Drawing]:
    match drawing.generation.status:
        case "queued":
            return Started()
        case "finished":
            return Finished(drawing)
        case "cancelled":
            return Cancelled()
        case "failed":
            return Failed(DrawingFailed(drawing.generation.backend))


def _title(generation: Generation, t: Sentences) -> str:
    """Who compares what, in the words that all models are given."""
    subject, seed = generation.request.subject, generation.request.output.seed
    if subject.prompt:
        plain = read_markup(subject.prompt, seed, subject.lists).plain
        words = escaped(plain, _WORDS_LENGTH)
    else:  # somebody else's words are theirs
        words = bounded(describe(subject.traits, t.locale), _WORDS_LENGTH)
    return t(
        "compare.title",
        member=f"<@{generation.owner_id}>",
        words=words or t("result.anybody"),
    )


def _state(part: Part, t: Sentences) -> str:
    match part.event:
        case Queued(0):
            return t("compare.next")
        case Queued(ahead):
            or_more = "+" if ahead >= Scheduler.PLACES else ""
            return t("compare.queued", ahead=f"{ahead}{or_more}")
        case Started() | Interrupted():
            return t("compare.started")
        case Progress() as progress:
            return _progress(progress, t)
        case Failed(error):
            return t("compare.failed", reason=sentence(error, t))
        case Cancelled():
            return t("compare.cancelled")
        case Finished(drawing):
            return _drawn(part, drawing, t)
        case _:
            assert_never(part.event)


def _progress(progress: Progress, t: Sentences) -> str:
    match progress.stage:
        case "downloading":
            done, total = in_megabytes(progress.done), in_megabytes(progress.total)
            return t("compare.downloading", done=done, total=total, bar=bar(progress))
        case "checking" | "loading":
            return t("compare.loading")
        case "drawing" if progress.total <= 1:
            return t("compare.started")
        case "drawing":
            done, total = progress.done, progress.total
            return t("compare.steps", done=done, total=total, bar=bar(progress))
        case _:
            assert_never(progress.stage)


def _drawn(part: Part, drawing: Drawing, t: Sentences) -> str:
    """What is worth telling of its picture, or why there is none any more."""
    if not drawing.images:
        return t("error.image_gone")
    if not any(shown.file for shown in part.shown):
        return t("error.picture_lost")
    return f"\n{caption_of(drawing, t)}".rstrip()


def _tiles(part: Part, t: Sentences) -> Iterator[discord.MediaGalleryItem]:
    yield from gallery_of(part.shown, t).items
    if part.is_open and part.preview:
        alt = t("waiting.preview_alt")
        yield discord.MediaGalleryItem(f"attachment://{_preview_name(part)}", description=alt)


def _files(part: Part) -> Iterator[File]:
    yield from (shown.file for shown in part.shown if shown.file)
    if part.is_open and part.preview:
        yield File(_preview_name(part), part.preview)


def _preview_name(part: Part) -> str:
    return f"preview-{part.generation.id}.webp"


def _picks(number: int, part: Part) -> Iterator[ui.Button[Any]]:
    """What opens each picture, by the name of who drew it."""
    for shown in part.shown:
        label = f"{number}. {part.title}"[:_LABEL_LENGTH]
        yield button(act("choose", image=shown.image.id), label=label, style=ButtonStyle.primary)


def _named(parts: Sequence[Part]) -> int:
    """The generation that names the message, on its buttons too: a crash leaves it findable."""
    first = parts[0].generation
    return first.comparison_id or first.id


def _running_row(parts: Sequence[Part], t: Sentences) -> ui.ActionRow[Any]:
    return ui.ActionRow(
        button(act("cancel", generation=_named(parts)), label=t("button.cancel_all"))
    )


def _ended_row(parts: Sequence[Part], t: Sentences) -> ui.ActionRow[Any]:
    named = _named(parts)
    return ui.ActionRow(
        button(act("recompare", generation=named), label=t("button.reroll"), emoji="🎲"),
        button(act("delete", generation=named), label=t("button.delete"), emoji="🗑️"),
    )
