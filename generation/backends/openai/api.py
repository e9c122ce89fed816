"""The server, through the one client: a call sent, followed and read, and tried again where it
stumbles; and pictures fetched that it answers with the address of.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

from generation.backends.backend_options import OpenAIOptions
from generation.backends.openai.answers import (
    Answer,
    NotAPicture,
    Picture,
    as_png,
    decoded,
    preview,
    read_answer,
    read_usage,
)
from generation.backends.openai.api_errors import describe, translate
from generation.backends.openai.calls import Call, parameters
from generation.errors import BadAnswer, ProviderDown, ProviderTimeout, RateLimited

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOPBACK = ("all://localhost", "all://127.0.0.0/8", "all://[::1]")
"""Servers on this computer, which no proxy knows: patterns of httpx2."""


class BadNetwork(Exception):
    """The environment's proxies or certificates cannot be used; the cause is chained."""

    def __init__(self, setting: str) -> None:
        super().__init__(setting)
        self.setting = setting


def http_client() -> Any:
    """What requests are sent with: through the environment's proxies, but for this computer.

    Raises `BadNetwork`.
    """
    import httpx2
    import openai
    import socksio

    class Client(openai.DefaultAsyncHttpxClient):
        async def send(self, *args: Any, **kwargs: Any) -> httpx2.Response:
            try:
                return await super().send(*args, **kwargs)
            except socksio.SOCKSError as error:  # which httpx2 leaves as it is
                raise httpx2.ProxyError("no SOCKS proxy") from error

    try:
        for scheme, proxy in getproxies().items():
            # Reading a port raises ValueError; the client would, only as it connects.
            if scheme in ("http", "https", "all") and urlsplit(proxy).port == 0:
                raise ValueError("port 0")
        return Client(mounts=dict.fromkeys(LOOPBACK))
    except OSError as error:  # ssl.SSLError is one
        raise BadNetwork("SSL_CERT_FILE") from error
    except (ValueError, ImportError, httpx2.InvalidURL) as error:
        raise BadNetwork("HTTPS_PROXY") from error


def api_client(http: Any, options: OpenAIOptions) -> Any:
    """OpenAI's client, which sends with `http`."""
    import openai

    return openai.AsyncOpenAI(
        http_client=http,
        api_key=options.api_key or "none",  # the client wants one, also for a server that does not
        base_url=options.url,
        timeout=options.timeout_s,
        max_retries=0,  # ours know how long a job may wait
    )


class InThread(Protocol):
    """Runs a blocking function on a thread of the backend's."""

    def __call__(self, function: Callable[..., T], /, *args: object) -> Awaitable[T]:
        """What `function` returns or raises; cancelled, only after the thread is done with it."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes calls with the one client. Event loop only; what blocks goes through `in_thread`."""

    client: Any
    http: Any
    """What `client` sends with."""
    options: OpenAIOptions
    in_thread: InThread

    async def call(self, call: Call, show: Callable[[bytes], object]) -> Answer:
        """Make `call` once; `show` is given each preview. Raises `BackendError`.

        Cancelling closes the connection.
        """
        import openai

        provider = self.options.provider
        try:
            async with asyncio.timeout(self.options.timeout_s):
                answer = await self._ask(call, show)
        except TimeoutError:
            raise ProviderTimeout(provider) from None
        except openai.APIError as error:
            translated = translate(error, self.options, call.model)
            log.info("%s refused a call: %s", self.options.address, describe(error))
            raise translated from None  # see `api_errors`: what it says stays here
        except NotAPicture:
            raise BadAnswer(provider) from None
        if len(answer.pictures) != len(call.candidates):
            raise BadAnswer(provider)
        return answer

    async def _ask(self, call: Call, show: Callable[[bytes], object]) -> Answer:
        asked = parameters(call, self.options)
        images = self.client.images.with_raw_response
        ask = images.edit if "image" in asked else images.generate
        answer = await ask(**asked, extra_headers={"Idempotency-Key": call.idempotency_key})
        try:
            if "event-stream" in answer.headers.get("content-type", ""):
                return await self._follow(answer.http_response, show)
            # Read by ourselves and not by the client, which would do it on the loop.
            body = await answer.http_response.aread()
        finally:
            await answer.http_response.aclose()
        data, usage = await self.in_thread(read_answer, body)
        pictures = [await self._picture(entry) for entry in data]
        revised = data[0].get("revised_prompt") if data else None
        return Answer(tuple(pictures), usage, revised if isinstance(revised, str) else None)

    async def _picture(self, entry: dict[str, Any]) -> Picture:
        if address := entry.get("url"):
            data = await download(str(address), self.http, self.options)
            return await self.in_thread(as_png, data)
        return await self.in_thread(decoded, entry.get("b64_json"))

    async def _follow(self, response: httpx2.Response, show: Callable[[bytes], object]) -> Answer:
        """The picture at the end of a stream. One that is cut off is a `BadAnswer`: it was drawn,
        and is not paid for again.
        """
        import httpx2

        try:
            async with aclosing(_events(response)) as events:
                async for event in events:
                    kind = str(event.get("type"))
                    if kind.endswith(".partial_image"):
                        show(await self.in_thread(preview, event.get("b64_json")))
                    elif kind.endswith(".completed"):
                        picture = await self.in_thread(decoded, event.get("b64_json"))
                        return Answer((picture,), read_usage(event.get("usage")), None)
        except httpx2.TimeoutException as error:
            raise TimeoutError from error
        except (httpx2.HTTPError, ValueError) as error:
            raise NotAPicture from error
        raise NotAPicture


