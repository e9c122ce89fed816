"""Painting a part anew, as it looks: the menu of parts, the form, the preview. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import ButtonStyle, TextStyle, ui

from bot.messenger import Content, File
from bot.repainting import PartSeen, PartWish
from bot.texts import Sentences
from cogs.actions import act, button, card, form, menu
from cogs.refused import fenced
from generation.masks.outline import GROWTHS
from generation.request import Part

_PREVIEW = "part.png"
_MOST_WORDS = 300
_EMOJI: Mapping[Part, str] = {
    "hair": "💇",
    "eyes": "👀",
    "face": "🙂",
    "outfit": "👗",
    "background": "🏞️",
}


def part_menu(image_id: int, t: Sentences) -> ui.ActionRow[Any]:
    """The parts that can be painted anew, and one's own words for it."""
    options = [
        discord.SelectOption(
            label=t("parts.option", part=t(f"part.{part}")),
            value=act("part", image=image_id, part=part),
            emoji=emoji,
        )
        for part, emoji in _EMOJI.items()
    ]
    words = act("part", image=image_id, part="words")
    options.append(discord.SelectOption(label=t("parts.option_words"), value=words, emoji="💬"))
    return ui.ActionRow(menu("mv:parts", placeholder=t("parts.menu"), options=options))


def part_form(image_id: int, part: Part | None, t: Sentences) -> ui.Modal:
    """What shall become of a part; of `None`, which and what."""
    name = "words" if part is None else part
    return form(
        act("part-asked", image=image_id, part=name),
        title=t("parts.title_words") if part is None else t("parts.title", part=t(f"part.{part}")),
        label=t("parts.label_words") if part is None else t("parts.label"),
        field=ui.TextInput(
            custom_id="words",
            style=TextStyle.paragraph,
            placeholder=t("parts.hint_words") if part is None else t("parts.hint"),
            required=part is None,
            max_length=_MOST_WORDS,
        ),
    )


def preview_content(wish: PartWish, seen: PartSeen, t: Sentences) -> Content:
    """What would be painted, in a tint, and what can be done about it."""
    lines = [t("parts.preview", part=t(f"part.{wish.part}"), id=wish.image_id)]
    lines.append(t("parts.kept", model=seen.model.title))
    if seen.is_guess:
        lines.append(t("parts.guess"))
    if price := seen.model.capabilities.price:
        usd = f"{price.usd_per_image * seen.count:.2f}"
        lines.append(t("parts.price", count=seen.count, price=usd))
    lines.append(fenced(wish.words) if wish.words else t("parts.anything"))
    step = GROWTHS.index(wish.growth)
    about: dict[str, int | str] = {"image": wish.image_id, "part": wish.part}
    shown = discord.MediaGalleryItem(
        f"attachment://{_PREVIEW}", description=t("parts.alt", part=t(f"part.{wish.part}"))
    )
    view = card(
        ui.TextDisplay("\n".join(lines)),
        ui.MediaGallery(shown),
        ui.ActionRow(
            button(
                act("part-paint", **about, step=step),
                label=t("button.paint"),
                emoji="🖌️",
                style=ButtonStyle.primary,
            ),
            button(
                act("part-grow", **about, step=min(step + 1, len(GROWTHS) - 1)),
                label=t("button.larger"),
                emoji="➕",
                disabled=step + 1 == len(GROWTHS),
            ),
            button(
                act("part-grow", **about, step=max(step - 1, 0)),
                label=t("button.smaller"),
                emoji="➖",
                disabled=step == 0,
            ),
            button(act("part-cancel"), label=t("button.cancel")),
        ),
    )
    return Content(view, (File(_PREVIEW, seen.preview),))
