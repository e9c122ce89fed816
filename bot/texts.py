"""Every sentence a person can see, by key and language: `locales/<tag>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import discord
from discord import app_commands

LOCALES = ("en-US", "zh-CN")
"""The catalogues we ship, with the same keys each; the first is for all other languages."""


def nearest_locale(tag: str) -> str:
    """The catalogue for a Discord locale: the same language in another region counts."""
    language = tag.split("-")[0]
    return next((name for name in LOCALES if name.split("-")[0] == language), LOCALES[0])


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of all languages. Make one with `Catalogue.load()`."""

    texts: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls) -> Catalogue:
        """Read every catalogue; blocking, for use at start."""
        folder = files("bot") / "locales"
        return cls(
            {
                tag: _flat(tomllib.loads((folder / f"{tag}.toml").read_text("utf-8")))
                for tag in LOCALES
            }
        )

    def text(self, key: str, locale: str, **params: object) -> str:
        """The sentence for `key` in the nearest language, with `{named}` places filled.

        Raises `KeyError` for a key or a place that is not there: both are defects.
        """
        return self.texts[nearest_locale(locale)][key].format(**params)

    def has(self, key: str, locale: str) -> bool:
        """Whether the nearest language itself has `key`."""
        return key in self.texts[nearest_locale(locale)]


class CommandTranslator(app_commands.Translator):
    """Localises command names and descriptions: `locale_str("chibi", key="command.chibi.name")`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The text for a locale of ours; `None` leaves a locale to Discord's fallback, English."""
        key = string.extras.get("key")
        language = locale.value.split("-")[0]
        if key is None or language not in {tag.split("-")[0] for tag in LOCALES}:
            return None
        return self._catalogue.text(key, locale.value)


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Dotted keys for nested TOML tables."""
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            flat[prefix + name] = str(value)
    return flat
