"""Weights and LoRA names in a prompt, and what only looks like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.errors import PromptTooLong
from generation.markup import Emphasis, LoraUse, Markup, read_markup, weighted_parts
from generation.prompt import MAX_PROMPT_CHARS, read_prompt
from generation.reading.normalise import clean
from generation.traits import Traits


@pytest.mark.parametrize(
    ("text", "plain", "phrase", "weight"),
    [
        ("(silver hair:1.3), cat ears", "silver hair, cat ears", "silver hair", 1.3),
        ("a girl with (red:0.8) hair", "a girl with red hair", "red", 0.8),
        ("(smile:.5)", "smile", "smile", 0.5),
        ("(smile:2)", "smile", "smile", 2.0),
        ("( smile : 0.1 )", "smile", "smile", 0.1),
        ("（银发：1.3）女孩", "银发女孩", "银发", 1.3),
        ("(银发：1.3）女孩", "银发女孩", "银发", 1.3),
        ("（银发：１.３）", "银发", "银发", 1.3),
        ("(blue:1.2)hair", "blue hair", "blue", 1.2),
        ("big(dragon:1.2)", "big dragon", "dragon", 1.2),
        ("(🐉:1.5)", "🐉", "🐉", 1.5),
        ("((smile:1.4))", "(smile)", "smile", 1.4),
        ("(hat (red) :1.4)", "hat (red)", "hat (red)", 1.4),
        ("(a (blue:1.2) coat:1.4)", "a blue coat", "a blue coat", 1.4),
        (":( (smile:1.4)", ":( smile", "smile", 1.4),
    ],
)
def test_a_phrase_can_have_a_weight(text: str, plain: str, phrase: str, weight: float) -> None:
    assert read_markup(text) == Markup(plain, (Emphasis(phrase, weight),), ())


def test_phrases_keep_their_order_and_do_not_run_into_one_another() -> None:
    markup = read_markup("(cat ears:1.2)(smile:0.9) red hair")

    assert markup.plain == "cat ears, smile red hair"
    assert markup.emphasis == (Emphasis("cat ears", 1.2), Emphasis("smile", 0.9))


@pytest.mark.parametrize(
    "text",
    [
        ":3)", "(:3)", "(:3", "(nice) 12:30", "(nice 12:30)", "(at 12:02)", "(1:1)", "(:1.3)",
        "( :1.3)", "((smile))", "(smile)", "(smile:)", "(smile:3)", "(smile:0)", "(smile:0.05)",
        "(smile:2.5)", "(smile:-1)", "(smile:1.)", "(smile:1.3", "smile:1.3)",
        "[smile:1.3]", "(smile:1,3)", "(smile:1.3.1)", "(smile:1.30000)", ">:(", "(^_^)",
        "<lora>", "<lora:>", "<lora: >", "lora:glow:1", "<lora:glow:3>", "<lora:glow:x>",
        "<lora:a:b:1>", "<3", "a <b:1> c",
    ],
)  # fmt: skip
def test_what_is_not_exactly_markup_stays_as_typed(text: str) -> None:
    assert read_markup(text) == Markup(text, (), ())


@pytest.mark.parametrize(
    ("text", "plain", "loras"),
    [
        ("<lora:glow>", "", [("glow", 1.0)]),
        ("smile <lora:glow:0.8>", "smile", [("glow", 0.8)]),
        ("smile<lora:glow_v2-1:0.8>hair", "smile hair", [("glow_v2-1", 0.8)]),
        ("smile <LoRA:Glow:0.8>, hair", "smile , hair", [("Glow", 0.8)]),
        ("＜lora：发光：0.8＞ 银发", "银发", [("发光", 0.8)]),
        ("<lora:a:0> <lora:b:2> <lora:a:0.5>", "", [("a", 0.5), ("b", 2.0)]),
    ],
)
def test_a_lora_is_asked_for_by_name(text: str, plain: str, loras: list[tuple[str, float]]) -> None:
    assert read_markup(text) == Markup(plain, (), tuple(LoraUse(*lora) for lora in loras))


def test_a_lora_within_a_weighted_phrase_is_no_part_of_it() -> None:
    markup = read_markup("(smile <lora:glow:0.5>:1.3)")

    assert markup == Markup("smile", (Emphasis("smile", 1.3),), (LoraUse("glow", 0.5),))


def test_a_text_falls_into_parts_with_their_weights() -> None:
    assert weighted_parts("best quality, (chibi, cute:1.2), <lora:glow> soft") == (
        ("best quality, ", 1.0),
        ("chibi, cute", 1.2),
        (",  soft", 1.0),
    )


def test_the_reader_sees_no_markup() -> None:
    reading = read_prompt("girl riding a (big dragon:1.3), (blue hair:1.2) <lora:glow:0.8>")

    assert reading.traits == Traits(gender="feminine", hair_color="blue")
    assert reading.leftover == ("riding a big dragon",)


def test_a_colour_with_weight_still_finds_its_thing() -> None:
    assert read_prompt("（红色：1.3）头发").traits == Traits(hair_color="red")
    assert read_prompt("(red:1.3) hair").traits == Traits(hair_color="red")


def test_a_prompt_of_nothing_but_a_lora_leaves_the_character_open() -> None:
    reading = read_prompt("<lora:glow:0.8>")

    assert (reading.traits, reading.leftover) == (Traits(), ())


def test_the_length_of_a_prompt_is_what_was_typed() -> None:
    with pytest.raises(PromptTooLong):
        read_prompt("smile <lora:glow>".ljust(MAX_PROMPT_CHARS + 1))


@given(st.text("(（)）:：.12 a银<>lora", max_size=80) | st.text(max_size=80))
def test_any_text_is_taken_apart_and_only_signs_are_lost(text: str) -> None:
    markup = read_markup(text)

    kept = iter(clean(text))
    assert all(char in kept for char in markup.plain if char not in ", ")
    assert all(0.1 <= emphasis.weight <= 2 for emphasis in markup.emphasis)
    assert all(emphasis.phrase in markup.plain for emphasis in markup.emphasis)
    assert all(lora.name == lora.name.strip() != "" for lora in markup.loras)
