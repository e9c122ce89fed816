"""The border to OpenAI's client: its exceptions become ours here, and nowhere else.

Ours carry neither the text of the answer nor the client's exception: a server may repeat the prompt
in it, or the key. What helps the operator is logged by `describe`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from generation.backends.backend_options import OpenAIOptions
from generation.errors import (
    BackendError,
    BadAnswer,
    DrawingFailed,
    KeyRefused,
    ModelMissing,
    PromptRefused,
    ProviderDown,
    ProviderError,
    ProviderTimeout,
    QuotaExhausted,
    RateLimited,
)

if TYPE_CHECKING:
    import openai

WAIT_WHERE_NOT_TOLD_S = 10.0
_BY_CODE: dict[str, type[ProviderError]] = {
    "moderation_blocked": PromptRefused,
    "content_policy_violation": PromptRefused,
    "content_filter": PromptRefused,
    "insufficient_quota": QuotaExhausted,
    "billing_hard_limit_reached": QuotaExhausted,
    "invalid_api_key": KeyRefused,
}

_HARMLESS = re.compile(r"[\w.-]{1,64}")


def translate(error: openai.APIError, options: OpenAIOptions, model: str) -> BackendError:
    """Ours for `error`: by its code where that says it all, else by its class."""
    import openai

    provider = options.provider
    if error.code in _BY_CODE:
        return _BY_CODE[error.code](provider)
    match error:
        case openai.APITimeoutError():
            return ProviderTimeout(provider)
        case openai.APIConnectionError():
            return ProviderDown(provider)
        case openai.RateLimitError():
            return RateLimited(provider, _retry_after_s(error))
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return KeyRefused(provider)
        case openai.APIResponseValidationError():
            return BadAnswer(provider)
        case openai.APIStatusError() if error.code == "model_not_found" or error.param == "model":
            return ModelMissing("openai", model)
        case openai.APIStatusError() if 400 <= error.status_code < 500 and (
            error.status_code not in (408, 409)  # these two pass, as 5xx do
        ):
            return DrawingFailed("openai")
        case _:
            return ProviderDown(provider)


def describe(error: openai.APIError) -> str:
    """What may be logged of `error`: its class, status, code, parameter and request."""
    import openai

    told = [type(error).__name__, error.code, error.param]
    if isinstance(error, openai.APIStatusError):
        told += [str(error.status_code), error.request_id]
    return " ".join(word for word in told if word and _HARMLESS.fullmatch(word))


def _retry_after_s(error: openai.RateLimitError) -> float:
    """What the answer tells, in seconds or as a date."""
    headers = error.response.headers
    if (milliseconds := headers.get("retry-after-ms", "")).isdecimal():
        return int(milliseconds) / 1000
    told = headers.get("retry-after", "")
    try:
        return max(float(told), 0.0)
    except ValueError:
        pass
    try:
        return max((parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return WAIT_WHERE_NOT_TOLD_S
