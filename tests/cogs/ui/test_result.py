"""The message of a drawing at its fullest stays within Discord's limits."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.lanes import Drawing
from bot.storage.records import Generation, Image
from bot.texts import Catalogue
from cogs.ui.details import details_text
from cogs.ui.result import ended_view, result_view, stored_view
from generation.errors import DrawingFailed
from generation.illustrator import complete
from generation.job import Cancelled, Failed
from generation.lexicon import LANGUAGES, Language, value_label
from generation.prompt import read_prompt
from generation.traits import ACCESSORIES, MARKS, Traits
from tests.generation.requests import draw

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FULL = complete(
    Traits(
        accessories=("beret", "cat ears", "earrings", "horns", "halo", "ribbon", "scarf", "mask"),
        marks=MARKS,
        without=tuple(ACCESSORIES),
        hair_tips_color="pink",
        left_eye_color="red",
    ),
    1,
)


@pytest.fixture(scope="module")
def texts() -> Catalogue:
    return Catalogue.load()


def generation(prompt: str, traits: Traits, leftover: tuple[str, ...]) -> Generation:
    return Generation(
        id=2**40,
        owner_id=2**63,
        guild_id=None,
        channel_id=1,
        message_id=None,
        locale="en-US",
        private=False,
        cause="command",
        request=draw(
            prompt,
            traits=traits,
            leftover=leftover,
            count=4,
            seed=2**31 - 1,
            size_px=1024,
        ),
        status="finished",
        error=None,
        created_at=NOW,
        started_at=NOW,
        finished_at=NOW,
    )


def image(number: int) -> Image:
    return Image(
        id=2**40 + number,
        generation_id=2**40,
        owner_id=2**63,
        position=number,
        sha256="0" * 64,
        width=1024,
        height=1024,
        bytes=1,
        seed=2**31 - 1,
        traits=FULL,
        created_at=NOW,
    )


FULLEST = Drawing(
    generation("*" * 1000, FULL, tuple("*_`" * 10 for _ in range(40))),
    tuple(image(number) for number in range(4)),
)


@pytest.mark.parametrize("locale", [language.tag for language in LANGUAGES])
def test_the_fullest_result_fits(texts: Catalogue, locale: str) -> None:
    view = result_view(FULLEST, texts, locale)

    assert view.content_length() <= 4000
    assert view.total_children_count <= 40


@pytest.mark.parametrize("locale", [language.tag for language in LANGUAGES])
def test_the_fullest_details_fit(texts: Catalogue, locale: str) -> None:
    assert len(details_text(FULLEST, texts, locale, with_prompt=True)) <= 2000


GIVEN = {
    "model": "gpt-image-2.6-flare",
    "prompt": "a secret of the owner's, " * 40,
    "negative_prompt": "`blurry` " * 40,
    "num_inference_steps": 28,
}
PAID = replace(
    FULLEST,
    generation=replace(
        FULLEST.generation,
        request=replace(FULLEST.generation.request, model="openai"),
        cost_usd=0.0531,
        usage={"output_tokens": 1756},
    ),
    images=tuple(replace(image, given=GIVEN) for image in FULLEST.images),
)


@pytest.mark.parametrize("locale", [language.tag for language in LANGUAGES])
def test_the_details_of_a_paid_drawing_fit_and_are_whole(texts: Catalogue, locale: str) -> None:
    text = details_text(PAID, texts, locale, with_prompt=True)

    assert len(text) <= 2000
    assert "secret" in text
    assert "$0.0531" in text
    assert text.splitlines()[-1].endswith(("s", "秒"))
    assert text.count("`") % 2 == 0


def test_what_a_model_was_given_keeps_the_owners_words_to_the_owner(texts: Catalogue) -> None:
    text = details_text(PAID, texts, "en-US", with_prompt=False)

    assert "secret" not in text
    assert "blurry" not in text
    assert "gpt-image-2.6-flare" in text


def test_a_paid_drawing_says_who_drew_it_and_what_it_cost(texts: Catalogue) -> None:
    text = str(result_view(PAID, texts, "en-US").to_components())

    assert "Drawn by gpt-image-2.6-flare" in text
    assert "about $0.053" in text
    assert "not an AI model" not in text
    assert "Not drawn" not in text


def test_a_persons_words_cannot_style_or_ping(texts: Catalogue) -> None:
    drawing = Drawing(generation("x", Traits(), ("**loud**", "@everyone")), FULLEST.images)

    text = str(result_view(drawing, texts, "en-US").to_components())

    assert "**loud**" not in text
    assert "@everyone" not in text


def test_a_prompt_without_a_word_that_says_anything_is_a_surprise(texts: Catalogue) -> None:
    drawing = Drawing(generation("avatar", Traits(), ()), FULLEST.images)

    assert "asked for a surprise" in str(result_view(drawing, texts, "en-US").to_components())


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_words_of_which_none_was_read_are_owned_up_to_first(
    texts: Catalogue, language: Language
) -> None:
    drawing = Drawing(generation("hooodei", Traits(), ("hooodei",)), FULLEST.images)

    first, *others = told(result_view(drawing, texts, language.tag))

    lines = first.splitlines()
    assert "**hooodei**" in lines[0]
    assert value_label("outfit", "hoodie", language.tag) in lines[1]
    assert "hooodei" not in "".join(others)
    assert len(re.findall("`(.+?)`", lines[2])) == 3


def told(view: discord.ui.LayoutView) -> list[str]:
    return [
        item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay)
    ]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_the_examples_are_read_whole(texts: Catalogue, language: Language) -> None:
    examples = re.findall("`(.+?)`", texts.bound(language.tag)("result.examples"))

    readings = [read_prompt(example) for example in examples]

    assert len(readings) == 3
    assert [reading.leftover for reading in readings] == [(), (), ()]
    assert all(reading.traits != Traits() for reading in readings)


@pytest.mark.parametrize("locale", [language.tag for language in LANGUAGES])
def test_the_fullest_details_are_whole(texts: Catalogue, locale: str) -> None:
    text = details_text(FULLEST, texts, locale, with_prompt=True)

    assert (
        text.splitlines()[-1]
        == details_text(FULLEST, texts, locale, with_prompt=False).splitlines()[-1]
    )


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("happy and crying", "gave way to"),
        ("cat ears, actually no cat ears", "cat ears** was taken back"),
    ],
)
def test_what_the_prompt_says_twice_is_said_to_be_settled(
    texts: Catalogue, prompt: str, words: str
) -> None:
    drawing = Drawing(generation(prompt, Traits(), ()), FULLEST.images)

    assert words in str(result_view(drawing, texts, "en-US").to_components())


def test_one_picture_has_buttons_without_numbers(texts: Catalogue) -> None:
    drawing = Drawing(FULLEST.generation, FULLEST.images[:1])

    text = str(result_view(drawing, texts, "en-US").to_components())

    assert "'Vary'" in text
    assert "'Pick'" in text


@pytest.mark.parametrize(
    ("event", "words"),
    [(Cancelled(), "was cancelled"), (Failed(DrawingFailed("illustrator")), "did not work out")],
    ids=lambda value: type(value).__name__,
)
def test_an_end_without_pictures_leads_on(
    texts: Catalogue, event: Cancelled | Failed, words: str
) -> None:
    text = str(ended_view(event, FULLEST.generation, texts, "en-US").to_components())

    assert words in text
    assert "Reroll" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("cancelled", "was cancelled"),
        ("failed", "did not work out"),
        ("finished", "has been deleted"),
    ],
)
def test_a_stored_end_without_pictures_is_told(texts: Catalogue, status: Any, words: str) -> None:
    ended = Drawing(replace(FULLEST.generation, status=status), ())

    view = stored_view(ended, texts)

    assert view
    assert words in str(view.to_components())


@pytest.mark.parametrize("status", ["queued", "running"])
def test_what_is_still_open_has_no_end_to_show(texts: Catalogue, status: Any) -> None:
    assert stored_view(Drawing(replace(FULLEST.generation, status=status), ()), texts) is None


def test_stored_pictures_are_shown(texts: Catalogue) -> None:
    view = stored_view(FULLEST, texts)

    assert view
    assert "avatar-" in str(view.to_components())
