"""What Discord refuses, with its own status and code.

ApiError           a REST request is refused
├── InvalidForm    its body breaks a rule: code 50035 with the errors nested by path
└── RateLimited    too many requests
Refused            a person may not do what they tried to do in their client
"""

from playground.wire import Json


class ApiError(Exception):
    """A refused REST request; `payload` is the body of the response."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} ({code}): {message}")
        self.status = status
        self.payload: Json = {"message": message, "code": code}


class InvalidForm(ApiError):
    """The body breaks at least one rule; `errors` is nested by path as Discord nests it."""

    def __init__(self, errors: Json) -> None:
        super().__init__(400, 50035, "Invalid Form Body")
        self.payload["errors"] = errors


class RateLimited(ApiError):
    """Too many requests; `retry_after_s` says when the next one is welcome."""

    def __init__(
        self, retry_after_s: float, *, is_global: bool = False, scope: str = "user"
    ) -> None:
        super().__init__(429, 0, "You are being rate limited.")
        self.payload = {
            "message": "You are being rate limited.",
            "retry_after": round(retry_after_s, 3),
            "global": is_global,
        }
        self.retry_after_s = retry_after_s
        self.scope = "global" if is_global else scope


class Refused(Exception):
    """What the person tried is not allowed; `message` is for them, `code` Discord's or 0."""

    def __init__(self, message: str, code: int = 0, status: int = 403) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status


def invalid(key: str, code: str, message: str) -> InvalidForm:
    """One key of the body breaks one rule."""
    return InvalidForm({key: {"_errors": [{"code": code, "message": message}]}})


def unauthorized() -> ApiError:
    """The token is missing or wrong."""
    return ApiError(401, 0, "401: Unauthorized")


def unknown(what: str, code: int) -> ApiError:
    """No such thing: `unknown("Message", 10008)`."""
    return ApiError(404, code, f"Unknown {what}")


def missing_access() -> ApiError:
    """The bot does not see that channel."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """The bot sees the channel and may not do that there."""
    return ApiError(403, 50013, "Missing Permissions")


def no_dms() -> ApiError:
    """That user takes no messages: a team's pseudo-user, or someone who has closed their DMs."""
    return ApiError(403, 50007, "Cannot send messages to this user")


def invalid_webhook_token() -> ApiError:
    """The interaction's token has lived its 15 minutes, or never was one."""
    return ApiError(401, 50027, "Invalid Webhook Token")


def already_acknowledged() -> ApiError:
    """The interaction has had its first response."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def empty_message() -> ApiError:
    """A message needs something in it."""
    return ApiError(400, 50006, "Cannot send an empty message")


def too_large() -> ApiError:
    """A file, or the request as a whole, is over the limit."""
    return ApiError(413, 40005, "Request entity too large")
