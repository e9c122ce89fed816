"""What the message of a drawing looks like once it has ended. Pure: data in, a view out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.errors import sentence
from bot.lanes import Drawing
from bot.storage.records import Generation, Image
from bot.texts import Catalogue, Sentences
from cogs.actions import act, button, card
from cogs.ui.media import gallery_of
from cogs.ui.wording import traits_text, words_text
from generation.errors import DrawingFailed
from generation.job import Cancelled, Failed
from generation.lexicon import describe, value_label
from generation.prompt import read_prompt
from generation.reading.closest import closest_names
from generation.request import ApplyTool, Vary
from generation.traits import Traits


def ended_view(
    event: Failed | Cancelled, generation: Generation, texts: Catalogue, locale: str
) -> ui.LayoutView:
    """The message of a drawing that came to nothing; Reroll and Edit lead on from there."""
    member = f"<@{generation.owner_id}>"
    if isinstance(event, Failed):
        reason = sentence(event.error, texts.bound(locale))
        text = texts.text("result.failed", locale, member=member, reason=reason, id=generation.id)
    else:
        text = texts.text("result.cancelled", locale, member=member)
    return card(ui.TextDisplay(text), _generation_row(generation, texts, locale))


def result_view(drawing: Drawing, texts: Catalogue, locale: str) -> ui.LayoutView:
    """The message of a finished drawing."""
    if isinstance(drawing.generation.request, ApplyTool):
        return _worked_view(drawing, drawing.generation.request.tool, texts, locale)
    return card(
        ui.TextDisplay(_title(drawing.generation, texts, locale)),
        gallery_of(drawing.images, texts, locale),
        ui.TextDisplay(_caption(drawing, texts, locale)),
        _image_row("vary", ButtonStyle.secondary, drawing.images, texts, locale),
        _image_row("pick", ButtonStyle.primary, drawing.images, texts, locale),
        _generation_row(drawing.generation, texts, locale),
    )


def _worked_view(drawing: Drawing, name: str, texts: Catalogue, locale: str) -> ui.LayoutView:
    """The message of a picture that a tool has worked on."""
    generation = drawing.generation
    tool = texts.text(f"tool.{name}", locale)
    member = f"<@{generation.owner_id}>"
    return card(
        ui.TextDisplay(texts.text("result.title_tool", locale, member=member, tool=tool)),
        gallery_of(drawing.images, texts, locale),
        _image_row("pick", ButtonStyle.primary, drawing.images, texts, locale),
        _generation_row(generation, texts, locale),
    )


def stored_view(drawing: Drawing, texts: Catalogue) -> ui.LayoutView | None:
    """The message of a drawing as it stands in the database; `None` while that is open."""
    generation = drawing.generation
    if drawing.images:
        return result_view(drawing, texts, generation.locale)
    match generation.status:
        case "queued":
            return None
        case "cancelled":
            return ended_view(Cancelled(), generation, texts, generation.locale)
        case "failed":
            error = DrawingFailed(generation.backend)
            return ended_view(Failed(error), generation, texts, generation.locale)
        case "finished":  # and all of its pictures deleted since
            return _gone_view(generation, texts)


def _gone_view(generation: Generation, texts: Catalogue) -> ui.LayoutView:
    text = texts.text("error.image_gone", generation.locale)
    return card(ui.TextDisplay(text), _generation_row(generation, texts, generation.locale))


def _title(generation: Generation, texts: Catalogue, locale: str) -> str:
    member = f"<@{generation.owner_id}>"
    request = generation.request
    asked_for = request.subject.traits
    if isinstance(request, Vary) and request.traits is not None:
        asked_for = request.traits
    if asked_for == Traits() and generation.request.subject.leftover:
        return _unread_title(generation, member, texts.bound(locale))
    if asked_for == Traits():
        return texts.text("result.title_open", locale, member=member)
    description = describe(asked_for, locale)
    key = {"reroll": "result.title_reroll", "vary": "result.title_vary"}.get(
        generation.cause, "result.title"
    )
    return texts.text(key, locale, member=member, description=description)


def _unread_title(generation: Generation, member: str, t: Sentences) -> str:
    """Of words of which none was read: the illustrator draws anything then, a model draws them."""
    leftover = generation.request.subject.leftover
    words = words_text(leftover, 200)
    if generation.backend != "illustrator":
        return t("result.title", member=member, description=words)
    lines = [t("result.title_unread", member=member, words=words)]
    if names := closest_names(leftover, t.locale):
        lines.append(t("result.closest", names=t.listed(names)))
    return "\n".join([*lines, t("result.examples")])


def _caption(drawing: Drawing, texts: Catalogue, locale: str) -> str:
    """What was understood, what was not, and who drew it."""
    request, subject = drawing.generation.request, drawing.generation.request.subject
    lines: list[str] = []
    if traits := traits_text(subject.traits, texts, locale):
        lines.append(texts.text("result.understood", locale, traits=traits))
    is_illustrated = drawing.generation.backend == "illustrator"
    is_read = subject.traits != Traits()  # else the title has told it
    if subject.leftover and is_illustrated and is_read:  # a model is given all words
        words = words_text(subject.leftover, 300)
        lines.append(texts.text("result.not_drawn", locale, words=words))
    for note in read_prompt(subject.prompt).overruled:
        lost = value_label(note.trait, note.lost, locale)
        if note.kept == "none":
            lines.append(texts.text("result.taken_back", locale, lost=lost))
        else:
            kept = value_label(note.trait, note.kept, locale)
            lines.append(texts.text("result.overruled", locale, lost=lost, kept=kept))
    if is_illustrated:
        lines.append(texts.text("result.by_illustrator", locale, seed=request.output.seed))
    else:
        lines.append(_by_model(drawing, texts, locale))
    return "\n".join(lines)


def _by_model(drawing: Drawing, texts: Catalogue, locale: str) -> str:
    generation = drawing.generation
    model = generation.request.model.rpartition("/")[2]
    if drawing.images:
        model = drawing.images[0].given.get("model", model)
    line = texts.text("result.by_model", locale, model=model, seed=generation.request.output.seed)
    if generation.cost_usd is None:
        return line
    return line + texts.text("result.cost", locale, cost=f"{generation.cost_usd:.3f}")


def _image_row(
    action: str, style: ButtonStyle, images: Sequence[Image], texts: Catalogue, locale: str
) -> ui.ActionRow[Any]:
    """One button a picture, numbered where there are several."""
    if len(images) == 1:
        labels = [texts.text(f"button.{action}_one", locale)]
    else:
        numbers = range(1, len(images) + 1)
        labels = [texts.text(f"button.{action}", locale, number=n) for n in numbers]
    return ui.ActionRow(
        *(
            button(act(action, image=image.id), label=label, style=style)
            for image, label in zip(images, labels, strict=True)
        )
    )


def _generation_row(generation: Generation, texts: Catalogue, locale: str) -> ui.ActionRow[Any]:
    """What can be done with the whole drawing; a tool's work is neither rerolled nor edited."""
    looks = (
        ("reroll", "🎲", ButtonStyle.secondary),
        ("edit", "✏️", ButtonStyle.secondary),
        ("details", "🔎", ButtonStyle.secondary),
        ("delete", "🗑️", ButtonStyle.secondary),
    )
    if isinstance(generation.request, ApplyTool):
        looks = looks[2:]
    return ui.ActionRow(
        *(
            button(
                act(action, generation=generation.id),
                label=texts.text(f"button.{action}", locale),
                emoji=emoji,
                style=style,
            )
            for action, emoji, style in looks
        )
    )
