"""What a model is given for a request: the person's words, whole and in order, in a frame.

The frame makes a chibi avatar of them. What our reader understood is added only where the words
leave something open, or where tags say it better; it takes the place of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from generation.lexicon import describe
from generation.prompt import Reading, read_words
from generation.prompts.brackets import joined, text_of
from generation.prompts.denial import denials
from generation.prompts.frame import NOTHING_SEEN, Frame, Intent, Sight, frame_of
from generation.prompts.markup import LoraUse, Markup, Piece, cut, read_markup
from generation.prompts.rating import RatingWords, withhold
from generation.prompts.scene import is_mostly_chinese, is_tags, says_anything
from generation.prompts.tags import STYLE_SENTENCES
from generation.prompts.trait_tags import avoided_tags, color_name, tags_of
from generation.prompts.translation import Translation, all_to_english
from generation.request import Subject
from generation.traits import Traits

Language = Literal["en", "zh"]
_PERSONAL = (
    *("gender", "age", "hair_style", "hair_color", "hair_tips_color", "bangs", "eye_shape"),
    *("eye_color", "left_eye_color", "expression", "skin", "marks"),
)
"""Traits that tags add to prose: what is worn, and what is behind, its own words say best."""
_STOPS = " ,，;；.。、\n"
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptStyle:
    """How a model is spoken to; a preset declares it."""

    form: Literal["tags", "sentence"]
    languages: tuple[Language, ...] = ("en",)
    """What it reads, the usual one first."""
    negative: bool = False
    """Whether it is given a negative prompt that has an effect."""
    transparent: bool = False
    """Whether it can leave out the background."""
    prefix: str = ""
    suffix: str = ""
    negative_prompt: str = ""
    """The preset's own, as text with commas and weights."""
    rating: RatingWords | None = None
    """Held to whatever is typed; the texts around it have it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A prompt as a model is given it."""

    pieces: tuple[Piece, ...]
    """Their texts joined are the prompt."""
    negative: tuple[Piece, ...] = ()
    loras: tuple[LoraUse, ...] = ()
    added: str = ""
    """What of the prompt is neither the person's nor the preset's."""
    unsaid: tuple[str, ...] = ()
    """The person's words that the model cannot be given in a language that it reads."""
    unheeded: tuple[str, ...] = ()
    """What the person ruled out and this model cannot be told; flags that nothing acts on."""
    withheld: tuple[str, ...] = ()
    """The person's words that the rating does not allow."""

    @property
    def prompt(self) -> str:
        """The text without weights."""
        return text_of(self.pieces)

    def facts(self) -> dict[str, str]:
        """What is worth telling beside the prompt, by name; nothing where there is nothing."""
        told = {
            "added": self.added,
            "unsaid": ", ".join(self.unsaid),
            "unheeded": ", ".join(self.unheeded),
            "withheld": ", ".join(self.withheld),
        }
        return {name: text for name, text in told.items() if text}

    @property
    def negative_prompt(self) -> str:
        """The text of what is to be avoided, without weights; may be empty."""
        return text_of(self.negative)