async def _events(response: httpx2.Response) -> AsyncGenerator[dict[str, Any]]:
    """The events of a stream, as the server tells them. Raises `ValueError` where one is no JSON,
    and `openai.APIError` for one that is an error.

    Not the client's own stream: its generators hold on to each other, so that one which is not
    read to its end waits for the garbage collector, which ends it on whatever thread it runs on.
    Lines as in https://html.spec.whatwg.org/multipage/server-sent-events.html.
    """
    import openai

    data: list[str] = []
    async with aclosing(cast(AsyncGenerator[str], response.aiter_lines())) as lines:
        async for line in lines:
            if line.startswith("data:"):
                data.append(line.removeprefix("data:"))
            elif not line and data:
                event: Any = json.loads("\n".join(data))
                data.clear()
                if not isinstance(event, dict):
                    raise ValueError("an event is not an object")
                told = cast(dict[str, Any], event)
                if told.get("error"):
                    raise openai.APIError("error", response.request, body=told["error"])
                yield told


PAUSES_S = (1.0, 4.0)
"""Between the attempts while the provider fails: there is one more of these than of pauses."""
SHORTEST_WAIT_S = 1.0
"""Also where a provider says "now": it has said so before."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Waits when told to, and tries again when the provider stumbles.

    Tests give a `sleep` that takes no time, and a `jitter` of 0.
    """

    max_wait_s: float
    sleep: Callable[[float], Awaitable[object]]
    jitter: Callable[[], float]
    """From 0 to 1: who was refused together does not come back together."""

    async def call(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What `attempt` returns. Raises what it raises, once waiting or attempts are used up."""
        left_s, pauses = self.max_wait_s, iter(PAUSES_S)
        while True:
            try:
                return await attempt()
            except RateLimited as error:
                wait_s = max(error.retry_after_s, SHORTEST_WAIT_S) + self.jitter()
                if wait_s > left_s:
                    raise
            except ProviderDown:
                pause_s = next(pauses, None)
                if pause_s is None or pause_s > left_s:
                    raise
                wait_s = pause_s * (1 + self.jitter())
            left_s -= wait_s
            log.info("Trying again in %.1f s", wait_s)
            await self.sleep(wait_s)


MAX_BYTES = 32 * 2**20
_CHUNK_BYTES = 2**16


async def download(address: str, http: Any, options: OpenAIOptions) -> bytes:
    """What lies at `address`, which may be relative to the server's. Raises `NotAPicture`.

    `http` is the `httpx2.AsyncClient` of the backend: pictures come the way that answers come.

    The key goes along only to the host that it is for.
    """
    import httpx2

    url = urljoin(f"{options.url}/", address)
    headers: dict[str, str] = {}
    if options.api_key and urlsplit(url)[:2] == urlsplit(options.url)[:2]:
        headers["Authorization"] = f"Bearer {options.api_key}"
    try:
        async with http.stream("GET", url, headers=headers) as response:
            response.raise_for_status()
            data = bytearray()
            async with aclosing(response.aiter_bytes(_CHUNK_BYTES)) as chunks:
                async for chunk in chunks:
                    data += chunk
                    if len(data) > MAX_BYTES:
                        raise NotAPicture
            return bytes(data)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise NotAPicture from error
