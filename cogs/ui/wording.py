"""What messages say in words: pieces that several share, and what Details says of a drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

import discord

from bot.messenger import MESSAGE_LIMIT
from bot.storage.records import Drawing
from bot.texts import Sentences
from generation.backends.base import Fact
from generation.capabilities import Model
from generation.lexicon import trait_lines
from generation.prompts.markup import read_markup
from generation.request import Between, Guides, Request, guides_of
from generation.shapes import RATIOS
from generation.traits import Traits

# Discord takes a backslash before any sign: no sign then styles, links, mentions or tells a time.
_SIGN = re.compile(r"[\\*_~|`#>\[\]()<:/.-]")
_AFTER_AT = "\u200b"  # a mention would be found behind a backslash too


def escaped(text: str, limit: int) -> str:
    """A person's own words in one line, shown as typed and as nothing but words.

    At most `limit` characters as they are sent, which are more than one sees.
    """
    typed = " ".join(text.split()).replace("@", f"@{_AFTER_AT}")
    pieces = [_SIGN.sub(r"\\\g<0>", character) for character in typed]
    lengths = list(accumulate(map(len, pieces)))
    if not lengths or lengths[-1] <= limit:
        return "".join(pieces)
    fitting = sum(length < limit for length in lengths)  # one character is for the ellipsis
    return "".join(pieces[:fitting]) + "…"


def words_text(words: Iterable[str], limit: int) -> str:
    """A person's own words side by side, each once, as many whole ones as fit `limit`."""
    text = ""
    for word in dict.fromkeys(words):
        longer = " · ".join(filter(None, (text, escaped(word, limit - 4))))
        if len(longer) > limit - 4:
            return f"{text} · …"
        text = longer
    return text


def traits_text(traits: Traits, t: Sentences) -> str:
    """All settled traits in one line."""
    return " · ".join(
        t("result.trait", label=label, value=value)
        for label, value in trait_lines(traits, t.locale)
    )


def as_line(description: str) -> str:
    """A description that stands on a line of its own."""
    return description[:1].upper() + description[1:]


