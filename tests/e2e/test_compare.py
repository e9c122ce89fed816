"""The same words on several models, side by side: each as it ends, all on one message."""

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from playground.interactions.interactions import Interaction
from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    choose,
    labels_of,
    opened,
    pictures_of,
    result_of,
    text_of,
)
from tests.e2e.forking import preload
from tests.e2e.test_killed import (
    LONG,
    Crash,
    Step,
    accepted,
    answered,
    asked_the_provider,
    drawn_by_the_provider,
    stored,
)
from tests.generation.backends.diffusers import tiny
from tests.openai_server import KEY, OpenAIServer, Refuse

EPHEMERAL = 1 << 6
PRESETS = """
[tiny]
title = "Tiny"
source = "{folder}"
family = "sd15"
steps = 4
guidance = 5.0
scheduler = "euler"
sizes_px = [64]
licence = "Strict"
licence_note = "For private use only."

[lost]
title = "Lost"
source = "{lost}"
family = "sd15"
steps = 4
guidance = 5.0
scheduler = "euler"
sizes_px = [64]
licence = "MIT"
"""


@pytest.fixture(scope="module")
def settings(server: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The bot has all kinds of models: on the CPU, paid, and drawing by hand."""
    preload(
        "generation.backends.diffusers.backend",
        "diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion",
        "transformers.models.clip.modeling_clip",
    )
    folder = tiny.save("sd15", tmp_path_factory.mktemp("model") / "sd15")
    presets = folder.parent / "models.toml"
    presets.write_text(PRESETS.format(folder=folder, lost=folder.parent / "lost"))
    return {
        "openai_api_key": KEY,
        "openai_base_url": server.url,
        "diffusers": "cpu",
        "models_file": str(presets),
    }


def is_over(pictures: int) -> Callable[[Json], bool]:
    """A comparison of which nothing is open any more, with so many pictures."""
    return lambda m: len(pictures_of(m)) == pictures and "Reroll" in labels_of(m)


async def compare(person: Person, *models: str, **options: Any) -> Interaction:
    named = dict(zip(("model_a", "model_b", "model_c"), models, strict=False))
    return await person.invoke("general", "compare", **{"prompt": "a red fox"} | named | options)


async def test_three_models_draw_the_same_side_by_side(
    mika: Person,
    ren: Person,
    playground: Playground,
    provider: OpenAIServer,
    browser: Browser,
    screenshots: Path,
) -> None:
    since = len(mika.events)
    await compare(mika, "illustrator", "tiny", "openai", prompt="fox in a red scarf", seed=7)
    message = await mika.wait_message(is_over(3), since=since)
    note = await mika.wait_message(lambda m: "private use only" in text_of(m), since=since)
    page = await browser.new_page(color_scheme="dark", viewport={"width": 1280, "height": 900})
    await page.goto(playground.url)
    shown = page.locator(".message").last
    await expect(shown.locator(".picture")).to_have_count(3)
    await shown.screenshot(path=screenshots / "compare-1-wide.png")
    await page.set_viewport_size({"width": 390, "height": 844})
    await shown.screenshot(path=screenshots / "compare-2-narrow.png")
    await page.close()

    first, second, third, *_ = labels_of(message)
    panel = await mika.answer(await mika.press(message, second))
    details = text_of(await mika.answer(await choose(mika, panel, "Details")))
    since = len(mika.events)
    await ren.press(message, "Reroll")
    again = await mika.wait_message(is_over(3), since=since)

    assert "fox in a red scarf" in text_of(message)
    assert [first, second] == ["1. Illustrator", "2. Tiny"]
    assert [first[:3], second[:3], third[:3]] == re.findall(r"\*\*(\d\. )", text_of(message))
    assert "Drawn by gpt-image" in text_of(message)
    assert "Drawn by Tiny · seed 7" in text_of(message)
    assert "seed `7`" in details
    assert "private use only" in text_of(note)
    assert again["id"] != message["id"]
    assert f"<@{ren.id}>" in text_of(again)
    assert "fox in a red scarf" not in text_of(again)  # the words are Mika's
    assert provider.billed == 2


async def test_what_is_there_is_shown_and_picked_while_the_others_draw(
    mika: Person, provider: OpenAIServer
) -> None:
    provider.held = asyncio.Event()
    await compare(mika, "openai", "illustrator")
    half = await mika.wait_message(
        lambda m: "avatar-" in str(m) and "preview-" in str(m) and "Cancel all" in labels_of(m)
    )

    panel = await mika.answer(await mika.press(half, "2. Illustrator"))
    provider.held.set()
    whole = await mika.wait_message(is_over(2))

    assert "Make it mine" in labels_of(panel)
    assert "drawing" in text_of(half)
    assert whole["id"] == half["id"]
    assert "preview-" not in str(whole)


async def test_one_that_fails_says_why_and_harms_no_other(
    mika: Person, provider: OpenAIServer
) -> None:
    provider.faults.append(Refuse(400, "moderation_blocked"))

    await compare(mika, "openai", "illustrator")
    message = await mika.wait_message(is_over(1))

    assert "😿" in text_of(message)
    assert "2. Illustrator" in labels_of(message)
    assert "1. " not in str(labels_of(message))


async def test_cancel_ends_all_that_are_open(mika: Person, provider: OpenAIServer) -> None:
    provider.held = asyncio.Event()
    await compare(mika, "illustrator", "openai")
    half = await mika.wait_message(lambda m: "avatar-" in str(m) and "preview-" in str(m))

    await mika.press(half, "Cancel all")
    message = await mika.wait_message(is_over(1))

    assert "was cancelled" in text_of(message)
    assert "1. Illustrator" in labels_of(message)
    await asyncio.wait_for(provider.dropped.wait(), 10)


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (("illustrator", "Illustrator"), "Illustrator is in there twice"),
        (("illustrator", "openai", "illustrator"), "Illustrator is in there twice"),
        (("illustrator", "lost"), "Lost cannot join in, so nothing is drawn."),
        (("illustrator", "nobody-knows"), "No model here is called `nobody-knows`"),
    ],
)
async def test_what_cannot_be_compared_is_refused_and_given_back(
    mika: Person,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
    models: tuple[str, ...],
    said: str,
) -> None:
    refusal = await mika.answer(await compare(mika, *models))

    assert said in text_of(refusal)
    assert "a red fox" in text_of(refusal)
    assert refusal["flags"] & EPHEMERAL
    assert provider.billed == 0
    assert not any(pictures_of(message) for message in posted())


def one_shown(crash: Crash) -> None:
    """The illustrator's picture is on the message, and the other still drawn."""
    crash.provider.held = asyncio.Event()
    crash.at_message("message_update", lambda message: "avatar-" in str(message))


def all_shown(crash: Crash) -> None:
    crash.at_message("message_update", is_over(2))


@pytest.mark.parametrize(
    "step",
    [accepted, answered, asked_the_provider, drawn_by_the_provider, stored, one_shown, all_shown],
    ids=lambda step: step.__name__,
)
async def test_a_crash_at_any_step_loses_no_picture_and_shows_each_once(
    step: Step,
    mika: Person,
    bot: BotProcess,
    playground: Playground,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
) -> None:
    step(Crash(bot, playground, provider))
    await compare(mika, "illustrator", "openai", seed=5)
    await bot.died()
    if provider.held:
        provider.held.set()

    await bot.start()

    asked_after = await over(mika)
    (message,) = posted()
    assert is_over(2)(message)
    assert provider.billed - asked_after == 1  # what is paid is not paid twice


async def over(mika: Person) -> int:
    """Wait for the comparison, which a crash may have left with all on it, and for what else the
    bot might post: jobs of a backend are delivered in order. How many were paid for that.
    """
    for model in ("illustrator", "openai"):
        asked = await mika.invoke("dm", "chibi", prompt="hair", count=1, model=model)
        await result_of(mika, asked)
    return 1


async def test_after_a_late_restart_it_is_found_in_the_channel(
    mika: Person,
    bot: BotProcess,
    playground: Playground,
    provider: OpenAIServer,
    posted: Callable[[], list[Json]],
) -> None:
    answered(Crash(bot, playground, provider))
    await compare(mika, "illustrator", "openai")
    await bot.died()
    await playground.failures.play(LONG)
    since = len(mika.events)

    await bot.start()

    await mika.wait_message(is_over(2), since=since)
    (message,) = posted()
    assert is_over(2)(message)


async def test_five_steps_go_from_one_character_to_another_and_each_can_be_picked(
    mika: Person, playground: Playground, browser: Browser, screenshots: Path
) -> None:
    words = {"prompt": "pink hair, cat ears", "into": "boy with green hair, suit"}
    message = await result_of(mika, await mika.invoke("general", "morph", **words, seed=7))
    page = await browser.new_page(color_scheme="dark", viewport={"width": 1280, "height": 900})
    await page.goto(playground.url)
    shown = page.locator(".message").last
    await expect(shown.locator(".picture")).to_have_count(5)
    await shown.screenshot(path=screenshots / "morph.png")
    await page.close()

    panel = await opened(mika, message, 3)
    varied = await result_of(mika, await mika.press(panel, "Vary"))
    again = await result_of(mika, await mika.press(message, "Reroll"))
    same = await mika.answer(
        await mika.invoke("general", "morph", prompt="pink hair", seed=7, into_seed=7)
    )

    assert "from **pink hair, cat ears** to **boy with green hair, suit**" in text_of(message)
    assert labels_of(message)[:5] == ["1", "2", "3", "4", "5"]
    assert "Make it mine" in labels_of(panel)
    assert len(pictures_of(varied)) == 4
    assert len(pictures_of(again)) == 5
    assert "Both ends are the same" in text_of(same)
    assert same["flags"] & EPHEMERAL
