"""Models by what people call them: a key, a title, or a part of these, in any case.

The key of a model that is stored or chosen from a list is exact; see `bot.lanes`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from generation.capabilities import Model
from generation.errors import AmbiguousModel, ModelGone, UnknownBackend

OFFERED = 3
"""Models named to somebody whose words fit several, or none."""
_ALIKE = 0.7
"""Share of letters that a slip leaves the same, by difflib's reckoning."""
_SHORTEST = 3
"""Words of fewer letters look like half of all others."""
_WORD = re.compile(r"[^\W_]+")


def find_model(typed: str, models: Iterable[Model]) -> Model:
    """The one of `models` that `typed` means. Pure.

    The whole of a key, name or title comes before parts; of several, those come first that can be
    used now, and one whose title begins those of all others ("Animagine XL 4.0" and "Animagine XL
    4.0, 8 steps").

    Raises `AmbiguousModel`, `ModelGone` or `UnknownBackend`.
    """
    models = tuple(models)
    word = _squashed(typed)
    fitting = [model for model in models if word and word in _names(model)]
    if not fitting and not _is_key(typed, models):  # in the place of another, nobody wants one
        fitting = [model for model in models if fits(typed, model)]
    usable = [model for model in fitting if model.problem is None] or fitting
    if len(usable) == 1:
        return usable[0]
    if usable:
        plain = min(usable, key=lambda model: len(model.title))
        others = [model for model in usable if model is not plain]
        longer = all(_goes_on(other.title, plain.title) for other in others)
        if longer and _is_said(typed, plain.title):
            return plain
        raise AmbiguousModel(typed, _offered(usable))
    raise unknown(typed, models)


def fits(typed: str, model: Model) -> bool:
    """Whether every word of `typed` is in the title or key of `model`; a short one begins a word
    there.
    """
    return _is_said(typed, f"{model.title} {model.key}")


def _is_said(typed: str, text: str) -> bool:
    whole, begun = _squashed(text), tuple(_WORD.findall(text.casefold()))
    words = _WORD.findall(typed.casefold())

    def is_part(word: str) -> bool:
        if len(word) >= _SHORTEST or not word.isascii():
            return word in whole
        return any(other.startswith(word) for other in begun)

    return bool(words) and all(map(is_part, words))


def unknown(typed: str, models: Iterable[Model]) -> UnknownBackend:
    """The error for what means none of `models`, with those that are nearest in spelling.

    What has the form of a key was there when it was chosen.
    """
    models = tuple(models)
    known = tuple(model.key for model in models)
    if _is_key(typed, models):
        return ModelGone(typed, known, _offered(_nearest(typed.partition("/")[2], models)))
    return UnknownBackend(typed, known, _offered(_nearest(typed, models)))


def _is_key(typed: str, models: Iterable[Model]) -> bool:
    backend, sign, _ = typed.partition("/")
    return bool(sign) and backend in {model.backend for model in models}


def _names(model: Model) -> set[str]:
    return {_squashed(name) for name in (model.key, model.name, model.title)}


def _squashed(text: str) -> str:
    """Letters and digits alone: "sd 1.5" is "sd15"."""
    return "".join(_WORD.findall(text.casefold()))


def _goes_on(title: str, beginning: str) -> bool:
    return title != beginning and title.startswith(beginning)


def _nearest(typed: str, models: Iterable[Model]) -> list[Model]:
    """Those that can be used now and are spelt alike, the nearest first."""
    word = _squashed(typed)
    if len(word) < _SHORTEST:
        return []
    scores = {model.key: _alikeness(word, model) for model in models}
    near = [m for m in models if m.problem is None and scores[m.key] >= _ALIKE]
    return sorted(near, key=lambda model: -scores[model.key])


def _alikeness(word: str, model: Model) -> float:
    """How much `word` looks like a name of the model, or like the part of one that is as long."""
    parts = {_squashed(part) for part in _WORD.findall(f"{model.title} {model.key}")}
    beginnings = {name[: len(word)] for name in _names(model)}
    matcher = difflib.SequenceMatcher(b=word, autojunk=False)
    best = 0.0
    for candidate in parts | beginnings | _names(model):
        if len(candidate) >= _SHORTEST:
            matcher.set_seq1(candidate)
            best = max(best, matcher.ratio())
    return best


def _offered(models: Sequence[Model]) -> dict[str, str]:
    return {model.key: model.title for model in models[:OFFERED]}
