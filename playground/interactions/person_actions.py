"""What a person can do in their client: call commands, press, choose, submit, write, delete."""

import asyncio
from dataclasses import dataclass

from playground.clock import Clock, Snowflakes
from playground.interactions.command_options import checked, picked
from playground.interactions.commands import Commands, has_permissions, is_here
from playground.interactions.interactions import (
    CHAT_INPUT,
    MESSAGE_MENU,
    USER_MENU,
    Interaction,
    Interactions,
    InteractionType,
    leaf_options,
)
from playground.interactions.presses import checked_submit, pressed_data
from playground.interactions.resolver import Resolver
from playground.messages.attachments import Attachment
from playground.messages.chat import Chat
from playground.messages.forms import Form, Upload
from playground.messages.messages import Message
from playground.page.audience import Audience
from playground.refusals import ApiError, Refused
from playground.wire import Json
from playground.world.entities import Channel
from playground.world.permissions import Permission
from playground.world.world import World


@dataclass(frozen=True, slots=True)
class Actions:
    """The people's side; raises `Refused` where Discord would not let them."""

    world: World
    clock: Clock
    snowflakes: Snowflakes
    commands: Commands
    chat: Chat
    interactions: Interactions
    audience: Audience
    resolver: Resolver

    def invoke(
        self,
        user_id: str,
        channel_id: str,
        name: str,
        options: list[Json],
        target: str | None = None,
    ) -> Interaction:
        """Call a slash command, or a context menu command on `target`, a user or a message."""
        channel = self._channel(user_id, channel_id)
        command = self._command(user_id, channel, name, target)
        data = _command_data(command)
        if target is None:
            data["options"] = checked(command["options"], options)
            if resolved := self.resolver.resolve(picked(data["options"]), channel, user_id):
                data["resolved"] = resolved
        elif command["type"] == USER_MENU:
            data |= {"target_id": target, "resolved": self.resolver.user(target, channel)}
        else:
            data |= {"target_id": target, "resolved": self.resolver.message(target)}
        kind = InteractionType.COMMAND
        return self.interactions.send(kind, user_id, channel, data, command=command)

    async def autocomplete(
        self, user_id: str, channel_id: str, name: str, options: list[Json]
    ) -> list[Json]:
        """The choices for the focused option; none where the bot does not answer in time."""
        channel = self._channel(user_id, channel_id)
        command = self._command(user_id, channel, name, None)
        data = _command_data(command)
        data["options"] = checked(command["options"], options, partial=True)
        if not any(option.get("focused") for option in leaf_options(data["options"])):
            raise Refused("No option is being typed in.", 50035, 400)
        kind = InteractionType.AUTOCOMPLETE
        interaction = self.interactions.send(kind, user_id, channel, data, command=command)
        interaction.choices = asyncio.get_running_loop().create_future()
        return await interaction.choices

    def use_component(
        self, user_id: str, message_id: str, custom_id: str, values: list[str] | None
    ) -> Interaction:
        """Press a button or choose in a select of a message."""
        message = self._message(user_id, message_id)
        channel = self._channel(user_id, message.channel_id)
        data, picks = pressed_data(message.components, custom_id, values)
        if picks:
            data["resolved"] = self.resolver.resolve(picks, channel, user_id)
        kind = InteractionType.COMPONENT
        return self.interactions.send(kind, user_id, channel, data, message=message)

    def submit_modal(
        self, user_id: str, interaction_id: str, components: list[Json]
    ) -> Interaction:
        """Submit the modal that the bot opened in answer to that interaction.

        It can be submitted again, as a person does when the bot did not answer the first time.
        """
        opener = self.interactions.get(interaction_id)
        if opener is None or opener.modal is None or opener.user_id != user_id:
            raise Refused("This form is no longer open.", 10062, 404)
        channel = self._channel(user_id, opener.channel_id)
        filled, picks = checked_submit(opener.modal, components)
        data: Json = {"custom_id": opener.modal["custom_id"], "components": filled}
        if picks:
            data["resolved"] = self.resolver.resolve(picks, channel, user_id)
        message = self.chat.messages.get(opener.message_id)
        kind = InteractionType.MODAL
        return self.interactions.send(
            kind, user_id, channel, data, command=opener.command, message=message
        )

    async def upload(self, user_id: str, upload: Upload) -> Attachment:
        """Take in a file that is going to be the value of an option or of a form's field."""
        channel_id = self.world.dm_with(user_id).id
        limits = [self.world.file_limit(c, user_id) for c in self.world.visible_channels(user_id)]
        if len(upload.data) > max(limits):
            raise Refused("This file is too large.", 40005, 413)
        attachment = await self.chat.composer.take_in(upload, channel_id, {}, ephemeral=True)
        self.resolver.uploaded[attachment.id] = attachment
        return attachment

    async def write(self, user_id: str, channel_id: str, content: str) -> Message:
        """Send a plain message."""
        channel = self._channel(user_id, channel_id)
        may = self.world.permissions(user_id, channel) & Permission.SEND_MESSAGES
        if not may or not channel.holds_messages:
            raise Refused("You may not send messages here.", 50013)
        draft = Message(self.snowflakes.next(), channel_id, user_id, self.clock.now())
        try:
            return await self.chat.create(Form({"content": content}), draft)
        except ApiError as error:
            raise Refused("A message has between 1 and 2000 characters.", 50035, 400) from error

    async def delete(self, user_id: str, message_id: str) -> None:
        """Delete a message: one's own, a note for oneself, or any with Manage Messages."""
        message = self._message(user_id, message_id)
        channel = self._channel(user_id, message.channel_id)
        own = user_id in (message.author_id, message.only_for)
        manages = self.world.permissions(user_id, channel) & Permission.MANAGE_MESSAGES
        if not own and not manages:
            raise Refused("You may not delete this message.", 50013)
        await self.chat.delete(message)

    def react(self, user_id: str, message_id: str, emoji: str) -> None:
        """Put an emoji under a message, a sign or `name:id`; again, and it is taken back."""
        message = self._message(user_id, message_id)
        if message.is_ephemeral:
            raise Refused("Nobody else sees this message.", 50035, 400)
        try:
            found = self.chat.emoji(emoji)
            mine = [r for r in message.reactions if r.is_of(found) and user_id in r.user_ids]
            (self.chat.take_back if mine else self.chat.react)(message, found, user_id)
        except ApiError as error:
            sentence = f"You cannot react so: {error.payload['message']}."
            raise Refused(sentence, error.payload["code"], error.status) from error

    def offered(self, user_id: str, channel: Channel) -> list[Json]:
        """The commands that person may use in `channel`."""
        return self.commands.usable_by(self.world, user_id, channel)

    def _channel(self, user_id: str, channel_id: str) -> Channel:
        channel = self.world.channels.get(channel_id)
        if user_id not in self.world.users:
            raise Refused("There is no such person.", 10013, 404)
        if channel is None or not self.world.permissions(user_id, channel):
            raise Refused("There is no such channel.", 10003, 404)
        return channel

    def _message(self, user_id: str, message_id: str) -> Message:
        message = self.chat.messages.get(message_id)
        if message is None or not self.audience.sees(user_id, message):
            raise Refused("This message is no longer there.", 10008, 404)
        return message

    def _command(self, user_id: str, channel: Channel, name: str, target: str | None) -> Json:
        kind = CHAT_INPUT
        if target is not None:
            kind = USER_MENU if target in self.world.users else MESSAGE_MENU
        named = [c for c in self.commands if c["name"] == name and c["type"] == kind]
        if not named:
            raise Refused(f"There is no command {name!r}.", 10063, 404)
        if not channel.holds_messages:
            raise Refused("This command cannot be used here.", 50035, 400)
        here = [c for c in named if is_here(self.world, c, user_id, channel)]
        if not here:
            raise Refused("This command cannot be used here.", 50035, 400)
        if not has_permissions(self.world, here[0], user_id, channel):
            raise Refused("You may not use this command here.", 50013)
        return here[0]


def _command_data(command: Json) -> Json:
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})
