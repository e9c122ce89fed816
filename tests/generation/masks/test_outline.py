"""Where the parts of a picture are: held against what changes when only that part does."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from generation import illustrator
from generation.illustrator.choose import complete
from generation.illustrator.stencil import stencil
from generation.masks.outline import GROWTHS, mask_png, outline_of, preview
from generation.masks.parts import LAYERS_OF
from generation.postprocess import pixels
from generation.prompt_errors import PartNotSeen
from generation.request import PARTS, Candidate, Part
from generation.traits import STYLES, Traits

SIZE_PX = 256
OTHERWISE: dict[Part, tuple[dict[str, str], dict[str, str]]] = {
    "hair": (
        {"hair_color": "brown", "hair_tips_color": "brown"},
        {"hair_color": "blue", "hair_tips_color": "blue"},
    ),
    "eyes": (
        {"eye_color": "brown", "left_eye_color": "brown"},
        {"eye_color": "blue", "left_eye_color": "blue"},
    ),
    "outfit": ({"outfit_color": "red"}, {"outfit_color": "blue"}),
}
SOME = [*range(6)]


def somebody(seed: int, **traits: Any) -> Traits:
    return complete(Traits(marks=(), **traits), seed)


def drawn(traits: Traits, seed: int) -> Any:
    return pixels.read(illustrator.draw(traits, seed, SIZE_PX))


def changed(part: Part, seed: int) -> tuple[Traits, Any]:
    """A character, and which pixels change with the colour of its part."""
    one, other = (replace(somebody(seed), **colors) for colors in OTHERWISE[part])
    return one, np.abs(drawn(one, seed) - drawn(other, seed)).max(axis=2) > 0.06


def outline(traits: Traits, seed: int, part: Part, *, known: bool = True, growth: int = 0) -> Any:
    png = illustrator.draw(traits, seed, SIZE_PX)
    return outline_of(png, part, Candidate(traits, seed) if known else None, growth)


@pytest.mark.parametrize("seed", SOME)
@pytest.mark.parametrize("part", OTHERWISE)
def test_what_changes_with_a_part_lies_in_its_outline(part: Part, seed: int) -> None:
    traits, differs = changed(part, seed)

    found = outline(traits, seed, part)

    assert not found.is_guess
    assert (differs & (found.cover > 0.5)).sum() >= 0.95 * differs.sum()


@pytest.mark.parametrize("seed", SOME)
def test_the_layers_of_the_hair_show_nothing_else(seed: int) -> None:
    traits, differs = changed("hair", seed)

    shown = pixels.read(stencil(traits, seed, LAYERS_OF["hair"], SIZE_PX))[..., 0] > 0.5

    assert (shown & ~differs).sum() <= 0.03 * shown.sum()


@pytest.mark.parametrize("style", STYLES)
def test_the_background_leaves_the_figure_alone(style: str) -> None:
    traits = somebody(3, style=style, background="plain")
    figure = drawn(replace(traits, background="transparent"), 3)[..., 3]

    cover = outline(traits, 3, "background").cover

    assert cover[figure > 0.99].mean() < 0.03
    assert cover[figure < 0.01].mean() > 0.97


def test_what_is_not_worn_is_where_it_would_be_worn() -> None:
    traits = somebody(3, accessories=())

    found = outline(traits, 3, "hat")

    rows, columns = np.nonzero(found.cover > 0.5)
    left, top, side = illustrator.face_box(traits, 3)
    assert found.is_guess
    assert abs(columns.mean() / SIZE_PX - (left + side / 2)) < 0.05
    assert rows.max() / SIZE_PX < top + 0.25 * side


@pytest.mark.parametrize("seed", SOME)
@pytest.mark.parametrize(("part", "share"), [("hair", 0.55), ("eyes", 0.5), ("outfit", 0.9)])
def test_a_guess_finds_most_of_a_part(part: Part, share: float, seed: int) -> None:
    traits, differs = changed(part, seed)

    found = outline(traits, seed, part, known=False)

    assert found.is_guess
    assert (differs & (found.cover > 0.5)).sum() >= share * differs.sum()
    assert (found.cover > 0.5).mean() < 0.6


def photo() -> bytes:
    """A busy picture, wider than high, whose figure nobody can tell from its background."""
    noise = np.random.default_rng(7).integers(0, 255, (48, 64, 3), np.uint8)
    image = Image.fromarray(noise)
    ImageDraw.Draw(image).ellipse((22, 8, 42, 34), "bisque")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_the_parts_of_a_tiny_busy_picture_are_where_they_usually_are() -> None:
    covers = {part: outline_of(photo(), part, None).cover for part in PARTS}

    assert {cover.shape for cover in covers.values()} == {(48, 64)}
    middle = {part: np.nonzero(cover > 0.5)[0].mean() for part, cover in covers.items()}
    assert middle["hat"] < middle["eyes"] < middle["mouth"] < middle["outfit"]
    assert covers["background"][0, 0] > 0.9 > 0.1 > covers["face"][0, 0]
    assert (covers["hair"] * covers["face"]).mean() < 0.1


def test_a_part_of_nobody_is_not_seen() -> None:
    nothing = pixels.write(np.zeros((64, 64, 4), np.float32))

    with pytest.raises(PartNotSeen, match="outfit"):
        outline_of(nothing, "outfit", None)


def test_larger_and_smaller_go_step_by_step_and_never_to_nothing() -> None:
    traits = somebody(3)

    sizes = [float(outline(traits, 3, "mouth", growth=by).cover.sum()) for by in GROWTHS]
    hair = [float(outline(traits, 3, "hair", growth=by).cover.sum()) for by in GROWTHS]

    assert min(sizes) > 5
    assert hair == sorted(hair)
    assert len(set(hair)) == len(GROWTHS)


def test_a_mask_is_open_where_it_is_painted_and_soft_at_its_edge() -> None:
    found = outline(somebody(3), 3, "hair")

    mask = Image.open(io.BytesIO(mask_png(found)))

    alpha = np.asarray(mask.getchannel("A"))
    assert (mask.mode, mask.size) == ("RGBA", (SIZE_PX, SIZE_PX))
    assert np.array_equal(alpha < 128, found.cover > 0.5)
    assert (alpha == 255).mean() > 0.2
    assert (alpha == 0).mean() > 0.05
    assert len(np.unique(alpha)) > 10


def test_a_preview_is_dim_where_all_stays_and_tinted_where_it_is_painted() -> None:
    png = illustrator.draw(somebody(3), 3, 640)
    found = outline_of(png, "hair", Candidate(somebody(3), 3))

    seen = Image.open(io.BytesIO(preview(png, found)))

    was = Image.open(io.BytesIO(png)).convert("RGB").resize(seen.size)
    cover = np.asarray(Image.fromarray((found.cover * 255).astype(np.uint8)).resize(seen.size))
    before, after = (np.asarray(image).astype(int) for image in (was, seen))
    assert (seen.size, seen.mode) == ((512, 512), "RGB")
    assert after[cover == 0].mean() < 0.5 * before[cover == 0].mean()
    assert (after[cover == 255][:, 0] >= 120).all()
