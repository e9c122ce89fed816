"""What can be wrong with what somebody typed or attached, as data.

PromptError
├── EmptyPrompt
├── PromptTooLong
├── BadSign
│   ├── BrokenSign
│   ├── WeightOutOfRange
│   ├── LoraWeightOutOfRange
│   ├── TooManyLoras
│   ├── NestedTooDeep
│   └── UnknownWildcard
├── UnknownLora
├── NoPartNamed
├── PartNotSeen
├── BadSetting
│   ├── SettingOutOfRange
│   ├── NotAdjustable
│   └── UnknownSampler
└── BadPicture
    ├── BadMask
    │   ├── MaskOpaque
    │   ├── MaskOfManyGreys
    │   ├── MaskOfAnotherShape
    │   └── MaskAlone
    ├── PictureDamaged
    ├── PictureTooHeavy
    ├── PictureTooLarge
    ├── PictureTooSmall
    ├── PictureTooNarrow
    └── PictureEmpty
"""

from __future__ import annotations

from generation.errors import GenerationError


class PromptError(GenerationError):
    """The prompt cannot be read at all."""


class EmptyPrompt(PromptError):
    """Nothing is left of the prompt once white space and invisible characters are gone."""


class PromptTooLong(PromptError):
    """The prompt has more characters than we read."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"{length} characters, at most {limit} are read")
        self.length = length
        self.limit = limit


class BadSign(PromptError):
    """A sign in the prompt cannot be followed (see `generation.prompts.markup`)."""


class BrokenSign(BadSign):
    """It is not whole: how it is written is shown by an example."""

    def __init__(self, sign: str, example: str) -> None:
        super().__init__(f"{sign!r} is not written like {example!r}")
        self.sign = sign
        self.example = example


class WeightOutOfRange(BadSign):
    """Words are given more or less weight than a model bears."""

    def __init__(self, words: str, weight: float, least: float, most: float) -> None:
        super().__init__(f"weight {weight:g} of {words!r}; {least:g} to {most:g}")
        self.words = words
        self.weight = weight
        self.least = least
        self.most = most


class LoraWeightOutOfRange(BadSign):
    """A LoRA is given more or less weight than a model bears."""

    def __init__(self, lora: str, weight: float, least: float, most: float) -> None:
        super().__init__(f"weight {weight:g} of the LoRA {lora!r}; {least:g} to {most:g}")
        self.lora = lora
        self.weight = weight
        self.least = least
        self.most = most


class TooManyLoras(BadSign):
    """More LoRAs than one picture takes."""

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(f"{count} LoRAs, at most {limit}")
        self.count = count
        self.limit = limit


class NestedTooDeep(BadSign):
    """Brackets stand in more brackets than we follow."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} brackets in one another")
        self.limit = limit


class UnknownWildcard(BadSign):
    """No list of the operator's has this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no list {name!r}; there are {', '.join(known)}")
        self.name = name
        self.known = known


class UnknownLora(PromptError):
    """The prompt asks for a LoRA that the model does not allow."""

    def __init__(self, lora: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"no LoRA {lora!r}; there are {', '.join(allowed) or 'none'}")
        self.lora = lora
        self.allowed = allowed


class NoPartNamed(PromptError):
    """The words say what becomes of something, but of no part of a picture that we know."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(f"none of {', '.join(parts)}")
        self.parts = parts


class PartNotSeen(PromptError):
    """The part is nowhere in the picture, as far as can be seen."""

    def __init__(self, part: str) -> None:
        super().__init__(f"no {part} to be seen")
        self.part = part


class BadSetting(PromptError):
    """Something cannot be set as somebody wants it (see `generation.tuning`)."""


class SettingOutOfRange(BadSetting):
    """It is no number from `least` to `most`; `value` is what was typed."""

    def __init__(self, field: str, value: str, least: float, most: float) -> None:
        super().__init__(f"{field}: {value!r} is not from {least:g} to {most:g}")
        self.field = field
        self.value = value
        self.least = least
        self.most = most


class NotAdjustable(BadSetting):
    """The model does not have it."""

    def __init__(self, field: str, model: str) -> None:
        super().__init__(f"{model} has no {field} to change")
        self.field = field
        self.model = model


class UnknownSampler(BadSetting):
    """The model does not work with it; there are those of the titles `samplers`."""

    def __init__(self, sampler: str, samplers: tuple[str, ...], model: str) -> None:
        super().__init__(f"no sampler {sampler!r}; {model} has {', '.join(samplers)}")
        self.sampler = sampler
        self.samplers = samplers
        self.model = model


class BadPicture(PromptError):
    """What was attached is no picture of a kind that we read; those below say what else it is."""


class BadMask(BadPicture):
    """What was attached as a mask does not say what is to be painted anew."""


class MaskOpaque(BadMask):
    """Nothing of it is open, so that nothing would change."""


class MaskOfManyGreys(BadMask):
    """It has no transparency, and is no drawing in black and white either."""


class MaskOfAnotherShape(BadMask):
    """Its sides are in another proportion than those of the picture."""

    def __init__(self, mask: tuple[int, int], picture: tuple[int, int]) -> None:
        super().__init__(f"mask {mask}, picture {picture}")
        self.mask = mask
        self.picture = picture


class MaskAlone(BadMask):
    """There is no picture that it could be laid upon."""


class PictureDamaged(BadPicture):
    """It begins as a picture, and is cut off or broken."""


class PictureTooHeavy(BadPicture):
    """Its file has more bytes than we take."""

    def __init__(self, max_megabytes: int) -> None:
        super().__init__(f"over {max_megabytes} MB")
        self.max_megabytes = max_megabytes


class PictureTooLarge(BadPicture):
    """It has more pixels than we decode."""

    def __init__(self, max_megapixels: int) -> None:
        super().__init__(f"over {max_megapixels} megapixels")
        self.max_megapixels = max_megapixels


class PictureTooSmall(BadPicture):
    """It has too few pixels to show anything."""

    def __init__(self, width: int, height: int, min_side_px: int) -> None:
        super().__init__(f"{width} x {height} pixels, under {min_side_px}")
        self.width = width
        self.height = height
        self.min_side_px = min_side_px


class PictureTooNarrow(BadPicture):
    """One side is so much longer than the other that no square shows much of it."""

    def __init__(self, width: int, height: int, max_ratio: int) -> None:
        super().__init__(f"{width} x {height} pixels, over {max_ratio} to 1")
        self.width = width
        self.height = height
        self.max_ratio = max_ratio


class PictureEmpty(BadPicture):
    """All of it is transparent, every frame that we look at."""
