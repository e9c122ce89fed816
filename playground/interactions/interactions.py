"""Interactions: what people do in their clients, on its way to the bot."""

import asyncio
import secrets
from dataclasses import dataclass, field
from enum import IntEnum

from playground.clock import Clock, Snowflakes
from playground.gateway.gateway import Gateway
from playground.interactions.commands import integration_owners
from playground.messages.messages import Message, Messages, Origin
from playground.messages.renderer import Renderer
from playground.page.audience import Audience
from playground.wire import Json
from playground.world import shapes
from playground.world.entities import FILE_LIMIT, Channel
from playground.world.world import BOT_ID, World

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
ANSWER_WITHIN_S = 3.0
TOKEN_LIFE_S = 15 * 60.0
FOLLOW_UPS_OF_USER_INSTALLS = 5


class InteractionType(IntEnum):
    """Discord's interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


@dataclass(eq=False, slots=True)
class Interaction:
    """Something a person did; `acked` is the type of the first response once there is one.

    `file_limit` is in bytes and for each file that answers it.
    """

    id: str
    token: str
    type: InteractionType
    user_id: str
    channel_id: str
    created_at: float
    data: Json
    command: Json | None = None
    message_id: str | None = None
    acked: int | None = None
    response_id: str | None = None
    modal: Json | None = None
    follow_ups: int = 0
    choices: asyncio.Future[list[Json]] | None = None
    owners: Json = field(default_factory=Json)
    file_limit: int = FILE_LIMIT

    def origin(self, *, follow_up: bool = False) -> Origin:
        """What a message that answers this says about it."""
        target = self.data.get("target_id")
        kind = self.data.get("type") if self.type is InteractionType.COMMAND else None
        return Origin(
            interaction_id=self.id,
            interaction_type=self.type,
            user_id=self.user_id,
            name=full_name(self.data) if self.type is InteractionType.COMMAND else None,
            command_type=kind,
            target_user_id=target if kind == USER_MENU else None,
            target_message_id=target if kind == MESSAGE_MENU else None,
            pressed_message_id=self.message_id,
            original_response_id=self.response_id if follow_up else None,
            owners=self.owners,
        )


class Interactions:
    """All interactions by id; sends them to the bot and watches the time."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        snowflakes: Snowflakes,
        gateway: Gateway,
        audience: Audience,
        messages: Messages,
        renderer: Renderer,
    ) -> None:
        self._world = world
        self._clock = clock
        self._snowflakes = snowflakes
        self._gateway = gateway
        self._audience = audience
        self._messages = messages
        self._renderer = renderer
        self._by_id: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def get(self, interaction_id: str) -> Interaction | None:
        """The interaction, or `None`."""
        return self._by_id.get(interaction_id)

    def with_token(self, token: str) -> Interaction | None:
        """The interaction whose token is still good."""
        return self._by_token.get(token)

    def is_late(self, interaction: Interaction) -> bool:
        """Whether the time for a first response is over."""
        return self._clock.now() - interaction.created_at > ANSWER_WITHIN_S

    def clear(self) -> None:
        """Forget all."""
        self._by_id.clear()
        self._by_token.clear()

    def send(
        self,
        kind: InteractionType,
        user_id: str,
        channel: Channel,
        data: Json,
        *,
        command: Json | None = None,
        message: Message | None = None,
    ) -> Interaction:
        """Send an interaction to the bot and start its three seconds."""
        interaction = Interaction(
            id=self._snowflakes.next(),
            token=secrets.token_urlsafe(48),
            type=kind,
            user_id=user_id,
            channel_id=channel.id,
            created_at=self._clock.now(),
            data=data,
            command=command,
            message_id=message.id if message else None,
            owners=_owners(command, message)
            or integration_owners(self._world, command, user_id, channel),
            file_limit=self._world.file_limit(channel, user_id),
        )
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        self._gateway.dispatch("INTERACTION_CREATE", self._payload(interaction, channel, message))
        self._clock.call_later(ANSWER_WITHIN_S, lambda: self._answer_is_due(interaction))
        self._clock.call_later(TOKEN_LIFE_S, lambda: self._life_is_over(interaction))
        return interaction

    def _answer_is_due(self, interaction: Interaction) -> None:
        if interaction.choices is not None and not interaction.choices.done():
            interaction.choices.set_result([])
        if interaction.acked is None:
            self._give_up(interaction)

    def _life_is_over(self, interaction: Interaction) -> None:
        """Say that nothing comes any more where the bot is still thinking, and forget it all."""
        response = self._messages.get(interaction.response_id)
        if response is not None and response.is_loading:
            self._give_up(interaction)
        self._by_id.pop(interaction.id, None)
        self._by_token.pop(interaction.token, None)

    def _give_up(self, interaction: Interaction) -> None:
        if interaction.id in self._by_id:
            data = {"interaction": interaction.id, "reason": "no_answer"}
            self._audience.tell(interaction.user_id, "interaction_failed", data)

    def _payload(self, of: Interaction, channel: Channel, message: Message | None) -> Json:
        user = self._world.users[of.user_id]
        theirs = self._world.permissions(of.user_id, channel)
        payload: Json = {
            "id": of.id,
            "application_id": BOT_ID,
            "type": int(of.type),
            "token": of.token,
            "version": 1,
            "data": of.data,
            "channel_id": channel.id,
            "channel": shapes.partial_channel(self._world, channel, theirs),
            "app_permissions": str(int(self._world.app_permissions(channel))),
            "locale": user.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": of.owners,
            "context": int(channel.context),
            "attachment_size_limit": of.file_limit,
        }
        guild = self._world.guild_of(channel)
        if guild is None:
            payload["user"] = shapes.user(user)
        else:
            payload["member"] = shapes.acting_member(self._world, guild, user.id, theirs)
            payload["guild_id"] = guild.id
            payload["guild_locale"] = guild.locale
            payload["guild"] = {"id": guild.id, "locale": guild.locale, "features": []}
        if message is not None:
            payload["message"] = self._renderer.message(message)
        return payload


def _owners(command: Json | None, message: Message | None) -> Json:
    """Who installed the app for the command that made `message`; empty where that is not known."""
    origin = message.origin if message is not None and command is None else None
    return origin.owners if origin is not None else {}


def full_name(data: Json) -> str:
    """The command as it was called, with group and subcommand: `avatar gallery`."""
    names: list[str] = [data["name"]]
    options: list[Json] = data.get("options") or []
    while options and options[0]["type"] in (1, 2):
        names.append(options[0]["name"])
        options = options[0].get("options") or []
    return " ".join(names)


def leaf_options(options: list[Json]) -> list[Json]:
    """The options that hold values, below group and subcommand."""
    found: list[Json] = options
    while found and found[0]["type"] in (1, 2):
        found = found[0].get("options") or []
    return found
