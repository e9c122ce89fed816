"""Rate limits: Discord's buckets, its headers, and the 429 for who does not read them."""

import time
from dataclasses import dataclass
from hashlib import md5

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.refusals import RateLimited

GLOBAL_REQUESTS, GLOBAL_WINDOW_S = 50, 1.0
# What the path is about: these ids give every channel, guild and token buckets of its own.
_MAJOR = ("channel", "guild", "token")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    per_s: float


_DEFAULT = Rate(50, 1.0)
# Not documented by Discord; measured by the authors of libraries.
_RATES = {
    ("POST", "/channels/{channel}/messages"): Rate(5, 5.0),
    ("PATCH", "/channels/{channel}/messages/{message}"): Rate(5, 5.0),
    ("POST", "/webhooks/{application}/{token}"): Rate(5, 2.0),
    ("PATCH", "/webhooks/{application}/{token}/messages/{message}"): Rate(5, 2.0),
    ("POST", "/webhooks/{webhook}/{token}"): Rate(5, 2.0),
    ("PATCH", "/webhooks/{webhook}/{token}/messages/{message}"): Rate(5, 2.0),
    ("POST", "/interactions/{interaction}/{token}/callback"): Rate(50, 1.0),
}


@dataclass(eq=False, slots=True)
class Bucket:
    """Counts requests in windows, each begun by the first request after the one before."""

    name: str
    rate: Rate
    used: int = 0
    ends: float = 0.0

    @property
    def remaining(self) -> int:
        """How many more requests the window takes."""
        return self.rate.requests - self.used

    def take(self, now: float) -> float | None:
        """Count a request; where there is no room, the seconds until there is."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.rate.per_s
        if self.remaining == 0:
            return self.ends - now
        self.used += 1
        return None


BUCKET = web.RequestKey("bucket", Bucket)
# Marks that a played failure leaves on a request.
WITHOUT_VIA = web.RequestKey("without_via", bool)
RESET_AFTER_S = web.RequestKey("reset_after_s", float)


class RateLimits:
    """Counts requests a bucket and over all; interaction endpoints are free of the global limit."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._all = Bucket("", Rate(GLOBAL_REQUESTS, GLOBAL_WINDOW_S))

    def clear(self) -> None:
        """Let all buckets be full again."""
        self._buckets.clear()
        self._all.used = 0

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count a request, and refuse what is over a limit."""
        template, bucket = self._bucket(request)
        request[BUCKET] = bucket
        now = time.monotonic()
        if not template.startswith(("/interactions", "/webhooks")):
            self._check(self._all.take(now), is_global=True)
        self._check(bucket.take(now), is_global=False)
        return await handler(request)

    def _check(self, wait_s: float | None, *, is_global: bool) -> None:
        if wait_s is not None:
            raise RateLimited(wait_s, is_global=is_global)

    def _bucket(self, request: web.Request) -> tuple[str, Bucket]:
        resource = request.match_info.route.resource
        template = (resource.canonical if resource else request.path).removeprefix("/api/v10")
        majors = tuple(request.match_info[m] for m in _MAJOR if m in request.match_info)
        key = (request.method, template, *majors)
        rate = _RATES.get((request.method, template), _DEFAULT)
        name = md5(f"{request.method} {template}".encode(), usedforsecurity=False).hexdigest()
        return template, self._buckets.setdefault(key, Bucket(name, rate))


async def write_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Write the state of the bucket on an answer, as on all of Discord's; a prepare signal."""
    if not request.get(WITHOUT_VIA):
        response.headers["Via"] = "1.1 playground"
    bucket = request.get(BUCKET)
    if bucket is None:
        return
    now = time.monotonic()
    exhausted_s = request.get(RESET_AFTER_S)
    remaining = bucket.remaining if exhausted_s is None else 0
    reset_after_s = max(bucket.ends - now, 0) if exhausted_s is None else exhausted_s
    response.headers["X-RateLimit-Limit"] = str(bucket.rate.requests)
    response.headers["X-RateLimit-Remaining"] = str(remaining)
    response.headers["X-RateLimit-Reset"] = f"{time.time() + reset_after_s:.3f}"
    response.headers["X-RateLimit-Reset-After"] = f"{reset_after_s:.3f}"
    response.headers["X-RateLimit-Bucket"] = bucket.name
