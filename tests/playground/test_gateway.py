import asyncio
import json
import zlib

import aiohttp
import discord
import pytest
from discord.gateway import KeepAliveHandler

from playground.gateway.gateway import GatewayOptions
from playground.server import Playground
from tests.playground.bot import Bot, point_discord_at
from tests.playground.ids import BOT_ID


class Raw:
    """A gateway client without a library around it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token
        self.stream = zlib.decompressobj()

    async def send(self, op: int, data: object) -> None:
        if op in (2, 6) and isinstance(data, dict):
            data = {"token": self.token, **data}
        await self.socket.send_json({"op": op, "d": data})

    async def receive(self) -> dict:
        message = await self.socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.BINARY:
            return json.loads(self.stream.decompress(message.data))
        return json.loads(message.data)

    async def closed(self) -> int | None:
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code


IDENTIFY = {"intents": 1, "properties": {}}


@pytest.fixture
async def connect(playground):
    async with aiohttp.ClientSession() as http:

        async def connect(query: str = "?v=10&encoding=json") -> Raw:
            url = playground.addresses.gateway + query
            raw = Raw(await http.ws_connect(url, compress=0), playground.token)
            assert (await raw.receive())["op"] == 10
            return raw

        yield connect


async def resumed(bot: Bot) -> None:
    await bot.wait_for("resumed", timeout=5)


async def test_a_zstd_stream_is_one_frame_flushed_after_each_message(playground) -> None:
    zstandard = pytest.importorskip("zstandard")
    stream = zstandard.ZstdDecompressor().decompressobj()

    async with aiohttp.ClientSession() as http:
        url = playground.addresses.gateway + "?v=10&encoding=json&compress=zstd-stream"
        socket = await http.ws_connect(url, compress=0)
        hello = json.loads(stream.decompress((await socket.receive()).data))
        await socket.send_json({"op": 1, "d": None})
        ack = json.loads(stream.decompress((await socket.receive()).data))

    assert (hello["op"], ack["op"]) == (10, 11)


@pytest.mark.parametrize("compress", ["", "&compress=zlib-stream"])
async def test_identify_is_answered_by_ready_and_the_guild(connect, compress: str) -> None:
    raw = await connect("?v=10&encoding=json" + compress)
    await raw.send(1, None)
    ack = await raw.receive()
    await raw.send(2, IDENTIFY)

    ready, guild = [await raw.receive() for _ in range(2)]

    assert ack["op"] == 11
    assert (ready["t"], ready["s"]) == ("READY", 1)
    assert (guild["t"], guild["s"]) == ("GUILD_CREATE", 2)
    assert [c["name"] for c in guild["d"]["channels"]] == ["general", "studio"]


@pytest.mark.parametrize(
    ("code", "op", "data"),
    [
        pytest.param(4001, 99, None, id="unknown opcode"),
        pytest.param(4002, 2, "x", id="no object"),
        pytest.param(4002, 1, "x" * 5000, id="over 4096 bytes"),
        pytest.param(4003, 3, {}, id="presence before identify"),
        pytest.param(4004, 2, {**IDENTIFY, "token": "wrong"}, id="wrong token"),
        pytest.param(4010, 2, {**IDENTIFY, "shard": [1, 1]}, id="shard that is not"),
        pytest.param(4013, 2, {**IDENTIFY, "intents": 1 << 30}, id="unknown intents"),
        pytest.param(4014, 2, {**IDENTIFY, "intents": 1 << 15}, id="privileged intents"),
    ],
)
async def test_what_is_wrong_closes_with_its_code(connect, code: int, op: int, data) -> None:
    raw = await connect()

    await raw.send(op, data)

    assert await raw.closed() == code


async def test_identifying_twice_closes_with_4005(connect) -> None:
    raw = await connect()

    await raw.send(2, IDENTIFY)
    await raw.send(2, IDENTIFY)

    assert await raw.closed() == 4005


async def test_a_heartbeat_of_the_future_closes_with_4007(connect) -> None:
    raw = await connect()

    await raw.send(2, IDENTIFY)
    await raw.send(1, 10_000)

    assert await raw.closed() == 4007


async def test_another_version_closes_with_4012(playground) -> None:
    async with aiohttp.ClientSession() as http:
        socket = await http.ws_connect(playground.addresses.gateway + "?v=3")

        assert await Raw(socket, "").closed() == 4012


async def test_more_than_120_events_a_minute_close_with_4008(connect) -> None:
    raw = await connect()

    for _ in range(121):
        await raw.send(1, None)

    assert await raw.closed() == 4008


async def test_a_heartbeat_is_answered_after_the_bot_has_noted_it(start_at, monkeypatch) -> None:
    interval_s = 0.2
    playground = Playground(options=GatewayOptions(heartbeat_interval_ms=200))
    await playground.start()
    point_discord_at(playground, monkeypatch)
    bot, latencies = Bot(), asyncio.Queue[float]()

    def acknowledge(keep_alive: KeepAliveHandler) -> None:
        before(keep_alive)
        latencies.put_nowait(keep_alive.latency)

    before = KeepAliveHandler.ack
    monkeypatch.setattr(KeepAliveHandler, "ack", acknowledge)
    async with start_at(playground, bot):
        seen = [await latencies.get() for _ in range(4)]
    await playground.close()

    assert max(seen[1:]) < interval_s / 2  # the first beat has no beat before it


async def test_a_bot_that_stops_its_heartbeats_is_closed_with_4009() -> None:
    playground = Playground(options=GatewayOptions(heartbeat_interval_ms=1))
    await playground.start()
    async with aiohttp.ClientSession() as http:
        socket = await http.ws_connect(playground.addresses.gateway)

        assert await Raw(socket, "").closed() == 4009

    await playground.close()


@pytest.mark.parametrize(
    ("failure", "arguments"),
    [
        pytest.param("reconnect", {}, id="op 7"),
        pytest.param("invalid_session", {"resumable": True}, id="op 9 resumable"),
        pytest.param("close", {"code": 4000}, id="4000"),
        pytest.param("close", {"code": 4009}, id="4009"),
        pytest.param("close", {"code": 1001}, id="1001"),
        pytest.param("cut", {}, id="lost line"),
    ],
)
async def test_what_is_missed_is_replayed_on_resume(
    playground, start, failure: str, arguments: dict
) -> None:
    bot = Bot()

    @bot.tree.command(description="Ping")
    async def ping(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("pong")

    await start(bot)
    mika = playground.person("mika")
    waiting = asyncio.create_task(resumed(bot))

    await playground.failures.play({"failure": failure, **arguments})
    called = await mika.invoke("general", "ping")
    await waiting

    assert (await mika.answer(called))["content"] == "pong"


async def test_a_session_that_cannot_be_resumed_is_begun_anew(playground, connect) -> None:
    first = await connect()
    await first.send(2, IDENTIFY)
    session = (await first.receive())["d"]["session_id"]
    await playground.failures.invalid_session()
    second = await connect()

    await second.send(6, {"session_id": session, "seq": 1})

    answer = await second.receive()
    assert (answer["op"], answer["d"]) == (9, False)


async def test_a_bot_that_says_goodbye_leaves_no_session(playground, connect) -> None:
    first = await connect()
    await first.send(2, IDENTIFY)
    session = (await first.receive())["d"]["session_id"]
    await first.socket.close(code=1000)
    second = await connect()

    await second.send(6, {"session_id": session, "seq": 1})

    assert (await second.receive())["op"] == 9
    assert not playground.gateway.online


async def test_a_silent_gateway_is_noticed_and_left(start_at, monkeypatch) -> None:
    playground = Playground(options=GatewayOptions(heartbeat_interval_ms=200))
    await playground.start()
    point_discord_at(playground, monkeypatch)
    bot = Bot(heartbeat_timeout=0.3)

    async with start_at(playground, bot):
        waiting = asyncio.create_task(resumed(bot))
        await playground.failures.zombie()
        await waiting

    await playground.close()


async def test_people_see_whether_the_bot_is_there(playground, start) -> None:
    mika = playground.person("mika")

    bot = await start(Bot())
    there = await mika.wait("bot_status")
    await bot.close()
    gone = await mika.wait("bot_status", lambda data: not data["online"])

    assert (there, gone) == ({"online": True}, {"online": False})


async def test_content_is_hidden_from_a_bot_without_the_intent(playground, start) -> None:
    bot, got = Bot(), asyncio.Queue()
    bot.event(_named("on_message", got.put))
    await start(bot)
    mika = playground.person("mika")

    await mika.write("general", "secret")
    await mika.write("general", f"hi <@{BOT_ID}>")
    await mika.write("dm", "private")
    contents = [(await asyncio.wait_for(got.get(), 5)).content for _ in range(3)]

    assert contents == ["", f"hi <@{BOT_ID}>", "private"]


def _named(name: str, function):
    async def handler(argument) -> None:
        await function(argument)

    handler.__name__ = name
    return handler
