"""The backends by name. A new one is one file here, one line below, and its options."""

from collections.abc import Callable
from typing import Any

from generation.backends.backend_options import DiffusersOptions, OpenAIOptions
from generation.backends.base import Backend
from generation.errors import UnknownBackend
from generation.request import TOOLS


def _illustrator(_: None) -> Backend:
    from generation.backends.illustrator import IllustratorBackend

    return IllustratorBackend()


def _diffusers(options: DiffusersOptions | None) -> Backend:
    from generation.backends.diffusers.backend import DiffusersBackend

    return DiffusersBackend(options or DiffusersOptions())


def _openai(options: OpenAIOptions | None) -> Backend:
    from generation.backends.openai.provider import OpenAIBackend

    return OpenAIBackend(options or OpenAIOptions())


def _tools(_: None) -> Backend:
    from generation.backends.tools import ToolsBackend

    return ToolsBackend()


BACKENDS: dict[str, Callable[[Any], Backend]] = {
    "illustrator": _illustrator,
    "diffusers": _diffusers,
    "openai": _openai,
    TOOLS: _tools,
}
"""Each takes the options class of its own, or `None` for the defaults."""


def create_backend(name: str, options: object = None) -> Backend:
    """The backend called `name`. Raises `UnknownBackend`, which lists the known ones."""
    if name not in BACKENDS:
        raise UnknownBackend(name, tuple(BACKENDS))
    return BACKENDS[name](options)
