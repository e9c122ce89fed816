"""Rules over the word lists: all values have words, and each word is read as its value."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.lexicon import LANGUAGES, describe, trait_label, trait_lines, value_label
from generation.lexicon.loader import load
from generation.prompt import read_prompt
from generation.reading.vocabulary import SOURCES, key
from generation.traits import COLOR_TRAITS, Traits, vocabulary

LOCALES = tuple(language.tag for language in LANGUAGES)
TRAITS = tuple(Traits.__dataclass_fields__)
NAMED = tuple(name for name in TRAITS if name not in (*COLOR_TRAITS, "without", "chibiness"))
VALUES = [(trait, value) for trait in NAMED for value in vocabulary(trait)]
OTHER_WORDS = {"鮑伯頭", "OK繃", "漸層背景", "洋紅", "鴨綠色"}
"""Traditional names that are other words than the Simplified ones, not only other characters."""
MANY = ("accessories", "marks", "without")


def with_value(trait: str, value: str) -> Traits:
    return Traits.from_json({trait: [value] if trait in MANY else value})


@pytest.mark.parametrize("locale", LOCALES)
def test_every_value_of_every_trait_has_a_name(locale: str) -> None:
    named = [value_label(trait, value, locale) for trait in NAMED for value in vocabulary(trait)]
    named += [
        value_label(trait, color, locale) for trait in COLOR_TRAITS for color in vocabulary(trait)
    ]
    named += [value_label("without", value, locale) for value in vocabulary("without")]
    assert all(named)
    assert len(named) > 400


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_values_of_a_trait_share_a_name(locale: str) -> None:
    for trait in (*NAMED, "hair_color"):
        names = Counter(value_label(trait, value, locale) for value in vocabulary(trait))
        assert max(names.values()) == 1, names.most_common(2)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_trait_has_a_label(locale: str) -> None:
    assert all(trait_label(trait, locale) for trait in TRAITS)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("trait", "value"), VALUES)
def test_a_display_name_is_read_as_its_value(trait: str, value: str, locale: str) -> None:
    reading = read_prompt(value_label(trait, value, locale))
    assert reading.traits == with_value(trait, value)
    assert reading.leftover == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_name_of_a_colour_is_read_as_this_colour(locale: str) -> None:
    background = {"en-US": "{} background", "zh-CN": "{}背景", "zh-TW": "{}背景"}[locale]
    colors = vocabulary("background_color")
    for color in colors:
        name = value_label("background_color", color, locale)
        assert read_prompt(background.format(name)).traits == Traits(background_color=color)
    assert len(colors) > 40


@pytest.mark.parametrize("source", SOURCES)
def test_every_word_is_read_as_its_value(source: str) -> None:
    words = [
        (trait, value, word)
        for trait, table in load(source).words.items()
        if trait in NAMED
        for value, listed in table.items()
        for word in listed
    ]
    misread = [
        (word, value)
        for trait, value, word in words
        if getattr(read_prompt(word).traits, trait) not in (value, (value,))
    ]
    assert misread == []
    assert len(words) > {"en": 700, "zh": 900, "emoji": 80}[source]


@pytest.mark.parametrize("source", SOURCES)
def test_no_word_is_listed_for_two_values_of_a_trait(source: str) -> None:
    for trait, table in load(source).words.items():
        if trait != "grammar":
            listed = Counter(word for words in table.values() for word in set(map(key, words)))
            assert [word for word, times in listed.items() if times > 1] == [], trait


@pytest.mark.parametrize("source", SOURCES)
def test_no_word_stands_in_two_tables(source: str) -> None:
    lexicon = load(source)
    tables = [
        {key(word) for words in table.values() for word in words}
        for trait, table in lexicon.words.items()
        if trait in NAMED or trait in ("colors", "families")
    ]
    tables += [set(map(key, compound.words)) for compound in lexicon.compounds]
    times = Counter(word for table in tables for word in table)
    assert [word for word, count in times.items() if count > 1] == []


def test_traditional_names_fold_into_simplified_ones() -> None:
    names = [name for table in load("zh").names.values() for name in table.values()]
    same = [(simple, full) for simple, full in names if simple != full and len(simple) == len(full)]
    assert {full for simple, full in same if key(full) != key(simple)} == OTHER_WORDS
    assert len(same) > 60


def test_all_languages_have_the_same_labels_and_colours() -> None:
    first, *others = (load(source) for source in dict.fromkeys(each.lexicon for each in LANGUAGES))
    for other in others:
        assert other.labels.keys() == first.labels.keys()
        assert set(vocabulary("hair_color")) <= other.words["colors"].keys()


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        (
            "en-GB",
            "smiling girl with long straight silver hair and blue eyes, "
            "wearing a navy sailor uniform, cat ears",
        ),
        ("zh-CN", "微笑的银色长直发蓝眼女孩，身穿藏青色水手服，猫耳"),
        ("zh-TW", "微笑的銀色長直髮藍眼女孩，身穿藏青色水手服，貓耳"),
    ],
)
def test_a_character_is_described_in_one_sentence(locale: str, sentence: str) -> None:
    traits = Traits(
        gender="feminine",
        expression="happy",
        hair_style="long straight hair",
        hair_color="silver",
        eye_color="blue",
        left_eye_color="blue",
        outfit="sailor uniform",
        outfit_color="navy",
        accessories=("cat ears",),
    )
    assert describe(traits, locale) == sentence


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("trait", "value"), VALUES)
def test_every_value_can_be_said(trait: str, value: str, locale: str) -> None:
    traits = with_value(trait, value)
    assert describe(traits, locale)
    assert len(trait_lines(traits, locale)) == 1


def some(trait: str) -> st.SearchStrategy[str]:
    return st.sampled_from(vocabulary(trait))


@pytest.mark.parametrize("locale", LOCALES)
@given(
    gender=st.sampled_from(("feminine", "masculine")),
    hair_style=some("hair_style"),
    hair_color=some("hair_color").filter(lambda color: color != "gold"),  # golden hair is blonde
    eye_color=some("eye_color"),
    expression=some("expression"),
    outfit=some("outfit"),
    outfit_color=some("outfit_color"),
    accessories=st.tuples(some("accessories")),
    background=some("background"),
)
def test_a_description_is_read_back_as_the_character(locale: str, **settled: Any) -> None:
    traits = Traits(**settled)
    reading = read_prompt(describe(traits, locale))
    assert (reading.traits, reading.leftover) == (traits, ())


@pytest.mark.parametrize("locale", LOCALES)
def test_a_description_of_nothing_is_not_empty(locale: str) -> None:
    assert describe(Traits(), locale)
    assert trait_lines(Traits(), locale) == ()


def test_colours_are_merged_with_their_thing() -> None:
    traits = Traits(hair_style="twin tails", hair_color="silver", hair_tips_color="pink")
    assert trait_lines(traits, "en") == (("hair", "silver twin tails, pink tips"),)
    same = replace(traits, hair_tips_color="silver", eye_color="blue", left_eye_color="#123456")
    assert trait_lines(same, "zh") == (("发型", "银色双马尾"), ("眼睛", "蓝色、#123456"))


def test_an_unknown_language_is_answered_in_english() -> None:
    assert value_label("hair_style", "twin tails", "fr") == "twin tails"
    assert trait_label("hair_style", "") == "hair"
