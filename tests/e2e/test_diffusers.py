"""Drawing with a diffusion model: a tiny one, of the same classes as the real ones."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from playground.messages import tree
from playground.page.people import Person
from playground.server import Playground
from tests.e2e.driving import (
    BotProcess,
    Json,
    choose,
    draw,
    forge,
    labels_of,
    opened,
    pictures_of,
    press_data,
    result_of,
    text_of,
)
from tests.e2e.forking import preload
from tests.generation.backends.diffusers import tiny, tiny_extras

PRESETS = """
[tiny]
title = "Tiny"
source = "{folder}"
family = "sd15"
steps = 4
guidance = 5.0
scheduler = "euler"
sizes_px = [64]
licence = "MIT"
rating = {{ safe = "safe", avoid = "nsfw" }}

[slow]
title = "Tiny, for a long time"
source = "{folder}"
family = "sd15"
steps = 150
guidance = 5.0
scheduler = "euler"
sizes_px = [512]
licence = "Strict"
licence_note = "For private use only."

[lost]
title = "Lost"
source = "{lost}"
family = "sdxl"
steps = 4
guidance = 5.0
scheduler = "euler"
sizes_px = [64]
licence = "MIT"

[far]
title = "Far away"
source = "someone/far"
family = "flux2-klein"
steps = 4
guidance = 1.0
scheduler = "flow-euler"
sizes_px = [64]
memory_gb = 13
download_gb = 16
licence = "Apache-2.0"
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    preload(
        "generation.backends.diffusers.backend",
        "diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion",
        "transformers.models.clip.modeling_clip",
    )
    return tiny.save("sd15", tmp_path_factory.mktemp("model") / "sd15")


@pytest.fixture(scope="module")
def settings(model: Path) -> Mapping[str, str]:
    """The bot has presets of its operator's own."""
    presets = model.parent / "models.toml"
    presets.write_text(PRESETS.format(folder=model, lost=model.parent / "lost"))
    return {"diffusers": "cpu", "models_file": str(presets), "backend": "diffusers"}


@pytest.fixture
def bot(bot: BotProcess, playground: Playground, model: Path) -> Iterator[BotProcess]:
    """The bot, which tells nobody where its files are."""
    yield bot
    assert str(model.parent) not in "".join(map(str, playground.messages))


async def test_a_model_draws_and_the_same_buttons_are_under_it(
    mika: Person, playground: Playground, browser: Browser, screenshots: Path
) -> None:
    message = await draw(mika, "silver hair, (cat ears:1.2), on a moon", count=2)

    again = await result_of(mika, await mika.press(message, "Reroll"))
    panel = await opened(mika, message, 2)
    varied = await result_of(mika, await mika.press(panel, "Vary"))
    details = text_of(await mika.answer(await mika.press(message, "Details")))

    assert "silver hair, cat ears, on a moon" in text_of(message)
    assert "Drawn by Tiny · seed" in text_of(message)
    assert "Not drawn" not in text_of(message)
    assert labels_of(again) == labels_of(message)
    assert len(pictures_of(varied)) == 2
    assert "silver hair, (cat ears:1.2), on a moon" in details
    assert "**Of that, added by me:** `solo, chibi" in details
    assert "Not understood" not in details
    assert "steps `4`" in details


@pytest.mark.own_bot
async def test_what_an_age_restricted_channel_gets_is_not_drawn_again_for_everybody(
    mika: Person, ren: Person, bot: BotProcess, playground: Playground
) -> None:
    channels = playground.world.channels
    general = next(channel for channel in channels.values() if channel.name == "general")
    saved = await ren.answer(await ren.invoke("general", "config rating", rating="any"))
    await bot.stop()
    channels[general.id] = replace(general, nsfw=True)
    await bot.start()
    adult = await draw(mika, "silver hair, nsfw", count=1)
    await mika.answer(await mika.press(adult, "Pick"))
    there = await mika.answer(await mika.invoke("general", "avatar show"))
    await bot.stop()
    channels[general.id] = general
    await bot.start()
    elsewhere = await ren.answer(await ren.invoke("general", "avatar show", member=mika.id))
    safe = await result_of(mika, await mika.press(adult, "Reroll"))
    details = text_of(await mika.answer(await mika.press(safe, "Details")))

    assert "**Age-restricted channels:** whatever is asked for" in text_of(saved)
    assert "Left out" not in text_of(adult)
    assert (len(pictures_of(there)), pictures_of(elsewhere)) == (1, [])
    assert "drawn in an age-restricted channel" in text_of(elsewhere)
    assert "**Left out, since pictures here are for everybody:** nsfw" in text_of(safe)
    assert "**Left out, for everybody's sake:** `nsfw`" in details


