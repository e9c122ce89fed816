import unicodedata
from dataclasses import fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generation.prompt import MAX_PROMPT_CHARS, Overruled, Reading, read_prompt
from generation.prompt_errors import EmptyPrompt, PromptTooLong
from generation.prompts.markup import read_markup
from generation.reading.normalise import clean
from generation.traits import Traits

BLUE_HOODIE = {"outfit": "hoodie", "outfit_color": "blue"}
GLASSES = ("round glasses", "square glasses", "sunglasses")


def traits_of(text: str) -> dict[str, object]:
    return read_prompt(text).traits.to_json()


@pytest.mark.parametrize(
    "text", ["", "   \n\t", "\u200b\u200d\ufeff", "\u202e \u2066\u2069", "\x00\x07"]
)
def test_a_prompt_with_nothing_to_see_is_refused(text: str) -> None:
    with pytest.raises(EmptyPrompt):
        read_prompt(text)


def test_a_prompt_beyond_the_limit_is_refused_with_its_length() -> None:
    with pytest.raises(PromptTooLong) as refusal:
        read_prompt("x" * 4000)
    assert (refusal.value.length, refusal.value.limit) == (4000, MAX_PROMPT_CHARS)


def test_a_prompt_of_the_greatest_length_is_read() -> None:
    assert traits_of("red hair".ljust(MAX_PROMPT_CHARS, "!")) == {"hair_color": "red"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red hair and a blue hoodie", {"hair_color": "red"} | BLUE_HOODIE),
        ("hair red eyes blue", {"hair_color": "red", "eye_color": "blue"}),
        ("my hair is pink and my eyes are green", {"hair_color": "pink", "eye_color": "green"}),
        ("brown hair and eyes", {"hair_color": "brown", "eye_color": "brown"}),
        ("golden hair, golden tips", {"hair_color": "blonde", "hair_tips_color": "gold"}),
        ("curly red hair", {"hair_style": "curly hair", "hair_color": "red"}),
        ("short, messy brown hair", {"hair_style": "messy hair", "hair_color": "brown"}),
        ("red knitted scarf", {"accessories": ["scarf"], "accessory_color": "red"}),
        ("a girl in red", {"gender": "feminine", "outfit_color": "red"}),
        ("蓝色连帽衫的红发", {"hair_color": "red"} | BLUE_HOODIE),
        ("头发粉色，眼睛是蓝色的", {"hair_color": "pink", "eye_color": "blue"}),
        ("短发，蓝色", {"hair_style": "short hair", "hair_color": "blue"}),
    ],
)  # fmt: skip
def test_a_colour_goes_to_its_thing(text: str, expected: dict[str, object]) -> None:
    assert traits_of(text) == expected


@pytest.mark.parametrize(
    ("text", "hair", "tips"),
    [
        ("red and blue hair", "red", "blue"),
        ("black hair with pink tips", "black", "pink"),
        ("half white half black hair", "white", "black"),
        ("left half of the hair is white and the right half is black", "white", "black"),
        ("黑发粉色挑染", "black", "pink"),
        ("半边白发半边黑发", "white", "black"),
    ],
)
def test_hair_of_two_tones(text: str, hair: str, tips: str) -> None:
    assert traits_of(text) == {"hair_color": hair, "hair_tips_color": tips}


@pytest.mark.parametrize(
    ("text", "right", "left"),
    [
        ("one blue and one green eye", "blue", "green"),
        ("one red eye and one purple eye", "red", "purple"),
        ("left eye blue, right eye brown", "brown", "blue"),
        ("异色瞳 左蓝右绿", "green", "blue"),
        ("heterochromia", "blue", "amber"),
    ],
)
def test_odd_eyes_know_their_sides(text: str, right: str, left: str) -> None:
    assert traits_of(text) == {"eye_color": right, "left_eye_color": left}


@pytest.mark.parametrize(
    "text", ["no glasses", "without any glasses", "not wearing glasses", "不要眼镜", "沒戴眼鏡"]
)
def test_a_family_that_is_ruled_out_is_ruled_out_whole(text: str) -> None:
    assert read_prompt(text).traits == Traits(without=GLASSES)


def test_a_negation_reaches_over_or_and_stops_at_the_next_thing() -> None:
    reading = read_prompt("no freckles or scarf and blue eyes")
    assert reading.traits == Traits(without=("freckles", "scarf"), eye_color="blue")


