"""`moevatar models`: what there is to draw with; check, fetch and measure it without Discord."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from statistics import median
from typing import Any, assert_never

from bot.console import sentence_for
from bot.settings import Settings, options_for
from generation.backends import BACKENDS, TOOLS, create_backend
from generation.backends.base import (
    Backend,
    BadOptions,
    Batch,
    BatchItem,
    Faulty,
    ItemFailed,
    Progress,
    StockEvent,
    Whole,
)
from generation.capabilities import Model, check
from generation.errors import GenerationError, UnknownBackend
from generation.naming import find_model
from generation.problems import error_of
from generation.prompt import read_prompt
from generation.request import Draw, Output, Subject

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""The last as shells have it: 128 and the number of SIGINT."""
_PROMPT = "a girl with silver hair and cat ears, smiling"
_LINE_EVERY_S = 5.0
_BAR = 24

Backends = dict[str, Backend]


def add_models(commands: Any) -> None:
    """Add the subcommand to argparse's subparsers."""
    models = commands.add_parser("models", help="list, check, fetch and measure what draws")
    models.set_defaults(command=_command(lambda backends, _: _list(backends)))
    verbs = models.add_subparsers(metavar="VERB")
    checking = verbs.add_parser("check", help="read every file of a model, or of all that are here")
    checking.add_argument("name", nargs="?", help="its title, its key or a part of them")
    checking.set_defaults(command=_command(lambda b, a: _check(b, a.name)))
    fetching = verbs.add_parser("fetch", help="download a model, or go on with that")
    fetching.add_argument("name", help="its title, its key or a part of them")
    fetching.set_defaults(command=_command(lambda b, a: _fetch(b, a.name)))
    measuring = verbs.add_parser("measure", help="draw with a model, and tell how long that takes")
    measuring.add_argument("name", help="its title, its key or a part of them")
    measuring.add_argument("--count", type=_count, default=3, help="pictures (3), after the first")
    measuring.set_defaults(command=_command(lambda b, a: _measure(b, a.name, a.count)))


def _command(
    work: Callable[[Backends, argparse.Namespace], Awaitable[int]],
) -> Callable[[argparse.Namespace, Settings], int]:
    """As argparse's subcommands are called here."""

    def command(arguments: argparse.Namespace, settings: Settings) -> int:
        return _run(settings, lambda backends: work(backends, arguments))

    return command


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("a number of pictures is from 1 to 100")
    return int(text)


def _run(settings: Settings, work: Callable[[Backends], Awaitable[int]]) -> int:
    """Do `work` with every backend open, and say in a line why it cannot be done."""

    async def opened() -> int:
        async with _open_backends(settings) as backends:
            return await work(backends)

    try:
        return asyncio.run(opened())
    except KeyboardInterrupt:
        return _fail("stopped. What has been downloaded is kept: fetch goes on there", INTERRUPTED)
    except UnknownBackend as error:
        return _fail(sentence_for(error), BAD_INPUT)
    except GenerationError as error:
        return _fail(sentence_for(error), FAILED)
    except BadOptions as error:
        return _fail(str(error), BAD_INPUT)


@asynccontextmanager
async def _open_backends(settings: Settings) -> AsyncGenerator[Backends]:
    backends = {n: create_backend(n, options_for(n, settings)) for n in BACKENDS if n != TOOLS}
    try:
        for backend in backends.values():
            await backend.open()
        yield backends
    finally:
        for backend in backends.values():
            await backend.aclose()


def _models(backends: Backends) -> list[Model]:
    return [model for backend in backends.values() for model in backend.describe().models]


def _named(backends: Backends, typed: str) -> Model:
    """Raises `UnknownBackend`."""
    exact = [model for model in _models(backends) if typed in (model.key, model.name)]
    return exact[0] if exact else find_model(typed, _models(backends))


