"""Every sentence a person can see, by key and language: `locales/<tag>.po`.

The catalogues are gettext's: a format with plural forms that is kept, and that every translators'
tool reads. Their message ids are keys, so that each sentence is written once; the plural's id is
the place that is counted. They are read as they are, in 5 ms: compiled catalogues would be
generated files. Neither of the libraries that could do it is worth its weight at run time: Babel
(36 MB, 50 ms to import and read) checks our catalogues in the tests; Fluent's runtime (last
released in 2023) needs Babel and 100 ms more.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import accumulate
from string import Formatter
from typing import Any

import discord
from discord import app_commands

from generation.lexicon import LANGUAGES, find_language, language

_LIST_LENGTH = 600
"""Characters of a list; Discord takes 2000 in a message, and there is more to say in it."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one language: `t("gallery.page", page=1, pages=2, count=12)`."""

    locale: str
    forms: Mapping[str, tuple[str, ...]]
    """Key → the sentence; one for each plural form where it has several."""
    counted: Mapping[str, str]
    """Key → the place whose number chooses among its forms, where it is said to have any."""
    plural: Callable[[int], int]
    """Which form a number takes."""

    def __call__(self, key: str, **params: object) -> str:
        """The sentence for `key` with its `{named}` places filled.

        Raises `KeyError` for a key or a place that is not there: both are defects.
        """
        forms = self.forms[key]
        form = self.plural(int(str(params[self.counted[key]]))) if key in self.counted else 0
        return forms[form].format(**params)

    def places(self, key: str) -> frozenset[str]:
        """The names of what the sentence for `key` is filled with."""
        pieces = (piece for form in self.forms[key] for piece in Formatter().parse(form))
        return frozenset(name for _, name, _, _ in pieces if name)

    def listed(self, names: Sequence[str], mark: str | None = None) -> str:
        """`names` side by side, as many whole ones as are bearable, and how many more there are.

        `mark` stands between them in place of the language's own.
        """
        mark = self("list.mark") if mark is None else mark
        ends = accumulate(len(name) + len(mark) for name in names)
        shown = max(1, sum(end <= _LIST_LENGTH for end in ends))
        text = mark.join(names[:shown])
        rest = len(names) - shown
        return self("list.more", names=text, count=rest) if rest > 0 else text


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of all languages. Make one with `Catalogue.load()`."""

    languages: Mapping[str, Sentences]

    @classmethod
    def load(cls) -> Catalogue:
        """Read every catalogue; blocking, for use at start."""
        folder = files("bot") / "locales"
        return cls(
            {
                tag: _read_po((folder / f"{tag}.po").read_text("utf-8"), tag)
                for tag in (language.tag for language in LANGUAGES)
            }
        )

    def bound(self, locale: str) -> Sentences:
        """The sentences of the language nearest to a Discord locale."""
        return self.languages[language(locale).tag]

    def text(self, key: str, locale: str, **params: object) -> str:
        """One sentence in the language nearest to `locale`; see `Sentences`."""
        return self.bound(locale)(key, **params)


def _read_po(text: str, tag: str) -> Sentences:
    """A catalogue in gettext's text format. Raises `ValueError` for one that is not."""
    entries = {entry.pop("msgid"): entry for entry in _entries(text)}
    forms = {
        key: tuple(entry[word] for word in sorted(entry) if word.startswith("msgstr"))
        for key, entry in entries.items()
    }
    counted = {
        key: entry["msgid_plural"] for key, entry in entries.items() if "msgid_plural" in entry
    }
    (header,) = forms.pop("")
    if not (rule := re.search(r"\bplural=(.+?);", header)):
        raise ValueError(f"{tag}.po does not say how its plurals are formed")
    return Sentences(tag, forms, counted, gettext.c2py(rule[1]))


def _entries(text: str) -> Iterator[dict[str, str]]:
    """Keyword ("msgid", "msgstr[1]", …) → its string, entry by entry."""
    entry: dict[str, str] = {}
    keyword = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            continue
        if line.startswith('"'):  # goes on with the string of the line before
            quoted = line
        else:
            keyword, _, quoted = line.partition(" ")
        if keyword == "msgid" and entry.get("msgstr", entry.get("msgstr[0]")) is not None:
            yield entry
            entry = {}
        entry[keyword] = entry.get(keyword, "") + json.loads(quoted)  # its escapes are gettext's
    yield entry


class CommandTranslator(app_commands.Translator):
    """Localises what the commands are called and say, by keys that follow from their names.

    `command.<command>.name`, `command.<command>.<option>.description`, …, with dots between a
    group and its commands; a choice is named in code by its key.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The text for a locale of ours; `None` leaves a locale to Discord's fallback, English."""
        if find_language(locale.value) is None:
            return None
        t = self._catalogue.bound(locale.value)
        key = _key(string, context)
        return t(key) if key in t.forms else None


def describe_commands(tree: app_commands.CommandTree[Any], catalogue: Catalogue) -> None:
    """Say in English what the commands of `tree` do, for all locales that we do not speak.

    Their names are English in the code. Raises `KeyError` for a command without texts: a defect.
    """
    t = catalogue.bound(LANGUAGES[0].tag)
    for command in tree.walk_commands():
        prefix = _command_key(command)
        command.description = t(f"{prefix}.description")
        if isinstance(command, app_commands.Group):
            continue
        options = {option.name: option for option in command.parameters}
        described = {name: t(f"{prefix}.{name}.description") for name in options}
        app_commands.describe(
            **{name: app_commands.locale_str(text) for name, text in described.items()}
        )(command)
        for choice in (choice for option in options.values() for choice in option.choices):
            if choice.name in t.forms:
                choice.name = t(choice.name)


def _key(string: app_commands.locale_str, context: app_commands.TranslationContextTypes) -> str:
    """The key of a name or description, by where it stands."""
    _, _, kind = context.location.name.partition("_")
    data = context.data
    if isinstance(data, app_commands.Choice):
        return string.message
    if isinstance(data, app_commands.Parameter):
        return f"{_command_key(data.command)}.{data.name}.{kind}"
    return f"{_command_key(data)}.{kind}"


def _command_key(
    command: app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu,
) -> str:
    return f"command.{command.qualified_name.replace(' ', '.')}"
