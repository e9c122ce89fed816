"""Whom the playground lets in: programs of this computer and its own page, and no other site."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser

from playground.server import Playground
from tests.fence import HOSTS, certificates
from tests.playground.test_gateway import Raw

PATHS = (
    "/",
    "/gateway",
    "/static/index.html",
    "/playground/state?user=1",
    "/playground/live?user=1",
    "/api/v10/gateway",
    "/api/v10/users/@me",
    "/api/v10/webhooks/1/x/messages/@original",
    "/attachments/1/1/a.png",
    "/nothing",
)
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
JOIN = """async ([url, token]) => new Promise((resolve) => {
    const socket = new WebSocket(url + "?v=10&encoding=json");
    const identify = {op: 2, d: {token, intents: 1, properties: {}}};
    socket.onopen = () => socket.send(JSON.stringify(identify));
    socket.onerror = () => resolve("refused");
    socket.onmessage = ({data}) => {
        if (JSON.parse(data).t === "READY") resolve("in");
    };
})"""


@pytest.fixture
async def http(playground):
    async with aiohttp.ClientSession(playground.url) as http:
        yield http


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("socket", [{}, SOCKET], ids=["request", "websocket"])
@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param({"Origin": "https://evil.example"}, id="another site"),
        pytest.param({"Origin": "null"}, id="a sandboxed page"),
        pytest.param({"Origin": "http://127.0.0.1:1"}, id="another port"),
        pytest.param(
            {"Origin": "http://localhost.evil.example"}, id="a name that begins like ours"
        ),
        pytest.param({"Host": "evil.example"}, id="a name bound to this computer"),
        pytest.param({"Host": "127.0.0.1.evil.example"}, id="a host that begins like ours"),
        pytest.param(
            {"Host": "evil.example", "Origin": "http://evil.example"}, id="a site bound to it"
        ),
        pytest.param({"Host": "discord.com"}, id="discord's name without its certificate"),
    ],
)
async def test_no_other_site_is_let_in(playground, http, path: str, socket, foreign) -> None:
    headers = {"Authorization": f"Bot {playground.token}", **socket, **foreign}

    async with http.get(path, headers=headers) as response:
        answer = await response.json()

    assert response.status == 403
    assert answer["message"] == "Only the playground's own page may do this."


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_no_other_site_changes_anything(playground, http, method: str) -> None:
    headers = {"Authorization": f"Bot {playground.token}", "Origin": "https://evil.example"}

    async with http.request(method, "/api/v10/users/@me", headers=headers) as response:
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
@pytest.mark.parametrize("names_origin", [False, True])
async def test_programs_and_the_page_itself_are_let_in(
    playground, http, host: str, names_origin: bool
) -> None:
    headers = {"Authorization": f"Bot {playground.token}", "Host": f"{host}:{playground.port}"}
    if names_origin:
        headers["Origin"] = f"http://{host}:{playground.port}"

    async with http.get("/api/v10/users/@me", headers=headers) as response:
        assert response.status == 200


async def test_over_tls_discords_own_names_are_let_in_and_no_others() -> None:
    server, client = certificates()
    playground = Playground()
    await playground.start(ssl_context=server)
    url = f"https://127.0.0.1:{playground.port}/api/v10/gateway"
    auth = {"Authorization": f"Bot {playground.token}"}
    found: dict[str, int] = {}

    async with aiohttp.ClientSession() as http:
        for host in (*HOSTS, "evil.example"):
            headers = {**auth, "Host": host}
            async with http.get(
                url, headers=headers, ssl=client, server_hostname="discord.com"
            ) as response:
                found[host] = response.status
    await playground.close()

    assert found == {**dict.fromkeys(HOSTS, 200), "evil.example": 403}


async def test_every_playground_has_a_token_of_its_own() -> None:
    tokens = {Playground().token for _ in range(20)}

    assert len(tokens) == 20
    assert all(len(token) > 60 and token.count(".") == 2 for token in tokens)


async def test_the_token_of_another_start_opens_nothing(playground, rest) -> None:
    before = Playground().token

    answer = await rest("GET", "/users/@me", headers={"Authorization": f"Bot {before}"})
    async with aiohttp.ClientSession() as http:
        url = playground.addresses.gateway + "?v=10&encoding=json"
        raw = Raw(await http.ws_connect(url), before)
        await raw.receive()
        await raw.send(2, {"intents": 1, "properties": {}})

        assert await raw.closed() == 4004
    assert answer.status == 401


@pytest.fixture
async def other_site() -> AsyncIterator[str]:
    """A page of another origin, with nothing that keeps it from calling anywhere."""
    app = web.Application()
    app.router.add_get("/", _page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def _page(_: web.Request) -> web.Response:
    return web.Response(text="<title>x</title>", content_type="text/html")


async def test_a_page_of_another_origin_cannot_join_as_the_bot(
    playground: Playground, browser: Browser, other_site: str
) -> None:
    """Not even where it knows the token; the playground's own page is the check of the check."""
    page = await browser.new_page()
    arguments = [playground.addresses.gateway, playground.token]
    found: list[str] = []

    for site in (other_site, playground.url):
        await page.goto(site)
        found.append(await page.evaluate(JOIN, arguments))
    await page.close()

    assert found == ["refused", "in"]
