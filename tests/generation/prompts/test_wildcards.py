"""The operator's lists, of which a prompt picks lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generation.prompt import read_prompt
from generation.prompt_errors import UnknownWildcard
from generation.prompts.compile import PromptStyle, compile_prompt
from generation.prompts.markup import has_choices, read_markup
from generation.prompts.wildcards import (
    MAX_CHARS,
    MAX_KEPT,
    MAX_LINE_CHARS,
    MAX_LINES,
    Lists,
    fill_in,
    lists_for,
    read_lists,
)
from generation.request import Draw, candidates
from generation.traits import Traits
from generation.wire import from_json, to_json
from tests.generation import requests

HAIR: Lists = (("hair", ("silver hair", "pink hair")), ("who", ("a cat girl, __hair__",)))
SEEDS = range(40)


def written(folder: Path, **lists: str | bytes) -> Path:
    for name, text in lists.items():
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        (folder / f"{name}.txt").write_bytes(data)
    return folder


def test_a_list_is_a_file_with_a_choice_a_line(tmp_path: Path) -> None:
    text = "\ufeffsilver hair\r\n\n  银发 \n# no choice\nsilver hair\na cat <lora:ink:1>\n"

    assert read_lists(written(tmp_path, Hair_Color=text)) == (
        ("hair_color", ("silver hair", "银发")),
    )


def test_without_a_folder_there_are_no_lists(tmp_path: Path) -> None:
    assert read_lists(tmp_path / "wildcards") == ()


def test_a_list_that_cannot_be_used_is_left_out_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    many = "\n".join(f"{number} {'x' * 300}" for number in range(MAX_LINES + 1))

    (listed,) = read_lists(written(tmp_path, latin=b"\xe9t\xe9", empty="# nothing", long=many))

    assert listed[0] == "long"
    assert (len(listed[1]), len(listed[1][0])) == (MAX_LINES, MAX_LINE_CHARS)
    assert "the list latin.txt cannot be read: UnicodeDecodeError" in caplog.text
    assert "the list long.txt: 1000 lines of 200 signs are read" in caplog.text


def test_a_name_becomes_a_line_by_the_seed() -> None:
    texts = [read_markup("a girl, __Hair__, smiling", seed, HAIR).plain for seed in SEEDS]

    assert set(texts) == {"a girl, silver hair, smiling", "a girl, pink hair, smiling"}
    assert texts == [read_markup("a girl, __hair__, smiling", seed, HAIR).plain for seed in SEEDS]


def test_each_of_two_is_picked_by_itself() -> None:
    assert len({fill_in("__hair__ or __hair__", HAIR, seed) for seed in SEEDS}) == 4


def test_lines_may_name_lists_and_stand_in_choices_and_behind_no() -> None:
    assert fill_in("__who__", HAIR, 1) in ("a cat girl, silver hair", "a cat girl, pink hair")
    assert read_markup("{__hair__|__hair__}", 1, HAIR).plain in ("silver hair", "pink hair")
    assert read_markup("cat --no __hair__", 1, HAIR).negative[0] in ("silver hair", "pink hair")


def test_a_list_that_names_itself_ends() -> None:
    assert fill_in("__a__", (("a", ("__a__",)),), 1) == "__a__"
    assert len(fill_in("__a__", (("a", ("__a__ __a__",)),), 1)) < 2 * MAX_CHARS


@pytest.mark.parametrize(
    "text", ["__hair", "hair__", "____", "__ hair __", "my__hair__", r"\__hair__", "__hats__"]
)
def test_what_only_looks_like_a_name_stays(text: str) -> None:
    assert fill_in(text, HAIR, 1) == text
    assert not has_choices(text, HAIR)


def test_a_name_without_a_list_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownWildcard) as caught:
        lists_for("a girl, __hats__", HAIR, 1)

    assert (caught.value.name, caught.value.known) == ("hats", ("hair", "who"))
    assert lists_for("a girl, __hats__", (), 1) == ()  # underlined words, where nobody has lists


def test_a_request_keeps_the_lists_that_it_needs_and_no_more() -> None:
    long = ("long", tuple(map(str, range(2 * MAX_KEPT))))

    assert lists_for("pink", (*HAIR, long), 1) == ()
    assert lists_for("__who__", (*HAIR, long), 1) == (HAIR[1], HAIR[0])
    ((_, kept),) = lists_for("__long__", (*HAIR, long), 1)
    assert len(set(kept)) == MAX_KEPT
    assert set(kept) < set(long[1])


def asked(count: int) -> Draw:
    drawn = requests.draw("a girl with __hair__", count=count, traits=Traits())
    return replace(drawn, subject=replace(drawn.subject, lists=HAIR))


def test_the_pictures_of_a_request_have_lines_of_their_own() -> None:
    request = asked(8)

    colors = [candidate.traits.hair_color for candidate in candidates(request)]
    prompts = [
        compile_prompt(
            request.subject, one.traits, PromptStyle(form="sentence"), seed=one.seed
        ).prompt
        for one in candidates(request)
    ]

    assert len(set(colors)) == 2
    for seed, color, prompt in zip(range(8), colors, prompts, strict=True):
        said = fill_in("a girl with __hair__", HAIR, seed)
        assert said in prompt
        assert color == read_prompt(said).traits.hair_color


def test_a_request_comes_back_from_the_database_with_its_lists() -> None:
    assert from_json(to_json(asked(2))) == asked(2)
    assert "lists" not in to_json(requests.draw())["subject"]
