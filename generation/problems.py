"""Problems: errors as plain data, as backends tell of them over a wire, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generation.download_errors import DownloadError
from generation.errors import BackendError, GenerationError
from generation.prompt_errors import PromptError

Parameter = str | int | float | tuple[str, ...] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A `GenerationError` as plain data: what crosses a wire, and what can be kept."""

    kind: str
    """The name of its class."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])


def problem_of(error: GenerationError) -> Problem:
    """`error` as data, without its trace and its cause."""
    return Problem(type(error).__name__, dict(vars(error)))


def error_of(problem: Problem) -> GenerationError:
    """The error that `problem` stands for; of a kind that is not known here, a `BackendError`."""
    kind = _KINDS.get(problem.kind, BackendError)
    error = kind.__new__(kind, f"{problem.kind} {dict(problem.parameters)}".removesuffix(" {}"))
    vars(error).update(
        {name: tuple(v) if isinstance(v, list) else v for name, v in problem.parameters.items()}
    )
    return error


def _kinds(kind: type[GenerationError]) -> dict[str, type[GenerationError]]:
    found = {kind.__name__: kind}
    for child in kind.__subclasses__():
        found |= _kinds(child)
    return found


_KINDS = _kinds(GenerationError) | _kinds(PromptError) | _kinds(DownloadError)
