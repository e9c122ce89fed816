"""What a custom_id carries reaches the method that is named, or is refused."""

from types import SimpleNamespace
from typing import Any, Literal

import pytest
from discord.ext import commands

from bot.texts import Catalogue
from bot.user_errors import OutdatedAction
from cogs.actions import MAX_NUMBER, ActionsCog, FormText, Press, act, action

Data = dict[str, Any]


class Heard(commands.Cog):
    """Notes what its actions are given."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    @action("turn", "page", "favourites", "image")
    async def turn(self, press: Press, page: int, favourites: bool, image: int = 7) -> None:
        self.calls.append(("turn", page, favourites, image))

    @action("tool")
    async def tool(self, press: Press, tool: Literal["face", "cutout"], word: str = "-") -> None:
        self.calls.append(("tool", tool, word))

    @action("edited")
    async def edited(self, press: Press, generation: int, prompt: FormText) -> None:
        self.calls.append(("edited", generation, prompt))


async def heard(data: Any) -> list[tuple[Any, ...]]:
    cog = Heard()
    press: Any = SimpleNamespace(data=data)
    await ActionsCog([cog], Catalogue.load()).answer(press)
    return cog.calls


def pressed(custom_id: str, *chosen: str) -> Data:
    return {"custom_id": custom_id} | ({"values": list(chosen)} if chosen else {})


def form(custom_id: str, *fields: Any) -> Data:
    return {"custom_id": custom_id, "components": list(fields)}


def field(name: str, value: Any) -> Data:
    return {"component": {"custom_id": name, "value": value}}


@pytest.mark.parametrize(
    ("data", "call"),
    [
        (pressed(act("turn", page=2, favourites=True)), ("turn", 2, True, 7)),
        (pressed(f"mv:turn:0:0:{MAX_NUMBER}"), ("turn", 0, False, MAX_NUMBER)),
        (pressed("mv:turn:2:1"), ("turn", 2, True, 7)),
        (pressed("mv:turn:2:1", "9"), ("turn", 2, True, 9)),
        (pressed("mv:turn:page=2:favourites=1", "image=9"), ("turn", 2, True, 9)),
        (pressed("mv:menu", act("turn", page=3, favourites=False)), ("turn", 3, False, 7)),
        (pressed(act("tool", tool="face", word="a-b_1")), ("tool", "face", "a-b_1")),
        (form(act("edited", generation=1), field("prompt", "a:b=c\n")), ("edited", 1, "a:b=c\n")),
    ],
    ids=str,
)  # fmt: skip
async def test_a_press_gives_what_its_custom_id_carries(data: Data, call: tuple[Any, ...]) -> None:
    assert await heard(data) == [call]


PAGES = ("", "-1", "1.5", "²", "x", "01" * 30, 2**63)


@pytest.mark.parametrize(
    "data",
    [
        *(pressed(f"mv:turn:page={page}:favourites=0") for page in PAGES),
        *(pressed(f"mv:turn:page=1:favourites={value}") for value in ("2", "yes", "")),
        *(pressed(f"mv:tool:tool={tool}") for tool in ("../../etc", "FACE", "", "sharpen")),
        pressed("mv:tool:tool=face:word=a b"),
        pressed("mv:tool:face"),
        pressed("mv:turn"),
        pressed("mv:turn:1"),
        pressed("mv:turn:1:0:1:1"),
        pressed("mv:turn:page=1:favourites=0:user=1"),
        pressed("mv:turn:page=1:favourites=0", "1", "2"),
        pressed("mv:turn:1:0", "mv:nothing"),
        pressed("mv:edited:generation=1:prompt=x"),
        pressed("mv:nothing:1"),
        pressed("mv"),
        pressed(""),
        pressed("another"),
        {},
        {"custom_id": 5},
        form(act("edited", generation=1)),
        form(act("edited", generation=1), field("another", "x")),
        form(act("edited", generation=1), field("prompt", 5)),
        form(act("edited", generation=1), "prompt", None, {"component": None}),
        form("mv:edited:generation=-1", field("prompt", "x")),
    ],
    ids=str,
)  # fmt: skip
async def test_what_no_message_carries_is_refused(data: Data) -> None:
    with pytest.raises(OutdatedAction):
        await heard(data)


def test_a_custom_id_longer_than_discord_takes_is_a_defect() -> None:
    with pytest.raises(ValueError, match="longer"):
        act("turn", image="x" * 100)


def test_two_cogs_cannot_answer_the_same() -> None:
    with pytest.raises(ValueError, match="two cogs"):
        ActionsCog([Heard(), Heard()], Catalogue.load())
