import asyncio

import pytest

from bot.storage.database import Database
from bot.storage.guilds import GuildChanges, GuildConfig, GuildStore
from tests.bot.storage.making import CHANNEL, GUILD

DEFAULTS = GuildConfig(language=None, backend="illustrator", open_jobs_limit=3)


@pytest.mark.parametrize("guild_id", [None, GUILD], ids=["direct message", "server"])
async def test_the_operators_decisions_hold_where_there_are_no_others(
    guilds: GuildStore, guild_id: int | None
):
    assert await guilds.get(guild_id) == DEFAULTS


async def test_a_change_is_kept_over_a_restart(guilds: GuildStore, database: Database):
    changed = await guilds.update(
        GUILD,
        language="zh-CN",
        backend="diffusers",
        open_jobs_limit=7,
        channels=frozenset({CHANNEL, CHANNEL + 1}),
        rating="any",
    )

    again = GuildStore(database, backend="illustrator", open_jobs_limit=3)
    assert changed == GuildConfig("zh-CN", "diffusers", 7, frozenset({CHANNEL, CHANNEL + 1}), "any")
    assert await again.get(GUILD) == changed


async def test_a_change_is_seen_at_once_although_reads_are_cached(guilds: GuildStore):
    await guilds.get(GUILD)

    await guilds.update(GUILD, language="zh-CN")

    assert (await guilds.get(GUILD)).language == "zh-CN"


async def test_a_change_leaves_the_rest_as_it_is(guilds: GuildStore):
    await guilds.update(GUILD, language="zh-CN", channels=frozenset({CHANNEL}))

    config = await guilds.update(GUILD, open_jobs_limit=1)

    assert config == GuildConfig("zh-CN", "illustrator", 1, frozenset({CHANNEL}))


@pytest.mark.parametrize(
    "nothing",
    [
        {"language": None},
        {"backend": None},
        {"open_jobs_limit": None},
        {"channels": frozenset()},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_a_decision_can_be_taken_back(guilds: GuildStore, nothing: GuildChanges):
    name = next(iter(nothing))
    await guilds.update(
        GUILD, language="x", backend="y", open_jobs_limit=9, channels=frozenset({CHANNEL})
    )

    config = await guilds.update(GUILD, **nothing)

    assert getattr(config, name) == getattr(DEFAULTS, name)


async def test_channels_are_replaced_not_added(guilds: GuildStore):
    await guilds.update(GUILD, channels=frozenset({1, 2}))

    config = await guilds.update(GUILD, channels=frozenset({2, 3}))

    assert config.channels == {2, 3}


async def test_servers_do_not_share_decisions(guilds: GuildStore):
    await guilds.update(GUILD, language="zh-CN")

    assert await guilds.get(GUILD + 1) == DEFAULTS


async def test_a_server_is_read_once(guilds: GuildStore):
    config = await guilds.get(GUILD)

    assert await guilds.get(GUILD) is config


async def test_two_channels_allowed_at_once_are_both_kept(guilds: GuildStore):
    await asyncio.gather(
        guilds.allow_channels(GUILD, {1: True}),
        guilds.allow_channels(GUILD, {2: True}),
        guilds.update(GUILD, language="zh-CN"),
    )

    config = await guilds.get(GUILD)
    assert (config.channels, config.language) == ({1, 2}, "zh-CN")


async def test_a_channel_can_be_taken_back_by_itself(guilds: GuildStore):
    await guilds.update(GUILD, channels=frozenset({1, 2}))

    config = await guilds.allow_channels(GUILD, {1: False})

    assert config.channels == {2}


async def test_taking_back_what_was_not_allowed_changes_nothing(guilds: GuildStore):
    config = await guilds.allow_channels(GUILD, {1: False})

    assert config.channels == frozenset()


async def test_allowing_a_channel_twice_is_the_same_as_once(guilds: GuildStore):
    await guilds.allow_channels(GUILD, {1: True})

    config = await guilds.allow_channels(GUILD, {1: True})

    assert config.channels == {1}
