"""The backend as the queue sees it: pictures, previews, models, and an end at any time."""

import asyncio
import contextlib
import gc
import io
import sys
from dataclasses import replace
from datetime import timedelta
from types import AsyncGeneratorType

import httpx2
import pytest
import socksio
from PIL import Image

from generation import illustrator
from generation.backends.backend_options import OpenAIOptions
from generation.backends.base import Batch, BatchEvent, ItemCancelled, ItemProgress, Progress
from generation.backends.openai.provider import (
    RESOLVED_FOR_S,
    TRY_AGAIN_S,
    OpenAIBackend,
    http_client,
)
from generation.capabilities import check
from generation.errors import (
    GenerationError,
    Misconfigured,
    ModelMissing,
    NotConfigured,
    NotInstalled,
    ProviderDown,
    TooManyReferences,
)
from generation.problems import problem_of
from generation.request import Guides, candidates
from generation.traits import Traits
from tests.generation import batches
from tests.generation.backends.openai.drawing import (
    Opening,
    Time,
    a_repaint,
    a_request,
    a_variation,
    drawn,
)
from tests.openai_server import Break, OpenAIServer, Refuse
from tests.proxy_server import running_proxy

COMPLETE = illustrator.complete(Traits(hair_color="pink", outfit="wizard robe"), 1)


def png(color: str, alpha: int = 255) -> bytes:
    file = io.BytesIO()
    image = Image.new("RGB", (64, 64), color)
    image.putalpha(alpha)
    image.save(file, "PNG")
    return file.getvalue()


def opened_picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


async def test_a_picture_comes_with_a_preview_and_with_what_it_took(
    opened: Opening, server: OpenAIServer
) -> None:
    backend, progress = await opened(), list[Progress]()

    answer = await drawn(backend, progress=progress)

    (image,) = answer.images
    assert opened_picture(image.png).size == (image.width, image.height) == (64, 64)
    assert (image.seed, image.traits) == (7, a_request().subject.traits)
    assert {name: image.metadata[name] for name in ("model", "size", "quality")} == {
        "model": "gpt-image-2.6-flare",
        "size": "1024x1024",
        "quality": "medium",
    }
    assert image.metadata["prompt"] == server.asked[0].parameters["prompt"]
    assert "pink" in str(image.metadata["prompt"])
    assert [(p.done, p.total, p.preview is not None) for p in progress] == [
        (0, 1, False),
        (0, 1, True),
        (1, 1, False),
    ]
    assert answer.usage == {"input_tokens": 60, "output_tokens": 1640}
    assert answer.cost_usd == pytest.approx(60 * 5e-6 + 1640 * 30e-6)


async def test_a_preview_is_a_small_webp(opened: Opening, server: OpenAIServer) -> None:
    server.picture_px = 1024
    backend, progress = await opened(), list[Progress]()

    await drawn(backend, progress=progress)

    (preview,) = [opened_picture(p.preview) for p in progress if p.preview]
    assert (preview.format, preview.size) == ("WEBP", (256, 256))


async def test_several_candidates_are_one_call_and_one_bill(
    opened: Opening, server: OpenAIServer
) -> None:
    backend, progress = await opened(), list[Progress]()

    answer = await drawn(backend, a_request(count=4), progress=progress)

    assert [image.seed for image in answer.images] == [7, 8, 9, 10]
    assert len({image.png for image in answer.images}) == 4
    (asked,) = server.asked
    assert asked.parameters["n"] == 4
    assert not {"stream", "partial_images"} & set(asked.parameters)
    assert [(p.done, p.total) for p in progress] == [(0, 4), (4, 4)]
    assert answer.usage["output_tokens"] == 4 * 1540


async def test_only_what_was_set_is_sent(opened: Opening, server: OpenAIServer) -> None:
    backend = await opened(quality="auto")

    await drawn(backend)

    assert set(server.asked[0].parameters) == {
        "model", "prompt", "size", "stream", "partial_images",
    }  # fmt: skip


