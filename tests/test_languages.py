"""The list of languages: each has its files, answers to its tags, and keeps to one script."""

import re
from pathlib import Path

import discord
import pytest

from bot.texts import Catalogue
from generation.lexicon import LANGUAGES, Language, find_language, language
from generation.lexicon.loader import Words
from generation.reading.vocabulary import SOURCES

ROOT = Path(__file__).parents[1]
KNOWN_BY = {"Latn": "ascii", "Hans": "gb2312", "Hant": "big5"}
"""A character set of each script that holds none of another's letters."""


def files(folder: str, ending: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob(f"*{ending}")}


def test_every_language_has_its_catalogue_and_every_catalogue_its_language() -> None:
    assert {spoken.tag for spoken in LANGUAGES} == files("bot/locales", ".po")


def test_every_list_of_words_is_read() -> None:
    assert set(SOURCES) == files("generation/lexicon", ".toml")


def test_no_two_languages_answer_to_one_tag() -> None:
    tags = [tag for spoken in LANGUAGES for tag in (spoken.tag, *spoken.others)]

    assert len(tags) == len(set(tags)) >= len(LANGUAGES) > 2


def test_every_language_is_one_that_discord_speaks() -> None:
    assert [discord.Locale(spoken.tag).value for spoken in LANGUAGES]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en-US", "en-US"),
        ("en-GB", "en-US"),
        ("en", "en-US"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-SG", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("zh_hk", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh-Hant-MO", "zh-TW"),
    ],
)
def test_a_tag_finds_its_language(tag: str, expected: str) -> None:
    found = find_language(tag)

    assert found
    assert found.tag == expected


@pytest.mark.parametrize("tag", ["fr", "eng", "zha", ""])
def test_who_speaks_none_of_them_is_answered_in_the_first(tag: str) -> None:
    assert find_language(tag) is None
    assert language(tag) is LANGUAGES[0]


@pytest.mark.parametrize("spoken", LANGUAGES, ids=lambda spoken: spoken.tag)
def test_sentences_and_names_of_a_language_are_in_one_script(spoken: Language) -> None:
    sentences = {
        text for forms in Catalogue.load().bound(spoken.tag).forms.values() for text in forms
    }
    names = said(spoken.words)
    assert len(sentences) > 200
    assert len(names) > 150

    strange = {
        letter for text in (spoken.name, *sentences, *names) for letter in strangers(text, spoken)
    }

    assert strange == set()


def said(words: Words) -> set[str]:
    """All that descriptions are made of."""
    labels = {words.label(trait) for trait in words.lexicon.labels}
    phrases = {words.phrase(name) for name in words.lexicon.phrases}
    values = {
        words.value(trait, value)
        for trait in ("hair_style", "outfit", "accessories", "marks", "background", "hair_color")
        for value in words.lexicon.names["colors" if trait == "hair_color" else trait]
    }
    return labels | phrases | values


def strangers(text: str, spoken: Language) -> set[str]:
    """Letters of `text` that its script has not."""
    letters = re.findall(r"[^\W\d_]", text)
    return {
        letter
        for letter in letters
        if not letter.isascii() and not _is_known(letter, KNOWN_BY[spoken.script])
    }


def _is_known(letter: str, charset: str) -> bool:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