def compile_prompt(
    subject: Subject,
    traits: Traits,
    style: PromptStyle,
    *,
    seed: int = 0,
    intent: Intent = "draw",
    sight: Sight = NOTHING_SEEN,
) -> Compiled:
    """What a model of `style` is given for `subject`, whose choices fall by `seed`.

    `traits` are a candidate's: more than `subject` asks for where a figure has been drawn. Pure,
    for any thread. Raises a `BadSign`.
    """
    words = _words(subject, style, seed)
    asked = _Asked(traits, words, frame_of(words.meant, words.reading.traits, intent, sight))
    if style.form == "tags":
        return _in_tags(asked, style)
    return _in_a_sentence(asked, style)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What somebody typed, ready for a model of one style."""

    markup: Markup
    reading: Reading
    pieces: tuple[Piece, ...]
    """To be given, in a language that the model reads."""
    meant: str
    """What is to be seen, as typed: without signs and what is ruled out; "" where that is all."""
    denied: tuple[str, ...]
    """What `pieces` do not rule out any more, or never did."""
    unsaid: tuple[str, ...]
    withheld: tuple[str, ...]
    language: Language

    @property
    def all_said(self) -> str:
        """Everything that was typed, signs aside."""
        return self.markup.plain


@dataclass(frozen=True, slots=True)
class _Asked:
    traits: Traits
    words: _Words
    frame: Frame

    @property
    def open_traits(self) -> Traits:
        """What the words leave open and the candidate has; all of it where there are no words."""
        said = self.words.reading.traits.to_json()
        return Traits.from_json(
            {
                name: value
                for name, value in self.traits.to_json().items()
                if name not in said and name not in ("style", "without", "chibiness")
            }
        )

    @property
    def chosen_style(self) -> str | None:
        """The style that was chosen in the form, beside the words."""
        style = self.traits.style
        return None if style == self.words.reading.traits.style else style


def _words(subject: Subject, style: PromptStyle, seed: int) -> _Words:
    markup = read_markup(subject.prompt, seed, subject.lists)
    found = denials(text_of(markup.pieces))
    left = _trimmed(cut(markup.pieces, ((denial.start, denial.end) for denial in found)))
    if not any(says_anything(piece.text) for piece in left):
        left = ()
    meant = text_of(left)
    pieces = markup.pieces if found else left
    denied = [*markup.negative, *subject.without]
    if style.negative or style.form == "tags":
        pieces = left
        denied = [*(thing for denial in found for thing in denial.things), *denied]
    unsaid: list[str] = []
    if "zh" not in style.languages:
        english = all_to_english([*(piece.text for piece in pieces), *denied])
        denied = [thing.text for thing in english[len(pieces) :]]
        unsaid = [word for part in english for word in part.unsaid]
        pieces = _in_english(pieces, english)
    pieces, denied, withheld = withhold(pieces, denied, style.rating)
    pieces = _trimmed(pieces)
    is_chinese = bool(pieces) and is_mostly_chinese(markup.plain) and "zh" in style.languages
    return _Words(
        markup=markup,
        reading=read_words(markup, subject.without),
        pieces=pieces,
        meant=meant if pieces else "",
        denied=tuple(dict.fromkeys(filter(None, denied))),
        unsaid=tuple(dict.fromkeys(unsaid)),
        withheld=withheld,
        language="zh" if is_chinese else "en",
    )


def _in_english(pieces: Sequence[Piece], english: Sequence[Translation]) -> tuple[Piece, ...]:
    said: list[Piece] = []
    for piece, translation in zip(pieces, english, strict=False):
        if translation.text != piece.text and said:
            said.append(Piece(" "))
        said.append(Piece(translation.text, piece.weight))
    return tuple(said)


def _trimmed(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Without space and stops at both ends, and without empty pieces."""
    kept = [piece for piece in pieces if piece.text]
    while kept and not kept[0].text.strip(_STOPS):
        del kept[0]
    while kept and not kept[-1].text.strip(_STOPS):
        del kept[-1]
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip(_STOPS))
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(_STOPS))
    return tuple(kept)


# Tags


def _in_tags(asked: _Asked, style: PromptStyle) -> Compiled:
    words = asked.words
    own = text_of(words.pieces)
    given = ", ".join((style.prefix, own, style.suffix))
    ours = (*asked.frame.first_tags, *_trait_tags(asked), *asked.frame.tags)
    frame = [tag for tag in ours if not _stands_in(tag, given)]
    after = [tag for tag in _later_tags(asked) if not _stands_in(tag, given)]
    parts = (
        _preset_pieces(style.prefix),
        _tags(frame),
        words.pieces,
        _tags(after),
        _preset_pieces(style.suffix),
    )
    pieces = joined(_listed(parts))
    denied = words.denied if style.negative else ()
    return Compiled(
        pieces=pieces,
        negative=_negative(asked, denied, pieces, style) if style.negative else (),
        loras=words.markup.loras,
        added=", ".join((*frame, *after)),
        unsaid=words.unsaid,
        unheeded=(*(() if style.negative else words.denied), *words.markup.ignored),
        withheld=words.withheld,
    )


def _trait_tags(asked: _Asked) -> Iterator[str]:
    """What prose certainly says of one person; several would get each other's hair."""
    prompt = asked.words.all_said
    if asked.frame.cast == "several" or is_tags(prompt):
        return
    certain = asked.words.reading.certain
    if not prompt:
        yield from tags_of(
            replace(asked.traits, background=None, background_color=None, style=None)
        )
        return
    yield from tags_of(
        Traits.from_json(
            {name: value for name, value in certain.to_json().items() if name in _PERSONAL}
        )
    )


