"""Rate limits: Discord's buckets, its headers, and the 429 for who does not read them."""

import time
from collections import deque
from dataclasses import dataclass, field
from hashlib import md5

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.errors import RateLimited

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
    ("POST", "/interactions/{interaction}/{token}/callback"): Rate(50, 1.0),
}


@dataclass(eq=False, slots=True)
class Bucket:
    """Requests of the last window, by the time they came."""

    rate: Rate
    times: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> float | None:
        """Count a request; where there is no room, the seconds until there is."""
        while self.times and now - self.times[0] >= self.rate.per_s:
            self.times.popleft()
        if len(self.times) >= self.rate.requests:
            return self.times[0] + self.rate.per_s - now
        self.times.append(now)
        return None

    def reset_after_s(self, now: float) -> float:
        """Seconds until the whole bucket is free again."""
        return self.times[-1] + self.rate.per_s - now if self.times else 0.0


class RateLimits:
    """Counts requests a bucket and over all; interaction endpoints are free of the global limit."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._all = Bucket(Rate(GLOBAL_REQUESTS, GLOBAL_WINDOW_S))

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what is over a limit, and write the bucket's state on every other answer."""
        template, bucket = self._bucket(request)
        now = time.monotonic()
        if not template.startswith(("/interactions", "/webhooks")):
            self._check(self._all.take(now), is_global=True)
        self._check(bucket.take(now), is_global=False)
        response = await handler(request)
        for name, value in self._headers(request, template, bucket, now).items():
            response.headers.setdefault(name, value)
        return response

    def _check(self, wait_s: float | None, *, is_global: bool) -> None:
        if wait_s is not None:
            raise RateLimited(wait_s, is_global=is_global)

    def _bucket(self, request: web.Request) -> tuple[str, Bucket]:
        resource = request.match_info.route.resource
        template = (resource.canonical if resource else request.path).removeprefix("/api/v10")
        majors = tuple(request.match_info[m] for m in _MAJOR if m in request.match_info)
        key = (request.method, template, *majors)
        rate = _RATES.get((request.method, template), _DEFAULT)
        return template, self._buckets.setdefault(key, Bucket(rate))

    def _headers(
        self, request: web.Request, template: str, bucket: Bucket, now: float
    ) -> dict[str, str]:
        reset_after_s = bucket.reset_after_s(now)
        name = md5(f"{request.method} {template}".encode(), usedforsecurity=False).hexdigest()
        return {
            "X-RateLimit-Limit": str(bucket.rate.requests),
            "X-RateLimit-Remaining": str(bucket.rate.requests - len(bucket.times)),
            "X-RateLimit-Reset": f"{time.time() + reset_after_s:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after_s:.3f}",
            "X-RateLimit-Bucket": name,
            "Via": "1.1 playground",
        }
