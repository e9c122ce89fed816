"""What can go wrong with a request, as data; `bot.user_errors` holds the one table that turns it
into words.

GenerationError
├── PromptError, see `generation.prompt_errors`
├── UnknownRequest
├── LimitReached
├── QueueFull
├── CannotDo
│   ├── CannotDraw
│   ├── TooManyReferences
│   └── UnsupportedSize
├── NoStrength
├── NothingToStartFrom
├── NotFound
│   ├── GenerationNotFound
│   ├── ImageNotFound
│   ├── PhotoExpired
│   └── PictureLost
├── TooLarge
│   └── TooLargeToRefine
├── NoFigure
├── NoFace
└── BackendError
    ├── UnknownBackend
    │   ├── AmbiguousModel
    │   └── ModelGone
    ├── DrawingFailed
    ├── OutOfMemory
    ├── LoraMissing
    ├── Unavailable
    │   ├── NotInstalled
    │   ├── WrongSetting
    │   │   ├── NotConfigured
    │   │   └── Misconfigured
    │   ├── WrongSource
    │   │   ├── ModelMissing
    │   │   └── ModelGated
    │   ├── DownloadError, see `generation.download_errors`
    │   ├── WrongFile
    │   │   ├── ModelIncomplete
    │   │   │   ├── FileEmpty
    │   │   │   └── NotWeights
    │   │   ├── SingleFile
    │   │   ├── PartialCheckpoint
    │   │   └── LoraDoesNotFit
    │   ├── WrongFamily
    │   └── UnsafeWeights
    └── ProviderError
        ├── PromptRefused
        ├── RateLimited
        ├── QuotaExhausted
        ├── KeyRefused
        ├── ProviderTimeout
        ├── ProviderDown
        └── BadAnswer
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class GenerationError(Exception):
    """Base of everything that a member may be told about their request."""


class UnknownRequest(GenerationError):
    """What is stored of a request is of a kind, or in a shape, that this version cannot read."""

    def __init__(self, kind: str, version: str) -> None:
        super().__init__(f"a request of kind {kind}, version {version}")
        self.kind = kind
        self.version = version


class LimitReached(GenerationError):
    """The member already has as many open jobs as this server allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} jobs already open")
        self.limit = limit


class QueueFull(GenerationError):
    """So many jobs wait already that one more would wait too long."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} jobs are waiting")
        self.waiting = waiting


class CannotDo(GenerationError):
    """The model cannot do what is asked; `others` are those that can, by key."""

    def __init__(self, model: str, others: tuple[str, ...]) -> None:
        super().__init__(f"{model} cannot; {', '.join(others) or 'nothing here'} can")
        self.model = model
        self.others = others


class CannotDraw(CannotDo):
    """The model lacks a task: to start from a picture, to paint a part of one, to look at one."""

    def __init__(self, model: str, task: str, others: tuple[str, ...]) -> None:
        super().__init__(model, others)
        self.task = task


class TooManyReferences(CannotDo):
    """The model looks at fewer pictures than are given."""

    def __init__(self, model: str, given: int, most: int, others: tuple[str, ...]) -> None:
        super().__init__(model, others)
        self.given = given
        self.most = most


class NoStrength(GenerationError):
    """The model edits a picture whole: it cannot be told how far to go from it."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model} knows no strength")
        self.model = model


class NothingToStartFrom(GenerationError):
    """A strength is given, and no picture that it would be about."""


class UnsupportedSize(CannotDo):
    """The model does not draw that large, or that small."""

    def __init__(
        self, model: str, size_px: int, sizes_px: tuple[int, ...], others: tuple[str, ...]
    ) -> None:
        super().__init__(model, others)
        self.size_px = size_px
        self.sizes = sizes_px


class UnsupportedShape(CannotDo):
    """The model draws no pictures of that shape."""

    def __init__(
        self, model: str, shape: str, shapes: tuple[str, ...], others: tuple[str, ...]
    ) -> None:
        super().__init__(model, others)
        self.shape = shape
        self.shapes = shapes


class NotFound(GenerationError):
    """What a button or a command names is no longer there."""


class GenerationNotFound(NotFound):
    """No generation has this id (it was deleted, or never was)."""

    def __init__(self, generation_id: int) -> None:
        super().__init__(f"no generation {generation_id}")
        self.generation_id = generation_id


class ImageNotFound(NotFound):
    """No image has this id (it was deleted, or never was)."""

    def __init__(self, image_id: int) -> None:
        super().__init__(f"no image {image_id}")
        self.image_id = image_id


class PhotoExpired(NotFound):
    """The photo that a drawing started from is not kept any more."""


