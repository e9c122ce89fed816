"""Prompts to embeddings. Each is read by itself, side by side where an encoder is a CLIP.

CLIP reads 75 tokens. Longer prompts are read in windows of 75, whose embeddings follow one another.
All embeddings of a call need one length; a shorter one is repeated whole until it has it, since
attention over a sequence and over the same sequence twice gives the same result. (Padding it with
an empty prompt would not.)
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from generation.backends.diffusers.families import FAMILIES

Pieces = tuple[tuple[str, float], ...]
"""A prompt as texts and their weights; 1.0 is neutral."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A prompt as a model reads it: `embeds` of shape (tokens, width), `pooled` of (width,)."""

    embeds: Any
    pooled: Any | None = None


def plain(pieces: Pieces) -> str:
    """The text without its weights."""
    return "".join(text for text, _ in pieces)


def marked(pieces: Pieces) -> str:
    """The text with its weights, as it would be typed: "a (red:1.3) hat"."""
    return "".join(text if weight == 1.0 else _weighted(text, weight) for text, weight in pieces)


def _weighted(text: str, weight: float) -> str:
    body = text.strip()
    before, _, after = text.partition(body)
    return f"{before}({body}:{weight:g}){after}"


class Embeddings:
    """The embeddings that were asked for last, on the CPU. For one thread at a time."""

    KEPT: ClassVar[int] = 64

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Embedded] = OrderedDict()

    def of(
        self, pipe: Any, family: str, many: Sequence[Pieces], weights: Hashable
    ) -> list[Embedded]:
        """What `pipe`'s text encoders make of each of `many`.

        `weights` stands for the model and the LoRAs in use: what else the result depends on.
        """
        found = {pieces: self._kept.get((weights, pieces)) for pieces in many}
        if missing := [pieces for pieces, kept in found.items() if kept is None]:
            found |= dict(zip(missing, embed(pipe, family, missing), strict=True))
        for pieces, embedded in found.items():
            assert embedded is not None
            self._keep((weights, pieces), embedded)
        return [embedded for pieces in many if (embedded := found[pieces])]

    def _keep(self, key: Hashable, embedded: Embedded) -> None:
        self._kept[key] = embedded
        self._kept.move_to_end(key)
        while len(self._kept) > self.KEPT:
            self._kept.popitem(last=False)


def embed(pipe: Any, family: str, many: Sequence[Pieces]) -> list[Embedded]:
    """Each of `many` as `pipe` reads it. Weights are for CLIP; other encoders read plain text."""
    import torch

    with torch.no_grad():
        return [_on_cpu(embedded) for embedded in ENCODERS[family](pipe, many)]


def _on_cpu(embedded: Embedded) -> Embedded:
    pooled = embedded.pooled
    return Embedded(embedded.embeds.cpu(), None if pooled is None else pooled.cpu())


def stacked(
    prompts: Sequence[Embedded], negatives: Sequence[Embedded], device: Any
) -> dict[str, Any]:
    """What a pipeline is called with for these prompts; `negatives` is empty without guidance."""
    length = math.lcm(*(len(one.embeds) for one in (*prompts, *negatives)))
    arguments = _named("", prompts, length, device)
    return arguments | (_named("negative_", negatives, length, device) if negatives else {})


def listed(
    prompts: Sequence[Embedded], negatives: Sequence[Embedded], device: Any
) -> dict[str, Any]:
    """As `stacked`, for a pipeline that takes a list of embeddings of any lengths."""
    return {
        "prompt_embeds": [one.embeds.to(device) for one in prompts],
        "negative_prompt_embeds": [one.embeds.to(device) for one in negatives],
    }


