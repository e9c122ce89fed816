"""The CDN: signed links to files, which expire, and the files behind them."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import quote

from aiohttp import web

from playground.clock import Clock
from playground.messages.attachments import Attachment, Files
from playground.messages.file_types import sniff

# A file shares its origin with the page here, and must not be able to act as the page.
_HARMLESS = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
LINK_LIFE_S = 24 * 60 * 60
_LINK = re.compile(r"/(?:ephemeral-)?attachments/\d+/(\d+)/[^/?]+(?:\?|$)")


class Cdn:
    """Signs links and serves files by them."""

    def __init__(self, clock: Clock, files: Files, base_url: Callable[[], str]) -> None:
        self._clock = clock
        self._files = files
        self._base_url = base_url
        self._key = secrets.token_bytes(32)
        self._public: dict[str, tuple[str, bytes]] = {}

    def link(self, attachment: Attachment) -> str:
        """A link to `attachment` that works for a day."""
        issued = int(self._clock.now())
        expires = issued + LINK_LIFE_S
        query = f"ex={expires:x}&is={issued:x}&hm={self._signature(attachment.id, expires, issued)}"
        return f"{self._base_url()}{_path(attachment)}?{query}&"

    def attachment_id(self, url: str) -> str | None:
        """The attachment that one of our links leads to; `None` for any other address."""
        if not url.startswith(f"{self._base_url()}/"):
            return None
        found = _LINK.search(url.removeprefix(self._base_url()))
        return found[1] if found else None

    def expire_links(self) -> None:
        """Let every link that was given out so far be over its time."""
        self._key = secrets.token_bytes(32)

    def publish(self, path: str, content_type: str, data: bytes) -> None:
        """Serve `data` at `path` for ever: avatars and emojis."""
        self._public[path] = (content_type, data)

    def routes(self) -> list[web.RouteDef]:
        """Where files are served."""
        attachment = "attachments/{channel}/{id}/{name}"
        return [
            web.get(f"/{attachment}", self._serve),
            web.get(f"/ephemeral-{attachment}", self._serve),
            web.get("/{kind:avatars|banners|emojis|guilds|stickers}/{rest:.+}", self._serve_public),
        ]

    async def _serve(self, request: web.Request) -> web.Response:
        attachment_id = request.match_info["id"]
        if not self._is_valid(attachment_id, request.query):
            return web.Response(status=404, text="This content is no longer available.")
        data = await self._files.read(attachment_id)
        if data is None:
            return web.Response(status=404, text="This content is no longer available.")
        content_type = sniff(data, request.match_info["name"]).content_type
        headers = {"Content-Type": content_type, **_HARMLESS}
        return web.Response(body=data, headers=headers)

    async def _serve_public(self, request: web.Request) -> web.Response:
        found = self._public.get(request.path)
        if found is None:
            return web.Response(status=404)
        content_type, data = found
        return web.Response(body=data, headers={"Content-Type": content_type})

    def _is_valid(self, attachment_id: str, query: Mapping[str, str]) -> bool:
        try:
            expires, issued = int(query["ex"], 16), int(query["is"], 16)
            signature = query["hm"]
        except (KeyError, ValueError):
            return False
        genuine = hmac.compare_digest(signature, self._signature(attachment_id, expires, issued))
        return genuine and expires > self._clock.now()

    def _signature(self, attachment_id: str, expires: int, issued: int) -> str:
        text = f"{attachment_id}:{expires}:{issued}".encode()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()


def _path(attachment: Attachment) -> str:
    folder = "ephemeral-attachments" if attachment.ephemeral else "attachments"
    return f"/{folder}/{attachment.channel_id}/{attachment.id}/{quote(attachment.filename)}"