def bounded(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{(head if space else cut).rstrip(' ,;·、，')}…"


def size_text(size_bytes: int, t: Sentences) -> str:
    """A number of bytes as people read it."""
    if size_bytes < 1_000_000:
        return t("size.kilobytes", size=max(1, round(size_bytes / 1000)))
    if size_bytes < 1_000_000_000:
        return t("size.megabytes", size=f"{size_bytes / 1_000_000:.1f}")
    return t("size.gigabytes", size=f"{size_bytes / 1_000_000_000:.1f}")


def shape_lines(request: Request, t: Sentences) -> Iterator[str]:
    """What was made of a flag like `--ar 16:9`, where the pictures are not exactly that."""
    subject, output = request.subject, request.output
    aspect = read_markup(subject.prompt, output.seed, subject.lists).aspect
    width, height = RATIOS[output.shape]
    if aspect is not None and aspect[0] * height != aspect[1] * width:
        said = f"--ar {aspect[0]}:{aspect[1]}"
        yield t("result.aspect", said=said, shape=t(f"shape.{output.shape}"))


_PROMPT_SHOWN = 300
_TRAITS_SHOWN = 250
_GIVEN_SHOWN = 350
_FACT_SHOWN = 100
_TEXTS = {
    "prompt": ("sent", 600),
    "negative_prompt": ("avoided", 250),
    "added": ("added", 250),
    "unsaid": ("unsaid", 120),
    "unheeded": ("unheeded", 120),
    "withheld": ("withheld", 120),
}
"""Texts among the facts → the line that shows each, and how much of it."""
_NAMED = (
    *("model", "num_inference_steps", "guidance_scale", "scheduler", "size", "strength", "loras"),
    *("seed", "quality", "moderation", "background"),
)
"""Facts that have a name in the person's language."""
_FOR_ALL = ("title", "model", "quality", "size", "scheduler", "sampler")
"""What a model was given that holds no words of the owner's; numbers hold none either."""


def _prompts_text(request: Request) -> str:
    """The prompt; of steps between two, the first and the last."""
    first, last = request.subject.prompt, ""
    if isinstance(request, Between) and request.other.prompt != first:
        last = request.other.prompt
    shown = (escaped(prompt, _PROMPT_SHOWN) for prompt in (first, last) if prompt)
    return " → ".join(shown)


def details_text(drawing: Drawing, model: Model | None, t: Sentences, *, to_owner: bool) -> str:
    """What is known of `drawing`, at most `MESSAGE_LIMIT` characters.

    The owner's own words, read or not, are told to the owner alone. `model` drew it, and is `None`
    where it is gone.
    """
    generation = drawing.generation
    request, subject = generation.request, generation.request.subject

    def line(key: str, **params: object) -> str:
        return t(f"details.{key}", **params)

    lines = [line("title", id=generation.id)]
    if to_owner and subject.prompt:
        lines.append(line("prompt", prompt=_prompts_text(request)))
    if to_owner and subject.without:
        lines.append(line("without", words=words_text(subject.without, 200)))
    traits = traits_text(subject.traits, t)[:_TRAITS_SHOWN]
    if traits or generation.is_illustrated:  # a model is given the words that nobody read, too
        lines.append(line("traits", traits=traits or line("nothing_read")))
    if to_owner and subject.leftover and generation.is_illustrated:  # a model is given all words
        lines.append(line("leftover", words=words_text(subject.leftover, 200)))
    name = (
        line("illustrator") if generation.is_illustrated else _model_name(request.model, model, t)
    )
    lines.append(line("model", model=name))
    lines += _seen_lines(guides_of(request), t)
    if drawing.images:
        lines += _given_lines(drawing.images[0].given, t, to_owner=to_owner)
    if generation.cost_usd is not None:
        lines.append(
            line("cost", cost=f"{generation.cost_usd:.4f}", usage=_facts(generation.usage, t))
        )
    if drawing.images and (generation.is_illustrated or "seed" in drawing.images[0].given):
        seeds = dict.fromkeys(image.seed for image in drawing.images)
        lines.append(line("seeds", seeds=" ".join(f"`{seed}`" for seed in seeds)))
    lines += [line("size", width=one.width, height=one.height) for one in drawing.images[:1]]
    asked = discord.utils.format_dt(generation.created_at, "R")
    if generation.started_at and generation.finished_at:
        seconds = (generation.finished_at - generation.started_at).total_seconds()
        lines.append(line("time", asked=asked, seconds=f"{seconds:.1f}"))
    else:
        lines.append(line("time_open", asked=asked))
    return "\n".join(lines)[:MESSAGE_LIMIT]


def _seen_lines(guides: Guides, t: Sentences) -> Iterator[str]:
    """How many pictures were looked at beside the words."""
    if guides.references:
        yield t("details.references", count=len(guides.references))
    if guides.pose:
        yield t("details.pose")


def _model_name(key: str, model: Model | None, t: Sentences) -> str:
    """Title, key, licence: by the first two it can be asked for again."""
    if model is None:
        return f"`{key}`"
    name = t("details.named", title=model.title, name=model.key)
    licence = t("models.licence", licence=model.licence) if model.licence else ""
    return " · ".join(filter(None, (name, licence)))


def _given_lines(given: Mapping[str, Fact], t: Sentences, *, to_owner: bool) -> Iterator[str]:
    """What the model was given: to its owner the very text, and who added what to it."""
    facts = {name: value for name, value in given.items() if name not in ("hand", *_TEXTS)}
    shown = {name: fact for name, fact in facts.items() if to_owner or _tells_no_words(name, fact)}
    if shown:
        yield t("details.given", facts=_facts(shown, t))
    if to_owner:
        for name, (key, limit) in _TEXTS.items():
            if name in given:
                yield t(f"details.{key}", text=_as_code(given[name], limit))


def _tells_no_words(name: str, value: Fact) -> bool:
    return name in _FOR_ALL or not isinstance(value, str)


def _facts(facts: Mapping[str, Fact], t: Sentences) -> str:
    """Names and values, as many whole ones as have room; in code, where nothing is a sign."""
    text = ""
    for name, value in facts.items():
        label = t(f"fact.{name}") if name in _NAMED else name
        longer = " · ".join(filter(None, (text, f"{label} {_as_code(value, _FACT_SHOWN)}")))
        if len(longer) > _GIVEN_SHOWN:
            break
        text = longer
    return text


def _as_code(value: Fact, limit: int) -> str:
    shown = " ".join(str(value).replace("`", "'").split())
    return f"`{shown[:limit]}…`" if len(shown) > limit else f"`{shown}`"
