"""A Discord for every test that asks for one: `pytest_plugins = ["playground.pytest_plugin"]`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.server import Playground
from playground.world.world import World


@pytest.fixture
def playground_world() -> World:
    """The world of `playground`; override it with a `World.from_toml` of your own."""
    return World.from_toml()


@pytest_asyncio.fixture
async def playground(playground_world: World) -> AsyncIterator[Playground]:
    """A Discord on a free port, for one test, keeping nothing."""
    playground = Playground(world=playground_world)
    await playground.start()
    yield playground
    await playground.close()
