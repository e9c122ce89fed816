"""What the message of a drawing looks like, while it waits and once it has ended. Pure: data in,
content out.

As it arrives, a client shows its end: however long the text is, the pictures and the two rows of
buttons under them fit one screen of a small window, and the text stands above. A picture's number
opens what can be done with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, assert_never, cast

import discord
from discord import ButtonStyle, TextStyle, ui

from bot.alerts import Told
from bot.messenger import Content, File
from bot.storage.records import Drawing, Generation, Image
from bot.texts import Sentences
from bot.user_errors import sentence
from cogs.actions import act, button, card, form
from cogs.ui.media import Shown, files_of, galleries_of
from cogs.ui.wording import bounded, escaped, shape_lines, size_text, traits_text, words_text
from generation.backends.base import Progress
from generation.capabilities import Model
from generation.errors import DrawingFailed, PictureLost
from generation.job import Cancelled, Failed, JobEvent, Queued, Started
from generation.lexicon import describe, value_label
from generation.prompt import MAX_PROMPT_CHARS, read_words
from generation.prompts.markup import read_markup
from generation.reading.spelling import closest_names
from generation.request import ApplyTool, Between, Refine, Retouch, Subject
from generation.scheduler import Scheduler
from generation.traits import Traits

_PREVIEW = "preview.webp"
_CELLS = 10
"""Of a progress bar that has more steps than it has room."""
_MEGABYTE = 1_000_000
_LABEL_LENGTH = 80  # Discord's limit for the label of a button


def waiting_content(
    event: JobEvent[Drawing],
    generation: Generation,
    t: Sentences,
    preview: Progress | None = None,
    ready_at: datetime | None = None,
) -> Content:
    """The message while the job waits or is drawn; `ready_at` is when it will probably be done, and
    `preview` the newest progress that had one.
    """
    text = _waiting_text(event, generation, t)
    if ready_at is not None and isinstance(event, Started | Progress):
        text += "\n" + ready_text(ready_at, t)
    shown, count = preview.shown if preview else (), generation.request.output.count
    if shown and len(shown) < count:
        which = t.listed([str(number) for number in shown])
        text += "\n" + t("waiting.preview_of", which=which, count=count)
    items: list[ui.Item[Any]] = [ui.TextDisplay[Any](text)]
    files = (File(_PREVIEW, preview.preview),) if preview and preview.preview else ()
    if files:
        alt = t("waiting.preview_alt")
        media = discord.MediaGalleryItem(f"attachment://{_PREVIEW}", description=alt)
        items.append(ui.MediaGallery[Any](media))
    cancel = button(act("cancel", generation=generation.id), label=t("button.cancel"))
    return Content(card(*items, ui.ActionRow[Any](cancel)), files)


def _waiting_text(event: JobEvent[Drawing], generation: Generation, t: Sentences) -> str:
    member = f"<@{generation.owner_id}>"
    match event:
        case Queued():
            return _queued_text(event, member, t)
        case Progress():
            return _progress_text(event, generation, member, t)
        case _:
            return t("waiting.started", member=member)


def _queued_text(event: Queued, member: str, t: Sentences) -> str:
    if event.ahead == 0:
        key = "waiting.queued_next"
    elif event.ahead < Scheduler.PLACES:
        key = "waiting.queued"
    else:
        key = "waiting.queued_far"
    text = t(key, member=member, ahead=event.ahead)
    if event.ready_at is None:
        return text
    return f"{text}\n{ready_text(event.ready_at, t)}"


def ready_text(ready_at: datetime, t: Sentences) -> str:
    """When it will probably be done."""
    return t("waiting.ready", when=discord.utils.format_dt(ready_at, "R"))


def _progress_text(event: Progress, generation: Generation, member: str, t: Sentences) -> str:
    def text(key: str, **params: object) -> str:
        return t(f"waiting.{key}", member=member, **params)

    match event.stage:
        case "downloading":
            done, total = in_megabytes(event.done), in_megabytes(event.total)
            return text("downloading", done=done, total=total, bar=bar(event))
        case "loading" | "checking":
            return text("loading")
        case "drawing" if event.total <= 1:
            return text("started")
        case "drawing":
            key = "steps" if generation.backend == "diffusers" else "progress"
            return text(key, done=event.done, total=event.total, bar=bar(event))
        case _:
            assert_never(event.stage)


def in_megabytes(size: int) -> int:
    """Of bytes."""
    return size // _MEGABYTE


def bar(event: Progress) -> str:
    """How far it is; empty where nobody knows of how much."""
    if event.total <= 0:
        return ""
    cells = min(event.total, _CELLS)
    full = min(cells, event.done * cells // event.total)
    return "▰" * full + "▱" * (cells - full)


_TITLE_LENGTH = 90
_UNDERSTOOD_LENGTH = 220
_NOT_DRAWN_LENGTH = 120
_OVERRULED = 2
"""How many such notes are shown; Details and the picture tell the rest."""


def ended_content(
    event: Failed | Cancelled,
    generation: Generation,
    t: Sentences,
    *,
    told: Told | None = None,
) -> Content:
    """The message of a drawing that came to nothing; Reroll and Edit lead on from there."""
    member = f"<@{generation.owner_id}>"
    if isinstance(event, Failed):
        reason = sentence(event.error, t)
        if told is not None:
            reason += "\n" + t(f"result.{told}_told")
        text = t("result.failed", member=member, reason=reason, id=generation.id)
    else:
        text = t("result.cancelled", member=member)
    return Content(card(ui.TextDisplay(text), _generation_row(generation, t)))


def result_content(
    drawing: Drawing, shown: Sequence[Shown], t: Sentences, reader: Model | None = None
) -> Content:
    """The message of a finished drawing; one picture that cannot be shown hides no other.

    `reader` can be given the words that the model that drew it could not.
    """
    generation = drawing.generation
    if not files_of(shown):
        return ended_content(Failed(PictureLost("")), generation, t)
    match generation.request:
        case ApplyTool(tool=tool):
            title, caption = _retouched(generation, f"tool.{tool}", t), _weight(drawing, t)
        case Refine(how=how):
            title = _retouched(generation, f"refined.{how}", t)
            caption = f"{_weight(drawing, t)}\n{_by_model(drawing, t)}"
        case _:
            title, caption = _title(drawing, t), caption_of(drawing, t)
    offered = () if reader is None else (_switch_row(generation, reader, t),)
    view = card(
        ui.TextDisplay("\n".join(filter(None, (title, caption)))),
        *galleries_of(shown, t),
        *offered,
        _pictures_row(drawing, t),
        _generation_row(generation, t),
    )
    return Content(view, files_of(shown))


def stored_content(
    drawing: Drawing, shown: Sequence[Shown], t: Sentences, reader: Model | None = None
) -> Content | None:
    """The message of a drawing as it stands in the database; `None` while that is open."""
    generation = drawing.generation
    if drawing.images:
        return result_content(drawing, shown, t, reader)
    match generation.status:
        case "queued":
            return None
        case "cancelled":
            return ended_content(Cancelled(), generation, t)
        case "failed":
            return ended_content(Failed(DrawingFailed(generation.backend)), generation, t)
        case "finished":  # and all of its pictures deleted since
            text = ui.TextDisplay[Any](t("error.image_gone"))
            return Content(card(text, _generation_row(generation, t)))


def seen_in_all(images: Sequence[Image], asked: Traits) -> Traits:
    """What of `asked` every picture shows, so that a caption says nothing but truths.

    Where a model drew, nobody knows what it made of the words: its pictures carry what was asked.
    """
    kept: dict[str, Any] = {}
    for field in fields(asked):
        value = getattr(asked, field.name)
        drawn = [getattr(image.traits, field.name) for image in images]
        if field.name == "without" or all(_shows(one, value) for one in drawn):
            kept[field.name] = value
    return Traits(**kept)


def _shows(drawn: object, asked: object) -> bool:
    """Of several things asked for, others may have come with them."""
    if isinstance(asked, tuple) and isinstance(drawn, tuple) and asked:
        return set(cast(tuple[str, ...], asked)) <= set(cast(tuple[str, ...], drawn))
    return drawn == asked


def _title(drawing: Drawing, t: Sentences) -> str:
    """What it is: where a model drew, in the words that it was given, since nobody knows more."""
    generation = drawing.generation
    member, subject = f"<@{generation.owner_id}>", generation.request.subject
    if isinstance(generation.request, Between):
        ends = (_in_words(end, t) for end in (subject, generation.request.other))
        first, last = ends
        return t("result.title_between", member=member, first=first, last=last)
    if subject.prompt and not generation.is_illustrated:
        said = read_markup(subject.prompt, generation.request.output.seed, subject.lists).plain
        description = escaped(said, _NOT_DRAWN_LENGTH) or t("result.anybody")
    elif subject.traits == Traits() and subject.leftover:
        return _unread_title(subject, member, t)
    elif subject.traits == Traits():
        return t("result.title_open", member=member)
    else:
        seen = seen_in_all(drawing.images, subject.traits)
        description = bounded(describe(seen, t.locale), _TITLE_LENGTH)
    if generation.part:
        part = t(f"part.{generation.part}")
        return t("result.title_part", member=member, part=part, description=description)
    key = {"reroll": "result.title_reroll", "vary": "result.title_vary"}.get(
        generation.cause, "result.title"
    )
    return t(key, member=member, description=description)


def _in_words(subject: Subject, t: Sentences) -> str:
    """Somebody's own words, else what is known of who is drawn."""
    said = escaped(subject.prompt, _TITLE_LENGTH)
    return said or bounded(describe(subject.traits, t.locale), _TITLE_LENGTH) or t("result.anybody")


