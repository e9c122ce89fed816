"""Messages in the shape Discord sends: links signed, shown files hidden, people filled in."""

from dataclasses import replace

from playground.clock import iso
from playground.messages import tree
from playground.messages.attachments import Attachment
from playground.messages.cdn import Cdn
from playground.messages.messages import Message, Messages, MessageType, Origin, Reaction
from playground.wire import Json
from playground.world import shapes
from playground.world.world import BOT_ID, World

APPLICATION_COMMAND = 2


class Renderer:
    """Turns a kept `Message` into a message object."""

    def __init__(self, world: World, messages: Messages, cdn: Cdn) -> None:
        self._world = world
        self._messages = messages
        self._cdn = cdn

    def message(self, message: Message) -> Json:
        """The message object, as REST answers and components carry it."""
        payload = self._body(message) | self._media(message)
        if message.nonce is not None:
            payload["nonce"] = message.nonce
        if message.reactions:
            payload["reactions"] = [_reaction(each) for each in message.reactions]
        if message.origin is not None:
            payload |= self._origin(message.origin)
        if message.reply_to is not None:
            payload |= self._reference(message)
        return payload

    def event(self, message: Message) -> Json:
        """The message object as the gateway brings it: with guild and member, if in the guild.

        An ephemeral message comes like a DM, without them.
        """
        payload = self.message(message)
        channel = self._world.channels.get(message.channel_id)
        if message.is_ephemeral or channel is None or channel.is_dm:
            return payload
        guild = self._world.guilds[str(channel.guild_id)]
        is_member = message.author_id in guild.members
        member = {"member": shapes.member(guild, message.author_id)} if is_member else {}
        return {**payload, "guild_id": guild.id, **member}

    def for_person(self, message: Message, user_id: str) -> Json:
        """The message object for that person's page, with what a client knows beside it.

        A public answer to a note for one shows nobody else what the note said.
        """
        payload = self.event(message)
        answered = None if message.reply_to is None else self._messages.get(message.reply_to)
        if answered is not None and answered.only_for not in (None, user_id):
            payload["referenced_message"] = None
        if message.is_ephemeral:
            payload["ephemeral"] = True
        if message.is_loading:
            payload["loading"] = True
        for shown, kept in zip(payload.get("reactions", ()), message.reactions, strict=True):
            shown["users"] = list(kept.user_ids)
        if message.origin is not None:
            user = shapes.user(self._world.users[message.origin.user_id])
            origin = message.origin
            name = origin.name if origin.interaction_type == APPLICATION_COMMAND else None
            payload["interaction"] = {"id": origin.interaction_id, "user": user, "name": name}
        return payload

    def attachment(self, attachment: Attachment) -> Json:
        """An attachment object with a fresh link."""
        link = self._cdn.link(attachment)
        payload: Json = {
            "id": attachment.id,
            "filename": attachment.filename,
            "size": attachment.size,
            "url": link,
            "proxy_url": link,
            "content_type": attachment.content_type,
            "content_scan_version": 0,
            "flags": 0,
        }
        optional = {
            "width": attachment.width,
            "height": attachment.height,
            "description": attachment.description,
            "title": attachment.title,
            "ephemeral": attachment.ephemeral or None,
        }
        return payload | {key: value for key, value in optional.items() if value is not None}

    def _body(self, message: Message) -> Json:
        users = [shapes.user(self._world.users[user]) for user in message.mentions.users]
        of_app = message.origin is not None
        is_webhook = {"webhook_id": BOT_ID, "application_id": BOT_ID} if of_app else {}
        if message.sender is not None:
            is_webhook = {"webhook_id": message.author_id, "application_id": BOT_ID}
        return {
            "id": message.id,
            "channel_id": message.channel_id,
            "type": int(message.type),
            "author": self._author(message),
            "content": message.content,
            "timestamp": iso(message.sent_at),
            "edited_timestamp": iso(message.edited_at) if message.edited_at else None,
            "flags": int(message.flags),
            "mentions": users,
            "mention_roles": list(message.mentions.roles),
            "mention_everyone": message.mentions.everyone,
            "pinned": message.pinned_at is not None,
            "tts": message.tts,
            **is_webhook,
        }

    def _author(self, message: Message) -> Json:
        if message.sender is None:
            return shapes.user(self._world.users[message.author_id])
        return {
            "id": message.author_id,
            "username": message.sender.name,
            "global_name": None,
            "discriminator": "0000",
            "avatar": message.sender.avatar,
            "bot": True,
            "flags": 0,
            "public_flags": 0,
        }

    def _media(self, message: Message) -> Json:
        by_id = {attachment.id: attachment for attachment in message.attachments}
        shown = {reference.name for reference in tree.references(message.components)}
        for embed in message.embeds:
            shown |= tree.shown_in_embed(embed)

        def resolve(attachment_id: str) -> Json:
            item = self.attachment(by_id[attachment_id])
            kept = {key: item.get(key) for key in ("url", "proxy_url", "content_type")}
            sized = {key: item.get(key) for key in ("width", "height")}
            return {**kept, **sized, "attachment_id": attachment_id, "flags": 0}

        return {
            "embeds": [tree.resolve_embed(embed, resolve) for embed in message.embeds],
            "components": tree.resolve_components(message.components, resolve),
            # Discord leaves out files that an embed or a component shows.
            "attachments": [self.attachment(a) for a in by_id.values() if a.id not in shown],
        }

    def _origin(self, origin: Origin) -> Json:
        user = shapes.user(self._world.users[origin.user_id])
        metadata: Json = {
            "id": origin.interaction_id,
            "type": origin.interaction_type,
            "user": user,
            "authorizing_integration_owners": origin.owners,
        }
        if origin.original_response_id is not None:
            metadata["original_response_message_id"] = origin.original_response_id
        if origin.pressed_message_id is not None:
            metadata["interacted_message_id"] = origin.pressed_message_id
        if origin.target_user_id is not None:
            metadata["target_user"] = shapes.user(self._world.users[origin.target_user_id])
        if origin.target_message_id is not None:
            metadata["target_message_id"] = origin.target_message_id
        if origin.interaction_type != APPLICATION_COMMAND:
            return {"interaction_metadata": metadata}
        metadata |= {"name": origin.name, "command_type": origin.command_type}
        old: Json = {"id": origin.interaction_id, "type": 2, "name": origin.name, "user": user}
        return {"interaction_metadata": metadata, "interaction": old}

    def _reference(self, message: Message) -> Json:
        channel = self._world.channels.get(message.channel_id)
        guild_id = channel.guild_id if channel is not None else None
        reference: Json = {
            "type": 0,
            "message_id": message.reply_to,
            "channel_id": message.channel_id,
            **({"guild_id": guild_id} if guild_id is not None else {}),
        }
        if message.type is not MessageType.REPLY:
            return {"message_reference": reference}
        target = self._messages.get(message.reply_to)
        # Discord goes one step deep.
        referenced = self.message(replace(target, reply_to=None)) if target else None
        return {"message_reference": reference, "referenced_message": referenced}


def _reaction(reaction: Reaction) -> Json:
    """A reaction object, as the bot sees it; nobody here has super reactions."""
    count = len(reaction.user_ids)
    return {
        "emoji": reaction.emoji,
        "count": count,
        "count_details": {"normal": count, "burst": 0},
        "me": BOT_ID in reaction.user_ids,
        "me_burst": False,
        "burst_colors": [],
    }
