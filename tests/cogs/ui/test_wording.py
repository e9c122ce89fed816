"""A person's own words are shown as typed, and are nothing but words."""

import re

import pytest

from cogs.ui.wording import escaped, words_text

MEANS_SOMETHING = (
    "**loud**",
    "__under__",
    "~~gone~~",
    "||spoiler||",
    "`code`",
    "# heading",
    "-# small",
    "> quote",
    "* item",
    "1. item",
    "[free](http://evil.example) [twice](http://evil.example)",
    "https://evil.example/a_b",
    "discord.gg/invite",
    "<http://evil.example>",
    "<t:1:R>",
    "<@80351110224678912>",
    "<@&80351110224678912>",
    "<#80351110224678912>",
    "</chibi:80351110224678912>",
    "<:emoji:80351110224678912>",
    "@everyone",
    "\\",
)


@pytest.mark.parametrize("text", MEANS_SOMETHING)
def test_nothing_that_means_something_to_discord_is_left_bare(text: str) -> None:
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "", escaped(text, 1000))

    assert not re.search(r"[*_~|`#>\[\]()<:/\\]|@(?!\u200b)|^\s*-|\d\.", bare)
    assert "." not in bare


@pytest.mark.parametrize("text", MEANS_SOMETHING)
def test_every_word_is_still_there(text: str) -> None:
    shown = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped(text, 1000)).replace("\u200b", "")

    assert shown == text


def test_lines_become_one() -> None:
    assert escaped("pink\nhair\r\n\n  and   eyes", 100) == "pink hair and eyes"


def test_what_is_too_long_is_cut_before_it_is_too_long() -> None:
    short = escaped("*" * 1000, 100)

    assert len(short) <= 100
    assert short.endswith("\\*…")


def test_what_just_fits_is_whole() -> None:
    assert escaped("*" * 50, 100) == "\\*" * 50


def test_words_are_said_once() -> None:
    assert words_text(("dragon", "sword", "dragon"), 100) == "dragon · sword"


@pytest.mark.parametrize("limit", [10, 20, 21, 22, 50])
def test_words_that_do_not_fit_are_left_out_whole(limit: int) -> None:
    text = words_text(("dragon", "sword", "*shield*", "x" * 60), limit)

    assert len(text) <= limit
    assert text.endswith(" · …")
    assert text.startswith("dragon")


def test_a_word_that_never_fits_is_cut() -> None:
    assert words_text(("x" * 60,), 20) == "x" * 15 + "…"


def test_no_words_are_no_text() -> None:
    assert words_text((), 20) == ""
