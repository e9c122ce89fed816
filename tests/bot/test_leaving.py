"""Leaving Discord, also where it is away."""

import asyncio
from pathlib import Path

from bot.app import leave, open_bot
from bot.settings import Settings


async def test_a_connection_that_waits_to_be_made_again_is_not_waited_for(tmp_path: Path) -> None:
    async with open_bot(Settings(data_dir=tmp_path)) as bot:
        connection = asyncio.create_task(asyncio.sleep(120), name="as discord.py does for minutes")

        async with asyncio.timeout(5):
            ended = await leave(bot, connection)

        assert ended
        assert connection.cancelled()
        assert bot.is_closed()
