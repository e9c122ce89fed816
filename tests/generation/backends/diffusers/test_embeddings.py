"""Prompts as the text encoders read them."""

from __future__ import annotations

import pytest
import torch

from generation.backends.diffusers.embeddings import Embeddings, Pieces, embed, marked, stacked
from generation.backends.diffusers.pipeline import LoadedModel
from tests.generation.backends.diffusers import asking
from tests.generation.backends.diffusers.conftest import TinyModel


@pytest.fixture
def model(tiny_model: TinyModel) -> LoadedModel:
    return asking.loaded(tiny_model("sd15"))


def length(model: LoadedModel, text: str) -> int:
    return len(embed(model.pipe("text-to-image"), "sd15", [((text, 1.0),)])[0].embeds)


def test_a_short_prompt_is_read_as_the_pipeline_reads_it(model: LoadedModel) -> None:
    pipe = model.pipe("text-to-image")
    theirs, _ = pipe.encode_prompt("a cat, red hat", "cpu", 1, False)

    ours = embed(pipe, "sd15", [(("a cat, red hat", 1.0),)])[0].embeds

    assert torch.equal(ours, theirs[0])


def test_a_short_prompt_is_read_by_two_encoders_as_the_pipeline_reads_it(
    tiny_model: TinyModel,
) -> None:
    pipe = asking.loaded(tiny_model("sdxl"), "sdxl").pipe("text-to-image")
    theirs, _, pooled, _ = pipe.encode_prompt("a cat", do_classifier_free_guidance=False)

    ours = embed(pipe, "sdxl", [(("a cat", 1.0),)])[0]

    assert torch.equal(ours.embeds, theirs[0])
    assert ours.pooled is not None
    assert torch.allclose(ours.pooled, pooled[0], atol=1e-5)


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_words_beyond_the_77th_token_change_the_picture(family: str, tiny_model: TinyModel) -> None:
    model = asking.loaded(tiny_model(family), family)
    items = [asking.sample(asking.LONG), asking.sample(asking.LONG + "green eyes")]

    one, other = asking.draw(model, items)

    assert asking.difference(one, other) > 1


def test_a_prompt_takes_as_many_windows_as_it_needs(model: LoadedModel) -> None:
    assert [length(model, text) for text in ("", "x " * 75, "x " * 76)] == [77, 77, 154]


def test_a_weight_changes_the_picture(model: LoadedModel) -> None:
    weights = (1.0, 1.3, 0.7)
    items = [
        asking.sample(pieces=(("a cat with ", 1.0), ("red", weight), (" eyes", 1.0)))
        for weight in weights
    ]

    plain, more, less = asking.draw(model, items)

    assert asking.difference(plain, more) > 1
    assert asking.difference(plain, less) > 1
    assert asking.difference(more, less) > 1


def test_a_weight_of_one_is_none(model: LoadedModel) -> None:
    pipe = model.pipe("text-to-image")

    whole = embed(pipe, "sd15", [(("a red hat", 1.0),)])[0].embeds
    pieces = embed(pipe, "sd15", [(("a ", 1.0), ("red", 1.0), (" hat", 1.0))])[0].embeds

    assert torch.equal(whole, pieces)


def test_prompts_of_unlike_lengths_come_to_one_length(model: LoadedModel) -> None:
    pipe = model.pipe("text-to-image")
    short, two, three = embed(pipe, "sd15", [(("x " * n, 1.0),) for n in (5, 100, 200)])

    arguments = stacked([short, two], [three, short], "cpu")

    assert arguments["prompt_embeds"].shape[:2] == (2, 6 * 77)
    assert arguments["negative_prompt_embeds"].shape[:2] == (2, 6 * 77)


def test_embeddings_are_kept_for_the_same_words_and_weights(model: LoadedModel) -> None:
    pipe, kept = model.pipe("text-to-image"), Embeddings()
    words: Pieces = (("a cat", 1.0),)

    (first,) = kept.of(pipe, "sd15", [words], ("tiny", ()))

    assert kept.of(pipe, "sd15", [words], ("tiny", ()))[0] is first
    assert kept.of(pipe, "sd15", [words], ("tiny", (("ink", 0.8),)))[0] is not first
    assert kept.of(pipe, "sd15", [(("a cat", 1.1),)], ("tiny", ()))[0] is not first


def test_prompts_read_side_by_side_are_read_as_alone(model: LoadedModel) -> None:
    pipe = model.pipe("text-to-image")
    many: list[Pieces] = [
        (("a cat", 1.0),),
        (("x " * 100, 1.0),),
        (("a ", 1.0), ("red", 1.4), (" hat", 1.0)),
    ]

    together = embed(pipe, "sd15", many)

    for pieces, embedded in zip(many, together, strict=True):
        torch.testing.assert_close(embedded.embeds, embed(pipe, "sd15", [pieces])[0].embeds)


def test_the_same_prompt_twice_is_read_once(model: LoadedModel) -> None:
    pipe = model.pipe("text-to-image")
    words: Pieces = (("a cat", 1.0),)

    first, second = Embeddings().of(pipe, "sd15", [words, words], "tiny")

    assert first is second


def test_no_more_than_so_many_embeddings_are_kept(model: LoadedModel) -> None:
    pipe, kept = model.pipe("text-to-image"), Embeddings()
    (first,) = kept.of(pipe, "sd15", [(("0", 1.0),)], "tiny")

    for number in range(1, Embeddings.KEPT + 1):
        kept.of(pipe, "sd15", [((str(number), 1.0),)], "tiny")

    assert kept.of(pipe, "sd15", [(("0", 1.0),)], "tiny")[0] is not first


def test_what_is_told_shows_the_weights() -> None:
    assert marked((("a ", 1.0), (" red ", 1.25), ("hat", 1.0))) == "a  (red:1.25) hat"
