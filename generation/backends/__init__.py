"""The backends by name. A new one is one file here, one line below, and its options."""

from collections.abc import Callable

from generation.backends.base import Backend
from generation.errors import UnknownBackend


def _illustrator() -> Backend:
    from generation.backends.illustrator import IllustratorBackend

    return IllustratorBackend()


BACKENDS: dict[str, Callable[[], Backend]] = {
    "illustrator": _illustrator,
}


def create_backend(name: str) -> Backend:
    """The backend called `name`. Raises `UnknownBackend`, which lists the known ones."""
    if name not in BACKENDS:
        raise UnknownBackend(name, tuple(BACKENDS))
    return BACKENDS[name]()