def test_a_member_said_by_name_survives_the_family_that_is_ruled_out() -> None:
    reading = read_prompt("sunglasses but no glasses")
    assert reading.traits == Traits(accessories=("sunglasses",), without=GLASSES[:2])


@pytest.mark.parametrize(
    "text",
    [
        *("a witch, no hat", "witch without a hat", "no hat, a witch", "witch --no hat"),
        *("女巫，不要帽子", "不戴帽子的魔女"),
    ],
)
def test_what_only_a_role_brings_goes_with_the_family_that_is_ruled_out(text: str) -> None:
    traits = read_prompt(text).traits
    assert (traits.accessories, traits.gender) == (None, "feminine")
    assert "witch hat" in (traits.without or ())


def test_who_rules_out_hats_keeps_a_queens_crown() -> None:
    assert read_prompt("a queen, no hat").traits.accessories == ("crown",)


@pytest.mark.parametrize("text", ["no twin tails", "not blue hair", "不要红色的头发"])
def test_what_cannot_be_ruled_out_is_left_with_its_negation(text: str) -> None:
    reading = read_prompt(text)
    assert (reading.traits, reading.leftover) == (Traits(), (text,))


def test_accessories_can_be_ruled_out_altogether() -> None:
    assert read_prompt("girl without any accessories").traits.accessories == ()


def test_the_last_of_two_contrary_values_wins_and_the_reading_says_so() -> None:
    reading = read_prompt("happy and crying")
    assert reading.traits.expression == "crying"
    assert reading.overruled == (Overruled("expression", "happy", "crying"),)


def test_an_accessory_taken_back_is_overruled_by_none() -> None:
    reading = read_prompt("cap, red hair, no cap")
    assert reading.overruled == (Overruled("accessories", "cap", "none"),)


def test_of_two_accessories_for_one_place_the_last_is_worn() -> None:
    reading = read_prompt("beret and crown")
    assert reading.traits.accessories == ("crown",)
    assert reading.overruled == (Overruled("accessories", "beret", "crown"),)


@pytest.mark.parametrize(
    "text", ["long silver hair in twin tails", "shy smile", "witch boy", "student in a hoodie"]
)
def test_what_says_less_gives_way_in_silence(text: str) -> None:
    assert read_prompt(text).overruled == ()


@pytest.mark.parametrize(
    ("text", "leftover"),
    [
        ("dragon", ("dragon",)),
        ("骑着龙的女孩", ("骑着龙",)),
        ("girl with a red sword, blue hair", ("red sword",)),
        ("girl riding a big dragon, smile", ("riding a big dragon",)),
        ("青蛙和红龙", ("青蛙", "红龙")),
        ("黑眼圈", ("黑眼圈",)),
        ("star earrings", ("star",)),
        ("shirt with hearts", ("hearts",)),
        ("soft sweater", ("soft",)),
        ("2girls", ("2",)),
        ("octarine hair", ("octarine",)),
        ("pale tan scarf", ("pale tan",)),
        ("D\u200bragon\u202e", ("Dragon",)),
        ("ДРАКОН", ("ДРАКОН",)),
        ("🐉🐉", ("🐉🐉",)),
    ],
)
def test_what_is_not_understood_is_named_in_the_persons_words(
    text: str, leftover: tuple[str, ...]
) -> None:
    assert read_prompt(text).leftover == leftover


@pytest.mark.parametrize(
    "text",
    [
        "draw me a cute character please",
        "帮我画一个可爱的头像",
        "!!! ... ✨",
        "<b></b> <@123456789012345678>",
    ],
)
def test_words_without_meaning_for_a_drawing_are_neither_read_nor_left(text: str) -> None:
    reading = read_prompt(text)
    assert (reading.traits, reading.leftover) == (Traits(), ())


@pytest.mark.parametrize(
    "text",
    [
        "ＢＬＵＥ　ＨＡＩＲ",
        "bl\u200bue ha\u00adir",
        "bluе hаir",
        "𝓫𝓵𝓾𝓮 hair",
        "<b>blue</b> **hair**",
        "(blue hair:1.3)",
        "blue_hair",
        "bleu hiar",
        "蓝发",
        "藍髮",
        "BLUE-haired",
    ],
)
def test_disguised_and_mistyped_words_are_recognised(text: str) -> None:
    reading = read_prompt(text)
    assert (reading.traits, reading.leftover) == (Traits(hair_color="blue"), ())


