"""What a picture starts from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generation.backends.diffusers.guides import find_edges
from generation.backends.diffusers.samples import (
    capabilities_of,
    inference_steps,
    plan_of,
    samples_of,
    stands_alone,
)
from generation.backends.diffusers.starts import draw_figure, read_mask, read_photo, read_reference
from generation.prompt_errors import BadPicture
from generation.traits import Traits
from tests.generation.backends.diffusers import asking, tiny_extras
from tests.generation.backends.diffusers.conftest import TinyModel


def test_a_photo_is_the_square_in_its_middle() -> None:
    wide = Image.new("RGB", (120, 40), "red")
    wide.paste("blue", (40, 0, 80, 40))

    photo = read_photo(asking.png(wide), (64, 64))

    assert (photo.mode, photo.size) == ("RGB", (64, 64))
    assert photo.getpixel((8, 32)) == (0, 0, 255)
    assert photo.getpixel((55, 32)) == (0, 0, 255)


def test_what_is_transparent_in_a_photo_is_white() -> None:
    clear = Image.new("RGBA", (64, 64), (10, 20, 30, 0))

    assert read_photo(asking.png(clear), (64, 64)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("size", "read"),
    [
        ((1200, 600), (512, 256)),
        ((300, 200), (300, 200)),
        ((16, 128), (64, 512)),
        ((1536, 192), (512, 64)),
    ],
)
def test_a_picture_to_look_at_keeps_its_shape(size: tuple[int, int], read: tuple[int, int]) -> None:
    picture = Image.new("RGBA", size, (255, 0, 0, 0))

    seen = read_reference(asking.png(picture), 512)

    assert (seen.mode, seen.size, seen.getpixel((1, 1))) == ("RGB", read, (255, 255, 255))


def test_pictures_to_look_at_stay_in_order(tiny_model: TinyModel) -> None:
    preset = asking.preset(tiny_model("flux2-klein"), "flux2-klein")
    pngs = tuple(asking.png(Image.new("RGB", (64, 64), color)) for color in ("red", "blue"))
    asked = asking.request(references=("a", "b"), pose="c", count=2)
    item = asking.item(asked, references=pngs, pose=asking.png(asking.gradient()))

    plan = plan_of(asked, preset)
    samples = samples_of(item, plan, preset)

    assert plan.looks
    assert stands_alone(plan)
    colors = [[seen.getpixel((1, 1)) for seen in sample.references] for sample in samples]
    assert colors == [[(255, 0, 0), (0, 0, 255)]] * 2
    assert samples[0].pose is not None
    assert samples[0].pieces[0][0].startswith("Use the pictures as reference")


def test_a_preset_looks_at_what_its_parts_can(tiny_model: TinyModel) -> None:
    source = tiny_model("sd15")
    adapter = {
        "source": "h/a",
        "weight_name": "ip.safetensors",
        "image_encoder": "encoder",
    }
    can = {
        "plain": asking.preset(source),
        "adapted": asking.preset(source, ip_adapter=adapter),
        "controlled": asking.preset(source, controlnet={"source": "h/c"}),
        "klein": asking.preset(tiny_model("flux2-klein"), "flux2-klein"),
    }

    found = {name: capabilities_of(preset) for name, preset in can.items()}

    assert {name: (one.references, one.poses) for name, one in found.items()} == {
        "plain": (0, False),
        "adapted": (1, False),
        "controlled": (0, True),
        "klein": (4, True),
    }


def test_what_is_transparent_in_a_mask_is_painted_anew() -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 32, 64))

    mask = read_mask(asking.png(image), (64, 64))

    assert (mask.getpixel((8, 32)), mask.getpixel((56, 32))) == (255, 0)


def test_a_photo_is_cropped_for_a_shape_that_is_much_like_its_own() -> None:
    square = Image.new("RGB", (90, 90), "red")
    square.paste("blue", (15, 0, 75, 90))

    photo = read_photo(asking.png(square), (48, 72))

    assert photo.size == (48, 72)
    assert photo.getpixel((3, 3)) == photo.getpixel((44, 68)) == (0, 0, 255)


def test_a_photo_of_which_too_little_would_be_left_stands_in_its_own_blurred_colours() -> None:
    square = asking.gradient(96)
    corners = [(0, 0), (31, 0), (0, 31), (31, 31)]

    photo = read_photo(asking.png(square), (96, 32))

    assert photo.size == (96, 32)
    small = square.resize((32, 32), Image.Resampling.LANCZOS)
    for x, y in corners:
        assert photo.getpixel((32 + x, y)) == pytest.approx(small.getpixel((x, y)), abs=2)
    beside = np.asarray(photo).astype(int)[:, :32]
    assert np.abs(np.diff(beside, axis=1)).max() < 8
    assert beside.mean() == pytest.approx(np.asarray(square).mean(), abs=40)


def test_what_is_added_to_a_photo_is_painted_anew() -> None:
    kept = Image.new("RGBA", (64, 64), (0, 0, 0, 255))

    mask = np.asarray(read_mask(asking.png(kept), (96, 32)))

    assert mask[:, :32].min() == mask[:, 64:].min() == 255
    assert mask[:, 32:64].max() == 0


def test_a_photo_that_is_looked_at_needs_no_surroundings() -> None:
    photo = read_photo(asking.png(asking.gradient(96)), (96, 32), is_whole=True)

    assert photo.size == (32, 32)


@pytest.mark.parametrize(("size", "place"), [((96, 32), (32, 0)), ((48, 72), (0, 24))])
def test_the_figure_stands_whole_in_a_plain_picture(
    size: tuple[int, int], place: tuple[int, int]
) -> None:
    image, traits = draw_figure(Traits(hair_color="silver"), 5, size)
    figure, again = draw_figure(Traits(hair_color="silver"), 5, (min(size), min(size)))

    assert traits == again
    assert image.size == size
    assert image.crop((*place, *(at + min(size) for at in place))).tobytes() == figure.tobytes()
    assert image.getpixel((0, 0)) == image.getpixel((size[0] - 1, 0)) == figure.getpixel((0, 0))


@pytest.mark.parametrize("data", [b"", b"no picture", asking.png(asking.gradient())[:100]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture):
        read_photo(data, (64, 64))


def test_the_figure_is_the_illustrators_on_a_plain_background() -> None:
    image, traits = draw_figure(Traits(hair_color="silver", background="stars"), 5, (64, 64))
    again, _ = draw_figure(Traits(hair_color="silver"), 5, (64, 64))

    assert traits.background == "plain"
    assert traits.hair_color == "silver"
    assert traits.hair_style is not None
    assert image.size == (64, 64)
    assert image.tobytes() == again.tobytes()


def test_edges_are_white_on_black() -> None:
    image = Image.new("RGB", (64, 64), "white")
    image.paste("black", (20, 20, 44, 44))

    edges = np.asarray(find_edges(image))

    assert edges[32, 32].max() == 0
    assert edges[18:22, 32].max() == 255
    assert set(np.unique(edges[4:60, 4:60])) == {0, 255}


@pytest.mark.parametrize(
    ("steps", "strength", "run", "of"),
    [
        (28, 0.6, 17, 28),
        (10, 0.7, 7, 10),
        (4, 0.6, 3, 5),
        (2, 0.6, 2, 3),
        (1, 0.6, 1, 2),
        (1, 0.02, 1, 50),
        (4, 0.0, 1, 50),
        (4, 1.0, 4, 4),
        (60, 1.0, 60, 60),
    ],
)
def test_a_schedule_has_at_least_one_step_and_keeps_the_strength(
    steps: int, strength: float, run: int, of: int
) -> None:
    whole, share = inference_steps(steps, strength)

    assert whole == of
    assert int(whole * share) == run  # as Stable Diffusion counts


def test_every_schedule_runs_what_it_says() -> None:
    for steps in range(1, 51):
        for percent in range(1, 101):
            whole, share = inference_steps(steps, percent / 100)

            wanted = steps * percent / 100
            as_stable_diffusion = int(whole * share)
            as_flux = whole - int(whole - whole * share)
            assert wanted - 1e-6 <= as_stable_diffusion <= as_flux <= wanted + 2


@pytest.mark.parametrize("token", ["Ink-Wash", "embedding:ink-wash"], ids=["own", "of the folder"])
def test_a_learned_word_acts_in_any_case_and_as_an_embedding(
    token: str, tiny_model: TinyModel, tmp_path: Path
) -> None:
    word = tiny_extras.save_word(tmp_path / "word.safetensors")
    words = [{"token": token, "source": str(word)}]
    model = asking.loaded(tiny_model("sd15"), textual_inversions=words)

    def drawn(prompt: str) -> np.ndarray:
        item = asking.item(asking.request(prompt))
        plan = plan_of(item.request, model.preset)
        return asking.draw(model, samples_of(item, plan, model.preset))[0]

    exact = drawn("a cat, Ink-Wash")
    for typed in ("a cat, ink-wash", "a cat, embedding:INK-WASH", "a cat, (Embedding:ink-Wash:1)"):
        assert asking.difference(exact, drawn(typed)) == 0
    assert asking.difference(exact, drawn("a cat, ink-washed")) > 1
