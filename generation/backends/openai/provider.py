"""OpenAI, or a server that speaks its API, as a backend."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from importlib.util import find_spec
from typing import Any, TypeVar

from generation.backends.backend_options import OpenAIOptions
from generation.backends.base import (
    Batch,
    BatchEvent,
    BatchItem,
    GeneratedImage,
    Progress,
    Result,
)
from generation.backends.openai.answers import Answer
from generation.backends.openai.api import BadNetwork, Caller, Retry, api_client, http_client
from generation.backends.openai.calls import Call, calls_of, facts
from generation.backends.openai.image_models import (
    FALLBACK,
    Family,
    cost_of,
    family_of,
    price_of,
    resolve,
)
from generation.backends.runs import Report, Run, Runs, WithoutFiles, in_thread
from generation.capabilities import Capabilities, Description, Model, Task
from generation.errors import (
    BackendError,
    Misconfigured,
    ModelMissing,
    NotConfigured,
    NotInstalled,
)
from generation.masks.keeping import kept
from generation.problems import problem_of
from generation.request import Request

log = logging.getLogger(__name__)

T = TypeVar("T")

PACKAGES = ("openai", "httpx2", "socksio")
"""What the extra `openai` brings."""
COMMAND = "pip install '.[openai]'"
CALLS = 4
"""Requests drawn at the same time; the provider has a limit a minute of its own."""
MOST_PICTURES = 16
"""That a gpt-image takes in one edit, by OpenAI's reference of the API."""
THREADS = 2
"""Pictures decoded at the same time."""
RESOLVED_FOR_S = 24 * 3600.0
TRY_AGAIN_S = 300.0
"""While there is no model: a server of one's own may just be starting."""


def _today() -> date:
    return datetime.now(UTC).date()


