"""The border: what goes wrong at the provider becomes ours, and nothing leaks on the way."""

import logging

import pytest

from generation.errors import (
    BackendError,
    BadAnswer,
    DrawingFailed,
    KeyRefused,
    PromptRefused,
    ProviderDown,
    ProviderTimeout,
    QuotaExhausted,
    RateLimited,
)
from generation.illustrator import complete
from generation.traits import Traits
from tests.generation.backends.openai.drawing import (
    Opening,
    Time,
    a_request,
    a_variation,
    drawn,
)
from tests.openai_server import KEY, Answer, Break, Fault, OpenAIServer, Refuse

DOWN = Refuse(500, "server_error")
BUSY = Refuse(429, "rate_limit_exceeded", {"retry-after": "20"})
NO_PNG = "aGVsbG8="


@pytest.mark.parametrize(
    ("fault", "expected", "requests"),
    [
        pytest.param(Refuse(400, "moderation_blocked"), PromptRefused, 1, id="moderation"),
        pytest.param(Refuse(400, "content_policy_violation"), PromptRefused, 1, id="policy"),
        pytest.param(Refuse(400, "billing_hard_limit_reached"), QuotaExhausted, 1, id="billing"),
        pytest.param(Refuse(429, "insufficient_quota"), QuotaExhausted, 1, id="quota"),
        pytest.param(Refuse(401, "invalid_api_key"), KeyRefused, 1, id="wrong key"),
        pytest.param(Refuse(403, "unverified"), KeyRefused, 1, id="not verified"),
        pytest.param(Refuse(400, "invalid_value"), DrawingFailed, 1, id="not understood"),
        pytest.param(DOWN, ProviderDown, 3, id="server error"),
        pytest.param(Refuse(503), ProviderDown, 3, id="overloaded"),
        pytest.param(Refuse(409), ProviderDown, 3, id="conflict"),
        pytest.param(Break("stream-error"), ProviderDown, 3, id="error in the stream"),
        pytest.param(
            Break("stream-error", "moderation_blocked"), PromptRefused, 1, id="late moderation"
        ),
        pytest.param(Break("cut"), BadAnswer, 1, id="cut stream"),
        pytest.param(Break("end"), BadAnswer, 1, id="stream without its picture"),
        pytest.param(Answer(data=()), BadAnswer, 1, id="no picture"),
        pytest.param(Answer(data=None), BadAnswer, 1, id="no data"),
        pytest.param(Answer(data=({"b64_json": NO_PNG},)), BadAnswer, 1, id="not a picture"),
        pytest.param(Answer(data=({"b64_json": "?"},)), BadAnswer, 1, id="not base64"),
        pytest.param(Answer(data=({"b64_json": None},)), BadAnswer, 1, id="nothing in it"),
        pytest.param(Answer(data=({"url": "/files/lost"},)), BadAnswer, 1, id="dead address"),
        pytest.param(Answer(data=({"url": "ftp://x/y"},)), BadAnswer, 1, id="no web address"),
        pytest.param(Answer(body="<html>"), BadAnswer, 1, id="not even JSON"),
    ],
)
async def test_each_fault_has_its_error(
    opened: Opening,
    server: OpenAIServer,
    fault: Fault,
    expected: type[BackendError],
    requests: int,
) -> None:
    backend = await opened()
    server.faults.extend([fault] * requests)

    with pytest.raises(expected) as error:
        await drawn(backend)

    assert type(error.value) is expected
    assert len(server.asked) == requests


async def test_an_answer_cut_off_is_tried_again_with_the_same_key(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened()
    server.faults.append(Break("cut"))

    answer = await drawn(backend, a_request(count=2))

    assert len(answer.images) == 2
    assert server.billed == 2


async def test_a_provider_that_never_answers_times_out(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened(timeout_s=0.05)
    server.faults.append(Break("hang"))

    with pytest.raises(ProviderTimeout):
        await drawn(backend)

    assert len(server.asked) == 1


async def test_a_server_that_is_not_there_is_down(opened: Opening, time: Time) -> None:
    backend = await opened(base_url="http://127.0.0.1:9/v1", model="sdxl")

    with pytest.raises(ProviderDown):
        await drawn(backend)

    assert time.slept == [1.0, 4.0]


async def test_a_stumble_is_tried_again_and_billed_once(
    opened: Opening, server: OpenAIServer, time: Time
) -> None:
    backend = await opened()
    server.faults.extend([Break("lose"), DOWN])

    answer = await drawn(backend)

    assert len(answer.images) == 1
    assert time.slept == [1.0, 4.0]
    assert server.billed == 1
    assert len({asked.headers["Idempotency-Key"] for asked in server.asked}) == 1


async def test_a_rate_limit_is_waited_for_as_told(
    opened: Opening, server: OpenAIServer, time: Time
) -> None:
    backend = await opened()
    server.faults.extend([BUSY, BUSY])

    answer = await drawn(backend)

    assert len(answer.images) == 1
    assert time.slept == [20.0, 20.0]


async def test_waiting_ends(opened: Opening, server: OpenAIServer, time: Time) -> None:
    backend = await opened(max_wait_s=50)
    server.faults.extend([BUSY] * 3)

    with pytest.raises(RateLimited) as limited:
        await drawn(backend)

    assert limited.value.retry_after_s == 20
    assert time.slept == [20.0, 20.0]


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry-after": "2.6"}, 3.0),
        ({"retry-after-ms": "4000", "retry-after": "9"}, 4.0),
        ({"retry-after": "0"}, 1.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 1.0),
        ({"retry-after": "soon"}, 10.0),
        ({}, 10.0),
    ],
)
async def test_waiting_is_told_in_several_ways(
    opened: Opening, server: OpenAIServer, time: Time, headers: dict[str, str], waited: float
) -> None:
    backend = await opened()
    server.faults.append(Refuse(429, "rate_limit_exceeded", headers))

    await drawn(backend)

    assert time.slept == [waited]


@pytest.mark.parametrize(
    "fault",
    [Refuse(401, "invalid_api_key"), Refuse(400, "x"), Break("stream-error"), Break("cut")],
)
async def test_neither_the_key_nor_the_prompt_is_told_or_logged(
    opened: Opening, server: OpenAIServer, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    caplog.set_level(logging.DEBUG)
    backend = await opened()
    server.faults.extend([fault] * 3)

    with pytest.raises(BackendError) as error:
        await drawn(backend)
    logging.getLogger("job").warning("Failed", exc_info=error.value)

    written = [caplog.text, str(error.value), repr(vars(error.value))]
    for secret in (KEY, "Incorrect API key", "pink"):
        assert all(secret not in text for text in written)
    assert caplog.records


async def test_one_failed_variation_fails_the_request(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened()
    server.faults.append(Refuse(400, "moderation_blocked"))

    with pytest.raises(PromptRefused):
        await drawn(backend, a_variation(complete(Traits(), 1), count=2))