async def _list(backends: Backends) -> int:
    rows = [("MODEL", "TITLE", "STATE", "SIZE", "MEMORY", "LICENCE")]
    for model in _models(backends):
        memory = f"{model.memory_gb:g} GB" if model.memory_gb else "-"
        rows.append(
            (model.key, model.title, _state(model), _size(model), memory, model.licence or "-")
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(
            "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        )
    for model in _models(backends):
        if model.problem is not None:
            print(f"\n{model.key}: {sentence_for(error_of(model.problem))}")
    return OK


def _state(model: Model) -> str:
    if model.problem is not None:
        return "cannot draw"
    return "ready" if model.is_here else "to be fetched"


def _size(model: Model) -> str:
    if model.disk_bytes:
        return f"{model.disk_bytes / 1e9:.1f} GB"
    return f"~{model.download_gb:g} GB" if model.download_gb else "-"


async def _check(backends: Backends, name: str | None) -> int:
    """Those that are not here at all are only named, unless one was asked for."""
    models = [_named(backends, name)] if name else _models(backends)
    worst = OK
    for model in models:
        if model.problem is None and not model.is_here:
            print(f"{model.title}: not here, or not all of it. moevatar models fetch {model.key}")
            worst = max(worst, FAILED if name else OK)
        else:
            events = backends[model.backend].verify(model.key)
            worst = max(worst, await _told(model, events, "is whole"))
    return worst


async def _fetch(backends: Backends, name: str) -> int:
    model = _named(backends, name)
    return await _told(model, backends[model.backend].fetch(model.key), "is here")


async def _told(model: Model, events: AsyncGenerator[StockEvent], when_whole: str) -> int:
    """Show how far it is, and how it ends."""
    line, status = _ProgressLine(model.title), OK
    async with aclosing(events):
        async for event in events:
            match event:
                case Progress():
                    line.show(event)
                case Whole():
                    line.clear()
                    print(f"{model.title} {when_whole}")
                case Faulty(problem, cause):
                    line.clear()
                    status = _fail(sentence_for(error_of(problem)), FAILED)
                    if cause:
                        print(f"  {cause}", file=sys.stderr)
                case _:
                    assert_never(event)
    return status


class _ProgressLine:
    """On standard error: a bar that is written over on a terminal, elsewhere a line at times."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._first: tuple[float, int] | None = None
        self._told_at = float("-inf")
        self._is_terminal = sys.stderr.isatty()
        self._width = 0

    def show(self, progress: Progress) -> None:
        """Tell how far it is, unless that was told just now."""
        now = time.monotonic()
        self._first = self._first or (now, progress.done)
        if not self._is_terminal and now - self._told_at < _LINE_EVERY_S:
            return
        self._told_at = now
        text = f"{self._title}: {self._words(progress, now)}"
        if self._is_terminal:
            print(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
            self._width = len(text)
        else:
            print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave the line to what is said next."""
        if self._is_terminal and self._width:
            print(f"\r{'':<{self._width}}\r", end="", file=sys.stderr, flush=True)
        self._width = 0

    def _words(self, progress: Progress, now: float) -> str:
        done, total = progress.done, max(progress.total, 1)
        full = min(_BAR, done * _BAR // total)
        bar = f"[{'#' * full}{'.' * (_BAR - full)}] " if self._is_terminal else ""
        words = f"{bar}{done * 100 // total} %, {done / 1e6:.0f} of {total / 1e6:.0f} MB"
        assert self._first is not None
        since_s, gained = now - self._first[0], done - self._first[1]
        if since_s > 0 and gained > 0:
            left_s = (progress.total - done) * since_s / gained
            words += f", {gained / since_s / 1e6:.1f} MB/s, {left_s:.0f} s left"
        return words


async def _measure(backends: Backends, name: str, count: int) -> int:
    """The first picture is told alone: it loads the model."""
    model = _named(backends, name)
    backend = backends[model.backend]
    if model.problem is not None:
        raise error_of(model.problem)
    if model.capabilities.price is not None:
        return _fail(f"{model.title} costs money a picture, and is not drawn with for this", FAILED)
    if not model.is_here:
        status = await _told(model, backend.fetch(model.key), "is here")
        if status != OK:
            return status
    seconds = [await _seconds(backend, model, number) for number in range(count + 1)]
    size_px = model.capabilities.sizes_px[0]
    where = f" on {model.device}" if model.device else ""
    print(f"{model.title}{where}, {size_px} px:")
    print(f"  first picture, with loading  {seconds[0]:.2f} s")
    print(f"  a picture, median of {count:<8}{median(seconds[1:]):.2f} s")
    if model.backend == "diffusers":
        from generation.backends.diffusers.device import peak_bytes

        if peak := peak_bytes():
            print(f"  memory at its highest        {peak / 1e9:.2f} GB")
    return OK


async def _seconds(backend: Backend, model: Model, number: int) -> float:
    """How long a picture takes. Raises what hinders it."""
    output = Output(count=1, seed=number, size_px=model.capabilities.sizes_px[0])
    subject = Subject(prompt=_PROMPT, traits=read_prompt(_PROMPT, number).traits)
    request = Draw(subject=subject, output=output, model=model.key)
    check(request, model, ())
    began = time.perf_counter()
    item = BatchItem(id=f"measure-{number}", request=request)
    async with aclosing(backend.run(Batch((item,)))) as events:
        async for event in events:
            if isinstance(event, ItemFailed):
                raise error_of(event.problem)
    return time.perf_counter() - began


def _fail(sentence: str, status: int) -> int:
    print(f"moevatar models: {sentence}", file=sys.stderr)
    return status
