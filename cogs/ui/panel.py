"""One picture by itself, large and as circles, with what can be done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui

from bot.messenger import Content, File
from bot.refining import Refiners
from bot.storage.records import Generation, Image
from bot.texts import Sentences
from cogs.actions import act, button, card, menu
from cogs.ui.media import Shown, files_of, gallery_of
from cogs.ui.painting import part_menu
from cogs.ui.wording import as_line, bounded, size_text
from generation.capabilities import Model
from generation.lexicon import describe
from generation.postprocess import possible_tools
from generation.rendition import circle_preview
from generation.request import RefineHow, Retouch

_LINE_LENGTH = 90
_LABEL_LENGTH = 100  # Discord's limit for the label of an option
_CIRCLES = "circles.png"
_TOOL_EMOJI = {"upscale2": "🔍", "upscale4": "🔍", "cutout": "✂️", "face": "🙂", "sharpen": "💎"}
_REFINE_EMOJI: dict[RefineHow, str] = {"hires": "🪄", "face": "👁️"}
_VARY_EMOJI = {"outfit": "👗", "expression": "😊", "background": "🏞️"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A picture opened for one person: what is known of both decides what they can do."""

    image: Image
    generation: Generation
    title: str
    is_owner: bool
    may_remove: bool = False
    """Whether they may take the public message away."""
    is_avatar: bool = False
    is_favourite: bool = False
    can_vary: bool = True
    """Whether what drew it can vary it."""
    can_adjust: bool = False
    """Whether what drew it can be run otherwise."""
    can_repaint: bool = False
    """Whether something here can paint a part of it anew for them."""
    is_known: bool = False
    """Whether its traits say everything about it, so that one part can be varied alone."""
    refiners: Refiners = field(default_factory=dict[RefineHow, Model])
    """Which models can go over it a second time."""
    page: int = 0
    """Of the gallery."""
    favourites: bool = False
    is_from_gallery: bool = False


def single_content(shown: Shown, text: str, t: Sentences, *rows: ui.ActionRow[Any]) -> Content:
    """`text` above the picture, buttons below; without the picture where nothing can show it."""
    items: list[ui.Item[Any]] = [ui.TextDisplay[Any](text)]
    if shown.file:
        items.append(gallery_of([shown], t))
    return Content(card(*items, *rows), files_of([shown]))


async def panel_content(panel: Panel, shown: Shown, t: Sentences) -> Content:
    """The picture beside how it looks as an avatar, and everything that can be done with it."""
    rows = [ui.ActionRow[Any](*found) for found in (tuple(_buttons(panel, t)),) if found]
    if options := [*_undo(panel, t), *_options(panel, t)]:
        placeholder = t("panel.next")
        rows.append(ui.ActionRow(menu("mv:next", placeholder=placeholder, options=options)))
    if panel.can_repaint:
        rows.append(part_menu(panel.image.id, t))
    line = bounded(as_line(describe(panel.image.traits, t.locale)), _LINE_LENGTH)
    if shown.file is None:
        lost = t("error.picture_lost")
        return single_content(shown, f"{panel.title}\n{lost}", t, *rows)
    circles = File(_CIRCLES, await asyncio.to_thread(circle_preview, shown.file.data))
    galleries = [gallery_of([shown], t)]
    if panel.image.width != panel.image.height:  # beside another it would be cut to a square
        galleries.append(ui.MediaGallery[Any]())
    circles_alt = t("picked.circles_alt")
    galleries[-1].add_item(media=f"attachment://{_CIRCLES}", description=circles_alt)
    view = card(
        ui.TextDisplay(f"{panel.title}\n{line}"),
        *galleries,
        ui.TextDisplay(_facts(panel.image, t)),
        *rows,
    )
    return Content(view, (*files_of([shown]), circles))


def _facts(image: Image, t: Sentences) -> str:
    when = discord.utils.format_dt(image.created_at, "R")
    size = size_text(image.bytes, t)
    return t("panel.facts", width=image.width, height=image.height, size=size, when=when)