def _later_tags(asked: _Asked) -> Iterator[str]:
    """What a figure has beyond the words, and what was chosen in the form."""
    if asked.frame.cast != "several" and asked.words.all_said:
        yield from tags_of(asked.open_traits)
    background = asked.traits.background
    if background == "transparent" or not asked.words.all_said:
        yield from tags_of(Traits(background=background))
    if asked.chosen_style:
        yield from tags_of(Traits(style=asked.chosen_style))


def _stands_in(tag: str, text: str) -> bool:
    return (
        re.search(rf"(?<!\w){re.escape(tag)}(?!\w)", text.replace("_", " "), re.IGNORECASE)
        is not None
    )


def _tags(tags: Iterable[str]) -> tuple[Piece, ...]:
    text = ", ".join(dict.fromkeys(filter(None, tags)))
    return (Piece(text),) if text else ()


@cache
def _preset_pieces(text: str) -> tuple[Piece, ...]:
    return _trimmed(read_markup(text).pieces)


def _listed(parts: Iterable[Sequence[Piece]]) -> list[Piece]:
    """All of `parts` with commas between them."""
    listed: list[Piece] = []
    for part in parts:
        if part and listed:
            listed.append(Piece(", "))
        listed += part
    return listed


def _negative(
    asked: _Asked, denied: Sequence[str], pieces: Sequence[Piece], style: PromptStyle
) -> tuple[Piece, ...]:
    """What is ruled out, then the preset's, less what the prompt asks for."""
    ours = list(denied)
    if not asked.words.all_said:
        ours += avoided_tags(asked.traits)
    prompt = text_of(pieces)
    preset = (
        (piece,)
        for piece in _preset_tags(style.negative_prompt)
        if not _stands_in(piece.text, prompt) and piece.text not in ours
    )
    return joined(_listed((_tags(ours), *preset)))


@cache
def _preset_tags(text: str) -> tuple[Piece, ...]:
    """Each tag of a preset's text by itself."""
    return tuple(
        Piece(tag.strip(), piece.weight)
        for piece in read_markup(text).pieces
        for tag in piece.text.split(",")
        if tag.strip()
    )


# Sentences


def _in_a_sentence(asked: _Asked, style: PromptStyle) -> Compiled:
    words, language = asked.words, asked.words.language
    said = text_of(words.pieces)
    before = asked.frame.opening(language)
    ours = "" if said else _described(_drawn(asked))
    after = list(_closing(asked, style))
    parts = (
        style.prefix.strip(),
        f"{before}{_ended(said or ours, language)}",
        *after,
        style.suffix.strip(),
    )
    pieces = (Piece(("" if language == "zh" else " ").join(part for part in parts if part)),)
    return Compiled(
        pieces=pieces,
        negative=_negative(asked, words.denied, pieces, style) if style.negative else (),
        loras=words.markup.loras,
        added=" ".join(filter(None, (before.strip(), ours, *after))),
        unsaid=words.unsaid,
        unheeded=words.markup.ignored,
        withheld=words.withheld,
    )


def _described(traits: Traits) -> str:
    """`traits` in words, colours by name."""
    return _HEX.sub(lambda match: color_name(match.group()), describe(traits, "en"))


def _drawn(asked: _Asked) -> Traits:
    """The traits to describe where there are no words."""
    if asked.traits.background == "transparent":
        return replace(asked.traits, background=None, background_color=None)
    return asked.traits


def _closing(asked: _Asked, style: PromptStyle) -> Iterator[str]:
    words, language = asked.words, asked.words.language
    more = asked.open_traits
    if asked.words.all_said and asked.frame.cast != "several" and more != Traits():
        yield f"What is not said above is as in the picture: {_described(more)}."
    if words.denied and not style.negative:
        if language == "zh":
            yield f"画面中不要有{'、'.join(words.denied)}。"
        else:
            yield f"Without {', without '.join(words.denied)}."
    if asked.chosen_style:
        yield STYLE_SENTENCES[asked.chosen_style]
    if asked.traits.background == "transparent":
        if style.transparent:
            yield "The background is fully transparent, with nothing behind the character."
        else:
            yield "The background is plain white."


def _ended(text: str, language: Language) -> str:
    """`text` as a sentence."""
    if text[-1:] in ".!?。！？…":
        return text
    return f"{text}{'。' if language == 'zh' else '.'}"