def _named(prefix: str, many: Sequence[Embedded], length: int, device: Any) -> dict[str, Any]:
    import torch

    rows = [one.embeds.repeat(length // len(one.embeds), 1) for one in many]
    named = {f"{prefix}prompt_embeds": torch.stack(rows).to(device)}
    pooled = [one.pooled for one in many if one.pooled is not None]
    if pooled:
        named[f"{prefix}pooled_prompt_embeds"] = torch.stack(pooled).to(device)
    return named


def _clip(pipe: Any, many: Sequence[Pieces]) -> list[Embedded]:
    def read(ids: Any) -> tuple[Any, None]:
        return pipe.text_encoder(ids)[0], None

    return _in_windows(pipe, pipe.tokenizer, many, read)


def _two_clips(pipe: Any, many: Sequence[Pieces]) -> list[Embedded]:
    """SDXL: the last but one layer of both encoders side by side, and what the second pools."""

    def read(ids: Any) -> tuple[Any, None]:
        return pipe.text_encoder(ids, output_hidden_states=True).hidden_states[-2], None

    def read_2(ids: Any) -> tuple[Any, Any]:
        output = pipe.text_encoder_2(ids, output_hidden_states=True)
        return output.hidden_states[-2], output[0]

    first = _in_windows(pipe, pipe.tokenizer, many, read)
    second = _in_windows(pipe, pipe.tokenizer_2, many, read_2)
    return [_beside(one, other) for one, other in zip(first, second, strict=True)]


def _beside(first: Embedded, second: Embedded) -> Embedded:
    import torch

    both = (first.embeds, second.embeds)
    length = math.lcm(*map(len, both))
    longest = [embeds.repeat(length // len(embeds), 1) for embeds in both]
    return Embedded(torch.cat(longest, dim=-1), second.pooled)


Read = Callable[[Any], tuple[Any, Any]]
"""Token ids of shape (windows, tokens) to hidden states and pooled states."""


def _in_windows(pipe: Any, tokenizer: Any, many: Sequence[Pieces], read: Read) -> list[Embedded]:
    """The windows of all prompts in one pass, with an empty prompt behind them."""
    import torch

    room = tokenizer.model_max_length - 2
    read_as = [_tokens(pipe, tokenizer, pieces) for pieces in many]
    rows: list[list[int]] = []
    firsts: list[int] = []
    for ids, _ in read_as:
        firsts.append(len(rows))
        rows += [_framed(tokenizer, ids[at : at + room]) for at in _windows(ids, room)]
    rows.append(_framed(tokenizer, []))
    hidden, pooled = read(torch.tensor(rows, device=pipe._execution_device))
    embedded: list[Embedded] = []
    for first, (ids, weights) in zip(firsts, read_as, strict=True):
        windows = hidden[first : first + len(_windows(ids, room))]
        weighted = _weighed(windows, hidden[-1:], weights, room)
        embedded.append(Embedded(weighted.flatten(0, 1), None if pooled is None else pooled[first]))
    return embedded


def _windows(ids: Sequence[object], room: int) -> range:
    """Where each window of `ids` begins; there is one at least."""
    return range(0, max(len(ids), 1), room)


def _weighed(windows: Any, empty: Any, weights: Sequence[float], room: int) -> Any:
    """A weight moves a token's embedding away from what an empty prompt has in its place."""
    import torch

    if all(weight == 1.0 for weight in weights):
        return windows
    factors = torch.ones(len(windows), room + 2)
    for window, start in enumerate(_windows(weights, room)):  # as many weights as tokens
        part = weights[start : start + room]
        factors[window, 1 : 1 + len(part)] = torch.tensor(part)
    return empty + factors[..., None].to(windows) * (windows - empty)


def _tokens(pipe: Any, tokenizer: Any, pieces: Pieces) -> tuple[list[int], list[float]]:
    """Token ids without their frame, and a weight each."""
    ids: list[int] = []
    weights: list[float] = []
    for text, weight in pieces:
        # a textual inversion's name may stand for several tokens
        text = pipe.maybe_convert_prompt(text, tokenizer)
        found = tokenizer(text, add_special_tokens=False, verbose=False).input_ids
        ids += found
        weights += [weight] * len(found)
    return ids, weights


def _framed(tokenizer: Any, ids: list[int]) -> list[int]:
    framed = [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
    return framed + [tokenizer.pad_token_id] * (tokenizer.model_max_length - len(framed))


def _sd3(pipe: Any, pieces: Pieces) -> Embedded:
    text = plain(pieces)
    embeds, _, pooled, _ = pipe.encode_prompt(
        text, text, text, do_classifier_free_guidance=False, max_sequence_length=_room("sd35")
    )
    return Embedded(embeds[0], pooled[0])


def _flux(pipe: Any, pieces: Pieces) -> Embedded:
    text = plain(pieces)
    embeds, pooled, _ = pipe.encode_prompt(text, text, max_sequence_length=_room("flux1"))
    return Embedded(embeds[0], pooled[0])


def _flux2(pipe: Any, pieces: Pieces) -> Embedded:
    room = _room("flux2-klein")
    return Embedded(pipe.encode_prompt(plain(pieces), max_sequence_length=room)[0][0])


def _z_image(pipe: Any, pieces: Pieces) -> Embedded:
    prompts, _ = pipe.encode_prompt(
        plain(pieces), do_classifier_free_guidance=False, max_sequence_length=_room("z-image")
    )
    return Embedded(prompts[0])


def _room(family: str) -> int | None:
    return FAMILIES[family].prompt_tokens


LISTED = frozenset({"z-image"})
"""Families that take `listed` embeddings; all others take `stacked` ones."""


def _each(
    encode: Callable[[Any, Pieces], Embedded],
) -> Callable[[Any, Sequence[Pieces]], list[Embedded]]:
    """An encoder that reads one prompt after the other: padding would be seen by these."""
    return lambda pipe, many: [encode(pipe, pieces) for pieces in many]


ENCODERS: dict[str, Callable[[Any, Sequence[Pieces]], list[Embedded]]] = {
    "sd15": _clip,
    "sdxl": _two_clips,
    "sd35": _each(_sd3),
    "flux1": _each(_flux),
    "flux2-klein": _each(_flux2),
    "z-image": _each(_z_image),
}
