"""What is refused before it is queued, and which models can do it instead."""

from dataclasses import replace
from typing import Any

import pytest

from generation.capabilities import Capabilities, Model, OfferedLora, Task, check, task_of
from generation.errors import (
    CannotDraw,
    NotConfigured,
    TooLargeToRefine,
    TooManyReferences,
    UnsupportedShape,
    UnsupportedSize,
)
from generation.problems import problem_of
from generation.prompt_errors import UnknownLora
from generation.request import Guides, Request
from generation.traits import Traits
from tests.generation.requests import apply_tool, draw, refine, repaint, vary

REQUEST = draw()
REPAINT = repaint()
FROM_PHOTO = repaint(init_image="ab")
FROM_MASK = repaint(init_image="ab", mask="cd")
KNOWN, UNKNOWN = vary(Traits(hair_color="red")), vary(None)


def model(name: str, *tasks: Task, **capabilities: Any) -> Model:
    allowed = {"sizes_px": (512, 1024), "tasks": frozenset({"text-to-image", *tasks})}
    return Model(
        backend="stub",
        name=name,
        title=name.title(),
        capabilities=Capabilities(**(allowed | capabilities)),
    )


PLAIN = model("plain")
LORAS = (OfferedLora(name="glow"), OfferedLora(name="ink"))
PAINTER = model(
    "painter",
    "image-to-image",
    "inpaint",
    loras=LORAS,
    refines=frozenset({"hires"}),
    finest_px=1280,
)
EDITOR = model("editor", "edit", sizes_px=(1024,))
BROKEN = replace(
    model("broken", "image-to-image", "edit", "inpaint", sizes_px=(256, 512)),
    problem=problem_of(NotConfigured("Broken", "KEY")),
)
MODELS = (PLAIN, PAINTER, EDITOR, BROKEN)


@pytest.mark.parametrize(
    ("request_", "asked", "task"),
    [
        (REQUEST, PLAIN, "text-to-image"),
        (REQUEST, PAINTER, "text-to-image"),
        (REPAINT, PAINTER, "image-to-image"),
        (REPAINT, EDITOR, "edit"),
        (FROM_PHOTO, PAINTER, "image-to-image"),
        (FROM_PHOTO, EDITOR, "edit"),
        (FROM_PHOTO, PLAIN, "image-to-image"),
        (FROM_PHOTO, BROKEN, "image-to-image"),
        (FROM_MASK, PAINTER, "inpaint"),
        (FROM_MASK, EDITOR, "inpaint"),
        (KNOWN, PAINTER, "text-to-image"),
        (UNKNOWN, PAINTER, "image-to-image"),
        (UNKNOWN, EDITOR, "edit"),
        (refine(), PAINTER, "image-to-image"),
        (refine(), EDITOR, "image-to-image"),
        (apply_tool("sharpen"), PAINTER, "image-to-image"),
    ],
)
def test_the_task_follows_from_the_request_and_the_model(
    request_: Request, asked: Model, task: Task
) -> None:
    assert task_of(request_, asked.capabilities) == task


@pytest.mark.parametrize(
    ("request_", "asked"),
    [
        (REQUEST, PLAIN),
        (REPAINT, PAINTER),
        (FROM_PHOTO, PAINTER),
        (FROM_MASK, PAINTER),
        (repaint(init_image="ab", size_px=1024), EDITOR),
        (draw(traits=Traits(background="transparent")), PLAIN),
        (draw("red hair <lora:ink:0.5> <lora:glow>"), PAINTER),
        (draw("<lora:INK:0.5>"), PAINTER),
        (draw("lora:ink"), PLAIN),
        (draw(count=4), PLAIN),
        (refine(size_px=512), PAINTER),
        (refine(size_px=600), PAINTER),
        (refine(size_px=1024), PAINTER),
    ],
)
def test_what_a_model_can_do_passes(request_: Request, asked: Model) -> None:
    check(request_, asked, MODELS)


@pytest.mark.parametrize(
    ("request_", "asked", "task", "others"),
    [
        (REPAINT, PLAIN, "image-to-image", ("stub/painter", "stub/editor")),
        (FROM_PHOTO, PLAIN, "image-to-image", ("stub/painter", "stub/editor")),
        (FROM_MASK, PLAIN, "inpaint", ("stub/painter",)),
        (FROM_MASK, EDITOR, "inpaint", ("stub/painter",)),
        (refine(), EDITOR, "image-to-image", ("stub/painter",)),
        (refine(face=(0.2, 0.2, 0.5)), PAINTER, "image-to-image", ()),
    ],
)
def test_a_task_that_a_model_lacks_is_refused_with_those_that_have_it(
    request_: Request, asked: Model, task: Task, others: tuple[str, ...]
) -> None:
    with pytest.raises(CannotDraw) as refusal:
        check(request_, asked, MODELS)

    assert (refusal.value.model, refusal.value.task) == (asked.title, task)
    assert refusal.value.others == others


LOOKER = model("looker", references=1, poses=True)
ARTIST = model("artist", "edit", references=4, poses=True)
SEVENTEEN = tuple(map(str, range(17)))


@pytest.mark.parametrize(
    ("request_", "asked"),
    [
        (draw(references=("a",), pose="b"), LOOKER),
        (draw(references=("a", "b", "c"), pose="d"), ARTIST),
        (replace(FROM_PHOTO, guides=Guides(references=("a", "b", "c"))), ARTIST),
        (draw(pose="a"), ARTIST),
        (FROM_PHOTO, replace(EDITOR, capabilities=replace(EDITOR.capabilities, sizes_px=(512,)))),
    ],
)
def test_as_many_pictures_as_a_model_looks_at_pass(request_: Request, asked: Model) -> None:
    check(request_, asked, MODELS)


