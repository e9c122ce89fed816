import time

import aiohttp
import discord
import pytest

from playground.refusals import Refused
from tests.playground.bot import Bot, picture
from tests.playground.build import MESSAGES, slash
from tests.playground.ids import GENERAL_ID, STUDIO_ID

COMMAND = slash()


@pytest.fixture
async def channel(start) -> discord.TextChannel:
    bot = await start(Bot())
    return bot.get_channel(int(GENERAL_ID))


async def test_a_rate_limit_is_waited_for(playground, channel) -> None:
    await playground.failures.rate_limit(retry_after_s=0.1)

    assert (await channel.send("x")).content == "x"


async def test_a_rate_limit_without_via_is_a_ban(playground, channel) -> None:
    await playground.failures.rate_limit(via=False)

    with pytest.raises(discord.HTTPException) as refused:
        await channel.send("x")

    assert refused.value.status == 429


async def test_a_global_rate_limit_says_so(playground, rest) -> None:
    await playground.failures.rate_limit(retry_after_s=1.5, everywhere=True)

    refused = await rest("POST", MESSAGES, {"content": "x"})

    assert refused.body["global"] is True
    assert refused.body["retry_after"] == 1.5
    assert refused.headers["X-RateLimit-Scope"] == "global"


async def test_a_bucket_can_be_said_to_be_empty(playground, rest) -> None:
    await playground.failures.exhausted_bucket(reset_after_s=0.7)

    answer = await rest("POST", MESSAGES, {"content": "x"})

    assert answer.status == 200
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Reset-After"] == "0.700"


async def test_a_bad_gateway_comes_without_json(playground, rest) -> None:
    await playground.failures.bad_gateway(times=1)

    first = await rest("POST", MESSAGES, {"content": "x"})
    second = await rest("POST", MESSAGES, {"content": "x"})

    assert (first.status, first.body) == (502, "error code: 502")
    assert second.status == 200


async def test_an_upload_can_be_too_large_by_decree(playground, channel) -> None:
    await playground.failures.upload_too_large()

    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(file=picture())

    assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_an_acknowledgement_can_be_too_late_by_decree(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="x")
    async def chibi(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("x")

    await start(bot)
    await playground.failures.late_acknowledgement()
    await playground.person("mika").invoke("general", "chibi")

    error = await bot.next_error()
    assert isinstance(error, discord.NotFound)


async def test_links_and_files_can_go(playground, channel) -> None:
    first, second = await channel.send(file=picture()), await channel.send(file=picture())
    await playground.failures.expired_links()
    await playground.failures.deleted_files(str(second.id))

    fresh = await channel.fetch_message(first.id)
    lost = await channel.fetch_message(second.id)

    with pytest.raises(discord.NotFound):
        await first.attachments[0].read()
    assert await fresh.attachments[0].read()
    with pytest.raises(discord.NotFound):
        await lost.attachments[0].read()


async def test_a_message_can_go_under_a_running_job(playground, start) -> None:
    bot = Bot()

    @bot.tree.command(description="x")
    async def chibi(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("x")
        original = await interaction.original_response()
        await playground.failures.deleted_message(str(original.id))
        await interaction.edit_original_response(content="y")

    await start(bot)
    await playground.person("mika").invoke("general", "chibi")

    error = await bot.next_error()
    assert isinstance(error, discord.NotFound)
    assert error.code == 10008


async def test_a_channel_can_go_and_come_back(playground, start, rest) -> None:
    bot = await start(Bot())
    gone = bot.wait_for("guild_channel_delete", timeout=5)
    await playground.failures.deleted_channel(STUDIO_ID)
    refused = await rest("POST", f"/channels/{STUDIO_ID}/messages", {"content": "x"})
    back = bot.wait_for("guild_channel_create", timeout=5)
    await gone

    await playground.failures.heal()

    assert (refused.status, refused.body["code"]) == (404, 10003)
    assert (await back).name == "studio"


async def test_the_gateway_can_be_away(playground) -> None:
    await playground.failures.offline()

    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(playground.addresses.gateway)
        await playground.failures.heal()
        async with http.ws_connect(playground.addresses.gateway) as socket:
            assert (await socket.receive_json())["op"] == 10


async def test_a_real_rate_limit_follows_the_fifth_message(rest) -> None:
    answers = [await rest("POST", MESSAGES, {"content": "x"}) for _ in range(6)]

    remaining = [answer.headers["X-RateLimit-Remaining"] for answer in answers[:5]]
    assert remaining == ["4", "3", "2", "1", "0"]
    assert answers[5].status == 429
    assert 0 < answers[5].body["retry_after"] <= 5
    assert float(answers[5].headers["X-RateLimit-Reset"]) > time.time()


@pytest.mark.parametrize(
    "request_", [{}, {"failure": "play"}, {"failure": "close", "word": 1}], ids=str
)
async def test_a_failure_that_is_none_is_refused(playground, request_: dict) -> None:
    with pytest.raises(Refused):
        await playground.failures.play(request_)


async def test_an_answer_that_was_taken_can_be_lost_on_the_way(playground, start) -> None:
    bot = Bot()
    codes: list[int] = []

    @bot.tree.command(description="x")
    async def chibi(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("first")
        except (OSError, aiohttp.ClientError):
            with pytest.raises(discord.HTTPException) as refused:
                await interaction.response.send_message("second")
            codes.append(refused.value.code)
            await interaction.edit_original_response(content="third")

    await start(bot)
    await playground.failures.lost_acknowledgement()
    mika = playground.person("mika")
    interaction = await mika.invoke("general", "chibi")

    message = await mika.answer(interaction)
    edited = await mika.wait_message(lambda m: m["content"] == "third")
    assert message["content"] == "first"
    assert codes == [40060]
    assert edited["id"] == message["id"]


async def test_a_message_can_be_sent_without_its_sender_learning_of_it(playground, channel) -> None:
    await playground.failures.lost_answer()

    with pytest.raises((OSError, aiohttp.ClientError)):
        await channel.send("x", nonce="n")

    again = await channel.send("x", nonce="n")
    assert [m.id async for m in channel.history()] == [again.id]
