"""OpenAI's images API on loopback: a real server that draws with the illustrator.

Its faults are scripted: each request for pictures takes the next one, and works where none is left.
Start it in a test's own process (`running_openai`); a bot in a child process reaches it by `url`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import zlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web
from PIL import Image

from generation import illustrator
from generation.prompt import MAX_PROMPT_CHARS, read_prompt
from generation.prompt_errors import PromptError
from generation.traits import Traits

KEY = "sk-loopback"
TODAY = "2026-11-22"
MODELS: dict[str, str | None] = {
    "gpt-5.5": None,
    "gpt-image-2.6-flare": None,
    "gpt-image-2.6-sunburst": None,
    "gpt-image-2.5-flare": None,
    "gpt-image-2.5-flare-2026-09-08": None,
    "gpt-image-2.5-sunburst": None,
    "gpt-image-2": None,
    "gpt-image-2-2026-04-21": None,
    "gpt-image-1.5": "2026-12-01",
    "gpt-image-1-mini": "2026-12-01",
    "chatgpt-image-latest": "2026-12-01",
}
"""What OpenAI lists on `TODAY`, and when it shuts down."""
TEXT_TOKENS, START_TOKENS, PREVIEW_TOKENS, PICTURE_TOKENS = 60, 1000, 100, 1540


@dataclass(frozen=True)
class Refuse:
    """Answers with an error instead of pictures."""

    status: int
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    param: str | None = None


@dataclass(frozen=True)
class Break:
    """Goes wrong in another way.

    "hang": never answers. "cut": half of the answer, or of the stream, and the connection ends.
    "lose": draws and bills, and answers 500. "end": a stream that ends before its picture.
    "stream-error": an error in the middle of a stream.
    """

    how: Literal["hang", "cut", "lose", "end", "stream-error"]
    code: str = "server_error"


@dataclass(frozen=True)
class Answer:
    """Answers with this `data` instead of pictures, or with `body` as it stands."""

    data: tuple[dict[str, Any], ...] | None = None
    body: str | None = None


Fault = Refuse | Break | Answer


@dataclass(frozen=True)
class Asked:
    """A request for pictures, as it came."""

    path: str
    parameters: dict[str, Any]
    headers: Mapping[str, str]
    images: tuple[bytes, ...] = ()
    mask: bytes | None = None


@dataclass
class OpenAIServer:
    """The server's state, for tests to read and to change while it runs."""

    picture_px: int | None = None
    """Width of its pictures, where that is not what is asked for: small ones are quick."""
    key: str | None = KEY
    """`None`: it lets everybody in."""
    models: dict[str, str | None] = field(default_factory=lambda: dict(MODELS))
    list_fault: Refuse | None = None
    answer_as: Literal["b64_json", "url", "webp"] = "b64_json"
    faults: deque[Fault] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    listed: int = 0
    billed: int = 0
    """Pictures that were drawn anew, and not replayed for a known idempotency key."""
    downloads: list[str | None] = field(default_factory=list)
    """The authorization that each download came with."""
    hanging: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a request hangs."""
    dropped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has gone before its answer."""
    held: asyncio.Event | None = None
    """Streams wait for it between preview and picture, where it is one."""
    on_asked: Callable[[], None] | None = None
    """Called when a request for pictures has come, once."""
    on_drawn: Callable[[], None] | None = None
    """Called when its pictures are drawn and billed, and not sent yet, once."""
    url: str = ""
    elsewhere: str = ""
    """Another host's address of its files; its own, relative one where it is empty."""
    _drawn: dict[str, asyncio.Future[list[bytes]]] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)

    def forget(self) -> None:
        """Be again as before the first request, at the same address, with nobody waiting."""
        if self.held is not None:
            self.held.set()
        fresh = OpenAIServer(picture_px=self.picture_px, key=self.key, url=self.url)
        vars(self).update(vars(fresh))

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/v1/models", self._list)
        app.router.add_post("/v1/images/generations", self._generate)
        app.router.add_post("/v1/images/edits", self._edit)
        app.router.add_get("/files/{name}", self._file)
        return app

    async def _list(self, request: web.Request) -> web.Response:
        self.listed += 1
        if fault := self.list_fault or self._stranger(request):
            return _error(fault)
        models = [
            {"id": id, "object": "model", "created": 1, "owned_by": "system", "shutdown_date": day}
            for id, day in self.models.items()
        ]
        return web.json_response({"object": "list", "data": models})

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        parameters = await request.json()
        return await self._answer(request, Asked(request.path, parameters, request.headers))

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        form, parameters, images, mask = await request.post(), {}, [], None
        for name, value in form.items():
            if not isinstance(value, web.FileField):
                parameters[name] = True if value == "true" else value
            elif name == "mask":
                mask = value.file.read()
            else:
                assert name in ("image[]", "image")
                images.append(value.file.read())
        asked = Asked(request.path, parameters, request.headers, tuple(images), mask)
        return await self._answer(request, asked)

    async def _file(self, request: web.Request) -> web.Response:
        self.downloads.append(request.headers.get("Authorization"))
        name = request.match_info["name"]
        return web.Response(body=self._files[name]) if name in self._files else _error(Refuse(404))

    async def _answer(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        self.asked.append(asked)
        on_asked, self.on_asked = self.on_asked, None
        if on_asked:
            on_asked()
        fault = self.faults.popleft() if self.faults else None
        fault = self._stranger(request) or fault or self._unknown(asked)
        match fault:
            case Refuse():
                return _error(fault)
            case Break("hang"):
                return await self._hang()
            case Answer(body=str(body)):
                return web.Response(text=body)
            case Answer(data=data):
                return web.json_response({"created": 1, "data": data})
        pictures = await self._pictures(asked)
        on_drawn, self.on_drawn = self.on_drawn, None
        if on_drawn:
            on_drawn()
        if fault == Break("lose"):
            return _error(Refuse(500, "server_error"))
        if asked.parameters.get("stream"):
            return await self._stream(request, asked, pictures[0], fault)
        body = json.dumps({"created": 1, "data": self._entries(pictures), "usage": _usage(asked)})
        return await _send(request, body, cut=fault == Break("cut"))

    async def _hang(self) -> web.Response:
        self.hanging.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.dropped.set()
        raise AssertionError

    def _stranger(self, request: web.Request) -> Refuse | None:
        if self.key is None or request.headers.get("Authorization") == f"Bearer {self.key}":
            return None
        return Refuse(401, "invalid_api_key")

    def _unknown(self, asked: Asked) -> Refuse | None:
        if asked.parameters["model"] in self.models:
            return None
        return Refuse(404, "model_not_found")

    async def _pictures(self, asked: Asked) -> list[bytes]:
        """The pictures for a request; those of the first time for a known idempotency key."""
        key = asked.headers["Idempotency-Key"]
        if key not in self._drawn:
            n = int(asked.parameters.get("n", 1))
            self.billed += n
            self._drawn[key] = asyncio.ensure_future(asyncio.to_thread(self._draw, asked, n))
        return await asyncio.shield(self._drawn[key])  # drawn although its client has gone

    def _draw(self, asked: Asked, n: int) -> list[bytes]:
        prompt = str(asked.parameters["prompt"])
        width, height = map(int, str(asked.parameters["size"]).split("x"))
        size = (self.picture_px, self.picture_px) if self.picture_px else (width, height)
        seed = zlib.crc32(prompt.encode()) % 2**31
        drawn = (illustrator.draw(_traits(prompt), seed + i, min(size)) for i in range(n))
        pictures = [_of_size(picture, size) for picture in drawn]
        return [_edited(picture, asked) for picture in pictures] if asked.images else pictures

    def _entries(self, pictures: list[bytes]) -> list[dict[str, Any]]:
        if self.answer_as == "url":
            named = {hashlib.sha256(picture).hexdigest(): picture for picture in pictures}
            self._files |= named
            return [
                {"url": f"{self.elsewhere}/files/{name}", "revised_prompt": "A chibi."}
                for name in named
            ]
        if self.answer_as == "webp":
            pictures = [_webp(picture) for picture in pictures]
        return [{"b64_json": _base64(picture)} for picture in pictures]

    async def _stream(
        self, request: web.Request, asked: Asked, picture: bytes, fault: Fault | None
    ) -> web.StreamResponse:
        kind = "image_edit" if asked.images else "image_generation"
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        partial = {"b64_json": _base64(_blurred(picture)), "partial_image_index": 0}
        await response.write(_event(f"{kind}.partial_image", partial))
        try:
            if self.held is not None:
                await self.held.wait()
        except asyncio.CancelledError:
            self.dropped.set()
            raise
        completed = _event(
            f"{kind}.completed", {"b64_json": _base64(picture), "usage": _usage(asked)}
        )
        match fault:
            case Break("cut"):
                await response.write(completed[: len(completed) // 2])
                _hang_up(request)
            case Break("stream-error", code):
                error = {"code": code, "type": code, "message": asked.parameters["prompt"]}
                await response.write(_event("error", {"error": error}))
            case None:
                await response.write(completed)
            case _:
                pass
        return response


def _error(fault: Refuse) -> web.Response:
    """An error in OpenAI's form. It repeats a key, as OpenAI's do."""
    message = f"Refused. Incorrect API key provided: {KEY}."
    error = {"message": message, "type": "error", "code": fault.code, "param": fault.param}
    headers = {"x-request-id": "req_loopback", **fault.headers}
    return web.json_response({"error": error}, status=fault.status, headers=headers)


async def _send(request: web.Request, body: str, *, cut: bool) -> web.StreamResponse:
    if not cut:
        return web.Response(text=body, content_type="application/json")
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2].encode())
    _hang_up(request)
    return response


def _hang_up(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.close()


def _event(kind: str, data: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode()


def _usage(asked: Asked) -> dict[str, Any]:
    start = START_TOKENS * len(asked.images)
    previews = int(asked.parameters.get("partial_images", 0)) * PREVIEW_TOKENS
    output = PICTURE_TOKENS * int(asked.parameters.get("n", 1)) + previews
    return {
        "input_tokens": TEXT_TOKENS + start,
        "input_tokens_details": {"text_tokens": TEXT_TOKENS, "image_tokens": start},
        "output_tokens": output,
        "total_tokens": TEXT_TOKENS + start + output,
    }


def _traits(prompt: str) -> Traits:
    try:
        return read_prompt(prompt[:MAX_PROMPT_CHARS]).traits
    except PromptError:
        return Traits()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _edited(picture: bytes, asked: Asked) -> bytes:
    """`picture` where the mask lets it be seen, or with the picture it started from in a corner.

    As OpenAI's models do, it keeps what the mask closes only more or less.
    """
    drawn = Image.open(io.BytesIO(picture)).convert("RGBA")
    start = Image.open(io.BytesIO(asked.images[0])).convert("RGBA")
    if asked.mask is None:
        drawn.paste(start.resize((drawn.width // 4, drawn.height // 4)), (0, 0))
        return _encoded(drawn, "PNG")
    kept = Image.open(io.BytesIO(asked.mask)).convert("RGBA").getchannel("A").resize(drawn.size)
    kept = kept.point(lambda value: value * 0.9)
    return _encoded(Image.composite(start.resize(drawn.size), drawn, kept), "PNG")


def _of_size(square: bytes, size: tuple[int, int]) -> bytes:
    """The picture with as much beside it, or above, as `size` asks for."""
    drawn = Image.open(io.BytesIO(square))
    if drawn.size == size:
        return square
    picture = Image.new(drawn.mode, size, drawn.getpixel((0, 0)))
    picture.paste(drawn, ((size[0] - drawn.width) // 2, size[1] - drawn.height))
    return _encoded(picture, "PNG")


def _blurred(picture: bytes) -> bytes:
    image = Image.open(io.BytesIO(picture)).convert("RGBA")
    return _encoded(image.resize((32, 32)).resize(image.size), "PNG")


def _webp(picture: bytes) -> bytes:
    return _encoded(Image.open(io.BytesIO(picture)), "WEBP")


def _encoded(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@asynccontextmanager
async def running_openai(server: OpenAIServer | None = None) -> AsyncIterator[OpenAIServer]:
    """`server` on a free port of loopback; its `url` is what the bot is given."""
    server = server or OpenAIServer()
    runner = web.AppRunner(
        server.app(), handler_cancellation=True, access_log=None, shutdown_timeout=0
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
