"""The `resolved` part of interaction data: objects for the ids that people picked."""

from collections.abc import Iterable
from dataclasses import dataclass

from playground.messages.attachments import Attachment
from playground.messages.messages import Messages
from playground.messages.renderer import Renderer
from playground.refusals import Refused
from playground.wire import Json
from playground.world import shapes
from playground.world.entities import Channel, Role
from playground.world.world import World

USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = (
    "users",
    "channels",
    "roles",
    "mentionable",
    "attachments",
)
Picked = Iterable[tuple[str, str]]  # kind and id


@dataclass(frozen=True, slots=True)
class Resolver:
    """Looks up what people picked."""

    world: World
    messages: Messages
    renderer: Renderer
    uploaded: dict[str, Attachment]

    def resolve(self, picked: Picked, channel: Channel, user_id: str) -> Json:
        """The resolved data for `picked`; `Refused` where something is not there."""
        resolved: Json = {}
        for kind, id_ in picked:
            self._add(resolved, kind, id_, channel, user_id)
        return resolved

    def message(self, message_id: str) -> Json:
        """Resolved data for the target of a message command."""
        message = self.messages.get(message_id)
        if message is None:
            raise Refused("This message is no longer there.", 10008, 404)
        return {"messages": {message.id: self.renderer.message(message)}}

    def user(self, user_id: str, channel: Channel) -> Json:
        """Resolved data for the target of a user command."""
        resolved: Json = {}
        self._add_user(resolved, user_id, channel)
        return resolved

    def _add(self, resolved: Json, kind: str, id_: str, channel: Channel, user_id: str) -> None:
        if kind == ATTACHMENT and id_ in self.uploaded:
            file = self.renderer.attachment(self.uploaded[id_])
            resolved.setdefault(ATTACHMENT, {})[id_] = file
        elif kind in (ROLE, MENTIONABLE) and (role := self._role(id_, channel)) is not None:
            resolved.setdefault(ROLE, {})[id_] = shapes.role(role)
        elif kind in (USER, MENTIONABLE):
            self._add_user(resolved, id_, channel)
        elif kind == CHANNEL and id_ in self.world.channels:
            found = self.world.channels[id_]
            held = self.world.permissions(user_id, found)
            shown = shapes.partial_channel(self.world, found, held)
            resolved.setdefault(CHANNEL, {})[id_] = shown
        else:
            raise Refused(f"There is no such thing to pick: {id_}", 50035, 400)

    def _add_user(self, resolved: Json, id_: str, channel: Channel) -> None:
        user = self.world.users.get(id_)
        if user is None:
            raise Refused("There is no such user.", 10013, 404)
        resolved.setdefault(USER, {})[id_] = shapes.user(user)
        guild = self.world.guild_of(channel)
        if guild is not None and id_ in guild.members:
            held = self.world.permissions(id_, channel)
            member = {**shapes.member(guild, id_), "permissions": str(int(held))}
            resolved.setdefault("members", {})[id_] = member

    def _role(self, id_: str, channel: Channel) -> Role | None:
        guild = self.world.guild_of(channel)
        return guild.roles.get(id_) if guild is not None else None