@pytest.mark.parametrize(
    ("request_", "asked", "task", "others"),
    [
        (draw(references=("a",)), PLAIN, "reference", ("stub/looker", "stub/artist")),
        (draw(references=("a", "b")), PLAIN, "reference", ("stub/artist",)),
        (draw(pose="a"), PLAIN, "pose", ("stub/looker", "stub/artist")),
        (draw(references=SEVENTEEN), PLAIN, "reference", ()),
    ],
)
def test_a_model_that_looks_at_no_pictures_says_which_do(
    request_: Request, asked: Model, task: str, others: tuple[str, ...]
) -> None:
    with pytest.raises(CannotDraw) as refusal:
        check(request_, asked, (*MODELS, LOOKER, ARTIST))

    assert (refusal.value.task, refusal.value.others) == (task, others)


@pytest.mark.parametrize(
    ("request_", "asked", "given", "most", "others"),
    [
        (draw(references=("a", "b")), LOOKER, 2, 1, ("stub/artist",)),
        (draw(references=SEVENTEEN), ARTIST, 17, 4, ()),
        (draw(references=("a", "b", "c", "d"), pose="e"), ARTIST, 4, 3, ()),
        (replace(REPAINT, guides=Guides(references=("a",) * 4)), ARTIST, 4, 3, ()),
    ],
)
def test_too_many_pictures_are_refused_with_how_many_it_takes(
    request_: Request, asked: Model, given: int, most: int, others: tuple[str, ...]
) -> None:
    with pytest.raises(TooManyReferences) as refusal:
        check(request_, asked, (*MODELS, LOOKER, ARTIST))

    error = refusal.value
    assert (error.given, error.most, error.others) == (given, most, others)


def test_a_task_that_nothing_here_has_is_refused_without_advice() -> None:
    with pytest.raises(CannotDraw) as refusal:
        check(FROM_PHOTO, PLAIN, (PLAIN, BROKEN))

    assert refusal.value.others == ()


@pytest.mark.parametrize(
    ("request_", "asked", "sizes", "others"),
    [
        (REQUEST, EDITOR, (1024,), ("stub/plain", "stub/painter")),
        (FROM_PHOTO, EDITOR, (1024,), ("stub/painter",)),
        (draw(size_px=256), PLAIN, (512, 1024), ()),
    ],
)
def test_a_size_that_a_model_does_not_draw_is_refused_with_those_that_do(
    request_: Request, asked: Model, sizes: tuple[int, ...], others: tuple[str, ...]
) -> None:
    with pytest.raises(UnsupportedSize) as refusal:
        check(request_, asked, MODELS)

    assert (refusal.value.size_px, refusal.value.sizes) == (request_.output.size_px, sizes)
    assert refusal.value.others == others


def test_a_picture_as_large_as_a_model_makes_them_finer_is_refused_for_that_alone() -> None:
    can = replace(PAINTER.capabilities, refines=frozenset({"hires", "face"}))
    painter = replace(PAINTER, capabilities=can)

    with pytest.raises(TooLargeToRefine) as refusal:
        check(refine(size_px=1025), painter, MODELS)
    check(refine(size_px=1025, face=(0.2, 0.2, 0.5)), painter, MODELS)

    assert (refusal.value.model, refusal.value.limit_px) == ("Painter", 1280)


def test_a_shape_that_a_model_does_not_draw_is_refused_with_those_that_it_does() -> None:
    banner = model("banner", shapes=("square", "wide"))
    editing = model("editing", "image-to-image", shapes=("square", "wide"))

    with pytest.raises(UnsupportedShape) as refusal:
        check(draw(shape="wide"), PLAIN, (*MODELS, banner))
    with pytest.raises(UnsupportedShape) as from_photo:
        check(repaint(init_image="ab", shape="wide"), PAINTER, (*MODELS, banner, editing))
    check(draw(shape="wide"), banner, MODELS)

    assert (refusal.value.shape, refusal.value.shapes) == ("wide", ("square",))
    assert refusal.value.others == ("stub/banner",)
    assert from_photo.value.others == ("stub/editing",)


@pytest.mark.parametrize(
    ("asked", "lora", "allowed"), [(PLAIN, "glow", ()), (PAINTER, "other", ("glow", "ink"))]
)
def test_a_lora_outside_the_models_list_is_refused(
    asked: Model, lora: str, allowed: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownLora) as refusal:
        check(draw("<lora:glow:1> <lora:other:1>"), asked, MODELS)

    assert (refusal.value.lora, refusal.value.allowed) == (lora, allowed)


def test_a_model_with_a_problem_says_so_before_anything_else() -> None:
    with pytest.raises(NotConfigured) as refusal:
        check(repaint("<lora:x>", init_image="ab", mask="cd", size_px=1), BROKEN, MODELS)

    assert problem_of(refusal.value) == BROKEN.problem


def test_a_lora_that_is_not_there_names_the_nearest_first() -> None:
    names = ("watercolour", "ink", "Pixel Art", "glow")
    asked = model("many", loras=tuple(OfferedLora(name=name) for name in names))

    with pytest.raises(UnknownLora) as refusal:
        check(draw("<lora:pixelart>"), asked, MODELS)

    assert refusal.value.allowed[0] == "Pixel Art"
    assert set(refusal.value.allowed) == set(names)
