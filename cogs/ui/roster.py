"""A page of what there is to draw with: each model with its state and what it is good for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from discord import ui
from discord.utils import format_dt

from bot.fetches import Fetch
from bot.lanes import Business
from bot.messenger import Content
from bot.texts import Sentences
from bot.user_errors import sentence
from cogs.actions import act, button, card
from cogs.ui.wording import bounded, escaped, size_text, words_text
from generation.backends.backend_options import OWN_SERVER
from generation.capabilities import Model, Task
from generation.problems import error_of

ON_A_PAGE = 4
"""As many as a phone shows without much scrolling, and as one message has room for."""
_TITLE_SHOWN = 60
_LORAS_SHOWN = 80
_FACT_SHOWN = 50
_WHY_SHOWN = 400
_NOTE_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """A model, and how it is doing."""

    model: Model
    business: Business
    is_default: bool = False
    """Whether it draws here where nobody says otherwise."""

    fetch: Fetch | None = None
    """Its download, if there is one."""

    @property
    def rank(self) -> int:
        """Those first that can draw at once, those last that cannot."""
        if self.model.problem is not None:
            return 3
        return 2 if not self.model.is_here else 0 if self.is_default else 1


def roster_content(
    entries: Sequence[Entry], page: int, t: Sentences, *, may_fetch: bool = False
) -> Content:
    """Page `page` (from 0) of `entries`, or the last there is; and what nobody checks.

    `may_fetch`: whether who sees it may have models downloaded.
    """
    ordered = sorted(entries, key=lambda entry: entry.rank)
    pages = max(1, -(-len(ordered) // ON_A_PAGE))
    page = min(page, pages - 1)
    shown = ordered[page * ON_A_PAGE :][:ON_A_PAGE]
    head = t("models.title")
    if pages > 1:
        where = t("models.page", page=page + 1, pages=pages, count=len(ordered))
        head = f"{head}\n{where}"
    items: list[ui.Item[Any]] = [ui.TextDisplay[Any](head)]
    for entry in shown:
        items.append(ui.TextDisplay("\n".join(_lines(entry, t))))
        if may_fetch and (entry.model.can_fetch or _is_coming(entry)):
            items.append(ui.ActionRow(_fetch_button(entry, page, t)))
    items.append(ui.TextDisplay(_checks(entries, t)))
    if pages > 1:
        items.append(_turning_row(page, pages, t))
    return Content(card(*items))


def _is_coming(entry: Entry) -> bool:
    return entry.fetch is not None and entry.fetch.is_running


def _fetch_button(entry: Entry, page: int, t: Sentences) -> ui.Button[Any]:
    """Has the model downloaded, or no longer."""
    key, title = entry.model.key, bounded(entry.model.title, _TITLE_SHOWN)
    if _is_coming(entry):
        label = t("button.stop_fetch", title=title)
        return button(act("stop-fetch", model=key, page=page), label=label, emoji="✖️")
    label = t("button.fetch", title=title)
    return button(act("fetch", model=key, page=page), label=label, emoji="⬇️")


def _fetch_line(fetch: Fetch, t: Sentences) -> str:
    """How far a download is, or why it has ended."""
    if fetch.problem is not None:
        return t("models.fetch_failed", why=sentence(error_of(fetch.problem), t))
    if not fetch.total_bytes:
        return t("models.fetch_begins")
    text = t(
        "models.fetching",
        percent=fetch.done_bytes * 100 // fetch.total_bytes,
        done=f"{fetch.done_bytes / 1e9:.1f}",
        total=f"{fetch.total_bytes / 1e9:.1f}",
    )
    if fetch.bytes_per_s and fetch.left_s is not None:
        ready_at = datetime.now(UTC) + timedelta(seconds=fetch.left_s)
        when = format_dt(ready_at, "R")
        text += t("models.fetch_pace", rate=f"{fetch.bytes_per_s / 1e6:.1f}", when=when)
    return text


def _turning_row(page: int, pages: int, t: Sentences) -> ui.ActionRow[Any]:
    """Back and forward; `by` keeps their custom ids apart."""
    ways = (
        ("previous", "◀️", max(page - 1, 0), page == 0),
        ("next", "▶️", min(page + 1, pages - 1), page == pages - 1),
    )
    return ui.ActionRow(
        *(
            button(
                act("models", page=to, by=by), label=t(f"button.{by}"), emoji=emoji, disabled=off
            )
            for by, emoji, to, off in ways
        )
    )


def _lines(entry: Entry, t: Sentences) -> Iterator[str]:
    model = entry.model
    title, default = bounded(model.title, _TITLE_SHOWN), t("models.default")
    key = "ready" if model.is_here else "to_fetch"
    key = key if model.problem is None else "problem"
    yield t(
        f"models.{key}", title=title, name=model.key, default=default if entry.is_default else ""
    )
    if entry.fetch is not None:
        yield t("models.why", why=bounded(_fetch_line(entry.fetch, t), _WHY_SHOWN))
    elif model.problem is not None:
        why = bounded(sentence(error_of(model.problem), t), _WHY_SHOWN)
        yield t("models.why", why=why)
    if model.problem is not None:
        return
    for facts in (_state(entry, t), _uses(model, t), _terms(model, t)):
        yield t("models.why", why=" · ".join(facts))
    if model.licence_note:
        note = escaped(model.licence_note, _NOTE_SHOWN)
        yield t("models.why", why=f"⚖️ {note}")


def _state(entry: Entry, t: Sentences) -> Iterator[str]:
    """Whether it is there, where it runs, how quick and how busy it is."""
    model, business = entry.model, entry.business
    if model.is_here:
        yield t("models.loaded" if model.loaded else "models.not_loaded")
        if model.disk_bytes:
            yield t("models.on_disk", size=size_text(model.disk_bytes, t))
    elif model.download_gb is None:
        yield t("models.fetched_first")
    else:
        yield t("models.fetched_first_size", size=f"{model.download_gb:g}")
    if model.device:
        yield t("models.where", device=bounded(model.device, _FACT_SHOWN))
    if (seconds := business.seconds_per_image) is not None:
        yield t("models.pace", seconds=f"{seconds:.1f}" if seconds < 10 else round(seconds))
    if business.waiting:
        yield t("models.waiting", count=business.waiting)


def _uses(model: Model, t: Sentences) -> Iterator[str]:
    """What a member can ask of it."""
    can = model.capabilities
    tasks = [t(f"task.{task}") for task in get_args(Task) if task in can.tasks]
    yield t("models.tasks", tasks=t.listed(tasks))
    yield t("models.sizes", sizes=t.listed(list(map(str, sorted(can.sizes_px)))))
    if others := [t(f"shape.{shape}") for shape in can.shapes if shape != "square"]:
        yield t("models.shapes", shapes=t.listed(others))
    yield t(f"models.reads_{'_'.join(can.reads) or 'traits'}")
    if can.references:
        yield t("models.references", count=can.references)
    if can.poses:
        yield t("models.poses")
    if can.refines:
        yield t("models.refines")
    if can.settings is not None:
        yield t("models.settings")
    if can.takes_negative:
        yield t("models.takes_negative")
    if can.loras:
        names = [lora.name for lora in can.loras]
        yield t("models.loras", names=words_text(names, _LORAS_SHOWN))


def _terms(model: Model, t: Sentences) -> Iterator[str]:
    """What it wants and costs."""
    if model.memory_gb is not None:
        yield t("models.memory", size=f"{model.memory_gb:g}")
    price = model.capabilities.price
    yield t("models.price", price=f"{price.usd_per_image:.3f}") if price else t("models.free")
    if model.licence:
        yield t("models.licence", licence=bounded(model.licence, _FACT_SHOWN))


def _checks(entries: Sequence[Entry], t: Sentences) -> str:
    """What is and is not checked: pictures that a model here draws are looked at by nobody."""
    lines = [t("models.checks_illustrator")]
    ready = [entry.model for entry in entries if entry.model.problem is None]
    if any(model.backend == "diffusers" for model in ready):
        lines.append(t("models.checks_diffusers"))
    for model in ready:
        if model.backend == "openai":
            whose = "own_server" if model.title.startswith(OWN_SERVER) else "openai"
            lines.append(t(f"models.checks_{whose}"))
    return "\n".join(lines)
