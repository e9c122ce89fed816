"""Which model is meant by what somebody types."""

from dataclasses import replace

import pytest

from generation.backends.diffusers.presets import read_presets
from generation.capabilities import Capabilities, Model
from generation.errors import AmbiguousModel, ModelGone, NotConfigured, UnknownBackend
from generation.naming import find_model, fits
from generation.problems import problem_of


def model(name: str, title: str, backend: str = "diffusers") -> Model:
    can = Capabilities(sizes_px=(512,))
    return Model(backend=backend, name=name, title=title, capabilities=can)


ANIME = model("anime", "Animagine XL 4.0")
FAST = model("anime-fast", "Animagine XL 4.0, 8 steps")
KLEIN = model("photo2chibi", "FLUX.2 klein 4B")
SCHNELL = model("flux1-schnell", "FLUX.1 schnell")
OLD = model("sd15", "Stable Diffusion 1.5")
CPU = model("cpu", "Stable Diffusion 1.5, 4 steps")
CHINESE = model("chibi-zh", "小人模型")
ILLUSTRATOR = model("illustrator", "Illustrator", "illustrator")
MODELS = (ILLUSTRATOR, ANIME, FAST, KLEIN, SCHNELL, OLD, CPU, CHINESE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("diffusers/anime", ANIME),
        ("Diffusers/ANIME", ANIME),
        ("anime", ANIME),
        ("anime fast", FAST),
        ("animagine", ANIME),
        ("Animagine XL 4.0", ANIME),
        ("animagine 8 steps", FAST),
        ("8 steps", FAST),
        ("klein", KLEIN),
        ("  Flux 2 ", KLEIN),
        ("flux2klein", KLEIN),
        ("Schnell", SCHNELL),
        ("sd 1.5", OLD),
        ("SD1.5", OLD),
        ("stable diffusion", OLD),
        ("cpu", CPU),
        ("illus", ILLUSTRATOR),
        ("小人", CHINESE),
    ],
)
def test_a_key_a_title_or_a_part_of_them_is_enough(typed: str, meant: Model) -> None:
    assert find_model(typed, MODELS) is meant


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("flux", (KLEIN, SCHNELL)),
        ("diffusers", (ANIME, FAST, KLEIN)),
        ("steps", (FAST, CPU)),
    ],
)
def test_what_fits_several_is_refused_with_the_first_of_them(
    typed: str, near: tuple[Model, ...]
) -> None:
    with pytest.raises(AmbiguousModel) as refusal:
        find_model(typed, MODELS)

    assert refusal.value.near == {model.key: model.title for model in near}


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("klien", KLEIN),
        ("animgine", ANIME),
        ("schnel1", SCHNELL),
        ("ilustrator", ILLUSTRATOR),
        ("stable difusion", OLD),
    ],
)
def test_a_slip_is_refused_with_what_was_meant(typed: str, nearest: Model) -> None:
    with pytest.raises(UnknownBackend) as refusal:
        find_model(typed, MODELS)

    assert next(iter(refusal.value.near)) == nearest.key
    assert len(refusal.value.near) <= 3


@pytest.mark.parametrize("typed", ["dall-e-3", "", "  ", "/", "!?", "ab", "龙", "x" * 6000])
def test_what_looks_like_nothing_here_is_refused_without_advice(typed: str) -> None:
    with pytest.raises(UnknownBackend) as refusal:
        find_model(typed, MODELS)

    assert refusal.value.near == {}
    assert type(refusal.value) is UnknownBackend


def test_a_key_whose_model_was_removed_never_stands_for_another() -> None:
    with pytest.raises(ModelGone) as refusal:
        find_model("diffusers/anime", [model for model in MODELS if model is not ANIME])

    assert FAST.key in refusal.value.near


def test_of_several_that_fit_the_one_that_can_be_used_is_meant() -> None:
    broken = replace(KLEIN, problem=problem_of(NotConfigured("klein", "KEY")))

    assert find_model("flux", (broken, SCHNELL)) is SCHNELL
    assert find_model("klein", (broken, SCHNELL)) is broken


def test_two_models_of_one_title_are_told_apart_by_their_keys() -> None:
    twin = replace(ANIME, name="anime2")

    with pytest.raises(AmbiguousModel):
        find_model("animagine", (ANIME, twin))

    assert find_model("anime2", (ANIME, twin)) is twin


def test_what_comes_with_moevatar_is_found_by_its_title_and_by_its_name() -> None:
    models = [model(preset.name, preset.title) for preset in read_presets()]

    for each in models:
        assert find_model(each.name, models) is each
        assert find_model(each.title.upper(), models) is each
    assert find_model("klein", models).name == "photo2chibi"


@pytest.mark.parametrize(
    ("typed", "fit"),
    [("FAST", [FAST]), ("flux", [KLEIN, SCHNELL]), ("xl fast", [FAST]), ("nothing", [])],
)
def test_a_list_is_narrowed_by_every_word(typed: str, fit: list[Model]) -> None:
    assert [model for model in MODELS if fits(typed, model)] == fit