@contextmanager
def mistaken(file: Path) -> Iterator[None]:
    """The file of models with a mistake in it for a while."""
    good = file.read_text()
    file.write_text(good.replace("steps = 4", "steps = 0", 1))
    try:
        yield
    finally:
        file.write_text(good)


@pytest.mark.own_bot
async def test_the_owner_is_told_of_a_mistake_in_the_file_of_models_while_the_old_one_stays(
    mika: Person, playground: Playground, settings: Mapping[str, str]
) -> None:
    hana = playground.person("hana")

    with mistaken(Path(settings["models_file"])):
        told = await hana.wait_message(lambda m: m["channel_id"] == hana.dm)
        drawn = await draw(mika, count=1)

    assert "models.toml, preset 'tiny', key 'steps'" in text_of(told)
    assert "stay as they were" in text_of(told)
    assert len(pictures_of(drawn)) == 1


async def test_a_long_drawing_shows_steps_and_previews_and_can_be_cancelled(
    mika: Person, playground: Playground, browser: Browser, screenshots: Path
) -> None:
    page = await browser.new_page(color_scheme="dark", viewport={"width": 1000, "height": 900})
    await page.goto(playground.url)

    await mika.invoke("general", "chibi", prompt="silver hair", model="diffusers/slow")
    shown = await mika.wait_message(
        lambda m: (
            "preview.webp" in str(m)
            and bool(re.search(r"step \d+ of 150.*\n-# Probably done <t:\d+:R>", text_of(m)))
        )
    )
    shown_there = page.locator(".message").last
    await expect(shown_there.locator(".picture")).to_be_visible()
    await expect(shown_there).to_contain_text("step")
    await page.screenshot(path=screenshots / "diffusers-preview.png")
    await mika.press(shown, "Cancel")
    await mika.wait_message(lambda m: m["id"] == shown["id"] and "was cancelled" in text_of(m))

    assert len(pictures_of(await draw(mika, count=1))) == 1
    await page.close()


async def test_those_who_wait_are_drawn_together(
    mika: Person, yue: Person, ren: Person, playground: Playground, bot: BotProcess
) -> None:
    slow = await mika.answer(
        await mika.invoke("general", "chibi", prompt="pink hair", model="diffusers/slow")
    )
    waiting = [
        await person.invoke("general", "chibi", prompt=prompt, count=1, seed=7)
        for person, prompt in ((yue, "red hair"), (ren, "blue hair"))
    ]
    answers = [await p.answer(i) for p, i in zip((yue, ren), waiting, strict=True)]
    assert all("step" not in text_of(answer) for answer in answers)

    await mika.press(slow, "Cancel")

    drawn = [await result_of(p, i) for p, i in zip((yue, ren), waiting, strict=True)]
    assert [len(pictures_of(message)) for message in drawn] == [1, 1]


async def test_repaint_starts_from_the_illustrators_figure(mika: Person) -> None:
    message = await draw(mika, count=1, style="repaint", strength=50)

    details = text_of(await mika.answer(await mika.press(message, "Details")))
    assert "strength" in details


async def test_a_picture_is_made_finer_by_what_drew_it(mika: Person) -> None:
    panel = await opened(mika, await draw(mika, count=1, seed=7))

    finer = await result_of(mika, await choose(mika, panel, "Finer: larger, with more detail"))
    details = text_of(await mika.answer(await mika.press(finer, "Details")))

    assert finer["ephemeral"]
    assert "made finer" in text_of(finer)
    assert "128 × 128 pixels" in text_of(finer)
    assert "Drawn by Tiny · seed 7" in text_of(finer)
    assert labels_of(finer) == ["Pick", "Save", "More", "Details", "Delete"]
    for fact in ("steps `6`", "size `128x128`", "strength `0.333`", "128 × 128 pixels"):
        assert fact in details
    with pytest.raises(LookupError):  # it is as large as that model makes them
        await choose(mika, await opened(mika, finer), "Finer: larger")


