"""Requests as plain JSON, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from generation.errors import UnknownRequest
from generation.request import (
    AS_USUAL,
    NO_GUIDES,
    ApplyTool,
    Between,
    Draw,
    Guides,
    Output,
    Refine,
    Repaint,
    Request,
    Settings,
    Subject,
    Vary,
    guides_of,
)
from generation.traits import Traits

VERSION = 1
"""Of the shape that `to_json` writes. A change of it comes with what reads the one before."""
_KINDS: dict[str, type[Request]] = {
    "draw": Draw,
    "repaint": Repaint,
    "vary": Vary,
    "tool": ApplyTool,
    "refine": Refine,
    "between": Between,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_json(request: Request) -> dict[str, Any]:
    """`request` as plain JSON, with its kind and the version of its shape."""
    data: dict[str, Any] = {
        field.name: getattr(request, field.name)
        for field in fields(request)
        if field.name not in ("subject", "output", "guides")
    }
    if (guides := guides_of(request)) != NO_GUIDES:
        data["guides"] = {"references": list(guides.references), "pose": guides.pose}
    if isinstance(data.get("traits"), Traits):
        data["traits"] = data["traits"].to_json()
    if isinstance(settings := data.pop("settings", None), Settings) and settings != AS_USUAL:
        data["settings"] = asdict(settings)
    if isinstance(request, Between):
        data["other"] = _subject_json(request.other)
    return {
        "kind": _NAMES[type(request)],
        "version": VERSION,
        "subject": _subject_json(request.subject),
        "output": asdict(request.output),
        **data,
    }


def _subject_json(subject: Subject) -> dict[str, Any]:
    data: dict[str, Any] = {
        "prompt": subject.prompt,
        "traits": subject.traits.to_json(),
        "leftover": list(subject.leftover),
        "without": list(subject.without),
    }
    if subject.lists:
        data["lists"] = {name: list(lines) for name, lines in subject.lists}
    return data


def _subject(data: Mapping[str, Any]) -> Subject:
    return Subject(
        prompt=data["prompt"],
        traits=Traits.from_json(data["traits"]),
        leftover=tuple(data["leftover"]),
        without=tuple(data.get("without", ())),  # rows from before have none
        lists=tuple((n, tuple(v)) for n, v in data.get("lists", {}).items()),
    )


def from_json(data: Mapping[str, Any]) -> Request:
    """The request that `to_json` made `data` of. Raises `UnknownRequest` for any other."""
    others = {name: data[name] for name in data.keys() - {"kind", "version", "subject", "output"}}
    kind, version = data.get("kind"), data.get("version")
    if kind not in _KINDS or version != VERSION:
        raise UnknownRequest(str(kind), str(version))
    try:
        if others.get("traits") is not None:
            others["traits"] = Traits.from_json(others["traits"])
        if others.get("face") is not None:
            left, top, side = others["face"]
            others["face"] = (left, top, side)
        if "settings" in others:  # rows from before have none
            others["settings"] = Settings(**others["settings"])
        if "guides" in others:
            seen = others["guides"]
            others["guides"] = Guides(references=tuple(seen["references"]), pose=seen["pose"])
        if "other" in others:
            others["other"] = _subject(others["other"])
        subject = _subject(data["subject"])
        return _KINDS[kind](subject=subject, output=Output(**data["output"]), **others)
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownRequest(kind, str(version)) from error