async def test_quality_moderation_and_transparency_are_sent_where_asked_for(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened(quality="low", moderation="low")
    see_through = a_request(traits=Traits(background="transparent"), count=2)

    await drawn(backend, see_through)

    sent = server.asked[0].parameters
    assert {name: sent[name] for name in sent if name not in ("prompt", "model", "size")} == {
        "n": 2,
        "quality": "low",
        "moderation": "low",
        "background": "transparent",
        "output_format": "png",
    }


async def test_each_variation_has_a_prompt_of_its_own(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened()
    request = a_variation(COMPLETE, count=3)

    answer = await drawn(backend, request)

    assert [image.traits for image in answer.images] == [c.traits for c in candidates(request)]
    assert len({str(asked.parameters["prompt"]) for asked in server.asked}) == 3
    assert len({asked.headers["Idempotency-Key"] for asked in server.asked}) == 3
    assert answer.usage["output_tokens"] == 3 * 1640


async def test_a_photo_is_edited(opened: Opening, server: OpenAIServer) -> None:
    backend, progress = await opened(), list[Progress]()
    request = a_repaint(init_image="sha")

    answer = await drawn(backend, request, progress=progress, init_image=png("red"))

    (asked,) = server.asked
    assert (asked.path, asked.images) == ("/v1/images/edits", (png("red"),))
    assert [p.preview is not None for p in progress] == [False, True, False]
    corner = opened_picture(answer.images[0].png).convert("RGB").getpixel((2, 2))
    assert corner == (255, 0, 0)
    assert answer.cost_usd == pytest.approx(60 * 5e-6 + 1000 * 8e-6 + 1640 * 30e-6)


async def test_only_what_the_mask_opens_is_painted(opened: Opening, server: OpenAIServer) -> None:
    backend = await opened()
    mask = opened_picture(png("white"))
    mask.paste((0, 0, 0, 0), (0, 0, 64, 32))
    file = io.BytesIO()
    mask.save(file, "PNG")
    request = a_repaint(init_image="sha", mask="sha")

    answer = await drawn(backend, request, init_image=png("red"), mask=file.getvalue())

    painted = opened_picture(answer.images[0].png).convert("RGB")
    assert painted.crop((0, 32, 64, 64)).getcolors() == [(64 * 32, (255, 0, 0))]
    assert painted.crop((0, 0, 64, 32)).getcolors() != [(64 * 32, (255, 0, 0))]


async def test_a_masks_picture_is_sent_as_large_as_what_comes_back(
    opened: Opening, server: OpenAIServer
) -> None:
    """A wide, half transparent one of another size: the middle of it, and its opacity stays."""
    server.picture_px = 256
    backend = await opened()
    wide = Image.new("RGBA", (128, 64), "red")
    wide.paste((0, 0, 255, 128), (64, 0, 128, 64))
    mask = Image.new("RGBA", wide.size, "white")
    mask.paste((0, 0, 0, 0), (0, 0, 128, 16))
    files = []
    for image in (wide, mask):
        file = io.BytesIO()
        image.save(file, "PNG")
        files.append(file.getvalue())

    answer = await drawn(
        backend, a_repaint(init_image="sha", mask="sha"), init_image=files[0], mask=files[1]
    )

    (asked,) = server.asked
    assert asked.mask is not None
    assert {opened_picture(png).size for png in (asked.images[0], asked.mask)} == {(1024, 1024)}
    assert str(asked.parameters["prompt"]).startswith("Paint only what the mask leaves open")
    painted = opened_picture(answer.images[0].png)
    assert painted.size == (256, 256)
    assert painted.getpixel((64, 200)) == (255, 0, 0, 255)
    assert painted.getpixel((192, 200)) == (0, 0, 255, 128)


async def test_four_pictures_are_looked_at_in_the_order_given(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened()
    seen = tuple(png(color) for color in ("red", "blue", "lime", "gold"))
    request = a_request(references=("a", "b", "c", "d"), count=2)

    answer = await drawn(backend, request, references=seen)

    (asked,) = server.asked
    assert (asked.path, asked.images, asked.mask) == ("/v1/images/edits", seen, None)
    assert str(asked.parameters["prompt"]).startswith("Use the pictures as reference")
    assert "moderation" not in asked.parameters
    assert len(answer.images) == 2
    assert answer.usage["input_image_tokens"] == 4 * 1000


async def test_a_photo_comes_first_and_a_pose_last(opened: Opening, server: OpenAIServer) -> None:
    backend = await opened()
    guides = Guides(references=("a",), pose="b")
    request = replace(a_repaint(init_image="sha"), guides=guides)

    await drawn(
        backend, request, init_image=png("red"), references=(png("blue"),), pose=png("lime")
    )

    (asked,) = server.asked
    assert asked.images == (png("red"), png("blue"), png("lime"))
    prompt = str(asked.parameters["prompt"])
    assert prompt.startswith("Turn who is in the first picture into this")
    assert "Take the pose from the last picture" in prompt


async def test_a_gpt_image_looks_at_sixteen_pictures_and_others_at_none(
    opened: Opening, server: OpenAIServer
) -> None:
    (one,) = (await opened()).describe().models
    (other,) = (await opened(model="dall-e-3")).describe().models

    assert (one.capabilities.references, one.capabilities.poses) == (16, True)
    assert (other.capabilities.references, other.capabilities.poses) == (0, False)
    check(a_request(references=("a",) * 16), one, ())
    with pytest.raises(TooManyReferences):
        check(a_request(references=("a",) * 17), one, ())


async def test_the_illustrators_figure_is_redrawn(opened: Opening, server: OpenAIServer) -> None:
    backend = await opened()
    request = a_repaint(count=2)

    answer = await drawn(backend, request)

    traits = request.subject.traits
    figures = [illustrator.draw(illustrator.complete(traits, s), s, 1024) for s in (7, 8)]
    assert sorted(asked.images[0] for asked in server.asked) == sorted(figures)
    assert [image.traits.hair_color for image in answer.images] == ["pink", "pink"]
    assert all(image.traits.eye_shape is not None for image in answer.images)


async def test_a_webp_becomes_a_png(opened: Opening, server: OpenAIServer) -> None:
    server.answer_as = "webp"
    backend = await opened()

    answer = await drawn(backend, a_request(count=2))

    assert [opened_picture(image.png).format for image in answer.images] == ["PNG", "PNG"]


async def test_another_server_is_sent_a_seed_and_may_answer_with_addresses(
    opened: Opening, server: OpenAIServer
) -> None:
    server.models, server.answer_as = {"sdxl": None}, "url"
    backend = await opened()

    answer = await drawn(backend, a_request(count=2, size_px=512))

    assert [len(image.png) > 100 for image in answer.images] == [True, True]
    assert sorted(asked.parameters["seed"] for asked in server.asked) == [7, 8]
    assert {name: v for name, v in server.asked[0].parameters.items() if name != "prompt"} == {
        "model": "sdxl",
        "size": "512x512",
        "response_format": "b64_json",
        "seed": server.asked[0].parameters["seed"],
    }
    assert answer.images[0].metadata["revised_prompt"] == "A chibi."
    assert answer.cost_usd is None


async def test_the_key_goes_along_to_its_own_host_only(
    opened: Opening, server: OpenAIServer
) -> None:
    server.models, server.answer_as = {"sdxl": None}, "url"
    by_name = server.url.replace("127.0.0.1", "localhost")

    await drawn(await opened())
    server.elsewhere = by_name.removesuffix("/v1")
    await drawn(await opened())

    assert server.downloads == ["Bearer sk-loopback", None]


async def test_an_old_dall_e_is_sent_nothing_it_does_not_know(
    opened: Opening, server: OpenAIServer
) -> None:
    server.models = {"dall-e-3": None}
    backend = await opened()

    await drawn(backend)

    assert set(server.asked[0].parameters) == {"model", "prompt", "size", "response_format"}


async def test_the_model_says_what_it_can_do_and_what_it_costs(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened(quality="low")

    (model,) = backend.describe().models

    assert (model.key, model.title, model.device) == (
        "openai",
        "Image server gpt-image-2.6-flare",
        "",  # its address is nobody's business but the operator's
    )
    assert (model.problem, model.loaded) == (None, True)
    can = model.capabilities
    assert can.tasks == {"text-to-image", "edit", "inpaint"}
    assert (can.sizes_px, can.candidates_per_call) == ((1024,), 10)
    assert can.price is not None
    assert can.price.usd_per_image == pytest.approx(0.021)


async def test_without_a_key_the_backend_says_which_setting_it_wants() -> None:
    backend = OpenAIBackend(OpenAIOptions())
    await backend.open()

    (model,) = backend.describe().models
    problem = model.problem

    assert model.title == "OpenAI"
    assert problem == problem_of(NotConfigured("OpenAI", "MOEVATAR_OPENAI_API_KEY"))
    with pytest.raises(NotConfigured):
        await drawn(backend)
    await backend.aclose()


@pytest.mark.parametrize("package", ["openai", "httpx2", "socksio"])
async def test_without_its_extra_the_backend_says_which_command_brings_it(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # which is not found from then on
    backend = OpenAIBackend(OpenAIOptions(api_key="sk-any"))

    await backend.open()

    (model,) = backend.describe().models
    assert model.problem == problem_of(NotInstalled("OpenAI", "pip install '.[openai]'"))
    with pytest.raises(NotInstalled):
        await drawn(backend)
    await backend.aclose()


async def test_a_server_of_ones_own_wants_no_key(opened: Opening, server: OpenAIServer) -> None:
    server.key = None
    backend = await opened(api_key=None)

    assert len((await drawn(backend)).images) == 1


async def test_the_model_is_resolved_again_every_day(
    opened: Opening, server: OpenAIServer, time: Time
) -> None:
    backend = await opened()
    assert await time.long.get() == RESOLVED_FOR_S

    server.models["gpt-image-3-flare"] = None
    server.models["gpt-image-2.6-flare"] = "2026-12-01"
    time.today += timedelta(days=1)
    time.woken.put_nowait(None)
    await time.long.get()

    assert backend.describe().models[0].title.endswith(" gpt-image-3-flare")
    assert server.listed == 2


async def test_a_list_that_fails_later_changes_nothing(
    opened: Opening, server: OpenAIServer, time: Time
) -> None:
    backend = await opened()
    await time.long.get()

    server.list_fault = Refuse(500)
    time.woken.put_nowait(None)

    assert await time.long.get() == RESOLVED_FOR_S
    assert backend.describe().models[0].title.endswith(" gpt-image-2.6-flare")
    assert backend.describe().models[0].problem is None


async def test_a_server_that_starts_after_the_bot_is_found(
    opened: Opening, server: OpenAIServer, time: Time
) -> None:
    server.list_fault = Refuse(503)
    backend = await opened()
    problem = backend.describe().models[0].problem
    assert problem is not None
    assert problem.kind == "ProviderDown"
    assert await time.long.get() == TRY_AGAIN_S

    server.list_fault = None
    time.woken.put_nowait(None)

    assert await time.long.get() == RESOLVED_FOR_S
    assert backend.describe().models[0].problem is None


async def test_a_model_that_has_gone_is_replaced_at_once(
    opened: Opening, server: OpenAIServer
) -> None:
    backend = await opened()
    del server.models["gpt-image-2.6-flare"]

    answer = await drawn(backend)

    assert answer.images[0].metadata["model"] == "gpt-image-2.6-sunburst"
    assert backend.describe().models[0].title.endswith(" gpt-image-2.6-sunburst")
    assert len(server.asked) == 2


async def test_a_named_model_that_has_gone_is_missed(opened: Opening, server: OpenAIServer) -> None:
    backend = await opened(model="gpt-image-1")

    with pytest.raises(ModelMissing) as missing:
        await drawn(backend)

    assert missing.value.source == "gpt-image-1"
    assert len(server.asked) == 1


async def test_cancelling_hangs_up_at_once(opened: Opening, server: OpenAIServer) -> None:
    server.held = asyncio.Event()
    backend, seen = await opened(), list[BatchEvent]()

    async for event in backend.run(Batch((batches.item(a_request(), id="job-1"),))):
        seen.append(event)
        if isinstance(event, ItemProgress) and event.progress.preview is not None:
            await backend.cancel("job-1")

    assert seen[-1] == ItemCancelled("job-1")
    await server.dropped.wait()
    server.held = None
    assert len((await drawn(backend, id="job-2")).images) == 1


@pytest.mark.parametrize("fault", [None, Break("stream-error"), Break("cut"), Break("end")])
async def test_a_stream_leaves_nothing_to_the_garbage_collector(
    opened: Opening, server: OpenAIServer, fault: Break | None
) -> None:
    """A collector ends a generator on whichever thread it happens to run, and that cannot be."""
    backend = await opened()
    server.faults.extend([fault] * 3 if fault else [])
    gc.collect()  # what other tests have left
    gc.disable()
    try:
        with contextlib.suppress(GenerationError):
            await drawn(backend)
        for _ in range(20):  # the innermost end in turns of the loop that follow
            await asyncio.sleep(0)
        left = [one for one in gc.get_objects() if _is_suspended(one)]
    finally:
        gc.enable()

    assert server.asked[0].parameters["stream"]
    assert left == []


def _is_suspended(one: object) -> bool:
    """Whether it is an asynchronous generator of the client's that stands at a yield."""
    return (
        type(one) is AsyncGeneratorType  # isinstance would wake what torch imports lazily
        and one.ag_frame is not None
        and one.ag_code.co_filename.endswith(_CLIENTS_FILES)
    )


_CLIENTS_FILES = ("_streaming.py", "_models.py", "_client.py", "default.py", "http11.py")


async def test_a_job_that_runs_again_after_a_restart_is_billed_once(
    opened: Opening, server: OpenAIServer
) -> None:
    first = await drawn(await opened(), id="job-9")
    again = await drawn(await opened(), id="job-9")
    other = await drawn(await opened(), a_request(seed=8), id="job-9")

    assert server.billed == 2
    assert first.images[0].png == again.images[0].png
    assert len(other.images) == 1


def test_the_key_is_not_shown_with_the_options() -> None:
    assert "sk-" not in repr(OpenAIOptions(api_key="sk-secret"))


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        (None, "OpenAI"),
        ("https://eu.api.openai.com/v1", "OpenAI"),
        ("https://api.openai.com.example.org/v1", "Image server"),
        ("http://localhost:8080/v1/", "Image server"),
    ],
)
def test_people_are_told_who_draws(url: str | None, provider: str) -> None:
    assert OpenAIOptions(base_url=url).provider == provider


@pytest.mark.parametrize(
    ("options", "setting"),
    [
        (OpenAIOptions(base_url="127.0.0.1:8000/v1"), "MOEVATAR_OPENAI_BASE_URL"),
        (OpenAIOptions(base_url="http://127.0.0.1:eighty/v1"), "MOEVATAR_OPENAI_BASE_URL"),
        (OpenAIOptions(base_url="http://127.0.0.1:99999/v1"), "MOEVATAR_OPENAI_BASE_URL"),
        (OpenAIOptions(base_url="http:///v1"), "MOEVATAR_OPENAI_BASE_URL"),
        (OpenAIOptions(base_url="ftp://127.0.0.1/v1"), "MOEVATAR_OPENAI_BASE_URL"),
        (OpenAIOptions(api_key="sk-ключ"), "MOEVATAR_OPENAI_API_KEY"),
        (OpenAIOptions(api_key="sk-one sk-two"), "MOEVATAR_OPENAI_API_KEY"),
    ],
    ids=["no scheme", "no port", "too high a port", "no host", "ftp", "not ASCII", "two keys"],
)
async def test_a_setting_that_cannot_be_used_is_named_and_stops_nothing_else(
    options: OpenAIOptions, setting: str, caplog: pytest.LogCaptureFixture
) -> None:
    backend = OpenAIBackend(options)

    await backend.open()

    (model,) = backend.describe().models
    assert model.problem == problem_of(Misconfigured(options.provider, setting))
    assert f"{setting}: allowed" in caplog.text
    assert "ключ" not in caplog.text
    await backend.aclose()


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        ("ALL_PROXY", "socks9://name:secret@127.0.0.1:9", "HTTPS_PROXY"),
        ("HTTPS_PROXY", "http://name:secret@127.0.0.1:99999999", "HTTPS_PROXY"),
        ("SSL_CERT_FILE", "/nowhere/secret.pem", "SSL_CERT_FILE"),
    ],
)
async def test_what_the_environment_says_of_the_network_stops_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    variable: str,
    value: str,
    setting: str,
) -> None:
    monkeypatch.setenv(variable, value)
    backend = OpenAIBackend(OpenAIOptions(api_key="sk-any"))

    await backend.open()

    (model,) = backend.describe().models
    assert model.problem == problem_of(Misconfigured("OpenAI", setting))
    assert f"OpenAI is not used. {setting}" in caplog.text
    assert "secret" not in caplog.text
    await backend.aclose()


