"""The table: every error of ours has words, the nearest class wins, a defect has a number."""

import logging
from pathlib import Path

import pytest
from discord import app_commands

from bot.errors import BotLacksPermission, ChannelNotAllowed, sentence, user_text
from bot.storage.errors import DatabaseBusy, DiskFull, FolderNotWritable
from bot.texts import Catalogue
from generation import errors as generation_errors
from generation.errors import DrawingFailed, GenerationError, LimitReached


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def test_every_error_of_the_domain_has_words() -> None:
    kinds = [
        kind
        for kind in vars(generation_errors).values()
        if isinstance(kind, type) and issubclass(kind, GenerationError)
    ]

    assert len(kinds) > 8
    assert [kind for kind in kinds if user_text(kind.__new__(kind)) is None] == []


def test_the_nearest_class_wins(catalogue: Catalogue) -> None:
    assert "as many drawings under way" in sentence(LimitReached(3), catalogue, "en-US")
    assert "did not work out" in sentence(DrawingFailed("illustrator"), catalogue, "en-US")


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
    text = sentence(error, catalogue, "en-US")

    assert words in text
    assert "db" not in text


def test_errors_of_the_storage_are_in_the_log(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    sentence(DiskFull(Path("db")), catalogue, "en-US")

    assert "no space left for db" in caplog.text


def test_allowed_channels_are_named(catalogue: Catalogue) -> None:
    text = sentence(ChannelNotAllowed(frozenset({2, 1})), catalogue, "zh-CN")

    assert "<#1> <#2>" in text


def test_missing_permissions_are_named_in_the_language(catalogue: Catalogue) -> None:
    text = sentence(BotLacksPermission(("attach_files",)), catalogue, "zh-CN")

    assert "附加文件" in text


def test_a_value_that_cannot_be_read_is_answered(catalogue: Catalogue) -> None:
    class Broken(app_commands.Transformer):
        pass

    error = app_commands.TransformerError("511", discord_type(), Broken())

    assert "511" in sentence(error, catalogue, "en-US")


def test_a_defect_is_logged_under_the_number_that_is_told(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="bot.errors"):
        text = sentence(ZeroDivisionError("secret detail"), catalogue, "en-US")

    incident = text.split("`")[1]
    assert incident in caplog.text
    assert "secret detail" in caplog.text
    assert "secret detail" not in text


def discord_type():
    import discord

    return discord.AppCommandOptionType.integer
