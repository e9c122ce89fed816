"""The operator's file of models."""

from __future__ import annotations

import codecs
import re
from importlib.resources import files
from pathlib import Path

import pytest

from generation.backends.diffusers.families import FAMILIES
from generation.backends.diffusers.presets import BadPresets, Preset, RatingTags, read_presets
from generation.backends.diffusers.samples import prompt_style_of
from generation.prompts.compile import Compiled, compile_prompt
from generation.request import Rating, Settings
from generation.traits import Traits
from generation.tuning import check_settings
from tests.generation import requests

GOOD = """
[pony]
title = "Pony"
source = "./pony"
family = "sdxl"
steps = 20
guidance = 5
scheduler = "euler-a"
sizes_px = [1024]
licence = "MIT"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "models.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_presets_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD + GOOD.replace("[pony]", "[apple]"))

    assert [preset.name for preset in read_presets(file)] == ["pony", "apple"]


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    plain = written(tmp_path, GOOD)
    marked = tmp_path / "marked.toml"
    marked.write_bytes(codecs.BOM_UTF8 + plain.read_bytes())

    assert read_presets(marked) == read_presets(plain)


def test_a_preset_may_have_parts_of_its_own(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        GOOD
        + """
scheduler_options = { timestep_spacing = "trailing" }
loras = [{ name = "sharp", source = "./sharp", weight = 0.5 }]
[[pony.allowed_loras]]
name = "pixel"
source = "someone/pixel"
file = "pixel.safetensors"
[pony.controlnet]
source = "someone/edges"
""",
    )

    (preset,) = read_presets(file)

    assert preset.scheduler_options == {"timestep_spacing": "trailing"}
    assert preset.loras[0].weight == 0.5
    assert preset.allowed_loras[0].file == "pixel.safetensors"
    assert preset.controlnet is not None
    assert preset.controlnet.preprocessor == "edges"


MISTAKES = {
    "a key that is missing": ("steps = 20", "", "key 'steps': Field required"),
    "a key too many": ("steps = 20", "steps = 20\nstep = 1", "key 'step': Extra inputs"),
    "a family that is not there": ('"sdxl"', '"sd9"', "key 'family': 'sd9' is none of sd15,"),
    "a family as people say it": ('"sdxl"', '"SDXL 1.0"', "; write 'sdxl'"),
    "a noise scheduler as people say it": ('"euler-a"', '"Euler a"', "; write 'euler-a'"),
    "a noise scheduler that is not there": ('"euler-a"', '"heun"', "key 'scheduler': 'heun'"),
    "a noise scheduler of other models": (
        '"euler-a"',
        '"flow-euler"',
        "key 'scheduler': flow-euler is not for sdxl",
    ),
    "a sampler of other models": (
        "steps = 20",
        'steps = 20\nsamplers = ["euler", "flow-euler"]',
        "key 'samplers': flow-euler is not for sdxl",
    ),
    "fewer steps for members than it has": (
        "steps = 20",
        "steps = 20\nmax_steps = 10",
        "key 'max_steps'",
    ),
    "less guidance for members than it has": (
        "steps = 20",
        "steps = 20\nmax_guidance = 4",
        "key 'max_guidance'",
    ),
    "a size that the model cannot": ("[1024]", "[1020]", "key 'sizes_px': multiples of 8"),
    "no size": ("[1024]", "[]", "key 'sizes_px'"),
    "steps that are no number": ("20", '"many"', "key 'steps'"),
    "no steps": ("20", "0", "key 'steps'"),
    "no licence": ('licence = "MIT"', "", "key 'licence': Field required"),
    "a part with a mistake": (
        "steps = 20",
        'steps = 20\nloras = [{ name = "a", source = "b", wait = 1 }]',
        "key 'loras.0.wait'",
    ),
    "the same LoRA twice": (
        "steps = 20",
        'steps = 20\nallowed_loras = [{ name = "a", source = "b" }, { name = "a", source = "c" }]',
        "key 'allowed_loras': a name is there twice",
    ),
    "a tiny VAE for the picture that is not named": (
        "steps = 20",
        'steps = 20\nuse_tiny_vae = "cpu"',
        "key 'use_tiny_vae'",
    ),
    "a file of a family that has folders only": (
        'family = "sdxl"',
        'family = "sd35"\nfile = "a.safetensors"',
        "key 'file': sd35 is loaded from folders only",
    ),
    "what goes with a file, without one": (
        "steps = 20",
        'steps = 20\nconfig = "someone/small"',
        "key 'config': only a checkpoint of one file",
    ),
    "a name inside": ("steps = 20", 'steps = 20\nname = "x"', "key 'name'"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_by_file_preset_and_key(tmp_path: Path, mistake: str) -> None:
    before, after, told = MISTAKES[mistake]
    file = written(tmp_path, GOOD.replace(before, after, 1))

    with pytest.raises(BadPresets) as caught:
        read_presets(file)

    assert str(caught.value).startswith(f"{file}, preset 'pony', ")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no preset"),
        ("[pony", "is not valid TOML"),
        ("pony = 1", "'pony' stands outside of a preset"),
        (GOOD.replace("[pony]", '["My Pony"]'), "key 'name'"),
    ],
)
def test_a_file_that_is_no_list_of_presets_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadPresets, match=told):
        read_presets(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadPresets, match=r"models\.toml cannot be read"):
        read_presets(tmp_path / "models.toml")


def test_a_family_is_asked_for_what_it_takes_only(tmp_path: Path) -> None:
    flux = GOOD.replace('"sdxl"', '"flux1"').replace('"euler-a"', '"flow-euler"')
    for extra, key in (
        ('negative_prompt = "bad"', "negative_prompt"),
        ('textual_inversions = [{ token = "a", source = "b" }]', "textual_inversions"),
        ('controlnet = { source = "a" }', "controlnet"),
        ('ip_adapter = { source = "a", weight_name = "b", image_encoder = "c" }', "ip_adapter"),
    ):
        with pytest.raises(BadPresets, match=f"key '{key}': flux1 takes none"):
            read_presets(written(tmp_path, flux + extra))


def test_moevatar_comes_with_presets_of_every_family() -> None:
    assert {preset.family for preset in read_presets()} == set(FAMILIES)


def test_the_default_may_be_used_by_everybody() -> None:
    assert read_presets()[0].licence_note == ""
    noted = [preset.licence_note != "" for preset in read_presets()]
    assert noted == sorted(noted)  # those with a warning are the last


def ours(name: str) -> Preset:
    return next(preset for preset in read_presets() if preset.name == name)


def given(
    preset: Preset, typed: str = "1girl, silver hair, smile", rating: Rating = "safe"
) -> Compiled:
    """What it makes of tags that somebody typed."""
    subject = requests.draw(typed).subject
    return compile_prompt(subject, Traits(), prompt_style_of(preset, rating))


def test_each_preset_says_where_it_is_from_and_when_that_was_looked_up() -> None:
    text = files("generation.backends.diffusers").joinpath("models.toml").read_text("utf-8")
    told = re.findall(r"^\[([a-z0-9-]+)\](?:  # .+)?\n# .*[Cc]ard.*2026-\d\d", text, re.MULTILINE)

    assert told == [preset.name for preset in read_presets()]
    assert all(preset.memory_gb for preset in read_presets())


def test_the_card_of_the_default_has_the_rating_before_the_quality_and_that_last() -> None:
    prompt = given(read_presets()[0]).prompt

    assert prompt.endswith("smile, safe, masterpiece, high score, great score, absurdres")


def test_anime_models_are_told_the_rating_and_to_leave_out_what_is_not_safe() -> None:
    anime = [preset for preset in read_presets() if preset.family == "sdxl"]

    assert {preset.name for preset in anime} == {"anime", "anime-fast", "anime-look", "noob"}
    for preset in anime:
        assert "safe" in given(preset).prompt.split(", ")
        assert given(preset).negative_prompt.startswith("nsfw") == preset.is_guided


@pytest.mark.parametrize(
    "typed",
    ["1girl, nsfw, smile", "(NSFW:1.4), 1girl, smile", "1girl, {nsfw|nsfw}, smile --no safe"],
    ids=["a tag", "with weight", "by choice, and safe ruled out"],
)
def test_what_is_for_everybody_stays_so_whatever_is_typed(typed: str) -> None:
    preset = ours("anime")

    safe, any_ = given(preset, typed), given(preset, typed, "any")

    assert safe.prompt == given(preset, "1girl, smile").prompt
    assert safe.negative_prompt == given(preset, "1girl, smile").negative_prompt
    assert [word.lower() for word in safe.withheld] == ["nsfw"]
    assert "nsfw" in any_.prompt.lower()
    assert "nsfw" not in any_.negative_prompt
    assert "safe" not in any_.prompt
    assert any_.withheld == ()


def test_a_rating_stands_where_the_card_has_it() -> None:
    words = given(ours("noob")).prompt.split(", ")

    assert words.index("safe") < words.index("1girl")
    assert words[words.index("safe") - 1] == "year 2026"


def test_a_rating_of_several_words_is_found_as_people_write_it() -> None:
    rating = {"safe": "rating safe", "avoid": "not safe, very_explicit"}
    preset = Preset.model_validate(ours("anime").model_dump() | {"rating": rating})

    compiled = given(preset, "a cat, very explicit, not_safe, explicitly happy")

    assert compiled.withheld == ("very explicit", "not_safe")
    assert "a cat, explicitly happy" in compiled.prompt


def test_a_sentence_has_its_rating_as_a_sentence() -> None:
    preset = ours("z-anime").model_copy(
        update={"rating": RatingTags(safe="Safe for all ages."), "prompt_suffix": "Soft light."}
    )

    assert given(preset).prompt.endswith(" Safe for all ages. Soft light.")


def test_the_small_one_draws_with_few_steps_and_a_small_vae() -> None:
    small = ours("cpu")

    assert (small.family, small.use_tiny_vae, small.is_guided) == ("sd15", "cpu", False)
    assert small.steps <= 4


def test_the_loras_that_come_with_it_fit_every_anime_model_and_say_their_licence() -> None:
    text = files("generation.backends.diffusers").joinpath("models.toml").read_text("utf-8")
    anime = [preset for preset in read_presets() if preset.allowed_loras]

    assert {preset.name for preset in anime} == {"anime", "anime-fast", "noob"}
    for preset in anime:
        assert [lora.name for lora in preset.allowed_loras] == ["sticker", "pixel"]
    assert len(re.findall(r"^allowed_loras = \[  # .*2026-11; CreativeML", text, re.MULTILINE)) == 3


@pytest.mark.parametrize(
    ("changes", "steps", "guidance", "first_samplers"),
    [
        ({}, 60, 20, ["euler-a", "euler", "dpmpp-2m"]),
        ({"steps = 20": "steps = 40"}, 80, 20, ["euler-a", "euler", "dpmpp-2m"]),
        ({"steps = 20": "steps = 8", "= 5": "= 1"}, 16, 2, ["euler-a", "lcm", "euler"]),
        ({"steps = 20": "steps = 20\nmax_steps = 30\nmax_guidance = 9"}, 30, 9, ["euler-a"]),
        ({"steps = 20": "steps = 20\nmax_guidance = 0"}, 60, None, ["euler-a"]),
        ({"steps = 20": 'steps = 20\nsamplers = ["ddim"]'}, 60, 20, ["euler-a", "ddim"]),
        ({"sdxl": "sd35", "euler-a": "flow-euler"}, 60, 20, ["flow-euler"]),
        ({"sdxl": "flux1", "euler-a": "flow-euler", "= 20": "= 4"}, 8, None, ["flow-euler"]),
    ],
)
def test_what_a_member_may_change_has_sane_limits(
    tmp_path: Path,
    changes: dict[str, str],
    steps: int,
    guidance: float | None,
    first_samplers: list[str],
) -> None:
    text = GOOD
    for before, after in changes.items():
        text = text.replace(before, after, 1)

    (preset,) = read_presets(written(tmp_path, text))

    limits = preset.adjustable
    assert (limits.steps.least, limits.steps.most, limits.steps.usual) == (1, steps, preset.steps)
    assert (limits.guidance and limits.guidance.most) == guidance
    assert list(limits.samplers)[: len(first_samplers)] == first_samplers


def test_what_a_preset_says_itself_is_within_its_limits() -> None:
    for preset in read_presets():
        check_settings(
            Settings(steps=preset.steps, sampler=preset.scheduler), preset.adjustable, preset.title
        )
        guidance = preset.adjustable.guidance
        assert guidance is None or guidance.least <= preset.guidance <= guidance.most
