"""The REST interface as one application: bodies read, tokens checked, refusals written."""

import asyncio
import logging
import secrets
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from playground.messages.forms import Form, read_form
from playground.refusals import ApiError, RateLimited, too_large, unauthorized
from playground.rest.rate_limits import RateLimits, write_headers
from playground.wire import reply

log = logging.getLogger(__name__)
FORM = web.RequestKey("form", Form)
# The interaction's token in the path is all the authorization these need.
_OPEN = ("/interactions/", "/webhooks/")


def rest_app(
    token: str,
    limits: RateLimits,
    failures: Iterable[Middleware],
    routes: Iterable[web.RouteDef],
) -> web.Application:
    """The application to mount at `/api/v10`; `failures` act before anything is handled."""
    guards = (_refusals, limits.middleware, _authorization(token), *failures, _forms)
    app = web.Application(
        middlewares=guards,
    )
    app.add_routes(routes)
    app.on_response_prepare.append(write_headers)
    return app


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write refusals as Discord does; a defect of ours is a 500 and in the log."""
    try:
        return await handler(request)
    except ApiError as error:
        response = reply(error.payload, error.status)
        if isinstance(error, RateLimited):
            response.headers["Retry-After"] = str(error.payload["retry_after"])
            response.headers["X-RateLimit-Scope"] = error.scope
        return response
    except web.HTTPRequestEntityTooLarge:
        error = too_large()
        return reply(error.payload, error.status)
    except web.HTTPException as error:
        return reply({"message": f"{error.status}: {error.reason}", "code": 0}, error.status)
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return reply({"message": "500: Internal Server Error", "code": 0}, 500)


def _authorization(token: str) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if secrets.compare_digest(given.encode(errors="replace"), f"Bot {token}".encode()):
            return await handler(request)
        path = request.path.removeprefix("/api/v10")
        # A webhook's own address, without its token, is for its owner alone.
        if not path.startswith(_OPEN) or path.count("/") < 3:
            raise unauthorized()
        return await handler(request)

    return check


@web.middleware
async def _forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    request[FORM] = await read_form(request) if request.can_read_body else Form({})
    return await handler(request)
