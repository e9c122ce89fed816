"""What a prompt rules out in words, and how the rest reads on."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.prompts.denial import denials
from generation.prompts.markup import Piece, cut


def without_denials(text: str) -> str:
    spans = [(denial.start, denial.end) for denial in denials(text)]
    return "".join(piece.text for piece in cut((Piece(text),), spans))


@pytest.mark.parametrize(
    ("text", "things", "rest"),
    [
        ("a girl without glasses in a coat", ["glasses"], "a girl in a coat"),
        ("girl with red hair and no glasses", ["glasses"], "girl with red hair"),
        ("no hat or glasses, smile", ["hat", "glasses"], ", smile"),
        ("no text and no watermark", ["text", "watermark"], ""),
        ("a cat with no tail", ["tail"], "a cat"),
        ("not smiling boy", ["smiling"], " boy"),
        ("a fox, not a wolf", ["wolf"], "a fox"),
        ("a boy, no weapons please", ["weapons"], "a boy"),
        ("girl, don’t draw a hat", ["hat"], "girl"),
        ("she isn't wearing any kind of hat", ["hat"], ""),
        ("long hair but without bangs holding a sword", ["bangs"], "long hair holding a sword"),
        ("girl w/o hat", ["hat"], "girl"),
        ("她不要眼镜，粉色头发", ["眼镜"], "她，粉色头发"),
        ("不要帽子、眼镜，微笑", ["帽子", "眼镜"], "，微笑"),
        ("没有刘海的女孩", ["刘海"], "女孩"),
        ("女孩，眼镜不要", ["眼镜"], "女孩"),
        ("无文字", ["文字"], ""),
        ("短发女孩没有眼镜但是有帽子", ["眼镜"], "短发女孩但是有帽子"),
        ("a boy, no text no watermark", ["text", "watermark"], "a boy"),
        ("no no hat", ["hat"], ""),
        ("不要不要眼镜", ["眼镜"], ""),
    ],
)
def test_a_denial_goes_and_the_rest_reads_on(text: str, things: list[str], rest: str) -> None:
    assert [thing for denial in denials(text) for thing in denial.things] == things
    assert without_denials(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "hands behind her back", "no one knows her", "no longer sad", "a knot in her hair",
        "she won't take no for an answer", 'a sign that says "no cats allowed"', "不要忘记微笑",
        "她写着「不要进来」", "无语的女孩", "a notebook", "nothing", "norwegian forest cat",
        "no no no", "不要不要不要",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_denial_is_none(text: str) -> None:
    assert denials(text) == ()


@pytest.mark.parametrize(
    "start", ["no ", "no a or ", "not a nor ", "no no ", "no a and no ", "不要"]
)
def test_a_list_that_does_not_end_is_read_as_quickly(start: str) -> None:
    text = f"{start * 100}{'x' * 60}"

    began_s = time.process_time()
    denials(text)

    assert time.process_time() - began_s < 1


@given(st.text("no without a hat,or 不要眼镜、，的", max_size=80))
def test_denials_stand_in_order_inside_the_text(text: str) -> None:
    places = [place for denial in denials(text) for place in (denial.start, denial.end)]

    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
