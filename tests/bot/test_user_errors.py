"""The table: every error of ours has words, the nearest class wins, a defect has a number."""

import inspect
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from discord import app_commands

from bot.storage.storage_errors import DatabaseBusy, DiskFull, FolderNotWritable, StorageError
from bot.texts import Catalogue
from bot.user_errors import BotLacksPermission, ChannelNotAllowed, Refusal, sentence
from generation.backends.backend_options import OpenAIOptions
from generation.errors import (
    CannotDraw,
    DrawingFailed,
    GenerationError,
    KeyRefused,
    LimitReached,
    ModelGone,
    QueueFull,
    UnknownBackend,
    UnsupportedSize,
)
from generation.lexicon import LANGUAGES, Language
from generation.prompt_errors import UnknownLora


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def listed_below(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for child in kind.__subclasses__():
        yield from listed_below(child)


EXAMPLES: Mapping[str, object] = {
    "int": 2,
    "float": 2.0,
    "str": "two",
    "Path": Path("/srv/secret"),
    "tuple[str, ...]": ("one", "two"),
    "tuple[int, ...]": (256, 512),
    "tuple[int, int]": (640, 480),
    "frozenset[int]": frozenset({1, 2}),
    "Mapping[str, str]": {"diffusers/two": "Two"},
}
NAMED: Mapping[str, object] = {
    "field": "steps",
    "task": "inpaint",
    "missing": ("attach_files",),
    "part": "hair",
    "parts": ("hair", "eyes"),
    "reason": QueueFull(2),
    "shape": "portrait",
    "shapes": ("square", "wide"),
}
OURS = [
    kind
    for base in (GenerationError, Refusal, StorageError)
    for kind in listed_below(base)
    if kind is not Refusal
]


def example(kind: type[Exception]) -> Exception:
    """An error of that class, made as its signature wants it."""
    wanted = inspect.signature(kind.__init__).parameters.values()
    given = {
        each.name: NAMED.get(each.name)
        or EXAMPLES[inspect.formatannotation(each.annotation).strip("'")]
        for each in wanted
        if each.kind is each.POSITIONAL_OR_KEYWORD and each.name != "self"
    }
    return kind(**given)


def test_there_are_as_many_errors_as_we_know_of() -> None:
    assert len(OURS) > 40


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_fills_the_places_of_its_sentence(
    catalogue: Catalogue, kind: type[Exception], language: Language
) -> None:
    t = catalogue.bound(language.tag)

    text = sentence(example(kind), t)

    assert t("error.unexpected", incident="")[:20] not in text
    assert not re.search(r"[{}]|None|\(\'", text)
    assert "secret" not in text


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_a_refusal_that_lists_a_thousand_things_fits_a_message(
    catalogue: Catalogue, language: Language
) -> None:
    t = catalogue.bound(language.tag)
    names = tuple(f"a-model-with-a-rather-long-name-{n}" for n in range(1000))
    refusals = (
        ChannelNotAllowed(frozenset(range(10**18, 10**18 + 1000))),
        UnknownLora("x" * 4000, names),
        CannotDraw("m" * 100, "inpaint", names),
        UnsupportedSize("m" * 100, 64, tuple(range(1000)), names),
        UnknownBackend("`" * 4000, names),
        ModelGone("`" * 4000, names, {name: "t" * 100 for name in names}),
    )

    assert max(len(sentence(refusal, t)) for refusal in refusals) <= 2000


def test_what_a_list_leaves_out_is_counted(catalogue: Catalogue) -> None:
    channels = ChannelNotAllowed(frozenset(range(10**18, 10**18 + 100)))

    text = sentence(channels, catalogue.bound("en-US"))

    assert text.count("<#") + int(re.findall(r" and (\d+) more", text)[0]) == 100


def test_the_operators_own_server_has_no_address(catalogue: Catalogue) -> None:
    options = OpenAIOptions(base_url="http://10.0.0.7:8080/v1")

    text = sentence(KeyRefused(options.provider), catalogue.bound("zh-CN"))

    assert text.startswith("图像服务器 不接受")
    assert options.address == "10.0.0.7:8080"


def test_a_model_without_loras_lists_none(catalogue: Catalogue) -> None:
    text = sentence(UnknownLora("glow", ()), catalogue.bound("en-US"))

    assert text == "There is no LoRA called `glow` for this model. It knows none, so leave it out."


def test_the_nearest_class_wins(catalogue: Catalogue) -> None:
    assert "as many drawings under way" in sentence(LimitReached(3), catalogue.bound("en-US"))
    assert "did not work out" in sentence(DrawingFailed("illustrator"), catalogue.bound("en-US"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DatabaseBusy(Path("db")), "busy"),
        (DiskFull(Path("db")), "cannot use my disk"),
        (FolderNotWritable(Path("data")), "cannot use my disk"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_of_the_storage_name_no_path(
    catalogue: Catalogue, error: Exception, words: str
) -> None:
    text = sentence(error, catalogue.bound("en-US"))

    assert words in text
    assert "db" not in text


def test_errors_of_the_storage_are_in_the_log(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    sentence(DiskFull(Path("db")), catalogue.bound("en-US"))

    assert "no space left for db" in caplog.text


def test_allowed_channels_are_named(catalogue: Catalogue) -> None:
    text = sentence(ChannelNotAllowed(frozenset({2, 1})), catalogue.bound("zh-CN"))

    assert "<#1> <#2>" in text


def test_missing_permissions_are_named_in_the_language(catalogue: Catalogue) -> None:
    text = sentence(BotLacksPermission(("attach_files",)), catalogue.bound("zh-CN"))

    assert "附加文件" in text


def test_a_value_that_cannot_be_read_is_answered(catalogue: Catalogue) -> None:
    class Broken(app_commands.Transformer):
        pass

    error = app_commands.TransformerError("511", discord_type(), Broken())

    assert "511" in sentence(error, catalogue.bound("en-US"))


def test_a_defect_is_logged_under_the_number_that_is_told(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="bot.user_errors"):
        text = sentence(ZeroDivisionError("secret detail"), catalogue.bound("en-US"))

    incident = text.split("`")[1]
    assert incident in caplog.text
    assert "secret detail" in caplog.text
    assert "secret detail" not in text


def discord_type():
    import discord

    return discord.AppCommandOptionType.integer
