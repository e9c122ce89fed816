"""Everything that is wrong with a body, by path, as Discord nests it."""

from dataclasses import dataclass, field
from typing import Any

from playground.errors import InvalidForm
from playground.wire import Json

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: Discord's name for it, and its sentence."""

    path: Path
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Problems:
    """Collects problems, so that a refusal names all of them at once."""

    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, path: Path, code: str, message: str) -> None:
        """Note a broken rule."""
        self.found.append(Problem(path, code, message))

    def raise_if_any(self) -> None:
        """Raise `InvalidForm` where anything was noted."""
        if self.found:
            raise InvalidForm(nested(self.found))


def nested(problems: list[Problem]) -> Json:
    """`{"embeds": {"0": {"title": {"_errors": [{"code": ..., "message": ...}]}}}}`."""
    tree: Json = {}
    for problem in problems:
        node: dict[str, Any] = tree
        for step in problem.path:
            node = node.setdefault(str(step), {})
        error = {"code": problem.code, "message": problem.message}
        node.setdefault("_errors", []).append(error)
    return tree