async def test_the_face_of_the_illustrators_picture_is_made_finer_by_a_model(
    mika: Person, playground: Playground, browser: Browser, screenshots: Path
) -> None:
    panel = await opened(mika, await draw(mika, count=1, size=256, model="illustrator"))

    finer = await result_of(mika, await choose(mika, panel, "Finer face, by Tiny"))
    await photographed(mika, playground, browser, screenshots / "finer-face.png")
    again = await opened(mika, finer)

    assert "with a finer face" in text_of(finer)
    assert "256 × 256 pixels" in text_of(finer)
    assert "Drawn by Tiny" in text_of(finer)
    assert await choose(mika, again, "Finer face")


async def test_a_picture_that_was_deleted_meanwhile_is_not_made_finer(mika: Person) -> None:
    message = await draw(mika, count=1)
    panel, other = [await opened(mika, message) for _ in range(2)]
    await choose(mika, other, "Delete this picture")
    question = await mika.wait_message(lambda m: "Delete for good" in labels_of(m))
    await mika.press(question, "Delete for good")
    await mika.wait_message(lambda m: "Deleted for good" in text_of(m))

    refused = await mika.answer(await choose(mika, panel, "Finer: larger"))

    assert refused["ephemeral"]
    assert "This picture has been deleted" in text_of(refused)


@pytest.mark.own_bot
async def test_a_licence_is_said_when_its_model_is_chosen(
    mika: Person, playground: Playground
) -> None:
    hana = playground.person("hana")

    chosen = await hana.invoke("general", "config model", model="diffusers/slow")
    note = await hana.wait_message(lambda m: "private use only" in text_of(m))

    assert note["ephemeral"]
    assert chosen.acked is not None


@pytest.mark.parametrize("typed", ["tiny", "TINY", "Diffusers/Tiny", "diffusers/tiny"])
async def test_a_model_is_drawn_with_that_was_typed_and_not_chosen(
    mika: Person, typed: str
) -> None:
    message = await draw(mika, count=1, model=typed)

    details = text_of(await mika.answer(await mika.press(message, "Details")))
    assert "Drawn by Tiny" in text_of(message)
    assert "**Drawn by:** Tiny `diffusers/tiny` · licence MIT" in details


async def test_a_list_of_models_is_narrowed_by_words(mika: Person) -> None:
    async def offered(typed: str) -> list[str]:
        options = {"prompt": "x", "model": typed}
        choices = await mika.autocomplete("general", "chibi", "model", **options)
        return [choice["value"] for choice in choices]

    assert await offered("") == ["illustrator", "diffusers/tiny", "diffusers/slow", "diffusers/far"]
    assert await offered("LONG tiny") == ["diffusers/slow"]
    assert await offered("slow") == ["diffusers/slow"]
    assert await offered("lost") == []


async def test_what_fits_several_models_is_given_back_with_a_button_for_each(
    mika: Person, screenshots: Path, playground: Playground, browser: Browser
) -> None:
    options = {"prompt": "silver hair", "without": "hat", "count": 1, "seed": 7}
    refused = await mika.answer(
        await mika.invoke("general", "chibi", model="diff", style="repaint", strength=50, **options)
    )
    await photographed(mika, playground, browser, screenshots / "model-ambiguous.png")
    drawn = await result_of(mika, await mika.press(refused, "Draw it with Tiny"))

    assert refused["ephemeral"]
    assert "More than one model here could be `diff`" in text_of(refused)
    assert "Tiny (`diffusers/tiny`)" in text_of(refused)
    assert "```\nsilver hair --no hat\n```" in text_of(refused)
    assert labels_of(refused) == [
        "Draw it with Tiny",
        "Draw it with Tiny, for a long time",
        "Draw it with Far away",
    ]
    assert "Drawn by Tiny" in text_of(drawn)
    details = text_of(await mika.answer(await mika.press(drawn, "Details")))
    assert "strength `0.5`" in details
    assert "seed `7`" in details


async def test_a_slip_is_given_back_with_what_was_meant(mika: Person) -> None:
    refused = await mika.answer(
        await mika.invoke("general", "chibi", prompt="silver hair", count=1, model="ilustrator")
    )

    drawn = await result_of(mika, await mika.press(refused, "Draw it with Illustrator"))

    assert "No model here is called `ilustrator`. Did you mean Illustrator" in text_of(refused)
    assert "silver hair" in text_of(drawn)


