"""What may have been meant by words that were not understood."""

import pytest

from generation.prompt import read_prompt
from generation.reading.spelling import closest_names


@pytest.mark.parametrize(
    ("typed", "locale", "first"),
    [
        ("twnitials", "en-US", "twin tails"),
        ("hooodei", "en-US", "hoodie"),
        ("mustash", "zh-CN", "小胡子"),
        ("wearing a hooodei please", "en-US", "hoodie"),
        ("双马伟", "zh-CN", "双马尾"),
        ("双马伟", "zh-TW", "雙馬尾"),
        ("水手副", "zh-CN", "水手服"),
    ],
)
def test_the_nearest_spelling_is_named_in_the_persons_language(
    typed: str, locale: str, first: str
) -> None:
    assert closest_names((typed,), locale)[0] == first


@pytest.mark.parametrize("typed", ["xylophone quantum", "asdfgh", "骑着龙", "🧿", "", "12345", "é"])
def test_what_looks_like_nothing_of_ours_has_no_neighbour(typed: str) -> None:
    assert closest_names((typed,), "en-US") == ()


def test_a_word_that_is_known_as_it_was_typed_is_no_better_spelling_of_itself() -> None:
    assert "green" not in closest_names(("green antenna",), "en-US")


def test_no_more_are_named_than_are_asked_for() -> None:
    names = closest_names(("hooodei", "twnitials", "mustash", "sweeter"), "en-US", limit=2)

    assert len(names) == 2


@pytest.mark.parametrize("typed", ["twnitials", "hooodei", "双马伟", "水手副"])
def test_what_is_named_can_be_read(typed: str) -> None:
    for name in closest_names((typed,), "zh-TW"):
        assert read_prompt(name).leftover == ()


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("厭世", "厌世"),
        ("衛衣", "卫衣"),
        ("鴛鴦眼", "鸳鸯眼"),
        ("頭繩", "头绳"),
        ("創可貼", "创可贴"),
    ],
)
def test_traditional_words_are_read_as_simplified_ones(traditional: str, simplified: str) -> None:
    assert read_prompt(traditional) == read_prompt(simplified)
    assert read_prompt(traditional).leftover == ()
