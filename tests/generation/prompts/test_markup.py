"""Weights, choices, LoRAs and flags in a prompt, and what only looks like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.prompt import MAX_PROMPT_CHARS, read_prompt
from generation.prompt_errors import (
    BadSign,
    BrokenSign,
    LoraWeightOutOfRange,
    NestedTooDeep,
    PromptTooLong,
    TooManyLoras,
    WeightOutOfRange,
)
from generation.prompts.markup import (
    LoraUse,
    Piece,
    cut,
    has_choices,
    listed_loras,
    read_markup,
    with_signs,
)
from generation.traits import Traits


def weights(text: str) -> dict[str, float]:
    return {p.text.strip(): p.weight for p in read_markup(text).pieces if p.weight != 1}


@pytest.mark.parametrize(
    ("text", "plain", "weighted"),
    [
        ("(silver hair:1.3), cat ears", "silver hair, cat ears", {"silver hair": 1.3}),
        ("a girl with (red:0.8) hair", "a girl with red hair", {"red": 0.8}),
        ("(smile:.5)", "smile", {"smile": 0.5}),
        ("(smile:1,3)", "smile", {"smile": 1.3}),
        ("( smile : 0.1 )", "smile", {"smile": 0.1}),
        ("（银发：1.3）女孩", "银发女孩", {"银发": 1.3}),
        ("（银发：１.３）", "银发", {"银发": 1.3}),
        ("(blue:1.2)hair", "blue hair", {"blue": 1.2}),
        ("big(dragon:1.2)", "big dragon", {"dragon": 1.2}),
        ("((smile))", "smile", {"smile": 1.21}),
        ("[[smile]]", "smile", {"smile": 0.826}),
        ("(a (blue:1.2) coat:1.4)", "a blue coat", {"a": 1.4, "blue": 1.68, "coat": 1.4}),
        (":( (smile:1.4)", ":( smile", {"smile": 1.4}),
        ("(cat ears:1.2)(smile:0.9) red", "cat ears, smile red", {"cat ears": 1.2, "smile": 0.9}),
        ("[night:day:0.5] sky", "day sky", {}),
        ("[cow|horse] in a field", "cow in a field", {}),
        ("miku \\(vocaloid\\)", "miku (vocaloid)", {}),
        ("red hair BREAK blue dress", "red hair, blue dress", {}),
    ],
)
def test_brackets_give_weight(text: str, plain: str, weighted: dict[str, float]) -> None:
    assert read_markup(text).plain == plain
    assert weights(text) == pytest.approx(weighted, abs=0.001)


@pytest.mark.parametrize(
    "text",
    [
        ":3)", "(:3)", "(:3", "(1:1)", "(16:9)", "( :1.3)", "(:1.3)", "(smile:1.3", "smile:1.3)",
        ">:(", "(^_^)", "(^o^)/", "<3", "a <b:1> c", "lora:glow:1", ":(((", "a -- b", "well-known",
        "12:30", "a } b", "{ a",
    ],
)  # fmt: skip
def test_what_is_no_sign_stays_as_typed(text: str) -> None:
    markup = read_markup(text)

    assert markup.plain == text
    assert (weights(text), markup.loras, markup.ignored) == ({}, (), ())


@pytest.mark.parametrize(
    ("text", "plain", "loras"),
    [
        ("<lora:glow>", "", [("glow", 1.0)]),
        ("smile <lora:glow:-0.8>", "smile", [("glow", -0.8)]),
        ("smile<lora:glow_v2-1:0.8>hair", "smile hair", [("glow_v2-1", 0.8)]),
        ("<LoRA:Glow:0.8:0.5>, hair", ", hair", [("Glow", 0.8)]),
        ("＜lora：发光：0.8＞ 银发", "银发", [("发光", 0.8)]),
        ("<lora:a:0> <lora:b:2> <lora:a:0.5>", "", [("a", 0.5), ("b", 2.0)]),
        ("(smile <lora:glow:0.5>:1.3)", "smile", [("glow", 0.5)]),
    ],
)
def test_a_lora_is_asked_for_by_name(text: str, plain: str, loras: list[tuple[str, float]]) -> None:
    markup = read_markup(text)

    assert markup.plain == plain
    assert markup.loras == tuple(LoraUse(*lora) for lora in loras)


@pytest.mark.parametrize(
    ("text", "negative", "plain"),
    [
        ("girl --no hat, glasses", ("hat", "glasses"), "girl"),
        ("girl --no hat --ar 1:1", ("hat",), "girl"),
        ("girl —no hat", ("hat",), "girl"),
        ("1girl\nNegative prompt: lowres, (bad hands:1.2)", ("lowres", "bad hands"), "1girl"),
        ("1girl\nNegative prompt: bad\nSteps: 28, Sampler: Euler a", ("bad",), "1girl"),
        ("女孩 负面提示词：帽子、眼镜", ("帽子", "眼镜"), "女孩"),
    ],
)
def test_a_sign_rules_out(text: str, negative: tuple[str, ...], plain: str) -> None:
    markup = read_markup(text)

    assert (markup.negative, markup.plain) == (negative, plain)


def test_flags_are_followed_or_named() -> None:
    markup = read_markup(
        "a cat --ar 2:3 --v 6.1 --stylize 250 --tile --style raw --sref https://x/y"
    )

    assert markup.aspect == (2, 3)
    assert markup.plain == "a cat"
    assert markup.ignored == (
        "--v 6.1", "--stylize 250", "--tile", "--style raw", "--sref https://x/y",
    )  # fmt: skip


def test_the_settings_below_a_copied_prompt_are_named() -> None:
    markup = read_markup(
        "1girl\nSteps: 28, Sampler: Euler a, CFG scale: 7, Seed: 12, Size: 512x768"
    )

    assert markup.plain == "1girl"
    assert markup.ignored[0].startswith("Steps: 28, Sampler: Euler a")


def test_a_choice_falls_by_the_seed_and_each_can() -> None:
    chosen = {read_markup("{red|blue|{light|dark} green} hat", seed).plain for seed in range(60)}

    assert chosen == {"red hat", "blue hat", "light green hat", "dark green hat"}
    assert read_markup("{a1|b1}", 7) == read_markup("{a1|b1}", 7)
    assert has_choices("a {red|blue} hat")
    assert not has_choices("a \\{red|blue} hat")


def test_a_choice_can_have_odds() -> None:
    chosen = [read_markup("{9::red|blue}", seed).plain for seed in range(200)]

    assert 160 < chosen.count("red") < 200


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("(smile:9)", WeightOutOfRange),
        ("(smile:0)", WeightOutOfRange),
        ("(smile:-1)", WeightOutOfRange),
        ("((((((((smile))))))))", WeightOutOfRange),
        ("<lora:glow:3>", LoraWeightOutOfRange),
        ("<lora:glow:-1.5>", LoraWeightOutOfRange),
        ("girl <lora:glow", BrokenSign),
        ("<lora:>", BrokenSign),
        ("<lora:glow:x>", BrokenSign),
        ("a {} hat", BrokenSign),
        ("a { | } hat", BrokenSign),
        ("".join(f"<lora:l{n}>" for n in range(40)), TooManyLoras),
        ("(" * 100 + "hat" + ")" * 100, NestedTooDeep),
        ("{" * 100 + "hat" + "}" * 100, NestedTooDeep),
        ("1girl --no " + "[" * 40 + "hat" + "]" * 40, NestedTooDeep),
    ],
)
def test_a_sign_that_cannot_be_followed_is_refused(text: str, error: type[BadSign]) -> None:
    with pytest.raises(error):
        read_markup(text)
    with pytest.raises(error):
        read_prompt(text)


def test_stretches_are_cut_out_across_pieces() -> None:
    pieces = (Piece("a girl "), Piece("without ", 1.2), Piece("hat, in red"))

    assert cut(pieces, [(7, 18)]) == (Piece("a girl "), Piece(", in red"))
    assert cut(pieces, []) == pieces


def test_the_reader_sees_no_signs() -> None:
    reading = read_prompt(
        "girl riding a (big dragon:1.3), (blue hair:1.2) <lora:glow:0.8> --no hat"
    )

    assert reading.traits.gender == "feminine"
    assert reading.traits.hair_color == "blue"
    assert "cap" in reading.traits.without
    assert reading.leftover == ("riding a big dragon",)


def test_a_prompt_of_nothing_but_a_lora_leaves_the_character_open() -> None:
    reading = read_prompt("<lora:glow:0.8>")

    assert (reading.traits, reading.leftover) == (Traits(), ())


def test_the_length_of_a_prompt_is_what_was_typed() -> None:
    with pytest.raises(PromptTooLong):
        read_prompt("smile <lora:glow>".ljust(MAX_PROMPT_CHARS + 1))


@given(st.text("(（[)）]{|}:：.12 a银<>lora-no\\", max_size=80) | st.text(max_size=80))
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    try:
        markup = read_markup(text)
    except BadSign:
        return

    assert all(piece.text for piece in markup.pieces)
    assert all(0.1 <= piece.weight <= 2 for piece in markup.pieces)
    assert all(lora.name == lora.name.strip() != "" for lora in markup.loras)


@pytest.mark.parametrize(
    ("typed", "signs"),
    [
        ("", ()),
        (" , ", ()),
        ("ink", ("<lora:ink:1>",)),
        ("Glow", ("<lora:Glow:0.6>",)),
        ("ink:0.8", ("<lora:ink:0.8>",)),
        ("ink, Pixel Art:1.5", ("<lora:ink:1>", "<lora:Pixel Art:1.5>")),
        ("ink，glow：0.3", ("<lora:ink:1>", "<lora:glow：0.3>")),
        ("<lora:a, b:0.5>, ink", ("<lora:a, b:0.5>", "<lora:ink:1>")),
        ("ink:strong", ("<lora:ink:strong>",)),
    ],
)
def test_loras_that_are_listed_become_signs(typed: str, signs: tuple[str, ...]) -> None:
    assert listed_loras(typed, {"glow": 0.6}) == signs


@pytest.mark.parametrize(
    ("prompt", "whole"),
    [
        ("a cat", "a cat <lora:ink:1>"),
        ("a cat --no hat", "a cat <lora:ink:1> --no hat"),
        ("a cat --ar 2:3 --no hat", "a cat <lora:ink:1> --ar 2:3 --no hat"),
        ("a cat\nNegative prompt: blurry", "a cat <lora:ink:1>\nNegative prompt: blurry"),
        ("猫咪 反向提示词：文字", "猫咪 <lora:ink:1> 反向提示词：文字"),
        ("a cat\nSteps: 20, Sampler: Euler a", "a cat <lora:ink:1>\nSteps: 20, Sampler: Euler a"),
        ("", "<lora:ink:1>"),
    ],
)
def test_signs_stand_where_they_act_whatever_follows(prompt: str, whole: str) -> None:
    assert with_signs(prompt, ["<lora:ink:1>"]) == whole
    assert read_markup(whole).loras == (LoraUse("ink", 1.0),)


def test_a_prompt_without_more_signs_is_as_it_was() -> None:
    assert with_signs("a cat\n\n--no hat ", ()) == "a cat\n\n--no hat "
