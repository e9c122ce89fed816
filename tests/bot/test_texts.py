"""The catalogues: the same keys and places everywhere, every key used, none missing."""

import re
import string
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.errors import USER_TEXT
from bot.texts import LOCALES, Catalogue, CommandTranslator, nearest_locale

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_language_has_the_same_keys(catalogue: Catalogue, locale: str) -> None:
    assert set(catalogue.texts[locale]) == set(catalogue.texts[LOCALES[0]])
    assert len(catalogue.texts[locale]) > 100


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_sentence_has_the_same_places(catalogue: Catalogue, locale: str) -> None:
    different = [
        key
        for key, text in catalogue.texts[LOCALES[0]].items()
        if places(text) != places(catalogue.texts[locale][key])
    ]

    assert different == []


def test_every_key_is_used(catalogue: Catalogue) -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCES)
    # A key is used whole, or built: f"prefix{word}".
    built = re.findall(r'f"([a-z_]+\.[a-z_.]*)\{', source)
    unused = [
        key
        for key in catalogue.texts[LOCALES[0]]
        if f'"{key}"' not in source and not key.startswith(tuple(built))
    ]

    assert unused == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_command_named_in_a_sentence_is_called_so_in_that_language(
    catalogue: Catalogue, locale: str
) -> None:
    texts = catalogue.texts[locale]
    names = {
        "/" + " ".join(texts[f"command.{name}.name"] for name in path)
        for path in (
            ("chibi",),
            ("models",),
            ("avatar", "avatar.gallery"),
            ("config", "config.backend"),
        )
    }
    named = {name for text in texts.values() for name in re.findall("`(/.*?)`", text)}

    assert named == names


def test_every_error_has_its_sentence(catalogue: Catalogue) -> None:
    missing = [key for key in USER_TEXT.values() if not catalogue.has(key, LOCALES[0])]

    assert missing == []
    assert len(USER_TEXT) > 10


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("en-GB", "en-US"), ("zh-TW", "zh-CN"), ("zh-CN", "zh-CN"), ("fr", "en-US")],
)
def test_the_nearest_language_answers(tag: str, expected: str) -> None:
    assert nearest_locale(tag) == expected


def test_an_unknown_key_is_a_defect(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        catalogue.text("no.such.key", "en-US")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (discord.Locale.chinese, "萌版头像"),
        (discord.Locale.american_english, "chibi"),
        (discord.Locale.french, None),
    ],
)
async def test_command_names_follow_the_language(
    catalogue: Catalogue, locale: discord.Locale, expected: str | None
) -> None:
    translator = CommandTranslator(catalogue)
    name = app_commands.locale_str("chibi", key="command.chibi.name")

    assert await translator.translate(name, locale, context()) == expected


def context() -> app_commands.TranslationContextTypes:
    async def chibi(interaction: discord.Interaction) -> None: ...

    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name="chibi", description="…", callback=chibi
    )
    return app_commands.TranslationContext(
        app_commands.TranslationContextLocation.command_name, command
    )
