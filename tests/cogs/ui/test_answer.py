"""What is said while a drawing waits, and what it says once it has ended."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.messenger import File
from bot.storage.records import Drawing, Generation, Image
from bot.texts import Catalogue, Sentences
from cogs.ui.answer import (
    ended_content,
    result_content,
    seen_in_all,
    stored_content,
    waiting_content,
)
from cogs.ui.media import Shown
from cogs.ui.wording import details_text
from generation.backends.base import Progress
from generation.errors import DrawingFailed
from generation.illustrator import complete
from generation.job import Cancelled, Failed, Queued, Started
from generation.lexicon import LANGUAGES, Language, value_label
from generation.prompt import read_prompt
from generation.request import Between
from generation.scheduler import Scheduler
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


CATALOGUE = Catalogue.load()


@pytest.fixture(params=[language.tag for language in LANGUAGES])
def t(request: pytest.FixtureRequest) -> Sentences:
    return CATALOGUE.bound(request.param)


ENGLISH = CATALOGUE.bound("en-US")


def shown(drawing: Drawing) -> list[Shown]:
    return [Shown(image, File(f"avatar-{image.id}.png", b"png")) for image in drawing.images]


def result_text(drawing: Drawing) -> str:
    return str(result_content(drawing, shown(drawing), ENGLISH).view.to_components())


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


def test_the_fullest_result_fits(t: Sentences) -> None:
    view = result_content(FULLEST, shown(FULLEST), t).view

    assert view.content_length() <= 4000
    assert view.total_children_count <= 40


def test_the_fullest_details_fit(t: Sentences) -> None:
    assert len(details_text(FULLEST, None, t, to_owner=True)) <= 2000


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


def test_the_details_of_a_paid_drawing_fit_and_are_whole(t: Sentences) -> None:
    text = details_text(PAID, None, t, to_owner=True)

    assert len(text) <= 2000
    assert "secret" in text
    assert "$0.0531" in text
    assert text.splitlines()[-1].endswith(("s", "秒"))
    assert text.count("`") % 2 == 0


def test_what_a_model_was_given_keeps_the_owners_words_to_the_owner() -> None:
    text = details_text(PAID, None, ENGLISH, to_owner=False)

    assert "secret" not in text
    assert "blurry" not in text
    assert "gpt-image-2.6-flare" in text


def test_details_of_steps_between_two_name_both_and_a_seed_once() -> None:
    asked = draw("a girl", seed=7)
    between = Between(
        subject=asked.subject,
        output=replace(asked.output, count=5),
        model="illustrator",
        other=replace(asked.subject, prompt="a boy"),
        other_seed=7,
    )
    images = tuple(replace(image(number), seed=7) for number in range(5))
    drawing = Drawing(replace(FULLEST.generation, request=between), images)

    mine = details_text(drawing, None, ENGLISH, to_owner=True)
    others = details_text(drawing, None, ENGLISH, to_owner=False)

    assert "**Prompt:** a girl → a boy" in mine
    assert mine.count("`7`") == 1
    assert "a boy" not in others


def test_details_say_where_no_model_drew_and_only_there() -> None:
    illustrated = details_text(FULLEST, None, ENGLISH, to_owner=False)
    paid = details_text(PAID, None, ENGLISH, to_owner=False)

    assert "the built-in illustrator (no AI model)" in illustrated
    assert "no AI model" not in paid


def test_a_paid_drawing_says_who_drew_it_and_what_it_cost() -> None:
    text = result_text(PAID)

    assert "Drawn by gpt-image-2.6-flare" in text
    assert "about $0.053" in text
    assert "Not drawn" not in text


def test_a_persons_words_cannot_style_or_ping() -> None:
    drawing = Drawing(generation("x", Traits(), ("**loud**", "@everyone")), FULLEST.images)

    text = result_text(drawing)

    assert "**loud**" not in text
    assert "@everyone" not in text


def test_a_prompt_without_a_word_that_says_anything_is_a_surprise() -> None:
    drawing = Drawing(generation("avatar", Traits(), ()), FULLEST.images)

    assert "asked for a surprise" in result_text(drawing)


def test_flags_that_the_illustrator_does_not_heed_are_named() -> None:
    drawing = Drawing(generation("girl --v 6", Traits(gender="feminine"), ()), FULLEST.images)

    assert "Without effect here:" in result_text(drawing)
    assert "--v 6" in result_text(drawing).replace("\\", "")


def test_what_was_made_of_a_ratio_is_said_unless_it_is_just_that() -> None:
    asked = [
        Drawing(generation(f"girl --ar {ratio}", Traits(gender="feminine"), ()), FULLEST.images)
        for ratio in ("16:9", "1:1", "3:3")
    ]

    other, *same = map(result_text, asked)

    assert "`--ar 16:9` was asked for, drawn as: **square (1:1)**" in other
    assert all("--ar" not in text and "Without effect" not in text for text in same)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_words_of_which_none_was_read_are_owned_up_to_first(
    language: Language,
) -> None:
    drawing = Drawing(generation("hooodei", Traits(), ("hooodei",)), FULLEST.images)

    first, *others = told(
        result_content(drawing, shown(drawing), CATALOGUE.bound(language.tag)).view
    )

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
def test_the_examples_are_read_whole(language: Language) -> None:
    examples = re.findall("`(.+?)`", CATALOGUE.bound(language.tag)("result.examples"))

    readings = [read_prompt(example) for example in examples]

    assert len(readings) == 3
    assert [reading.leftover for reading in readings] == [(), (), ()]
    assert all(reading.traits != Traits() for reading in readings)


def test_the_fullest_details_are_whole(t: Sentences) -> None:
    text = details_text(FULLEST, None, t, to_owner=True)

    assert text.splitlines()[-1] == details_text(FULLEST, None, t, to_owner=False).splitlines()[-1]


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("happy and crying", "gave way to"),
        ("cat ears, actually no cat ears", "cat ears** was taken back"),
    ],
)
def test_what_the_prompt_says_twice_is_said_to_be_settled(prompt: str, words: str) -> None:
    drawing = Drawing(generation(prompt, Traits(), ()), FULLEST.images)

    assert words in result_text(drawing)


def test_one_picture_has_buttons_without_numbers() -> None:
    drawing = Drawing(FULLEST.generation, FULLEST.images[:1])

    text = result_text(drawing)

    assert "'Vary'" in text
    assert "'Pick'" in text


@pytest.mark.parametrize(
    ("event", "words"),
    [(Cancelled(), "was cancelled"), (Failed(DrawingFailed("illustrator")), "did not work out")],
    ids=lambda value: type(value).__name__,
)
def test_an_end_without_pictures_leads_on(event: Cancelled | Failed, words: str) -> None:
    text = str(ended_content(event, FULLEST.generation, ENGLISH).view.to_components())

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
def test_a_stored_end_without_pictures_is_told(status: Any, words: str) -> None:
    ended = Drawing(replace(FULLEST.generation, status=status), ())

    content = stored_content(ended, (), ENGLISH)

    assert content
    assert words in str(content.view.to_components())


@pytest.mark.parametrize("status", ["queued", "running"])
def test_what_is_still_open_has_no_end_to_show(status: Any) -> None:
    drawing = Drawing(replace(FULLEST.generation, status=status), ())

    assert stored_content(drawing, (), ENGLISH) is None


def test_stored_pictures_are_shown() -> None:
    content = stored_content(FULLEST, shown(FULLEST), ENGLISH)

    assert content
    assert "avatar-" in str(content.view.to_components())


def test_a_picture_that_cannot_be_shown_hides_no_other() -> None:
    first, *others = shown(FULLEST)

    content = result_content(FULLEST, [replace(first, file=None), *others], ENGLISH)

    assert [file.name for file in content.files] == [one.file.name for one in others if one.file]
    assert "'label': '1'" in str(content.view.to_components())


def test_pictures_of_which_none_can_be_shown_are_told_to_be_lost() -> None:
    content = result_content(FULLEST, [replace(one, file=None) for one in shown(FULLEST)], ENGLISH)

    assert "gone from the disk" in str(content.view.to_components())


def test_the_caption_claims_only_what_every_picture_shows() -> None:
    asked = Traits(expression="angry", accessories=("round glasses",), hair_color="pink")
    drawn = [
        replace(FULL, expression=expression, accessories=worn, hair_color="pink")
        for expression, worn in (
            ("angry", ("round glasses", "scarf")),
            ("happy", ("round glasses",)),
        )
    ]
    images = [
        replace(image, traits=traits)
        for image, traits in zip(FULLEST.images[:2], drawn, strict=True)
    ]

    assert seen_in_all(images, asked) == replace(asked, expression=None)


def test_the_owners_words_are_told_to_the_owner_alone() -> None:
    words = Drawing(generation("call me", Traits(), ("555", "1234")), FULLEST.images)

    own, others = (details_text(words, None, ENGLISH, to_owner=owner) for owner in (True, False))

    assert "call me" in own
    assert "555" in own
    assert "call me" not in others
    assert "555" not in others


MODEL = replace(FULLEST.generation, request=replace(FULLEST.generation.request, model="diffusers"))
SOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Queued(0), "next"),
        (Queued(3), "3 before you"),
        (Queued(Scheduler.PLACES), f"{Scheduler.PLACES} or more"),
        (Queued(3, SOON), "<t:1795780800:R>"),
        (Started(), "pencil"),
        (Progress(0, 0, "loading"), "being loaded"),
        (Progress(1_500_000_000, 6_000_000_000, "downloading"), "1500 of 6000 MB  ▰▰▱▱▱▱▱▱▱▱"),
        (Progress(14, 28), "step 14 of 28  ▰▰▰▰▰▱▱▱▱▱"),
        (Progress(1, 4), "step 1 of 4  ▰▱▱▱"),
        (Progress(0, 1), "pencil"),
    ],
    ids=str,
)
def test_it_says_where_it_stands(event: Queued | Started | Progress, words: str) -> None:
    view = waiting_content(event, MODEL, ENGLISH).view

    assert words in str(view.to_components())
    assert "Cancel" in str(view.to_components())


def test_the_illustrator_counts_pictures() -> None:
    view = waiting_content(Progress(1, 4), FULLEST.generation, ENGLISH).view

    assert "1 of 4 drawn  ▰▱▱▱" in str(view.to_components())


def test_nobody_is_promised_a_time_that_nobody_knows() -> None:
    assert "<t:" not in str(waiting_content(Queued(3), MODEL, ENGLISH).view.to_components())


def test_it_says_when_it_will_be_drawn_where_that_is_known() -> None:
    ready_at = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)

    drawn = waiting_content(Progress(14, 28), MODEL, ENGLISH, ready_at=ready_at)
    loading = waiting_content(Progress(0, 0, "loading"), MODEL, ENGLISH)

    assert "Probably done <t:1795867200:R>" in str(drawn.view.to_components())
    assert "Probably" not in str(loading.view.to_components())


def test_a_preview_is_shown_with_its_file() -> None:
    content = waiting_content(Progress(1, 4), MODEL, ENGLISH, Progress(1, 4, preview=b"webp"))
    (file,) = content.files

    assert f"attachment://{file.name}" in str(content.view.to_components())
    assert waiting_content(Progress(1, 4), MODEL, ENGLISH).files == ()


@pytest.mark.parametrize(
    ("shown", "words"),
    [((), None), ((1, 2, 3, 4), None), ((2,), "preview: 2 of 4"), ((1, 2), "preview: 1, 2 of 4")],
    ids=["unknown", "all", "one", "two"],
)
def test_a_preview_says_which_of_the_pictures_it_shows(
    shown: tuple[int, ...], words: str | None
) -> None:
    output = replace(MODEL.request.output, count=4)
    four = replace(MODEL, request=replace(MODEL.request, output=output))
    preview = Progress(1, 8, preview=b"webp", shown=shown)

    text = str(waiting_content(Progress(2, 8), four, ENGLISH, preview).view.to_components())

    assert ("In the preview" in text) is (words is not None)
    assert words is None or words in text