class OpenAIBackend(WithoutFiles):
    """Draws over the network with one client. A call is never shared: its bill is one member's.

    `_model` is `None` exactly until a model has been found; `_problem` says why, or what is wrong
    since then.
    """

    NAME = "openai"

    def __init__(
        self,
        options: OpenAIOptions,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        today: Callable[[], date] = _today,
    ) -> None:
        """`sleep`, `jitter` and `today` are for tests, which wait for nothing."""
        self._options = options
        self._retry = Retry(options.max_wait_s, sleep, jitter)
        self._sleep = sleep
        self._today = today
        self._http: Any = None
        self._client: Any = None
        self._model: str | None = None
        self._problem: BackendError | None = NotConfigured(
            options.provider, "MOEVATAR_OPENAI_API_KEY"
        )
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix=self.NAME)
        self._runs = Runs(self.NAME)
        self._resolving: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """See `Backend.open`: imports the client, which takes a second, and finds the model."""
        if self._options.api_key is None and self._options.base_url is None:
            return
        if any(find_spec(package) is None for package in PACKAGES):
            self._problem = NotInstalled(self._options.provider, COMMAND)
            return
        if mistake := self._options.mistake():
            log.warning("OpenAI is not used. %s: %s", mistake.setting, mistake.wanted)
            self._problem = Misconfigured(self._options.provider, mistake.setting)
            return
        try:
            self._http = await self._in_thread(http_client)
        except BadNetwork as bad:
            log.warning("OpenAI is not used. %s: %s", bad.setting, type(bad.__cause__).__name__)
            self._problem = Misconfigured(self._options.provider, bad.setting)
            return
        self._client = api_client(self._http, self._options)
        await self._resolve()
        self._resolving = asyncio.create_task(self._stay_resolved(), name="openai-model")

    def describe(self) -> Description:
        """The one model there is at a time."""
        provider = self._options.provider
        model = Model(
            backend=self.NAME,
            name=self.NAME,
            title=f"{provider} {self._model}" if self._model else provider,
            capabilities=self._capabilities(),
            problem=None if self._problem is None else problem_of(self._problem),
            loaded=self._problem is None,
            device=self._options.device,
        )
        return Description(name=self.NAME, concurrency=CALLS, models=(model,))

    def batch_key(self, request: Request) -> None:
        """Never shared: `request` is drawn alone."""

    def run(self, batch: Batch) -> AsyncGenerator[BatchEvent]:
        """See `Backend.run`."""
        return self._runs.events(batch, self._draw_all)

    async def cancel(self, item_id: str) -> None:
        """See `Backend.cancel`; closes the connection."""
        self._runs.cancel(item_id)

    async def aclose(self) -> None:
        """Stop looking for models, close the connections and let the threads end."""
        if self._resolving is not None:
            self._resolving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._resolving
        if self._client is not None:
            await self._client.close()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _capabilities(self) -> Capabilities:
        family = self._family()
        return Capabilities(
            tasks=_tasks(family),
            sizes_px=(1024, 768, 512, 256) if family.draws_small else (1024,),
            shapes=family.shapes,
            candidates_per_call=10 if family.is_gpt_image else 1,
            price=price_of(family, self._options.quality),
            reads=("en", "zh"),
            references=MOST_PICTURES if family.is_gpt_image else 0,
            poses=family.is_gpt_image,
        )

    def _family(self) -> Family:
        unresolved = FALLBACK if self._options.is_official else ""
        return family_of(self._model or unresolved)

    async def _stay_resolved(self) -> None:
        while True:
            await self._sleep(RESOLVED_FOR_S if self._problem is None else TRY_AGAIN_S)
            await self._resolve()

    async def _resolve(self, avoid: str | None = None) -> None:
        """Settle what to draw with, or what is in the way."""
        try:
            model = await resolve(
                self._client, self._options, self._today(), current=self._model, avoid=avoid
            )
        except BackendError as problem:
            log.warning("%s cannot draw now: %s", self._options.address, problem)
            self._problem = problem
            return
        if model != self._model:
            log.info("%s draws with %s", self._options.address, model)
        self._model, self._problem = model, None

    async def _draw_all(self, run: Run) -> None:
        for item in run.items:
            run.finish(item, await self._draw(item, lambda told, of=item: run.report(told, of)))

    async def _draw(self, item: BatchItem, report: Report) -> Result:
        """Draw with the model; where that has gone, once more with another."""
        if self._problem is not None:
            raise self._problem.with_traceback(None)  # raised often: it must not grow
        model = self._model or FALLBACK
        try:
            return await self._draw_with(model, item, report)
        except ModelMissing:
            log.warning("%s has no %s any more", self._options.address, model)
            await self._resolve(avoid=model)
            if self._model is None or self._model == model:
                raise
            return await self._draw_with(self._model, item, report)

    async def _draw_with(self, model: str, item: BatchItem, report: Report) -> Result:
        calls = await self._in_thread(calls_of, item, model)
        count = _Count(item.request.output.count, report)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._call(call, count)) for call in calls]
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        answers = [task.result() for task in tasks]
        images = [
            image
            for call, answer in zip(calls, answers, strict=True)
            for image in _images(call, answer, self._options)
        ]
        usage = sum((Counter(answer.usage) for answer in answers), Counter[str]())
        return Result(tuple(images), dict(usage), cost_of(family_of(model), usage))

    async def _call(self, call: Call, count: _Count) -> Answer:
        caller = Caller(self._client, self._http, self._options, self._in_thread)
        answer = await self._retry.call(lambda: caller.call(call, count.show))
        count.add(len(answer.pictures))
        if call.original is None:
            return answer
        return await self._in_thread(_with_kept, answer, *call.original)

    async def _in_thread(self, function: Callable[..., T], /, *args: object) -> T:
        return await in_thread(self._executor, partial(function, *args))


class _Count:
    """Tells how many of a request's pictures are there, and shows what comes of the others."""

    def __init__(self, total: int, report: Report) -> None:
        self._total = total
        self._done = 0
        self._report = report
        report(Progress(0, total))

    def show(self, preview: bytes) -> None:
        self._report(Progress(self._done, self._total, preview=preview))

    def add(self, pictures: int) -> None:
        self._done += pictures
        self._report(Progress(self._done, self._total))


def _tasks(family: Family) -> frozenset[Task]:
    if family.is_gpt_image:
        return frozenset({"text-to-image", "edit", "inpaint"})
    return frozenset({"text-to-image"} if family.is_dall_e else {"text-to-image", "edit"})


def _with_kept(answer: Answer, start: bytes, mask: bytes) -> Answer:
    """`answer` with what the mask keeps as it was: to the model, a mask is a hint."""
    pictures = (replace(one, png=kept(one.png, start, mask)) for one in answer.pictures)
    return replace(answer, pictures=tuple(pictures))


def _images(call: Call, answer: Answer, options: OpenAIOptions) -> Iterator[GeneratedImage]:
    metadata = facts(call, options)
    if answer.revised_prompt is not None:
        metadata["revised_prompt"] = answer.revised_prompt
    for candidate, picture in zip(call.candidates, answer.pictures, strict=True):
        yield GeneratedImage(
            picture.png, candidate.seed, candidate.traits, picture.width, picture.height, metadata
        )
