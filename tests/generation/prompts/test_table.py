"""160 prompts, labelled by somebody who had not seen the code, as models are given them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from generation.prompt import read_prompt
from generation.prompt_errors import PromptError
from generation.prompts.compile import Compiled, PromptStyle, compile_prompt
from generation.prompts.dictionary import look_up
from generation.prompts.markup import read_markup
from generation.request import Subject

STYLES = {
    "multilingual": PromptStyle(form="sentence", languages=("en", "zh")),
    "english": PromptStyle(form="sentence", negative=True),
    "tags": PromptStyle(form="tags", negative=True),
}
CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
SINGLE = re.compile(r"\b(solo|single)\b|单人|(?<!\d)\b1(girl|boy)\b", re.IGNORECASE)
NO = re.compile(r"without|\bno\b|w/o|\bnot\b|n't|不要|没有|没|无|不", re.IGNORECASE)


def _prompts() -> Iterator[Any]:
    for name in ("table", "unseen"):
        text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
        for number, prompt in enumerate(tomllib.loads(text)["prompt"]):
            yield pytest.param(prompt, id=f"{name}-{number}-{prompt['kind']}")


PROMPTS = list(_prompts())


def labelled(*labels: str) -> list[Any]:
    """Those that have one of `labels`."""
    return [param for param in PROMPTS if not param.values[0].keys().isdisjoint(labels)]


def compiled(text: str) -> dict[str, Compiled]:
    reading = read_prompt(text, 5)
    subject = Subject(prompt=text, traits=reading.traits, leftover=reading.leftover)
    return {
        name: compile_prompt(subject, reading.traits, style, seed=5)
        for name, style in STYLES.items()
    }


def says(words: str, text: str) -> bool:
    """Whether one of `words`, divided by "|", stands in `text` as a word of its own."""
    return any(
        word in text
        if CHINESE.search(word)
        else re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
        for word in words.casefold().split("|")
    )


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_kind_of_model_is_given_what_was_asked_for(prompt: Mapping[str, Any]) -> None:
    if prompt.get("refused"):
        with pytest.raises(PromptError):
            compiled(prompt["text"])
        return

    given = compiled(prompt["text"])

    for name, wanted in ((name, prompt.get(name, {})) for name in STYLES):
        said = given[name].prompt.casefold()
        for words in wanted.get("has", ()):
            assert any(word.casefold() in said for word in words.split("|"))
        for words in wanted.get("hasnot", ()):
            assert words.casefold() not in said
        order = [said.find(words.casefold()) for words in wanted.get("order", ())]
        assert order == sorted(order)
        assert -1 not in order
        assert name == "multilingual" or not CHINESE.search(said)
        if prompt.get("single") is False and not SINGLE.search(prompt["text"]):
            assert not SINGLE.search(said)


@pytest.mark.parametrize("prompt", labelled("negative", "without"))
def test_what_is_ruled_out_is_nowhere_asked_for(prompt: Mapping[str, Any]) -> None:
    given = compiled(prompt["text"])

    for words in prompt.get("negative", ()):
        for name in ("english", "tags"):
            assert says(words, given[name].negative_prompt.casefold())
            assert not says(words, given[name].prompt.casefold())
    said = given["multilingual"].prompt.casefold()
    for words in prompt.get("without", ()):
        assert any(says(words, said[no.end() : no.end() + 80]) for no in NO.finditer(said))


@pytest.mark.parametrize("prompt", labelled("weights", "loras", "one_of", "shape", "ignored"))
def test_signs_are_followed(prompt: Mapping[str, Any]) -> None:
    given = compiled(prompt["text"])
    tags, markup = given["tags"], read_markup(prompt["text"])

    for words, weight in prompt.get("weights", {}).items():
        assert any(
            words.casefold() in piece.text.casefold() and abs(piece.weight - weight) < 0.005
            for piece in tags.pieces
        )
    if "loras" in prompt:
        assert {lora.name.casefold(): lora.weight for lora in tags.loras} == prompt["loras"]
    if "one_of" in prompt:
        for one in given.values():
            assert sum(says(word, one.prompt.casefold()) for word in prompt["one_of"]) == 1
    if "shape" in prompt:
        assert markup.aspect is not None
        width, height = markup.aspect
        shape = {-1: "portrait", 0: "square", 1: "landscape"}[(width > height) - (width < height)]
        assert shape == prompt["shape"]
    for flag in prompt.get("ignored", ()):
        assert any(flag in said for said in tags.unheeded)


@pytest.mark.parametrize("prompt", labelled("unsaid"))
def test_what_has_no_english_is_named(prompt: Mapping[str, Any]) -> None:
    given = compiled(prompt["text"])

    for words in prompt["unsaid"]:
        if look_up(frozenset({words[:2]})):  # with the dictionary it has some: 岁月 is "years"
            continue
        for name in ("english", "tags"):
            assert any(words in said for said in given[name].unsaid)
