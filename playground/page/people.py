"""People as tests drive them: they act, and wait for what their client is told."""

import asyncio
from collections.abc import Callable
from typing import Any

from playground.interactions.command_options import NESTING, OptionType
from playground.interactions.interactions import Interaction
from playground.interactions.person_actions import Actions
from playground.interactions.presses import ComponentType
from playground.messages import tree
from playground.messages.attachments import Attachment
from playground.messages.forms import Upload
from playground.page.audience import Audience, Event
from playground.wire import Json
from playground.world.world import World

PATIENCE_S = 30.0
Matches = Callable[[Json], bool]


def _any(_: Json) -> bool:
    return True


class Person:
    """One person's client. `events` is all it was told since the playground knew the person."""

    def __init__(self, user_id: str, world: World, actions: Actions, audience: Audience) -> None:
        self.id = user_id
        self._world = world
        self._actions = actions
        self._told = asyncio.Event()
        self.events: list[Event] = []
        audience.join(user_id, self._hear)

    @property
    def dm(self) -> str:
        """The id of this person's DM with the bot."""
        return self._world.dm_with(self.id).id

    async def invoke(
        self, channel: str, command: str, /, *, target: str | None = None, **options: Any
    ) -> Interaction:
        """Call a command: `invoke("general", "avatar show", number=1)`.

        A channel goes by its name, by `dm` for the person's own, or by its id.
        """
        name, nested = self._options(command, options, None) if target is None else (command, [])
        return self._actions.invoke(self.id, self._channel_id(channel), name, nested, target)

    async def autocomplete(
        self, channel: str, command: str, focused: str, /, **options: Any
    ) -> list[Json]:
        """The choices offered for the option `focused`, with what is typed so far in `options`."""
        name, nested = self._options(command, options, focused)
        return await self._actions.autocomplete(self.id, self._channel_id(channel), name, nested)

    async def press(self, message: Json, button: str) -> Interaction:
        """Press the button with that custom_id or label."""
        custom_id = _component(message, button, (ComponentType.BUTTON,))["custom_id"]
        return self._actions.use_component(self.id, message["id"], custom_id, None)

    async def select(self, message: Json, select: str, *values: str) -> Interaction:
        """Choose `values` in the select with that custom_id or placeholder."""
        custom_id = _component(message, select, ())["custom_id"]
        return self._actions.use_component(self.id, message["id"], custom_id, list(values))

    async def submit_modal(self, modal: Json, **answers: Any) -> Interaction:
        """Fill in a modal, field by custom_id or label, and submit it."""
        filled = [_filled(node, answers) for node in modal["components"]]
        return self._actions.submit_modal(self.id, modal["interaction"], filled)

    async def write(self, channel: str, content: str) -> str:
        """Write a message; its id."""
        return (await self._actions.write(self.id, self._channel_id(channel), content)).id

    async def delete(self, message: Json) -> None:
        """Delete a message."""
        await self._actions.delete(self.id, message["id"])

    async def react(self, message: Json, emoji: str) -> None:
        """Put an emoji, a sign or `name:id`, under a message; again, and it is taken back."""
        self._actions.react(self.id, message["id"], emoji)

    async def upload(self, filename: str, data: bytes) -> Attachment:
        """Upload a file; its id is the value of an attachment option."""
        return await self._actions.upload(self.id, Upload("file", -1, filename, data))

    async def wait(self, name: str, matches: Matches = _any, *, since: int = 0) -> Json:
        """The data of the first event of that name that matches, from `events[since]` on."""
        return await self._first((name,), matches, since)

    async def wait_message(self, matches: Matches = _any, *, since: int = 0) -> Json:
        """The first message that, as created or as updated, matches."""
        return await self._first(("message_create", "message_update"), matches, since)

    async def answer(self, interaction: Interaction) -> Json:
        """The first message in answer to `interaction`, once it no longer says "thinking"."""
        return await self.wait_message(
            lambda m: not m.get("loading") and m.get("interaction", {}).get("id") == interaction.id
        )

    async def modal(self, interaction: Interaction) -> Json:
        """The modal that the bot opens in answer to `interaction`."""
        return await self.wait("modal", lambda data: data["interaction"] == interaction.id)

    async def failed(self, interaction: Interaction) -> str:
        """The reason why the client says that the application did not respond."""
        mine = await self.wait("interaction_failed", lambda d: d["interaction"] == interaction.id)
        return mine["reason"]

    async def _first(self, names: tuple[str, ...], matches: Matches, since: int) -> Json:
        """Raises `TimeoutError` where nothing comes."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for event in self.events[since:]:
                    if event.name in names and isinstance(event.data, dict) and matches(event.data):
                        return event.data
                since = len(self.events)
                self._told.clear()
                await self._told.wait()

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()

    def _channel_id(self, channel: str) -> str:
        if channel == "dm":
            return self.dm
        named = [c.id for c in self._world.channels.values() if c.name == channel]
        return named[0] if named else channel

    def _options(
        self, command: str, values: dict[str, Any], focused: str | None
    ) -> tuple[str, list[Json]]:
        """The command's own name, and its options nested below group and subcommand."""
        name, *path = command.split(" ")
        found = [c for c in self._actions.commands if c["name"] == name and c["type"] == 1]
        level: list[Json] = found[0]["options"] if found else []
        nested: list[Json] = []
        top = nested
        for step in path:
            option = next(o for o in level if o["name"] == step and o["type"] in NESTING)
            inner: list[Json] = []
            nested.append({"name": step, "type": option["type"], "options": inner})
            level, nested = option.get("options") or [], inner
        kinds = {option["name"]: option["type"] for option in level}
        for key, value in values.items():
            entry: Json = {"name": key, "type": kinds.get(key, OptionType.STRING), "value": value}
            nested.append(entry | ({"focused": True} if key == focused else {}))
        return name, top


def _component(message: Json, wanted: str, kinds: tuple[int, ...]) -> Json:
    """The component with that custom_id, label or placeholder."""
    for node in tree.walk(message["components"]):
        named = wanted in (node.get("custom_id"), node.get("label"), node.get("placeholder"))
        if named and "custom_id" in node and (not kinds or node["type"] in kinds):
            return node
    labels = [n.get("label") or n.get("custom_id") for n in tree.walk(message["components"])]
    raise LookupError(f"no {wanted!r} among {[label for label in labels if label]}")


def _filled(node: Json, answers: dict[str, Any]) -> Json:
    """A top-level component of a modal with the answer to it, given by custom_id or label."""
    inner = node.get("component") or (node.get("components") or [node])[0]
    names = (inner.get("custom_id"), node.get("label"), inner.get("label"))
    given = [answers[name] for name in names if name in answers]
    filled: Json = {"type": inner["type"], "custom_id": inner.get("custom_id")}
    default = inner.get("value")
    answer = given[0] if given else default
    filled |= {"values": answer} if isinstance(answer, list) else {"value": answer}
    return {"type": node["type"], "component": filled}
