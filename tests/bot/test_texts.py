"""The catalogues: the same keys and places everywhere, every key used, none missing."""

import re
import string
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from bot.app import open_bot
from bot.client import EXTENSION, Moevatar
from bot.settings import Settings
from bot.texts import Catalogue, CommandTranslator, describe_commands
from bot.user_errors import USER_TEXT
from generation.lexicon import LANGUAGES

LOCALES = [language.tag for language in LANGUAGES]
ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def places(forms: tuple[str, ...]) -> set[str]:
    return {name for text in forms for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_language_has_the_same_keys(catalogue: Catalogue, locale: str) -> None:
    assert set(catalogue.bound(locale).forms) == set(catalogue.bound(LOCALES[0]).forms)
    assert len(catalogue.bound(locale).forms) > 100


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_sentence_has_the_same_places(catalogue: Catalogue, locale: str) -> None:
    different = [
        key
        for key, forms in catalogue.bound(LOCALES[0]).forms.items()
        if places(forms) != places(catalogue.bound(locale).forms[key])
    ]

    assert different == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogues_are_what_gettexts_tools_read(catalogue: Catalogue, locale: str) -> None:
    with (ROOT / "bot" / "locales" / f"{locale}.po").open("rb") as file:
        theirs = read_po(file, abort_invalid=True)
    messages = [message for message in theirs if message.id]

    read = {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in messages
    }
    assert read == catalogue.bound(locale).forms
    assert [message.id for message in messages if message.fuzzy] == []
    assert [errors for _, errors in theirs.check() if errors] == []
    assert theirs.locale == Locale.parse(locale, sep="-")
    assert max(map(catalogue.bound(locale).plural, range(200))) + 1 == theirs.num_plurals


@pytest.mark.parametrize(
    ("locale", "count", "words"),
    [
        ("en-US", 1, "· 1 picture ·"),
        ("en-US", 2, "· 2 pictures ·"),
        ("en-US", 0, "· 0 pictures ·"),
        ("zh-CN", 1, "共 1 张"),
        ("zh-CN", 2, "共 2 张"),
        ("zh-TW", 2, "共 2 張"),
    ],
)
def test_a_count_chooses_the_plural(
    catalogue: Catalogue, locale: str, count: int, words: str
) -> None:
    t = catalogue.bound(locale)

    assert words in t("gallery.page", page=1, pages=1, count=count)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_counted_is_told(catalogue: Catalogue, locale: str) -> None:
    t = catalogue.bound(locale)

    assert t.counted == catalogue.bound("en-US").counted
    assert [key for key, place in t.counted.items() if place not in t.places(key)] == []
    assert [key for key, forms in t.forms.items() if forms[1:] and key not in t.counted] == []
    assert len(t.counted) > 2


def test_a_list_is_bounded_and_says_what_it_leaves_out(catalogue: Catalogue) -> None:
    t = catalogue.bound("en-US")

    assert t.listed([]) == ""
    assert t.listed(["one"]) == "one"
    assert t.listed(["one", "two"]) == "one, two"
    assert t.listed(["x" * 200] * 5) == ", ".join(["x" * 200] * 2) + " and 3 more"
    assert t.listed(["x" * 900, "y"]) == "x" * 900 + " and 1 more"
    assert catalogue.bound("zh-CN").listed(["一", "二"]) == "一、二"


def test_every_key_is_used(catalogue: Catalogue) -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCES)
    # A key is used whole, or built: f"prefix{word}".
    built = re.findall(r'f"([a-z_]+\.[a-z_.]*)\{', source)
    unused = [
        key
        for key in catalogue.bound(LOCALES[0]).forms
        if not key.startswith("command.")  # these follow from the commands; see below
        and f'"{key}"' not in source
        and not key.startswith(tuple(built))
    ]

    assert unused == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_command_named_in_a_sentence_is_called_so_in_that_language(
    catalogue: Catalogue, locale: str
) -> None:
    t = catalogue.bound(locale)
    names = {
        "/" + " ".join(t(f"command.{name}.name") for name in path)
        for path in (
            ("chibi",),
            ("models",),
            ("avatar", "avatar.gallery"),
            ("config", "config.model"),
        )
    }
    named = {name for (text, *_) in t.forms.values() for name in re.findall("`(/.*?)`", text)}

    assert named == names


def test_every_error_has_its_sentence(catalogue: Catalogue) -> None:
    missing = [key for key in USER_TEXT.values() if key not in catalogue.bound(LOCALES[0]).forms]

    assert missing == []
    assert len(USER_TEXT) > 10


def test_an_unknown_key_is_a_defect(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        catalogue.text("no.such.key", "en-US")


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Moevatar]:
    """The bot with its commands; not logged in."""
    async with open_bot(Settings(data_dir=tmp_path / "data")) as bot:
        await bot.load_extension(EXTENSION)
        yield bot


async def test_every_command_has_its_texts_and_every_text_its_command(
    bot: Moevatar, catalogue: Catalogue
) -> None:
    describe_commands(bot.tree, catalogue)
    translator = CommandTranslator(catalogue)

    payloads = [
        await command.get_translated_payload(bot.tree, translator)
        for command in bot.tree.get_commands()
    ]

    parts = [part for payload in payloads for part in walk(payload)]
    keys = {key for key in catalogue.bound("en-US").forms if key.startswith("command.")}
    assert len(parts) == len(keys) / 2 > 20
    for part in parts:
        for text in ("name", "description"):
            localized: dict[str, str] = part[f"{text}_localizations"]
            assert set(localized) == {"en-US", "en-GB", "zh-CN", "zh-TW"}
            assert localized["en-US"] == part[text]
            assert localized["zh-CN"] != part[text]


async def test_a_choice_is_called_by_its_text(bot: Moevatar, catalogue: Catalogue) -> None:
    describe_commands(bot.tree, catalogue)
    translator = CommandTranslator(catalogue)
    payloads = {
        command.name: await command.get_translated_payload(bot.tree, translator)
        for command in bot.tree.get_commands()
    }

    chibi = {option["name"]: option for option in payloads["chibi"]["options"]}
    config = {option["name"]: option for option in payloads["config"]["options"]}
    own, size = config["language"]["options"][0]["choices"][0], chibi["size"]["choices"][0]
    assert own["name"] == "Each person's own"
    assert own["name_localizations"]["zh-CN"] == "各人用自己的"
    assert size["name"] == "256"
    assert not size.get("name_localizations")


async def test_a_command_without_texts_is_named(bot: Moevatar, catalogue: Catalogue) -> None:
    @bot.tree.command()
    async def bare(interaction: Any) -> None: ...

    with pytest.raises(KeyError, match=r"command\.bare\.description"):
        describe_commands(bot.tree, catalogue)


def walk(command: dict[str, Any]) -> list[dict[str, Any]]:
    inner = command.get("options") or []
    return [command, *(found for option in inner for found in walk(option))]
