"""What can go wrong with a request, as data; `bot.errors` holds the one table that turns it into
words.

GenerationError
├── PromptError
│   ├── EmptyPrompt
│   └── PromptTooLong
├── LimitReached
├── NotFound
│   ├── GenerationNotFound
│   ├── ImageNotFound
│   └── PictureLost
└── BackendError
    ├── UnknownBackend
    └── DrawingFailed
"""


class GenerationError(Exception):
    """Base of everything that a member may be told about their request."""


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


class LimitReached(GenerationError):
    """The member already has as many open jobs as this server allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} jobs already open")
        self.limit = limit


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


class PictureLost(NotFound):
    """The row is there, its file is gone from the disk."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"picture {sha256[:12]} is not on the disk")
        self.sha256 = sha256


class BackendError(GenerationError):
    """A backend did not deliver."""


class UnknownBackend(BackendError):
    """No backend of this name is configured."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no backend {name!r}; there are {', '.join(known)}")
        self.name = name
        self.known = known


class DrawingFailed(BackendError):
    """The backend broke while drawing; the cause is chained."""

    def __init__(self, backend: str) -> None:
        super().__init__(f"{backend} could not draw")
        self.backend = backend
