"""One call to the server: sent, followed, and read."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from generation.backends.openai.asking import Call, parameters
from generation.backends.openai.downloading import download
from generation.backends.openai.errors import describe, translate
from generation.backends.openai.options import OpenAIOptions
from generation.backends.openai.pictures import NotAPicture, Picture, as_png, decode, preview
from generation.errors import BadAnswer, ProviderTimeout

log = logging.getLogger(__name__)

T = TypeVar("T")


class InThread(Protocol):
    """Runs a blocking function on a thread of the backend's."""

    def __call__(self, function: Callable[..., T], /, *args: object) -> Awaitable[T]:
        """What `function` returns or raises; cancelled, only after the thread is done with it."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call has brought."""

    pictures: tuple[Picture, ...]
    usage: dict[str, int]
    revised_prompt: str | None


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
            raise translated from None  # see `errors`: what it says stays here
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
                return await self._follow(answer.parse(), show)
            # Read by ourselves and not by the client, which would do it on the loop.
            body = await answer.http_response.aread()
        finally:
            await answer.http_response.aclose()
        data, usage = await self.in_thread(_read, body)
        pictures = [await self._picture(entry) for entry in data]
        revised = data[0].get("revised_prompt") if data else None
        return Answer(tuple(pictures), usage, revised if isinstance(revised, str) else None)

    async def _picture(self, entry: dict[str, Any]) -> Picture:
        if address := entry.get("url"):
            data = await download(str(address), self.http, self.options)
            return await self.in_thread(as_png, data)
        return await self.in_thread(_decoded, entry.get("b64_json"))

    async def _follow(self, events: AsyncIterator[Any], show: Callable[[bytes], object]) -> Answer:
        """The picture at the end of a stream. One that is cut off is a `BadAnswer`: it was drawn,
        and is not paid for again.
        """
        import openai

        try:
            async for event in events:
                kind = str(getattr(event, "type", ""))
                if kind.endswith(".partial_image"):
                    show(await self.in_thread(preview, event.b64_json))
                elif kind.endswith(".completed"):
                    picture = await self.in_thread(_decoded, event.b64_json)
                    return Answer((picture,), _usage(event.to_dict().get("usage")), None)
        except openai.APITimeoutError:
            raise
        except (openai.APIConnectionError, ValueError) as error:
            raise NotAPicture from error
        raise NotAPicture


def _decoded(text: object) -> Picture:
    return as_png(decode(text))


def _read(body: bytes) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The entries of an answer, and what was counted. Raises `NotAPicture`."""
    try:
        answer = json.loads(body)
        entries = cast(list[dict[str, Any]], answer["data"])
        return [dict(entry) for entry in entries], _usage(answer.get("usage"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAPicture from error


def _usage(counted: Any) -> dict[str, int]:
    """Tokens by name: those that went in, the pictures' part of them, and those that came out."""
    if not isinstance(counted, dict):
        return {}
    told = cast(dict[str, Any], counted)
    details = told.get("input_tokens_details")
    image = cast(dict[str, Any], details).get("image_tokens") if isinstance(details, dict) else None
    named = {
        "input_tokens": told.get("input_tokens"),
        "input_image_tokens": image,
        "output_tokens": told.get("output_tokens"),
    }
    return {name: count for name, count in named.items() if isinstance(count, int)}
