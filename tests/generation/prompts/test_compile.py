"""The person's words, whole and in order, in a frame."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.colors import COLORS
from generation.lexicon import value_label
from generation.prompt import read_prompt
from generation.prompt_errors import BadSign
from generation.prompts.compile import Compiled, PromptStyle, compile_prompt
from generation.prompts.dictionary import look_up
from generation.prompts.frame import Intent, Sight
from generation.prompts.markup import LoraUse, Piece
from generation.prompts.tags import COLOR_WORDS, STYLE_SENTENCES, TAGS, THING_COLORS
from generation.prompts.trait_tags import color_name, tags_of
from generation.request import Subject
from generation.traits import Traits, vocabulary
from tests.generation.illustrator.characters import complete_traits

TAGGED = PromptStyle(form="tags", negative=True)
SPOKEN = PromptStyle(form="sentence", languages=("en", "zh"))
ENGLISH = PromptStyle(form="sentence", negative=True)
VALUES = [
    (trait, value)
    for trait in Traits.__dataclass_fields__
    if trait != "chibiness" and not trait.endswith("_color") and trait != "without"
    for value in vocabulary(trait)
]


def asked(prompt: str, **chosen: Any) -> Subject:
    reading = read_prompt(prompt)
    traits = reading.traits.merged_with(Traits(style=chosen.get("look")))
    return Subject(
        prompt=prompt,
        traits=traits,
        leftover=reading.leftover,
        without=chosen.get("without", ()),
    )


def given_for(prompt: str, style: PromptStyle, **chosen: Any) -> Compiled:
    subject = asked(prompt, **chosen)
    return compile_prompt(subject, subject.traits, style)


def looks(**traits: Any) -> Subject:
    return Subject(prompt="", traits=Traits(**traits))


@pytest.mark.parametrize(("trait", "value"), VALUES)
def test_every_value_has_tags_and_a_place_in_the_sentence(trait: str, value: str) -> None:
    many = trait in ("marks", "accessories")
    subject = looks(**{trait: (value,) if many else value})

    tags = compile_prompt(subject, subject.traits, TAGGED).prompt.split(", ")
    said = compile_prompt(subject, subject.traits, replace(SPOKEN, transparent=True)).prompt

    assert set(TAGS[trait][value]) <= set(tags)
    name = STYLE_SENTENCES[value] if trait == "style" else value_label(trait, value, "en")
    left_out = trait in ("gender", "bangs", "eye_shape")
    assert name.removesuffix(" background") in said or left_out


def test_the_tables_hold_nothing_beside_the_vocabulary() -> None:
    assert {(trait, value) for trait in TAGS for value in TAGS[trait]} == set(VALUES)
    assert set(STYLE_SENTENCES) == set(vocabulary("style"))
    assert set(COLOR_WORDS) | set(THING_COLORS) <= set(COLORS)


def test_prose_is_given_as_certain_tags_and_itself() -> None:
    assert given_for("a grumpy boy with silver hair and a hat", TAGGED).prompt == (
        "1boy, angry, v-shaped eyebrows, solo, chibi, looking at viewer, upper body, "
        "a grumpy boy with silver hair and a hat"
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "without glasses",
        "不要眼镜",
        "no hat, no text",
        "(((",
        "~ ...",
        "BREAK",
        "<lora:a:1>",
        "--no hat",
    ],
)
def test_where_nothing_is_asked_for_anybody_is_drawn(prompt: str) -> None:
    for style in (SPOKEN, ENGLISH, replace(SPOKEN, negative=True)):
        said = given_for(prompt, style).prompt
        assert "a single character: " in said or "单人：" in said
    assert given_for(prompt, TAGGED).prompt == "solo, chibi, looking at viewer, upper body"


def test_what_has_no_english_leaves_somebody_to_be_drawn() -> None:
    assert given_for("龘龘龘", TAGGED).prompt == "solo, chibi, looking at viewer, upper body"


def test_one_look_into_the_dictionary_serves_a_whole_prompt() -> None:
    before = look_up.cache_info().misses

    given_for("(树懒:1.2), (夜市:1.3), (拖鞋:1.1) --no 灯塔, 糖葫芦", TAGGED)

    assert look_up.cache_info().misses <= before + 1


def test_who_is_ruled_out_is_not_who_is_drawn() -> None:
    assert given_for("a forest, no girl", TAGGED).prompt == "chibi, upper body, a forest"


@pytest.mark.parametrize("typed", ["hat", "no hat", "without hat"])
def test_what_is_listed_as_ruled_out_may_say_so_again(typed: str) -> None:
    assert "Without hat." in given_for(f"a girl --no {typed}", SPOKEN).prompt


def test_what_is_ruled_out_and_has_no_english_is_named() -> None:
    assert given_for("a girl --no 龘龘龘", TAGGED).unsaid == ("龘龘龘",)


def test_tags_stay_as_they_were_typed() -> None:
    assert given_for("1girl, (silver hair:1.3), maid, full body", TAGGED).pieces == (
        Piece("solo, chibi, looking at viewer, 1girl, "), Piece("silver hair", 1.3),
        Piece(", maid, full body"),
    )  # fmt: skip


def test_a_sentence_stands_in_its_frame() -> None:
    assert given_for("a robot with one glowing eye", SPOKEN).prompt == (
        "A cute chibi avatar in anime style with a big head and a small body, head and shoulders, "
        "a single character: a robot with one glowing eye."
    )


def test_a_chinese_sentence_stays_chinese_for_whoever_reads_it() -> None:
    assert given_for("抱着猫的机器人，不要帽子", SPOKEN).prompt == (
        "可爱的Q版动漫插画，大头小身体：抱着猫的机器人，不要帽子。"
    )
    english = given_for("抱着猫的机器人，不要帽子", ENGLISH)
    assert english.prompt.endswith("with big heads and small bodies: hugging cat robot.")
    assert english.negative_prompt == "hat"


def test_several_are_not_called_one_and_share_no_hair() -> None:
    prompt = "two girls, one with red hair and one with blue hair"

    assert given_for(prompt, TAGGED).prompt == f"chibi, {prompt}"
    assert "single" not in given_for(prompt, SPOKEN).prompt


def test_what_is_ruled_out_goes_where_it_is_understood() -> None:
    tags = given_for(
        "girl, no glasses --no scarf",
        replace(TAGGED, negative_prompt="lowres, (bad hands:1.2), scarf"),
        without=("hat",),
    )
    spoken = given_for("girl, no glasses --no scarf", SPOKEN, without=("hat",))

    assert tags.negative_prompt == "glasses, scarf, hat, lowres, bad hands"
    assert Piece("bad hands", 1.2) in tags.negative
    assert "glasses" not in tags.prompt
    assert "girl, no glasses. Without scarf, without hat." in spoken.prompt


def test_what_cannot_be_ruled_out_is_named() -> None:
    deaf = replace(TAGGED, negative=False)

    compiled = given_for("girl, no glasses", deaf)

    assert (compiled.negative, compiled.unheeded) == ((), ("glasses",))
    assert "glasses" not in compiled.prompt


def test_what_is_asked_for_is_not_avoided() -> None:
    style = replace(TAGGED, negative_prompt="smile, text, lowres")

    assert given_for("smile, text on the shirt", style).negative_prompt == "lowres"


def test_a_preset_stands_around_and_nothing_twice() -> None:
    style = replace(TAGGED, prefix="best quality, (chibi:1.2)", suffix="upper body, absurdres")

    assert given_for("girl", style).pieces == (
        Piece("best quality, "), Piece("chibi", 1.2),
        Piece(", 1girl, solo, looking at viewer, girl, upper body, absurdres"),
    )  # fmt: skip


def test_a_style_that_was_chosen_is_added_and_a_said_one_is_not() -> None:
    assert given_for("girl", TAGGED, look="pixel").prompt.endswith("girl, pixel art")
    assert STYLE_SENTENCES["pixel"] in given_for("girl", SPOKEN, look="pixel").prompt
    assert STYLE_SENTENCES["pixel"] not in given_for("girl in pixel art", SPOKEN).prompt


def test_a_figure_says_what_the_words_leave_open() -> None:
    subject = asked("girl with red hair")
    whole = subject.traits.merged_with(Traits(eye_color="blue", outfit="hoodie"))

    tags = compile_prompt(subject, whole, TAGGED).prompt
    said = compile_prompt(subject, whole, SPOKEN, intent="redraw").prompt

    assert tags.endswith("girl with red hair, blue eyes, hoodie")
    assert said.startswith("Redraw the picture in your own hand")
    assert "blue eyes" in said.partition("girl with red hair.")[2]


def test_an_edit_is_told_to_keep_who_it_is() -> None:
    subject = asked("变成女巫")

    assert compile_prompt(subject, subject.traits, SPOKEN, intent="edit").prompt.startswith(
        "把图中的人物变成下面这样，让人认得出是谁。"
    )


@pytest.mark.parametrize(
    ("intent", "sight", "said"),
    [
        ("draw", Sight(1), ["the picture as reference"]),
        ("draw", Sight(3), ["the pictures as reference"]),
        ("draw", Sight(has_pose=True), ["the pose from the picture"]),
        ("draw", Sight(2, has_pose=True), ["the pictures as reference", "from the last picture"]),
        ("edit", Sight(1), ["who is in the first picture", "the other pictures"]),
        ("redraw", Sight(has_pose=True), ["Redraw the first picture", "from the last picture"]),
    ],
)
def test_a_sentence_says_what_each_picture_is_for(
    intent: Intent, sight: Sight, said: list[str]
) -> None:
    subject = asked("a witch")
    spoken = compile_prompt(subject, subject.traits, SPOKEN, intent=intent, sight=sight).prompt
    told, _, rest = spoken.partition("A cute chibi")

    assert all(words in told for words in said)
    assert told.count(". ") == len(said)
    assert "a witch" in rest


def test_pictures_are_spoken_of_in_the_persons_language() -> None:
    subject = asked("一个女巫")
    spoken = compile_prompt(subject, subject.traits, SPOKEN, sight=Sight(2, has_pose=True)).prompt

    assert spoken.startswith("以这几张图为人物和相关细节的参考，让人认得出是谁。姿势照最后一张图")


def test_a_transparent_background_is_white_where_it_cannot_be_left_out() -> None:
    prompt = "girl, transparent background"

    assert "fully transparent" in given_for(prompt, replace(SPOKEN, transparent=True)).prompt
    assert "plain white" in given_for(prompt, SPOKEN).prompt
    assert "white background" in given_for(prompt, TAGGED).prompt


def test_what_was_added_and_not_said_is_told() -> None:
    compiled = given_for("女孩叫小白 --v 6 <lora:glow:0.8>", TAGGED)

    assert compiled.facts() == {
        "added": "1girl, solo, chibi, looking at viewer, upper body",
        "unsaid": "小白",
        "unheeded": "--v 6",
    }
    assert compiled.loras == (LoraUse("glow", 0.8),)


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ({"hair_color": "black", "hair_tips_color": "pink"}, ["black hair", "pink hair tips"]),
        ({"eye_color": "green", "left_eye_color": "blue"}, ["heterochromia", "green eyes"]),
        ({"outfit_color": "red"}, ["red clothes"]),
        ({"accessories": ("scarf",), "accessory_color": "blonde"}, ["yellow scarf"]),
        ({"outfit": "kimono", "outfit_color": "navy"}, ["dark blue kimono"]),
        ({"hair_color": "#4682b4"}, ["steel blue hair"]),
        ({"background": "dots", "background_color": "pink"}, ["pink background"]),
        ({"chibiness": 90}, ["big head"]),
    ],
)
def test_colours_in_tags(traits: dict[str, Any], expected: list[str]) -> None:
    assert [tag for tag in tags_of(Traits(**traits)) if tag in expected] == expected


def test_no_accessories_are_avoided_as_such() -> None:
    subject = looks(accessories=())

    assert "jewelry" in compile_prompt(subject, subject.traits, TAGGED).negative_prompt


def test_any_colour_has_a_name() -> None:
    assert [color_name(color) for color in COLORS] == list(COLORS)
    assert color_name("#d8453b") == "red"
    assert color_name("#4b2a6b") == "dark purple"


@given(complete_traits, st.text(max_size=60), st.sampled_from([TAGGED, SPOKEN, ENGLISH]))
def test_any_character_and_prompt_can_be_given(
    traits: Traits, prompt: str, style: PromptStyle
) -> None:
    try:
        compiled = compile_prompt(Subject(prompt=prompt, traits=traits), traits, style)
    except BadSign:
        return

    assert all(piece.text for piece in compiled.pieces)
    assert compiled.prompt == compiled.prompt.strip()
    assert "#" in prompt or "#" not in compiled.prompt


@pytest.mark.parametrize("style", [TAGGED, SPOKEN, ENGLISH])
def test_signs_that_are_none_are_not_read_a_second_time(style: PromptStyle) -> None:
    prompt = r"girl at \(nine:9\), \{red|blue}"

    assert "girl at (nine:9), {red|blue" in given_for(prompt, style).prompt