async def test_a_model_that_was_removed_since_it_was_chosen_is_said_to_be(mika: Person) -> None:
    refused = await mika.answer(
        await mika.invoke("general", "chibi", prompt="silver hair", model="diffusers/gone")
    )

    assert "`diffusers/gone` is not here any more" in text_of(refused)
    assert "```\nsilver hair\n```" in text_of(refused)
    assert labels_of(refused) == ["Draw it with Illustrator"]


READER = """
[reader]
title = "Tiny Klein"
source = "{folder}"
family = "flux2-klein"
steps = 2
guidance = 1.0
scheduler = "flow-euler"
sizes_px = [128]
licence = "MIT"
"""


@pytest.mark.own_bot
async def test_words_that_a_model_cannot_be_given_are_drawn_by_one_that_reads_them(
    playground: Playground, tmp_path: Path, model: Path, browser: Browser, screenshots: Path
) -> None:
    klein = tiny.save("flux2-klein", tmp_path / "klein")
    presets = tmp_path / "models.toml"
    english = PRESETS[: PRESETS.index("[slow]")].format(folder=model)
    presets.write_text(english + READER.format(folder=klein))
    settings = {"diffusers": "cpu", "models_file": str(presets), "backend": "diffusers"}
    bot = BotProcess(playground, tmp_path / "data", **settings)
    await bot.start()
    yue, mika = playground.newcomer("yue"), playground.newcomer("mika")

    drawn = await draw(yue, "银发，鳌拜", count=1, seed=7)
    await photographed(yue, playground, browser, screenshots / "unsaid.png")
    refused = await mika.answer(await mika.press(drawn, "改用 Tiny Klein 来画"))
    again = await result_of(yue, await yue.press(drawn, "改用 Tiny Klein 来画"))
    details = text_of(await yue.answer(await yue.press(again, "详情")))
    all_said = await draw(yue, "银发", count=1)
    await bot.stop()

    assert "鳌拜" in text_of(drawn)
    assert refused["ephemeral"]
    assert "diffusers/reader" in details
    assert "银发，鳌拜" in details
    assert "`7`" in details
    assert "改用 Tiny Klein 来画" not in labels_of(again) + labels_of(all_said)


@pytest.mark.own_bot
async def test_a_server_sets_its_model_by_a_part_of_the_title(
    mika: Person, playground: Playground
) -> None:
    hana = playground.person("hana")

    set_to = await hana.answer(await hana.invoke("general", "config model", model="illus"))
    refused = await hana.answer(await hana.invoke("general", "config model", model="diff"))

    assert "**Model:** Illustrator `illustrator`" in text_of(set_to)
    assert "More than one model here could be `diff`" in text_of(refused)
    assert "cat ears" in text_of(await draw(mika, count=1))


@pytest.mark.own_bot
async def test_a_server_whose_model_was_removed_is_told_and_can_draw_on(
    mika: Person, playground: Playground, bot: BotProcess, model: Path
) -> None:
    hana = playground.person("hana")
    await hana.answer(await hana.invoke("general", "config model", model="slow"))
    await bot.stop()
    presets = bot.data_dir.parent / "models.toml"
    tiny_alone = PRESETS[: PRESETS.index("[slow]")]
    presets.write_text(tiny_alone.format(folder=model))
    fewer = BotProcess(playground, bot.data_dir, diffusers="cpu", models_file=str(presets))
    await fewer.start()

    refused = await mika.answer(await mika.invoke("general", "chibi", prompt="cat ears", count=1))
    listed = await mika.answer(await mika.invoke("general", "models"))
    shown = await hana.answer(await hana.invoke("general", "config show"))
    drawn = await result_of(mika, await mika.press(refused, "Draw it with Illustrator"))

    for said in (text_of(refused), text_of(shown)):
        assert "`diffusers/slow` is not here any more" in said
        assert "`/config model`" in said
    assert "the default here" not in text_of(listed)
    assert len(pictures_of(drawn)) == 1
    await fewer.stop()