def _unread_title(subject: Subject, member: str, t: Sentences) -> str:
    """Of words of which none was read: the illustrator draws anything then."""
    words = words_text(subject.leftover, _NOT_DRAWN_LENGTH)
    lines = [t("result.title_unread", member=member, words=words)]
    if names := closest_names(subject.leftover, t.locale):
        lines.append(t("result.closest", names=t.listed(names)))
    return "\n".join([*lines, t("result.examples")])


def _retouched(generation: Generation, key: str, t: Sentences) -> str:
    return t("result.title_tool", member=f"<@{generation.owner_id}>", tool=t(key))


def _weight(drawing: Drawing, t: Sentences) -> str:
    """How large the picture is, and what it weighs: what people need to know to upload it."""
    image = drawing.images[0]
    size = size_text(image.bytes, t)
    return t("result.weight", width=image.width, height=image.height, size=size)


def caption_of(drawing: Drawing, t: Sentences) -> str:
    """What was understood and is to be seen, what was not, and which model drew it for how much."""
    if drawing.generation.is_illustrated:
        return "\n".join(_read_lines(drawing, t))
    given = drawing.images[0].given
    lines = list(shape_lines(drawing.generation.request, t))
    lines += [
        t(f"result.{name}", words=escaped(str(given[name]), _NOT_DRAWN_LENGTH))
        for name in ("unsaid", "unheeded", "withheld")
        if name in given
    ]
    return "\n".join([*lines, _by_model(drawing, t)])


