"""What a model is given: every word of our vocabulary, the person's own words, and weights."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.colors import COLORS
from generation.compile import Piece, color_name, compile_sentence, compile_tags
from generation.lexicon import value_label
from generation.markup import LoraUse
from generation.prompt import read_prompt
from generation.request import Subject
from generation.tags import COLOR_WORDS, STYLE_SENTENCES, TAGS, THING_COLORS
from generation.traits import ACCESSORIES, Traits, vocabulary
from tests.generation.illustrator.characters import complete_traits

VALUES = [
    (trait, value)
    for trait in Traits.__dataclass_fields__
    if trait != "chibiness" and not trait.endswith("_color") and trait != "without"
    for value in vocabulary(trait)
]


def asked(prompt: str) -> Subject:
    reading = read_prompt(prompt)
    return Subject(prompt=prompt, traits=reading.traits, leftover=reading.leftover)


def tags(prompt: str, **preset: str) -> list[str]:
    subject = asked(prompt)
    return compile_tags(subject, subject.traits, **preset).weighted.split(", ")


def sentence(prompt: str, **options: Any) -> str:
    subject = asked(prompt)
    return compile_sentence(subject, subject.traits, **options)


def looks(**traits: Any) -> Subject:
    return Subject(prompt="", traits=Traits(**traits))


@pytest.mark.parametrize(("trait", "value"), VALUES)
def test_every_value_has_tags_and_a_place_in_the_sentence(trait: str, value: str) -> None:
    many = trait in ("marks", "accessories")
    subject = looks(**{trait: (value,) if many else value})

    given_tags = compile_tags(subject, subject.traits).prompt.split(", ")
    said = compile_sentence(subject, subject.traits)

    assert set(TAGS[trait][value]) <= set(given_tags)
    name = STYLE_SENTENCES[value] if trait == "style" else value_label(trait, value, "en")
    assert name.removesuffix(" background") in said or trait == "gender"
    assert said != compile_sentence(looks(), Traits()) or value == "neutral"


def test_the_tables_hold_nothing_beside_the_vocabulary() -> None:
    assert {(trait, value) for trait in TAGS for value in TAGS[trait]} == set(VALUES)
    assert set(STYLE_SENTENCES) == set(vocabulary("style"))
    assert set(COLOR_WORDS) | set(THING_COLORS) <= set(COLORS)


def test_a_character_is_given_in_tags() -> None:
    assert tags("teen girl, silver twin tails, blue eyes, smiling, red hoodie, cat ears") == [
        "1girl", "teenage", "solo", "chibi", "looking at viewer", "upper body", "twintails",
        "silver hair", "blue eyes", "smile", "red hoodie", "cat ears",
    ]  # fmt: skip


def test_a_character_is_given_in_a_sentence() -> None:
    assert sentence("teen girl, silver twin tails, blunt bangs, red hoodie, riding a dragon") == (
        "Square avatar in chibi anime style, head and shoulders, of a single teenage girl with "
        "silver twin tails, wearing a red hoodie. With straight bangs. Also: riding a dragon."
    )


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("black hair with pink tips", ["black hair", "multicolored hair", "pink hair tips"]),
        ("one blue and one green eye", ["heterochromia", "blue eyes", "green eyes"]),
        ("boy in red", ["1boy", "red clothes"]),
        ("cat ears and a red ribbon", ["cat ears", "red hair ribbon"]),
        ("blonde hair, yellow scarf", ["blonde hair", "yellow scarf"]),
        ("navy kimono, gray eyes", ["grey eyes", "dark blue kimono"]),
        ("steelblue hair", ["steel blue hair"]),
        ("pink polka dots background", ["polka dot background", "pink background"]),
        ("blue background", ["simple background", "blue background"]),
        ("transparent background", ["simple background", "white background"]),
        ("super chibi", ["big head"]),
    ],
)
def test_colours_and_backgrounds_in_tags(prompt: str, expected: list[str]) -> None:
    given_tags = tags(prompt)

    assert [tag for tag in given_tags if tag in expected] == expected


def test_what_is_ruled_out_is_for_the_negative_prompt() -> None:
    subject = asked("girl, no glasses, no scarf")

    compiled = compile_tags(subject, subject.traits, negative="lowres, (bad hands:1.2), scarf")

    assert compiled.negative_pieces == (
        Piece("round eyewear"), Piece("glasses"), Piece("rectangular eyewear"),
        Piece("sunglasses"), Piece("scarf"), Piece("lowres"), Piece("bad hands", 1.2),
    )  # fmt: skip
    assert not any("glasses" in piece.text for piece in compiled.pieces)
    assert "Without round glasses" in compile_sentence(subject, subject.traits)


def test_what_is_asked_for_is_not_avoided() -> None:
    subject = asked("smiling girl")

    assert compile_tags(subject, subject.traits, negative="smile, lowres").negative_prompt == (
        "lowres"
    )


def test_no_accessories_are_avoided_as_such() -> None:
    subject = asked("girl without any accessories")

    assert "jewelry" in compile_tags(subject, subject.traits).negative_prompt
    assert "No accessories." in compile_sentence(subject, subject.traits)


def test_words_left_over_come_last_in_their_own_order_and_script() -> None:
    assert tags("骑着龙的女孩, red sword", suffix="soft light")[-3:] == [
        "骑着龙", "red sword", "soft light",
    ]  # fmt: skip
    assert sentence("骑着龙的女孩, red sword").endswith("Also: 骑着龙, red sword.")


def test_words_about_the_framing_take_the_place_of_ours() -> None:
    assert tags("girl, (full body:1.2)")[-1] == "(full body:1.2)"
    assert "upper body" not in tags("girl, full body")
    assert "full body" in tags("女孩，全身")
    assert "style, full body, of a" in sentence("女孩，全身")


@pytest.mark.parametrize(
    ("prompt", "weighted"),
    [
        ("girl, (silver hair:1.3)", "(silver hair:1.3)"),
        ("（银发：1.3）女孩", "(silver hair:1.3)"),
        ("girl with (red:1.3) hair, blue hoodie", "(red hair:1.3)"),
        ("（红色：1.3）头发的女孩", "(red hair:1.3)"),
        ("red (ribbon:0.8)", "(red hair ribbon:0.8)"),
        ("girl riding a (big dragon:1.2)", "(riding a big dragon:1.2)"),
        ("(red:1.5) sword", "(red sword:1.5)"),
        ("(girl:1.1)", "(1girl:1.1)"),
    ],
)
def test_a_weight_goes_to_what_its_phrase_is_about(prompt: str, weighted: str) -> None:
    assert [tag for tag in tags(prompt) if tag.startswith("(")] == [weighted]


def test_a_weight_without_meaning_changes_nothing() -> None:
    assert tags("girl (please:1.3)") == tags("girl please")


def test_a_weight_on_what_is_ruled_out_goes_with_it() -> None:
    subject = asked("girl (no scarf:1.4)")

    assert compile_tags(subject, subject.traits).negative_pieces == (Piece("scarf", 1.4),)


def test_a_preset_gives_weights_of_its_own_and_nothing_twice() -> None:
    assert tags("girl", prefix="best quality, (chibi, cute:1.2)", suffix="cute, Chibi") == [
        "best quality", "(chibi:1.2)", "(cute:1.2)", "1girl", "solo",
        "looking at viewer", "upper body",
    ]  # fmt: skip


def test_the_prompt_itself_is_plain_text() -> None:
    subject = asked("(smile:1.3) <lora:glow:0.8>")
    compiled = compile_tags(subject, subject.traits)

    assert compiled.prompt == "solo, chibi, looking at viewer, upper body, smile"
    assert compiled.loras == (LoraUse("glow", 0.8),)


def test_a_transparent_background_is_white_where_it_cannot_be_left_out() -> None:
    subject = looks(background="transparent", background_color="pink")

    said = compile_sentence(subject, subject.traits)
    assert "fully transparent" in said
    assert "pink" not in said
    assert "plain white background" in compile_sentence(subject, subject.traits, transparent=False)


def test_a_sentence_stands_between_what_the_preset_says() -> None:
    said = sentence("#4682b4 hair", prefix="Redraw the photo.", suffix="Soft light.")

    assert said.startswith("Redraw the photo. Square avatar")
    assert "steel blue hair" in said
    assert said.endswith("Soft light.")


def test_any_colour_has_a_name() -> None:
    assert [color_name(color) for color in COLORS] == list(COLORS)
    assert color_name("#d8453b") == "red"
    assert color_name("#4b2a6b") == "dark purple"


@given(complete_traits, st.text(max_size=40))
def test_any_character_and_prompt_can_be_given(traits: Traits, prompt: str) -> None:
    subject = replace(looks(), prompt=f"{prompt} (ab {prompt}:1.2)")

    compiled = compile_tags(subject, traits)
    texts = [piece.text for piece in compiled.pieces]

    assert len({text.casefold() for text in texts}) == len(texts)
    assert not set(texts) & {piece.text for piece in compiled.negative_pieces}
    assert "#" not in compile_sentence(subject, traits)
    assert all(name in ACCESSORIES for name in traits.accessories or ())


def test_a_prompt_of_many_weights_is_compiled() -> None:
    subject = asked("(x:1)" * 200)

    assert compile_tags(subject, subject.traits).prompt.endswith(", x")