async def test_models_tells_what_is_there_and_what_is_missing(
    mika: Person, playground: Playground, browser: Browser, screenshots: Path
) -> None:
    await draw(mika, count=1)  # so that its pace is known
    shown = await mika.answer(await mika.invoke("general", "models"))
    await photographed(mika, playground, browser, screenshots / "models-1.png")
    since = len(mika.events)
    await mika.press(shown, "Forward")
    second = await mika.wait_message(
        lambda m: m["id"] == shown["id"] and "Page 2" in text_of(m), since=since
    )
    await photographed(mika, playground, browser, screenshots / "models-2.png")
    since = len(mika.events)
    await mika.press(second, "Back")
    await mika.wait_message(
        lambda m: m["id"] == shown["id"] and text_of(m) == text_of(shown), since=since
    )

    assert shown["ephemeral"]
    first, rest = text_of(shown), text_of(second)
    default = "🟢 **Tiny** `diffusers/tiny` · **the default here**"
    assert re.search(
        re.escape(default) + r"\n-# ready · [\d.]+ MB on the disk · on cpu · about", first
    )
    assert "s a picture here" in first
    assert "has a negative prompt" in first
    assert "⬇️ **Far away** `diffusers/far`\n-# about 16 GB are downloaded when first used" in first
    assert "wants 13 GB of memory" in first
    assert "reads English and Chinese" in first
    assert "⚪ **Lost** `diffusers/lost`" in rest
    assert "is not on this computer" in rest
    assert "🟢" not in rest


async def test_models_is_told_in_the_language_of_who_asks(
    yue: Person, playground: Playground, browser: Browser, screenshots: Path
) -> None:
    shown = await yue.answer(await yue.invoke("general", "models"))
    await photographed(yue, playground, browser, screenshots / "models-zh.png")

    assert "第一次用时要下载约 16 GB" in text_of(shown)
    assert "读英文和中文" in text_of(shown)


async def photographed(
    person: Person, playground: Playground, browser: Browser, file: Path, width: int = 390
) -> None:
    """What the person sees at the end of the channel, on a phone."""
    page = await browser.new_page(color_scheme="dark", viewport={"width": width, "height": 844})
    await page.goto(f"{playground.url}/?user={person.id}")
    await expect(page.locator(".message").last).to_be_visible()
    await page.screenshot(path=file)
    await page.close()


async def test_a_part_is_painted_by_the_model_that_drew_the_picture(mika: Person) -> None:
    panel = await opened(mika, await draw(mika, "silver hair", count=1))

    form = await mika.modal(await choose(mika, panel, "Paint anew: eyes"))
    preview = await mika.answer(await mika.submit_modal(form, words="green"))
    painted = await result_of(mika, await mika.press(preview, "Paint"))
    details = text_of(await mika.answer(await mika.press(painted, "Details")))

    assert "painted anew by Tiny" in text_of(preview)
    assert "$" not in text_of(preview)
    assert "green eyes" in text_of(painted)
    assert "green eyes" in details
    assert "Undo" in labels_of(painted)


async def test_a_model_that_is_missing_is_refused_before_it_is_queued(
    mika: Person, playground: Playground
) -> None:
    answer = await mika.answer(
        await mika.invoke("general", "chibi", prompt="pink hair", model="diffusers/lost")
    )

    assert answer["ephemeral"]
    assert "is not on this computer" in text_of(answer)


async def test_a_size_the_model_lacks_names_who_draws_it(mika: Person) -> None:
    answer = await mika.answer(await mika.invoke("general", "chibi", prompt="pink hair", size=1024))

    assert "Tiny does not draw 1024 pixels, but 64" in text_of(answer)
    assert "`illustrator`" in text_of(answer)


def galleries_of(message: Json) -> list[Json]:
    return [node for node in tree.walk(message["components"]) if node["type"] == 12]


def sizes_of(message: Json) -> list[tuple[int, int]]:
    media = (picture["media"] for picture in pictures_of(message))
    return [(one["width"], one["height"]) for one in media]