@pytest.mark.parametrize("variable", ["ALL_PROXY", "HTTP_PROXY"])
async def test_a_socks_proxy_is_gone_through_for_answers_and_pictures(
    monkeypatch: pytest.MonkeyPatch, opened: Opening, server: OpenAIServer, variable: str
) -> None:
    server.models, server.answer_as = {"sdxl": None}, "url"
    async with running_proxy() as proxy:
        monkeypatch.setenv(variable, proxy.url)
        backend = await opened(base_url=server.url.replace("127.0.0.1", "images.example"))

        answer = await drawn(backend)
        await backend.aclose()

    assert len(answer.images) == 1
    assert len(server.downloads) == 1
    assert set(proxy.hosts) == {"images.example"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_computer_is_asked_past_the_proxy(
    monkeypatch: pytest.MonkeyPatch, opened: Opening, server: OpenAIServer, host: str
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    async with running_proxy() as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)

        answer = await drawn(await opened(base_url=server.url.replace("127.0.0.1", host)))

    assert len(answer.images) == 1
    assert proxy.hosts == []


async def test_a_proxy_that_speaks_no_socks_is_an_error_of_the_network() -> None:
    async def answer(request: httpx2.Request) -> None:
        raise socksio.ProtocolError("Malformed reply")

    async with http_client() as http:
        http.event_hooks = {"request": [answer]}
        with pytest.raises(httpx2.ProxyError):
            await http.get("http://images.example")


async def test_hosts_that_no_proxy_names_are_asked_past_it(
    monkeypatch: pytest.MonkeyPatch, opened: Opening, server: OpenAIServer
) -> None:
    monkeypatch.setenv("NO_PROXY", "images.invalid")
    async with running_proxy() as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)

        backend = await opened(base_url=server.url.replace("127.0.0.1", "images.invalid"))

    (model,) = backend.describe().models
    assert model.problem == problem_of(ProviderDown("Image server"))
    assert proxy.hosts == []
