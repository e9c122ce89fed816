"""A page of somebody's gallery: numbered tiles, a menu that opens them, and ways to other pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.messenger import Content
from bot.storage.records import Entry
from bot.texts import Sentences
from cogs.actions import act, button, card, form, menu
from cogs.ui.media import Shown, files_of, gallery_of
from cogs.ui.wording import bounded
from generation.lexicon import describe

_LABEL_LENGTH = 100  # Discord's limit for the label of a menu's option
_MANY_PAGES = 3
"""From so many on, a page can be gone to by its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is in their gallery: `page` (from 0) of `pages`, of all or of favourites."""

    page: int
    pages: int
    total: int
    favourites: bool


def album_content(
    place: Place, entries: Sequence[Entry], shown: Sequence[Shown], t: Sentences
) -> Content:
    """The page; a picture that cannot be shown has no tile, and can be opened all the same."""
    suffix = "_favourites" if place.favourites else ""
    title = t(f"gallery.title{suffix}")
    if not entries:
        why = t(f"gallery.empty{suffix}")
        empty = ui.TextDisplay[Any](f"{title}\n{why}")
        return Content(card(empty, _turning_row(place, t)))
    where = t("gallery.page", page=place.page + 1, pages=place.pages, count=place.total)
    files = files_of(shown)
    lines = [title, where]
    if not files:
        lines.append(t("error.picture_lost"))
    elif len(files) < len(entries):
        lines.append(t("gallery.lost"))
    items: list[ui.Item[Any]] = [ui.TextDisplay[Any]("\n".join(lines))]
    if files:
        items.append(gallery_of(shown, t))
    opening = menu(
        act("open", page=place.page, favourites=place.favourites),
        placeholder=t("gallery.open"),
        options=list(_options(place, entries, t)),
    )
    return Content(card(*items, ui.ActionRow(opening), _turning_row(place, t)), files)


def _options(
    place: Place, entries: Sequence[Entry], t: Sentences
) -> Iterator[discord.SelectOption]:
    for number, entry in enumerate(entries, start=1):
        words = " ".join(entry.prompt.split()) or describe(entry.image.traits, t.locale)
        you = t("gallery.this_is_you") if entry.is_avatar else ""
        label = t("gallery.option", number=number, you=you, description=words)
        yield discord.SelectOption(
            label=bounded(label, _LABEL_LENGTH),
            value=f"image={entry.image.id}",
            emoji="⭐" if entry.is_favourite else None,
        )
    if place.pages >= _MANY_PAGES:
        value = act("jump", page=place.page, pages=place.pages, favourites=place.favourites)
        yield discord.SelectOption(label=t("gallery.jump"), value=value, emoji="🔢")


def _turning_row(place: Place, t: Sentences) -> ui.ActionRow[Any]:
    """First, back, forward, last, and the filter. `by` keeps their custom ids apart."""
    last = place.pages - 1
    ways = (
        ("first", "⏮️", 0, place.page == 0),
        ("previous", "◀️", max(place.page - 1, 0), place.page == 0),
        ("next", "▶️", min(place.page + 1, last), place.page >= last),
        ("last", "⏭️", last, place.page >= last),
    )
    filter_word = "favourites_off" if place.favourites else "favourites_on"
    return ui.ActionRow(
        *(
            button(
                act("gallery", page=page, favourites=place.favourites, by=by),
                label=t(f"button.{by}") if by in ("previous", "next") else None,
                emoji=emoji,
                disabled=disabled,
            )
            for by, emoji, page, disabled in ways
        ),
        button(
            act("gallery", page=0, favourites=not place.favourites, by="filter"),
            label=t(f"button.{filter_word}"),
            emoji="⭐",
        ),
    )


def page_form(page: int, pages: int, favourites: bool, t: Sentences) -> ui.Modal:
    """The form that asks for the number of a page, from 1 to `pages`; `page` counts from 0."""
    return form(
        act("jumped", favourites=favourites),
        title=t("gallery.jump"),
        label=t("gallery.jump_label", pages=pages),
        field=ui.TextInput(custom_id="page", default=str(page + 1), max_length=6),
    )