async def test_a_shape_is_drawn_and_stays_and_the_ratio_of_a_flag_is_told(
    mika: Person, playground: Playground, browser: Browser, screenshots: Path
) -> None:
    message = await draw(mika, "silver hair", shape="wide", count=2)
    again = await result_of(mika, await mika.press(message, "Reroll"))
    await photographed(mika, playground, browser, screenshots / "shape-wide.png")
    flagged = await draw(mika, "silver hair --ar 9:16", count=1)
    saved = await mika.answer(await mika.press(flagged, "Save"))
    panel = await mika.answer(await mika.press(flagged, "More"))
    exact = await draw(mika, "silver hair --ar 2:3", count=1)
    details = text_of(await mika.answer(await mika.press(flagged, "Details")))

    assert sizes_of(message) == sizes_of(again) == [(96, 32), (96, 32)]
    assert sizes_of(flagged) == sizes_of(exact) == [(48, 72)]
    assert [len(gallery["items"]) for gallery in galleries_of(message)] == [1, 1]
    assert sizes_of(panel)[0] == (48, 72)
    assert [len(gallery["items"]) for gallery in galleries_of(panel)] == [1, 1]
    (avatar,) = saved["attachments"]
    assert (avatar["width"], avatar["height"]) == (1024, 1024)
    assert "Avatars are square" in text_of(saved)
    assert "--ar" not in text_of(message) + text_of(exact).replace("silver hair \\--ar", "")
    assert "`--ar 9:16` was asked for, drawn as: **portrait (2:3)**" in text_of(flagged)
    assert "**Size:** 48 × 72 pixels" in details


async def test_a_shape_that_a_model_lacks_is_drawn_square_by_a_press_or_with_another(
    mika: Person, yue: Person
) -> None:
    options = {"prompt": "silver hair", "count": 1, "seed": 7, "model": "illustrator"}
    refused = await mika.answer(await mika.invoke("general", "chibi", shape="wide", **options))
    square = await result_of(mika, await mika.press(refused, "Draw it square"))
    banner = await result_of(mika, await mika.press(refused, "Draw it with Tiny"))
    chinese = await yue.answer(await yue.invoke("general", "chibi", shape="portrait", **options))

    assert refused["ephemeral"]
    sentence = "Illustrator does not draw this shape: wide banner (3:1). It draws: square (1:1)."
    assert sentence in text_of(refused)
    assert "```\nsilver hair\n```" in text_of(refused)
    assert sizes_of(square) == [(512, 512)]
    assert sizes_of(banner) == [(96, 32)]
    assert "竖版（2:3）" in text_of(chinese)


async def test_a_lora_nobody_knows_is_refused(mika: Person) -> None:
    answer = await mika.answer(
        await mika.invoke("general", "chibi", prompt="pink hair <lora:ink:0.8>")
    )

    assert "no LoRA called `ink`" in text_of(answer)


@pytest.mark.parametrize(
    ("prompt", "lora", "told"),
    [
        ("pink hair <lora:ink", "", "I cannot read `<lora:ink`. It is written like"),
        ("pink hair", "<lora:ink", "I cannot read `<lora:ink`. It is written like"),
        ("pink hair <lora:ink:9>", "", "The LoRA `ink` has the weight 9; -1 to 2 is possible"),
        ("pink hair", "ink:9", "The LoRA `ink` has the weight 9; -1 to 2 is possible"),
        ("pink hair", "ink:a lot", "I cannot read `<lora:ink:a lot>`"),
        ("".join(f"<lora:l{n}>" for n in range(40)), "", "That is 40 LoRAs"),
        ("pink hair", ", ".join(f"l{n}" for n in range(40)), "That is 40 LoRAs"),
        ("pink hair", "ink", "There is no LoRA called `ink` for this model"),
    ],
    ids=lambda text: text[:20],
)
async def test_loras_that_cannot_be_are_refused_and_the_prompt_is_given_back(
    mika: Person, prompt: str, lora: str, told: str
) -> None:
    options = {"lora": lora} if lora else {}
    answer = await mika.answer(await mika.invoke("general", "chibi", prompt=prompt, **options))

    assert answer["ephemeral"]
    assert told in text_of(answer)
    assert f"```\n{prompt}" in text_of(answer)


def lay_in(data_dir: Path, model: Path) -> None:
    """A LoRA and a list, as an operator lays them in."""
    for name in ("loras", "wildcards"):
        (data_dir / name).mkdir()
    made = tiny_extras.save_lora(model, "sd15", data_dir.parent / "made")
    weights = next(made.glob("*.safetensors")).read_bytes()
    length = int.from_bytes(weights[:8], "little")
    notes = {"modelspec.description": "Black ink, <b>drawn</b>\nby brush", "ss_output_name": "v2"}
    notes["modelspec.trigger_phrase"] = "inkwash"
    header = json.dumps(json.loads(weights[8 : 8 + length]) | {"__metadata__": notes}).encode()
    whole = len(header).to_bytes(8, "little") + header + weights[8 + length :]
    (data_dir / "loras" / "Ink.safetensors").write_bytes(whole)
    (data_dir / "wildcards" / "hair.txt").write_text("silver hair\n")