class PictureLost(NotFound):
    """The row is there, its file is gone from the disk."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"picture {sha256[:12]} is not on the disk")
        self.sha256 = sha256


class TooLarge(GenerationError):
    """The picture would become larger than we make them."""

    def __init__(self, limit_px: int) -> None:
        super().__init__(f"larger than {limit_px} pixels a side")
        self.limit_px = limit_px


class TooLargeToRefine(TooLarge):
    """The picture is about as large already as `model` can make it finer."""

    def __init__(self, model: str, limit_px: int) -> None:
        super().__init__(limit_px)
        self.model = model


class NoFace(GenerationError):
    """No face can be made out in the picture."""


class NoFigure(GenerationError):
    """The background cannot be told from what stands before it, so nothing can be cut out."""


class BackendError(GenerationError):
    """A backend did not deliver."""


class UnknownBackend(BackendError):
    """Nothing that draws has this name."""

    def __init__(
        self, name: str, known: tuple[str, ...], near: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """`near`: the keys of models that may have been meant, with their titles."""
        super().__init__(f"no backend {name!r}; there are {', '.join(known)}")
        self.name = name
        self.known = known
        self.near = dict(near)


class AmbiguousModel(UnknownBackend):
    """What was typed fits several models; `near` has some of them."""

    def __init__(self, name: str, near: Mapping[str, str]) -> None:
        super().__init__(name, tuple(near), near)


class ModelGone(UnknownBackend):
    """A key that was stored, or chosen from a list, and whose model is there no longer."""


class DrawingFailed(BackendError):
    """The backend broke while drawing; the cause is chained."""

    def __init__(self, backend: str) -> None:
        super().__init__(f"{backend} could not draw")
        self.backend = backend


class OutOfMemory(BackendError):
    """The device has too little memory, also for one picture at a time."""

    def __init__(self, model: str) -> None:
        super().__init__(f"not enough memory for {model}")
        self.model = model


class LoraMissing(BackendError):
    """A LoRA that a prompt may ask for cannot be had: it is missing, damaged or not given."""

    def __init__(self, lora: str) -> None:
        super().__init__(lora)
        self.lora = lora


class Unavailable(BackendError):
    """A model cannot be used until the operator does something; each class says what."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model} is not available: {type(self).__name__}")
        self.model = model


class NotInstalled(Unavailable):
    """The packages that it needs are not there; `command` brings them."""

    def __init__(self, model: str, command: str) -> None:
        super().__init__(model)
        self.command = command


class WrongSetting(Unavailable):
    """It is up to one setting."""

    def __init__(self, model: str, setting: str) -> None:
        super().__init__(model)
        self.setting = setting


class NotConfigured(WrongSetting):
    """A setting is missing that switches it on."""


class Misconfigured(WrongSetting):
    """A setting that it needs is there, and cannot be used as it is; the log says why."""


class WrongSource(Unavailable):
    """It cannot be had whole from where its preset says: a folder, or a name at the hub."""

    def __init__(self, model: str, source: str) -> None:
        super().__init__(model)
        self.source = source


class ModelMissing(WrongSource):
    """Neither on the disk nor at the hub under this name."""


class ModelGated(WrongSource):
    """The hub gives it only to those who have accepted its licence there."""


class WrongFile(Unavailable):
    """Base of what is wrong with a file, which is told by its name without folders."""

    def __init__(self, model: str, file: str) -> None:
        super().__init__(model)
        self.file = file


class ModelIncomplete(WrongFile):
    """Some of its files are missing or damaged: a download that was cut off."""


class FileEmpty(ModelIncomplete):
    """A file of it holds nothing."""


class NotWeights(ModelIncomplete):
    """A file of it is called one of weights, and is a page of the web or something else."""


class SingleFile(WrongFile):
    """It is a checkpoint of one file, and the preset does not say so or its family has none."""


class PartialCheckpoint(WrongFile):
    """It is weights in one file, but no whole model: a LoRA, or a U-Net or VAE alone."""


class LoraDoesNotFit(WrongFile):
    """A LoRA was made for another family of models."""


class WrongFamily(Unavailable):
    """The files are of another family of models than the preset says."""

    def __init__(self, model: str, family: str, found: str) -> None:
        super().__init__(model)
        self.family = family
        self.found = found


class UnsafeWeights(Unavailable):
    """The weights are not safetensors: loading them could run somebody else's code."""


class ProviderError(BackendError):
    """A service on the network did not deliver."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"{provider}: {type(self).__name__}")
        self.provider = provider


class PromptRefused(ProviderError):
    """The provider's moderation refused the prompt or the picture. Nothing is charged."""


class RateLimited(ProviderError):
    """The provider asks for more patience than the job has."""

    def __init__(self, provider: str, retry_after_s: float) -> None:
        super().__init__(provider)
        self.retry_after_s = round(retry_after_s)


class QuotaExhausted(ProviderError):
    """The account is out of credit, or over the limit that its owner has set."""


class KeyRefused(ProviderError):
    """The key is wrong, or may not do this (an organisation that is not verified, say)."""


class ProviderTimeout(ProviderError):
    """No answer in time."""


class ProviderDown(ProviderError):
    """It cannot be reached, or fails on its own side, also after some retries."""


class BadAnswer(ProviderError):
    """The answer holds no picture, or is cut off in the middle."""
