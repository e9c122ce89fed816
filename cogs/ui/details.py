"""What Details says of a drawing."""

from __future__ import annotations

import discord

from bot.service import Drawing
from bot.texts import Catalogue
from cogs.ui.wording import escaped, traits_text, words_text

_PROMPT_SHOWN = 600
_TRAITS_SHOWN = 600
_GIVEN_SHOWN = 700
_MESSAGE_LIMIT = 2000  # Discord's, for the content of a message


def details_text(drawing: Drawing, texts: Catalogue, locale: str, *, with_prompt: bool) -> str:
    """Everything that is known of `drawing`, at most `_MESSAGE_LIMIT` characters."""
    generation = drawing.generation
    request = generation.request

    def line(key: str, **params: object) -> str:
        return texts.text(f"details.{key}", locale, **params)

    lines = [line("title", id=generation.id)]
    if with_prompt:
        lines.append(line("prompt", prompt=escaped(request.prompt, _PROMPT_SHOWN)))
    traits = traits_text(request.traits, texts, locale)[:_TRAITS_SHOWN]
    lines.append(line("traits", traits=traits or line("nothing_read")))
    if request.leftover:
        lines.append(line("leftover", words=words_text(request.leftover, 300)))
    name = line("illustrator") if generation.backend == "illustrator" else generation.backend
    lines.append(line("backend", backend=name))
    if drawing.images and (given := drawing.images[0].given):
        facts = " · ".join(f"{escaped(k, 40)}: {escaped(str(v), 300)}" for k, v in given.items())
        lines.append(line("given", facts=facts[:_GIVEN_SHOWN]))
    if generation.cost_usd is not None:
        tokens = ", ".join(f"{name} {count}" for name, count in generation.usage.items())
        lines.append(line("cost", cost=f"{generation.cost_usd:.4f}", usage=escaped(tokens, 120)))
    if drawing.images:
        seeds = " ".join(f"`{image.seed}`" for image in drawing.images)
        lines.append(line("seeds", seeds=seeds))
    lines.append(line("size", size=request.size_px))
    asked = discord.utils.format_dt(generation.created_at, "R")
    if generation.started_at and generation.finished_at:
        seconds = (generation.finished_at - generation.started_at).total_seconds()
        lines.append(line("time", asked=asked, seconds=f"{seconds:.1f}"))
    else:
        lines.append(line("time_open", asked=asked))
    return "\n".join(lines)[:_MESSAGE_LIMIT]