@pytest.mark.own_bot
async def test_what_the_operator_lays_into_the_data_folder_may_be_asked_for(
    mika: Person, bot: BotProcess, model: Path
) -> None:
    await bot.stop()
    lay_in(bot.data_dir, model)
    await bot.start()

    offered = await mika.autocomplete(
        "general", "chibi", "lora", prompt="x", model="Tiny", lora="ink:0.8"
    )
    message = await draw(mika, "__hair__ --no hat", lora="INK:0.8", count=1)
    details = text_of(await mika.answer(await mika.press(message, "Details")))
    refused = await mika.answer(await mika.invoke("general", "chibi", prompt="__hats__"))

    assert "silver hair" in text_of(message)
    assert "Ink:0.8" in details
    (choice,) = offered
    assert choice["value"] == "Ink:0.8"
    assert choice["name"] == "Ink:0.8 · Black ink, drawn by brush · listens to inkwash"
    assert refused["ephemeral"]
    assert "There is no list called `hats`. There are `hair`" in text_of(refused)


async def test_a_mistake_in_the_presets_stops_the_start_with_a_sentence(
    playground: Playground, tmp_path: Path
) -> None:
    presets = tmp_path / "models.toml"
    presets.write_text("[tiny]\ntitel = 'Tiny'\n")
    bot = BotProcess(playground, tmp_path / "data", diffusers="cpu", models_file=str(presets))
    await bot.launch()

    log = await bot.read_log()

    assert await bot.wait() == 2
    assert "preset 'tiny', key 'title'" in log
    assert "Traceback" not in log


async def test_a_crash_while_a_model_draws_is_made_good(
    mika: Person, playground: Playground, bot: BotProcess
) -> None:
    asked = await mika.answer(
        await mika.invoke("general", "chibi", prompt="pink hair", model="diffusers/slow", count=1)
    )
    await mika.wait_message(lambda m: m["id"] == asked["id"] and "step" in text_of(m))
    await bot.kill()
    since = len(mika.events)

    await bot.start()

    resumed = await mika.wait_message(
        lambda m: m["id"] == asked["id"] and "step" in text_of(m), since=since
    )
    await mika.press(resumed, "Cancel")
    await mika.wait_message(
        lambda m: m["id"] == asked["id"] and "was cancelled" in text_of(m), since=since
    )


@pytest.mark.own_bot
async def test_what_was_accepted_before_it_was_switched_off_is_answered(
    mika: Person, playground: Playground, bot: BotProcess
) -> None:
    asked = await mika.answer(
        await mika.invoke("general", "chibi", prompt="pink hair", model="diffusers/slow", count=1)
    )
    await bot.kill()
    illustrator = BotProcess(playground, bot.data_dir)

    await illustrator.start()

    failed = await mika.wait_message(
        lambda m: m["id"] == asked["id"] and "is switched off" in text_of(m)
    )
    assert "Edit" in labels_of(failed)
    await illustrator.stop()


def fields_of(modal: Json) -> dict[str, Json]:
    """The fields of a form, by name."""
    labels = [(node["component"], node) for node in modal["components"]]
    return {field["custom_id"]: {**node, **field} for field, node in labels}


async def test_steps_guidance_and_sampler_are_asked_for_in_a_form(
    mika: Person,
) -> None:
    options = {"without": "hat", "count": 2, "seed": 7, "advanced": True}
    asked = await mika.invoke("general", "chibi", prompt="silver hair", **options)
    form = await mika.modal(asked)
    fields = fields_of(form)

    prompt = fields["prompt"]["value"]
    answers = {"steps": "7", "guidance": "1", "sampler": ["ddim"]}
    sent = await mika.submit_modal(form, prompt=prompt, **answers)
    message = await result_of(mika, sent)
    details = text_of(await mika.answer(await mika.press(message, "Details")))
    again = await result_of(mika, await mika.press(message, "Reroll"))
    after = text_of(await mika.answer(await mika.press(again, "Details")))

    assert prompt == "silver hair --no hat"
    assert (fields["steps"]["value"], fields["guidance"]["value"]) == ("4", "5")
    assert "1 to 8, usually 4" in fields["steps"]["description"]
    assert "0 to 10, usually 5" in fields["guidance"]["description"]
    assert [o["label"] for o in fields["sampler"]["options"] if o.get("default")] == [
        "Euler (usual)"
    ]
    assert "Without effect here:** hat" in text_of(message)
    for text in (details, after):
        assert "steps `7` · guidance `1.0` · sampler `DDIM`" in text


