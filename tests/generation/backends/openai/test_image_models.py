"""Which model "auto" stands for."""

import logging
from collections.abc import AsyncIterator
from datetime import date, timedelta

import openai
import pytest

from generation.backends.backend_options import OpenAIOptions
from generation.backends.openai.image_models import FALLBACK, Listed, choose, family_of, resolve
from generation.errors import KeyRefused, NotConfigured, ProviderDown
from generation.shapes import Shape
from tests.openai_server import KEY, MODELS, TODAY, OpenAIServer, Refuse, running_openai

NOW = date.fromisoformat(TODAY)
OFFICIAL = OpenAIOptions(api_key=KEY)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with running_openai() as server:
        yield server


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=server.url, max_retries=0) as client:
        yield client


def listed(models: dict[str, str | None]) -> list[Listed]:
    return [Listed(id, date.fromisoformat(day) if day else None) for id, day in models.items()]


@pytest.mark.parametrize(
    ("model", "sizes"),
    [
        ("gpt-image-1.5", {"portrait": (1024, 1536), "landscape": (1536, 1024)}),
        (
            "openai/gpt-image-2.6-flare",
            {"portrait": (1024, 1536), "landscape": (1536, 1024), "wide": (1728, 576)},
        ),
        ("dall-e-3", {"portrait": (1024, 1792), "landscape": (1792, 1024)}),
        ("dall-e-2", {}),
        ("sdxl", {"portrait": (832, 1216), "landscape": (1216, 832), "wide": (1728, 576)}),
    ],
)
def test_each_model_is_asked_for_shapes_in_the_sizes_that_it_knows(
    model: str, sizes: dict[Shape, tuple[int, int]]
) -> None:
    family = family_of(model)

    asked = {shape: family.size(shape, 1024) for shape in family.shapes}

    assert asked == {"square": (1024, 1024), **sizes}


LATER = {"gpt-image-3-sunburst": None, "gpt-image-2.10-flare": None}


@pytest.mark.parametrize(
    ("models", "today", "picked"),
    [
        pytest.param(MODELS, NOW, "gpt-image-2.6-flare", id="the newest fast one"),
        pytest.param(MODELS | LATER, NOW, "gpt-image-3-sunburst", id="newer before faster"),
        pytest.param(
            {"gpt-image-2.9-flare": None, "gpt-image-2.10-flare": None},
            NOW,
            "gpt-image-2.10-flare",
            id="ten comes after nine",
        ),
        pytest.param(
            {"gpt-image-2": None, "gpt-image-2-2026-04-21": None, "dall-e-3": None},
            NOW,
            "gpt-image-2",
            id="no snapshot",
        ),
        pytest.param(
            {"gpt-image-1.5": "2026-12-01", "gpt-image-1": None},
            date(2026, 11, 17),
            "gpt-image-1.5",
            id="two weeks left",
        ),
        pytest.param(
            {"gpt-image-1.5": "2026-12-01", "gpt-image-1": None},
            date(2026, 11, 18),
            "gpt-image-1",
            id="less than two weeks left",
        ),
        pytest.param(
            {"gpt-image-1-mini": "2026-12-01", "chatgpt-image-latest": "2026-12-01"},
            NOW,
            None,
            id="all are going",
        ),
        pytest.param({"openai/gpt-image-2.6-flare": None}, NOW, "openai/gpt-image-2.6-flare"),
        pytest.param({"gpt-5.5": None, "sdxl": None}, NOW, None, id="no image model"),
    ],
)
def test_the_newest_model_that_stays_is_chosen(
    models: dict[str, str | None], today: date, picked: str | None
) -> None:
    choice = choose(listed(models), today)

    assert (choice.id if choice else None) == picked


def test_a_model_that_is_not_really_there_is_avoided() -> None:
    choice = choose(listed(MODELS), NOW, avoid="gpt-image-2.6-flare")

    assert choice == Listed("gpt-image-2.6-sunburst")


async def test_openai_is_asked_for_its_models(client: openai.AsyncOpenAI) -> None:
    assert await resolve(client, OFFICIAL, NOW) == "gpt-image-2.6-flare"


@pytest.mark.parametrize(("days", "warned"), [(61, False), (60, True)])
async def test_a_shutdown_is_announced_sixty_days_ahead(
    client: openai.AsyncOpenAI,
    server: OpenAIServer,
    caplog: pytest.LogCaptureFixture,
    days: int,
    warned: bool,
) -> None:
    last_day = NOW + timedelta(days=days)
    server.models["gpt-image-2.6-flare"] = last_day.isoformat()

    with caplog.at_level(logging.WARNING):
        await resolve(client, OFFICIAL, NOW)

    expected = [f"OpenAI shuts gpt-image-2.6-flare down on {last_day}"] if warned else []
    assert caplog.messages == expected


async def test_a_named_model_is_taken_as_it_is_and_its_end_announced(
    client: openai.AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    options = OpenAIOptions(api_key=KEY, model="gpt-image-1.5")

    assert await resolve(client, options, NOW) == "gpt-image-1.5"
    assert caplog.messages == ["OpenAI shuts gpt-image-1.5 down on 2026-12-01"]


@pytest.mark.parametrize("fault", [Refuse(403), Refuse(500), Refuse(401, "missing_scope")])
async def test_without_a_list_what_is_known_is_taken_and_said(
    client: openai.AsyncOpenAI,
    server: OpenAIServer,
    caplog: pytest.LogCaptureFixture,
    fault: Refuse,
) -> None:
    server.list_fault = fault

    assert await resolve(client, OFFICIAL, NOW) == FALLBACK
    assert await resolve(client, OFFICIAL, NOW, current="gpt-image-9") == "gpt-image-9"
    assert caplog.messages[0] == f"OpenAI does not list its models; {FALLBACK} is used"


async def test_a_wrong_key_is_a_problem_at_once(
    client: openai.AsyncOpenAI, server: OpenAIServer
) -> None:
    server.key = "sk-another"

    with pytest.raises(KeyRefused):
        await resolve(client, OFFICIAL, NOW)


async def test_the_only_model_of_another_server_is_taken(
    client: openai.AsyncOpenAI, server: OpenAIServer
) -> None:
    server.models = {"stabilityai/sdxl-turbo": None}

    picked = await resolve(client, OpenAIOptions(base_url=server.url), NOW)

    assert picked == "stabilityai/sdxl-turbo"


async def test_of_several_models_of_another_server_one_must_be_named(
    client: openai.AsyncOpenAI, server: OpenAIServer
) -> None:
    server.models = {"sdxl": None, "flux": None}

    with pytest.raises(NotConfigured) as refused:
        await resolve(client, OpenAIOptions(base_url=server.url), NOW)

    assert refused.value.setting == "MOEVATAR_OPENAI_MODEL"


async def test_another_server_without_a_list_has_no_model(
    client: openai.AsyncOpenAI, server: OpenAIServer
) -> None:
    server.list_fault = Refuse(503)

    with pytest.raises(ProviderDown):
        await resolve(client, OpenAIOptions(base_url=server.url), NOW)