@pytest.mark.parametrize(
    "word",
    ["wings", "state", "greek", "tiger", "clown", "skirt", "shark", "boots", "tail", "guitar"],
)
def test_a_word_of_its_own_is_no_typo_of_ours(word: str) -> None:
    assert read_prompt(word).leftover == (word,)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#FF8800 hair", "#ff8800"),
        ("hair colour #f80", "#ff8800"),
        ("steelblue hair", "#4682b4"),
        ("teal hair", "teal"),
    ],
)
def test_colours_by_hex_and_css_name(text: str, color: str) -> None:
    assert traits_of(text) == {"hair_color": color}


@pytest.mark.parametrize(
    "text", ["#ff00zz hair", "https://example.com/red-hair-girl", "شعر أحمر", "cheveux roux"]
)
def test_what_only_looks_like_ours_is_not_claimed(text: str) -> None:
    reading = read_prompt(text)
    assert reading.traits == Traits()
    assert reading.leftover


WORDS = (
    "red blue 红 蓝色 hair eyes 头发 眼 no 不要 and 和 is 是 with 的 , ， left 右 half one "
    "girl 少女 cat 猫耳 hat 帽子 happy 😭 #f80 #12 \u200b rеd dragon 龙 in 穿 shirt hearts "
    "<b> : ( ) 2 w/o ^_^ heterochromia 挑染 short long https://a.b/c"
)
words = st.sampled_from(WORDS.split(" "))
sentences = st.lists(words, max_size=40).map(" ".join) | st.lists(words, max_size=60).map("".join)


@given(st.text(max_size=MAX_PROMPT_CHARS) | sentences)
@example("İ" * 10)
@example("ﷺ blue hair")
@example("\ud800 red")
@example("((((((((" * 100)
def test_any_text_is_read_or_refused_as_empty(text: str) -> None:
    try:
        reading = read_prompt(text)
    except EmptyPrompt:
        assert not clean(text)
        return
    assert read_prompt(text) == reading
    assert reading.traits == Traits.from_json(reading.traits.to_json())
    for phrase in reading.leftover:
        assert phrase in read_markup(text).plain
        assert phrase.strip() == phrase
        assert not any(
            unicodedata.category(char) in ("Cc", "Cf") for char in phrase if char != "\n"
        )


UNREAD_SCRIPTS = st.characters(min_codepoint=0x0590, max_codepoint=0x10FF)


@given(st.text(UNREAD_SCRIPTS, min_size=1, max_size=200))
def test_scripts_that_we_do_not_read_claim_nothing(text: str) -> None:
    if clean(text):
        assert read_prompt(text).traits == Traits()


def test_nothing_is_settled_that_was_not_said() -> None:
    settled = read_prompt("girl").traits
    assert [f.name for f in fields(settled) if getattr(settled, f.name)] == ["gender"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "surprise me",
            "Surprise me!",
            "please surprise us",
            "give me a surprise",
            "make it a surprise",
        ),
        *("I want a surprise", "I want to be surprised"),
        *("anything", "something random", "whatever you like", "you decide", "You choose!"),
        *("随便", "随便画一个", "隨便來一個", "随机", "隨機畫一張", "你决定吧", "都行", "什麼都行"),
        *("给我个惊喜", "给我一个惊喜", "來點驚喜", "來個驚喜吧", "我想要一个惊喜", "給我個驚喜"),
    ],
)
def test_who_asks_for_a_surprise_leaves_everything_open(text: str) -> None:
    assert read_prompt(text) == Reading(Traits(), ())


@pytest.mark.parametrize(
    "text", ["a surprised girl", "a girl with a surprise face", "画一个惊喜的女孩"]
)
def test_a_surprised_face_is_still_one(text: str) -> None:
    assert read_prompt(text).traits == Traits(gender="feminine", expression="surprised")


@pytest.mark.parametrize(
    "text",
    [
        "a girl with pink hair, surprise me",
        "a random girl with pink hair",
        "随便画个粉色头发的女孩",
    ],
)
def test_a_surprise_leaves_the_rest_as_it_was_said(text: str) -> None:
    assert read_prompt(text) == Reading(
        Traits(gender="feminine", hair_color="pink"),
        (),
        certain=Traits(gender="feminine", hair_color="pink"),
    )