async def test_what_is_out_of_range_is_refused_and_the_form_is_kept(mika: Person) -> None:
    asked = await mika.invoke("general", "chibi", prompt="silver hair", count=1, advanced=True)
    form = await mika.modal(asked)
    wrong = {"prompt": "blue hair", "steps": "999", "guidance": "3", "sampler": ["lcm"]}
    refused = await mika.answer(await mika.submit_modal(form, **wrong))
    opened_again = await mika.modal(await mika.press(refused, "Back to the form"))
    fields = fields_of(opened_again)
    right = {name: fields[name]["value"] for name in ("prompt", "guidance")}
    sent = await mika.submit_modal(opened_again, **right, steps="2", sampler=["lcm"])
    message = await result_of(mika, sent)

    assert refused["ephemeral"]
    assert "`999` does not work for steps: type a number from 1 to 8" in text_of(refused)
    assert "```\nblue hair\n```" in text_of(refused)
    assert (fields["prompt"]["value"], fields["steps"]["value"]) == ("blue hair", "999")
    assert fields["guidance"]["value"] == "3"
    assert [o["value"] for o in fields["sampler"]["options"] if o.get("default")] == ["lcm"]
    assert len(pictures_of(message)) == 1


async def test_a_finished_drawing_is_drawn_again_with_other_steps(mika: Person) -> None:
    message = await draw(mika, count=1, seed=7)
    panel = await opened(mika, message)
    form = await mika.modal(await choose(mika, panel, "Advanced"))
    wrong = {"steps": "two", "guidance": "5", "sampler": ["euler"]}
    refused = await mika.answer(await mika.submit_modal(form, **wrong))
    form = await mika.modal(await mika.press(refused, "Back to the form"))
    kept = fields_of(form)["steps"]["value"]
    sent = await mika.submit_modal(form, **(wrong | {"steps": "2"}))
    again = await result_of(mika, sent)
    details = text_of(await mika.answer(await mika.press(again, "Details")))

    assert "`two` does not work for steps" in text_of(refused)
    assert kept == "two"
    assert not again.get("ephemeral")
    assert "steps `2` · guidance `5.0` · sampler `Euler`" in details
    assert "seed `7`" in details


async def test_a_model_that_cannot_be_run_so_says_what_it_leaves_out(
    mika: Person, playground: Playground
) -> None:
    form = await mika.modal(
        await mika.invoke("general", "chibi", prompt="silver hair", count=1, advanced=True)
    )
    message = await result_of(mika, await mika.submit_modal(form, steps="2", sampler=["ddim"]))
    (edit,) = [node for node in tree.walk(message["components"]) if node.get("label") == "Edit"]
    custom_id = edit["custom_id"].replace("mv:edit:", "mv:switch:") + ":model=illustrator"
    since = len(mika.events)
    switched = await result_of(mika, forge(playground, mika, message, press_data(custom_id)))
    said = await mika.wait_message(lambda m: "these settings of yours" in text_of(m), since=since)

    assert len(pictures_of(switched)) == 1
    assert said["ephemeral"]
    assert "Illustrator does not take these settings of yours: steps, sampler." in text_of(said)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"model": "illustrator"}, "Illustrator has no steps, guidance or sampler to set"),
        ({"model": "nobody"}, "No model here is called `nobody`"),
        (
            {
                "count": 2,
                "seed": 2**31 - 1,
                "size": 512,
                "shape": "landscape",
                "style": "sticker",
                "private": True,
            },
            "That is more than can wait while you fill in the form",
        ),
        ({"image": True}, "A picture cannot wait while you fill in the form"),
    ],
)
async def test_a_form_that_cannot_be_gives_the_prompt_back(
    mika: Person, options: dict[str, Any], told: str
) -> None:
    if "image" in options:
        png = io.BytesIO()
        Image.new("RGB", (64, 64), "pink").save(png, "PNG")
        options = {"image": (await mika.upload("me.png", png.getvalue())).id}
    answer = await mika.answer(
        await mika.invoke("general", "chibi", prompt="silver hair", advanced=True, **options)
    )

    assert answer["ephemeral"]
    assert told in text_of(answer)
    assert "```\nsilver hair\n```" in text_of(answer)
