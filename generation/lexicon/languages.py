"""The languages we speak: the one list of them, and what each calls things.

A language is one entry in `LANGUAGES` and its files: the catalogue `bot/locales/<tag>.po`, and,
where no other language has them yet, `<lexicon>.toml` and a `Speaker` beside this module.
"""

from __future__ import annotations

from dataclasses import dataclass

from generation.lexicon.chinese import Chinese
from generation.lexicon.english import English
from generation.lexicon.loader import Script, Words, load
from generation.lexicon.speaker import Speaker
from generation.traits import Traits


@dataclass(frozen=True, slots=True)
class Language:
    """A language in one script."""

    tag: str
    """Its BCP-47 tag, by which it is stored, and its catalogue named."""
    name: str
    """What it calls itself."""
    others: tuple[str, ...]
    """Tags that mean it, too, beside its own: "zh-Hant" is "zh-Hant-HK" as well."""
    lexicon: str
    """The list of words that it is read and described with."""
    script: Script
    speaker: type[Speaker]

    @property
    def words(self) -> Words:
        """Its names of things."""
        return Words(load(self.lexicon), self.script)


LANGUAGES = (
    Language("en-US", "English", ("en",), "en", "Latn", English),
    Language("zh-CN", "简体中文", ("zh",), "zh", "Hans", Chinese),
    Language("zh-TW", "繁體中文", ("zh-HK", "zh-MO", "zh-Hant"), "zh", "Hant", Chinese),
)
"""Every language; the first is for all who speak none of them."""


def find_language(locale: str) -> Language | None:
    """The language of a BCP-47 or Discord tag, by the longest tag that it begins with."""
    wanted = locale.replace("_", "-").lower()
    spoken = {
        tag.lower(): language for language in LANGUAGES for tag in (language.tag, *language.others)
    }
    fitting = [tag for tag in spoken if f"{wanted}-".startswith(f"{tag}-")]
    return spoken[max(fitting, key=len)] if fitting else None


def language(locale: str) -> Language:
    """The language of a tag; the first of all for one that we do not speak."""
    return find_language(locale) or LANGUAGES[0]


def trait_label(trait: str, locale: str) -> str:
    """What `trait` is called: "hair_style" → "hair" / "发型". Raises `KeyError` for no trait."""
    return language(locale).words.label(trait)


def value_label(trait: str, value: str, locale: str) -> str:
    """What `value` is called: "twin tails" → "双马尾". "#rrggbb" and numbers stay as they are.

    Raises `KeyError` for a value outside the vocabulary.
    """
    return language(locale).words.value(trait, value)


def describe(traits: Traits, locale: str) -> str:
    """One natural line of what the picture shows, never empty.

    Names what one sees first; bangs, eye shape, proportions and style are left to `trait_lines`.
    """
    return _speaker(traits, locale).sentence()


def trait_lines(traits: Traits, locale: str) -> tuple[tuple[str, str], ...]:
    """(label, value) pairs of the traits that are settled, colours merged with their thing.

    An empty `accessories` or `marks` is settled too: there are none.
    """
    return _speaker(traits, locale).lines()


def _speaker(traits: Traits, locale: str) -> Speaker:
    spoken = language(locale)
    return spoken.speaker(traits, spoken.words)