def _read_lines(drawing: Drawing, t: Sentences) -> Iterator[str]:
    """What the illustrator made of the words."""
    subject, seed = drawing.generation.request.subject, drawing.generation.request.output.seed
    if traits := traits_text(seen_in_all(drawing.images, subject.traits), t):
        yield t("result.understood", traits=bounded(traits, _UNDERSTOOD_LENGTH))
    if subject.leftover and subject.traits != Traits():  # else the title has told it
        yield t("result.not_drawn", words=words_text(subject.leftover, _NOT_DRAWN_LENGTH))
    if not subject.prompt:  # traits alone
        return
    markup = read_markup(subject.prompt, seed, subject.lists)
    yield from shape_lines(drawing.generation.request, t)
    if markup.ignored:
        yield t("result.unheeded", words=words_text(markup.ignored, _NOT_DRAWN_LENGTH))
    for note in read_words(markup).overruled[:_OVERRULED]:
        lost = value_label(note.trait, note.lost, t.locale)
        if note.kept == "none":
            yield t("result.taken_back", lost=lost)
        else:
            kept = value_label(note.trait, note.kept, t.locale)
            yield t("result.overruled", lost=lost, kept=kept)


def _by_model(drawing: Drawing, t: Sentences) -> str:
    generation = drawing.generation
    given = drawing.images[0].given
    model = given.get("title") or given.get("model") or generation.request.model.rpartition("/")[2]
    line = t("result.by_model", model=model)
    if "seed" in given:
        line += t("result.seed", seed=given["seed"])
    if generation.cost_usd is None:
        return line
    return line + t("result.cost", cost=f"{generation.cost_usd:.3f}")


def _pictures_row(drawing: Drawing, t: Sentences) -> ui.ActionRow[Any]:
    """A number a picture, which opens what can be done with it; of one alone, that at once."""
    image, *others = drawing.images
    if others:
        return ui.ActionRow(
            *(
                button(
                    act("choose", image=image.id),
                    label=str(image.position + 1),
                    style=ButtonStyle.primary,
                )
                for image in drawing.images
            )
        )
    pick = button(
        act("pick", image=image.id), label=t("button.pick_one"), style=ButtonStyle.primary
    )
    vary = button(act("vary", image=image.id), label=t("button.vary_one"), emoji="🎭")
    save = button(act("save", image=image.id), label=t("button.save"), emoji="💾")
    more = button(act("choose", image=image.id), label=t("button.more"), emoji="✨")
    if isinstance(drawing.generation.request, Retouch):
        return ui.ActionRow(pick, save, more)
    return ui.ActionRow(pick, vary, save, more)


def _switch_row(generation: Generation, model: Model, t: Sentences) -> ui.ActionRow[Any]:
    """The same once more, with another model."""
    return ui.ActionRow(
        button(
            act("switch", generation=generation.id, model=model.key),
            label=t("button.draw_with", title=model.title)[:_LABEL_LENGTH],
            emoji="🖌️",
        )
    )


def _generation_row(generation: Generation, t: Sentences) -> ui.ActionRow[Any]:
    """What can be done with the whole drawing; a tool's work is neither rerolled nor edited."""
    looks = (("reroll", "🎲"), ("edit", "✏️"), ("details", "🔎"), ("delete", "🗑️"))
    if isinstance(generation.request, Retouch):
        looks = looks[2:]
    if generation.part and generation.parent_image_id is not None:
        looks = (("undo", "↩️"), *looks)
    return ui.ActionRow(
        *(
            button(act(name, generation=generation.id), label=t(f"button.{name}"), emoji=emoji)
            for name, emoji in looks
        )
    )


def prompt_form(generation_id: int, prompt: str, t: Sentences, *, private: bool) -> ui.Modal:
    """The form in which a prompt is changed, with `prompt` in it."""
    return form(
        act("edited", generation=generation_id, private=private),
        title=t("edit.title"),
        label=t("edit.label"),
        field=ui.TextInput(
            custom_id="prompt",
            style=TextStyle.paragraph,
            default=prompt or None,
            placeholder=t("edit.hint"),
            max_length=MAX_PROMPT_CHARS,
        ),
    )