def _buttons(panel: Panel, t: Sentences) -> Iterator[ui.Button[Any]]:
    """The most wanted, in one row."""
    image = panel.image
    blue = discord.ButtonStyle.primary
    if panel.is_owner:
        if not panel.is_avatar:
            pick = act("pick", image=image.id, here=True)
            yield button(pick, label=t("button.make_mine"), style=blue)
        yield button(act("save", image=image.id), label=t("button.save"), emoji="💾")
        star = "unfavourite" if panel.is_favourite else "favourite"
        yield button(
            act(
                "star",
                image=image.id,
                on=not panel.is_favourite,
                page=panel.page,
                favourites=panel.favourites,
            ),
            label=t(f"button.{star}"),
            emoji="⭐",
        )
    if panel.can_vary:
        yield button(_vary(panel, strength="subtle"), label=t("button.vary_one"), emoji="🎭")
    if panel.is_from_gallery:
        back = act("gallery", page=panel.page, favourites=panel.favourites)
        yield button(back, label=t("button.back_to_gallery"), emoji="◀️")


def _options(panel: Panel, t: Sentences) -> Iterator[discord.SelectOption]:
    """Everything else, as a menu of actions; nothing in it that cannot work."""

    def option(value: str, key: str, emoji: str) -> discord.SelectOption:
        return discord.SelectOption(label=t(key), value=value, emoji=emoji)

    if panel.can_vary:
        yield option(_vary(panel, strength="subtle"), "panel.vary_subtle", "🎭")
        yield option(_vary(panel, strength="strong"), "panel.vary_strong", "🎭")
        for part, emoji in _VARY_EMOJI.items() if panel.is_known else ():
            yield option(_vary(panel, only=part), f"panel.vary_{part}", emoji)
    image, generation = panel.image, panel.generation
    if panel.is_owner:
        for how, model in panel.refiners.items():
            value = act("refine", image=image.id, how=how, model=model.key)
            yield discord.SelectOption(
                label=_refine_label(panel, how, model, t), value=value, emoji=_REFINE_EMOJI[how]
            )
        hand = image.given.get("hand")
        for tool in possible_tools(image.width, image.height, image.bytes, image.traits, hand=hand):
            value = act("tool", image=image.id, tool=tool)
            yield option(value, f"button.{tool}", _TOOL_EMOJI[tool])
        if not isinstance(generation.request, Retouch):
            yield option(act("edit", generation=generation.id), "panel.edit", "✏️")
        if panel.can_adjust:
            private = generation.private or panel.is_from_gallery
            value = act("advanced", generation=generation.id, private=private)
            yield option(value, "panel.advanced", "🎛️")
    yield option(act("details", generation=generation.id), "button.details", "🔎")
    if panel.is_owner:
        yield option(act("ask-delete", image=image.id), "panel.delete", "🗑️")


def _undo(panel: Panel, t: Sentences) -> Iterator[discord.SelectOption]:
    """The way back to the picture of which a part was painted anew."""
    generation = panel.generation
    if panel.is_owner and generation.part and generation.parent_image_id is not None:
        value = act("undo", generation=generation.id)
        yield discord.SelectOption(label=t("panel.undo"), value=value, emoji="↩️")


def _refine_label(panel: Panel, how: RefineHow, model: Model, t: Sentences) -> str:
    """By whom, where that is not what drew it, or went over it last."""
    if panel.generation.request.model == model.key:
        return t(f"panel.refine_{how}")
    return bounded(t(f"panel.refine_{how}_by", title=model.title), _LABEL_LENGTH)


def _vary(panel: Panel, **how: str) -> str:
    """What comes of a picture opened from its message is shown where that is; from the gallery,
    privately.
    """
    private = "yes" if panel.generation.private or panel.is_from_gallery else "no"
    return act("vary", image=panel.image.id, private=private, **how)
