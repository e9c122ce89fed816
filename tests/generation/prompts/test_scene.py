"""How many a prompt speaks of, how near they are, and whether it is tags."""

import pytest

from generation.prompts.scene import cast_of, is_tags, says_shot


@pytest.mark.parametrize(
    "text",
    [
        "a girl with two braids", "a girl with twin tails", "robot", "1girl, solo",
        "两个丸子头的女孩",
        "a boy with black and white hair", "机器人", "hands behind her back", "a catgirl",
        "one eye is blue, the other is green on a girl", "一对耳环的女孩",
    ],
)  # fmt: skip
def test_one_is_meant(text: str) -> None:
    assert cast_of(text) == "one"


@pytest.mark.parametrize(
    "text",
    [
        "two girls holding hands", "2girls", "a girl and her cat", "a knight and a dragon",
        "cat x dog",
        "1girl, 1boy", "man and woman dancing", "a couple", "twin brothers", "me and my dog",
        "a girl hugging a big bear", "four bandmates", "a boy, and beside him a girl",
        "两个女孩", "一对情侣",
        "女孩和她的猫", "我和我的狗", "三只小猫", "左边是女孩，右边是男孩",
    ],
)  # fmt: skip
def test_several_are_meant(text: str) -> None:
    assert cast_of(text) == "several"


@pytest.mark.parametrize(
    "text", ["city at night", "silver hair", "双马尾", "", "sunset over the sea"]
)
def test_nobody_is_named(text: str) -> None:
    assert cast_of(text) == "open"


@pytest.mark.parametrize(
    "text", ["full-body", "a girl sitting on a bench", "close up", "全身", "骑龙"]
)
def test_the_words_say_how_much_is_seen(text: str) -> None:
    assert says_shot(text)


def test_the_words_leave_open_how_much_is_seen() -> None:
    assert not says_shot("a girl with red hair")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1girl, silver_hair, maid", True),
        ("masterpiece, 1boy, red eyes, smile", True),
        ("silver hair, cat ears, smile", True),
        ("silver hair and cat ears", False),
        ("a girl, red hair, smile", False),
        ("she is tall, dark, and I like it", False),
        ("银发, 猫耳, 微笑", False),
        ("", False),
    ],
)
def test_tags_are_told_from_prose(text: str, expected: bool) -> None:
    assert is_tags(text) is expected
