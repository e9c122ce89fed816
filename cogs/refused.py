"""A request that was refused: given back in words, with a way out to press where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import discord
from discord import ui

from bot.messenger import MESSAGE_LIMIT, File, Messenger
from bot.service import Wishes
from bot.texts import Sentences
from bot.user_errors import log_refusal, sentence
from cogs.actions import act, button
from generation.capabilities import Model
from generation.errors import (
    CannotDo,
    CannotDraw,
    ModelGone,
    TooManyReferences,
    Unavailable,
    UnknownBackend,
    UnsupportedShape,
)
from generation.prompt_errors import BadPicture, MaskAlone, PromptTooLong
from generation.request import REPAINT

_GIVEN_BACK = re.compile(r"```\n(.*)\n```", re.DOTALL)
_NAMED = re.compile(r"[\w./-]+", re.ASCII)
"""A model's key that can stand in a custom_id."""
_BRUSH = "🖌️"
_FENCE, _BROKEN_FENCE = "```", "`\u200b`\u200b`"
_LABEL_LENGTH = 80  # and for the label of a button
_ALL = "16"  # pictures: more than can be attached


async def give_back(
    messenger: Messenger,
    interaction: discord.Interaction[Any],
    prompt: str,
    error: Exception,
    t: Sentences,
    ways_out: Sequence[ui.Button[Any]] = (),
    files: Sequence[File] = (),
) -> None:
    """Refuse, and return the prompt, with `files`: Discord has cleared the input field."""
    log_refusal(interaction, error)
    text = sentence(error, t)
    if isinstance(error, PromptTooLong):
        file = File("prompt.txt", prompt.encode())
        return await messenger.say(interaction, text, file)
    returned = _returned(text, prompt, t)
    if not ways_out:
        return await messenger.say(interaction, returned, *files)
    view = ui.View(timeout=None)
    for way_out in ways_out:
        view.add_item(way_out)
    view.stop()
    await messenger.say(interaction, returned, *files, view=view)


def is_about_looking(error: Exception) -> bool:
    """Whether it is the pictures to look at that the model cannot take, or not so many of them."""
    match error:
        case TooManyReferences():
            return True
        case CannotDraw():
            return error.task in ("reference", "pose")
        case _:
            return False


def ways_out(
    error: Exception,
    wishes: Wishes,
    models: Iterable[Model],
    t: Sentences,
    *,
    private: bool,
    has_photo: bool,
    has_files: bool = False,
) -> list[ui.Button[Any]]:
    """Buttons that draw what was refused all the same: without pictures where these alone were in
    the way, square where the shape was, else with one of `models` that was meant,
    or that can draw now.

    A button holds no photo; where the refusal `has_files`, they are with it, and as many as a model
    looks at can be taken up.
    """
    has_start = has_photo or wishes.style == REPAINT
    buttons: list[ui.Button[Any]] = []
    match error:
        case CannotDraw() | TooManyReferences() | BadPicture() if has_start:
            unpainted = replace(wishes, strength=None)
            style = None if wishes.style == REPAINT else wishes.style
            plain = carrying("plain", replace(unpainted, style=style), private)
            looking = _looking(error, wishes, models, t, private=private) if has_files else []
            label = t("button.without_mask" if isinstance(error, MaskAlone) else "button.plain")
            without = [button(plain, label=label, emoji=_BRUSH)] if plain else []
            return [*looking, *without]
        case UnsupportedShape() if not has_photo:
            square = carrying("plain", replace(wishes, shape="square"), private)
            label = t("button.draw_square")
            buttons = [button(square, label=label, emoji=_BRUSH)] if square else []
            titles = {m.key: m.title for m in models if m.is_here and m.key in error.others}
            titles = dict(islice(titles.items(), 1))
        case UnknownBackend() if not has_photo and error.near:
            titles = error.near
        case ModelGone() | Unavailable() if not has_start:
            titles = _ready_to_draw(models)
        case _:
            return []
    return buttons + [
        button(plain, label=t("button.draw_with", title=title)[:_LABEL_LENGTH], emoji=_BRUSH)
        for key, title in titles.items()
        if (plain := carrying("plain", replace(wishes, model=key), private))
    ]


def _looking(
    error: Exception, wishes: Wishes, models: Iterable[Model], t: Sentences, *, private: bool
) -> list[ui.Button[Any]]:
    """Buttons that look at as many pictures as the model can, or at all of them with another."""
    ways: list[tuple[str | None, str]] = []
    if isinstance(error, TooManyReferences) and error.most > 0:
        first = carrying("plain", wishes, private, look=str(error.most))
        ways.append((first, t("button.look_at_first", count=error.most)))
    if isinstance(error, CannotDo):
        able = (m for m in models if m.is_here and m.key in error.others)
        for model in islice(able, 1):
            other = carrying("plain", replace(wishes, model=model.key), private, look=_ALL)
            ways.append((other, t("button.draw_with", title=model.title)[:_LABEL_LENGTH]))
    return [button(way, label=label, emoji=_BRUSH) for way, label in ways if way]


def _ready_to_draw(models: Iterable[Model]) -> dict[str, str]:
    """The first that can draw from words now: its key and title."""
    drawing = (m for m in models if m.problem is None and "text-to-image" in m.capabilities.tasks)
    return {model.key: model.title for model in islice(drawing, 1)}


def carrying(action: str, wishes: Wishes, private: bool, **more: str) -> str | None:
    """`action` with `wishes`, but for photos and settings, and `more`; `None` where a custom_id has
    not the room, or a model a name that does not go into one.
    """
    if wishes.model is not None and not _NAMED.fullmatch(wishes.model):
        return None
    given: dict[str, int | str | None] = {
        "count": None if wishes.count == Wishes().count else wishes.count,
        "private": private or None,
        "seed": wishes.seed,
        "size": wishes.size_px,
        "shape": wishes.shape,
        "style": wishes.style,
        "strength": None if wishes.strength is None else round(wishes.strength * 100),
        "model": wishes.model,
    }
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return act(action, **said, **more)
    except ValueError:
        return None


def _returned(text: str, prompt: str, t: Sentences) -> str:
    """The refusal with the prompt below it, to be copied; `_GIVEN_BACK` finds it there."""
    whole = "\n".join((text, t("error.prompt_back"), fenced(prompt)))
    return whole if len(whole) <= MESSAGE_LIMIT else text


def fenced(words: str) -> str:
    """Words by themselves, in which nothing is a sign; `given_back` takes them out again."""
    inside = words.strip("\n").replace(_FENCE, _BROKEN_FENCE)
    return f"{_FENCE}\n{inside}\n{_FENCE}"


def given_back(text: str) -> str | None:
    """The words in a text that were `fenced`; `None` where there are none."""
    found = _GIVEN_BACK.search(text)
    return found and found[1].replace(_BROKEN_FENCE, _FENCE)


def with_denials(prompt: str, without: str) -> str:
    """The prompt with what was ruled out beside it, as it can be said in one field."""
    return f"{prompt} --no {without}" if without.strip() else prompt
