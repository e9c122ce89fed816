"""Messages coming, changing and going, and who hears of it: the bot's gateway and the people."""

from dataclasses import dataclass, replace

from playground.clock import Clock, iso
from playground.gateway.gateway import Gateway
from playground.gateway.session import Intent
from playground.messages.composer import Composer, rewrites
from playground.messages.forms import Form
from playground.messages.messages import ALL, Message, MessageFlag, Messages, MessageType, Reaction
from playground.messages.renderer import Renderer
from playground.page.audience import Audience
from playground.refusals import ApiError, missing_permissions, too_large, unknown
from playground.validate.names import is_unicode_emoji
from playground.wire import Json
from playground.world import shapes
from playground.world.emojis import Emojis
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, World

# discord-api-docs, topics/opcodes-and-status-codes.mdx, JSON error codes 30003 and 30010.
MAX_PINS, MAX_REACTIONS = 250, 20


@dataclass(frozen=True, slots=True)
class Chat:
    """The one writer of `messages`."""

    world: World
    clock: Clock
    messages: Messages
    composer: Composer
    renderer: Renderer
    gateway: Gateway
    audience: Audience
    emojis: tuple[Emojis, ...]

    async def create(
        self,
        form: Form,
        draft: Message,
        default_mentions: Json = ALL,
        file_limit: int | None = None,
    ) -> Message:
        """Send `draft` with what `form` says in it.

        A file may have `file_limit` bytes, or else what the channel allows its author.
        """
        self._check_sizes(form, draft, file_limit)
        self.composer.check(form, draft)
        files = await self.composer.take_in_all(form, draft)
        if draft.channel_id not in self.world.channels:
            raise unknown("Channel", 10003)
        message = self.composer.apply(form, draft, files, default_mentions)
        self.messages.put(message)
        self._announce("MESSAGE_CREATE", message)
        self.audience.show("message_create", message)
        self._ping(message, edited=False)
        return message

    async def edit(
        self,
        form: Form,
        message: Message,
        default_mentions: Json = ALL,
        file_limit: int | None = None,
    ) -> Message:
        """Change `message` as `form` says; one that was loading shows its content from now on."""
        self._check_sizes(form, message, file_limit)
        self.composer.check(form, message)
        files = await self.composer.take_in_all(form, message)
        # It may have changed, or gone, while the files were written.
        now = self.messages.get(message.id)
        if now is None:
            raise unknown("Message", 10008)
        before = replace(
            now,
            flags=now.flags & ~MessageFlag.LOADING,
            edited_at=None if now.is_loading else self.clock.now(),
        )
        changed = self.composer.apply(form, before, files, default_mentions)
        self.messages.put(changed)
        self._announce("MESSAGE_UPDATE", changed)
        self.audience.show("message_update", changed)
        if rewrites(form.payload):
            self._ping(changed, edited=not now.is_loading)
        return changed

    async def delete(self, message: Message) -> None:
        """Take `message` away, with its files."""
        if self.messages.remove(message.id) is None:
            return
        data = {"id": message.id, "channel_id": message.channel_id, **self._guild_id(message)}
        self.gateway.dispatch("MESSAGE_DELETE", data, self._intent(message))
        self.audience.remove(message)
        for attachment in message.attachments:
            await self.composer.files.delete(attachment.id)

    def emoji(self, text: str) -> Json:
        """The emoji that is written so: a sign, or `name:id`; `ApiError` 10014 if there is none."""
        id_ = text.rpartition(":")[2]
        if is_unicode_emoji(text):
            return {"id": None, "name": text}
        for known in self.emojis:
            if id_ in known.by_id:
                found = known.by_id[id_]
                return {key: found[key] for key in ("id", "name", "animated")}
        raise ApiError(400, 10014, "Unknown Emoji")

    def react(self, message: Message, emoji: Json, user_id: str) -> None:
        """Put `emoji` under `message`, once a user.

        Raises `ApiError`: 50013 where the user may only join in what is there, 30010 where there
        are 20 others.
        """
        there = next((each for each in message.reactions if each.is_of(emoji)), None)
        if there is not None and user_id in there.user_ids:
            return
        if there is None:
            channel = self.world.channels[message.channel_id]
            if not self.world.permissions(user_id, channel) & Permission.ADD_REACTIONS:
                raise missing_permissions()
            if len(message.reactions) >= MAX_REACTIONS:
                sentence = f"Maximum number of reactions reached ({MAX_REACTIONS})"
                raise ApiError(403, 30010, sentence)
            there = Reaction(emoji, ())
        joined = replace(there, user_ids=(*there.user_ids, user_id))
        self._set_reactions(message, emoji, joined)
        guild = self.world.guild_of(self.world.channels[message.channel_id])
        data = {**_normal(emoji, user_id), "message_author_id": message.author_id}
        if guild is not None and user_id in guild.members:
            data["member"] = shapes.member_with_user(self.world, guild, user_id)
        self._announce_reaction("MESSAGE_REACTION_ADD", message, data)

    def take_back(self, message: Message, emoji: Json, user_id: str) -> None:
        """Take that user's `emoji` away from under `message`; 10014 where nobody has put it."""
        there = next((each for each in message.reactions if each.is_of(emoji)), None)
        if there is None:
            raise ApiError(400, 10014, "Unknown Emoji")
        if user_id not in there.user_ids:
            return
        left = tuple(each for each in there.user_ids if each != user_id)
        self._set_reactions(message, emoji, replace(there, user_ids=left) if left else None)
        self._announce_reaction("MESSAGE_REACTION_REMOVE", message, _normal(emoji, user_id))

    def clear_reactions(self, message: Message, emoji: Json | None = None) -> None:
        """Take everybody's `emoji` away, or all there are."""
        if emoji is None:
            self._put_marked(replace(message, reactions=()))
            self._announce_reaction("MESSAGE_REACTION_REMOVE_ALL", message, {})
        else:
            self._set_reactions(message, emoji, None)
            self._announce_reaction("MESSAGE_REACTION_REMOVE_EMOJI", message, {"emoji": emoji})

    def pin(self, message: Message, draft: Message) -> None:
        """Pin `message`, and say so in the channel with `draft`; `ApiError` 30003 at 250."""
        if message.pinned_at is not None:
            return
        if len(self.pins(message.channel_id)) >= MAX_PINS:
            sentence = f"Maximum number of pins reached for the channel ({MAX_PINS})"
            raise ApiError(400, 30003, sentence)
        self._set_pinned(replace(message, pinned_at=self.clock.now()))
        kind = MessageType.CHANNEL_PINNED_MESSAGE
        notice = replace(draft, type=kind, reply_to=message.id)
        self.messages.put(notice)
        self._announce("MESSAGE_CREATE", notice)
        self.audience.show("message_create", notice)

    def unpin(self, message: Message) -> None:
        """Take `message` from the pins."""
        if message.pinned_at is not None:
            self._set_pinned(replace(message, pinned_at=None))

    def pins(self, channel_id: str) -> list[Message]:
        """The pinned messages of a channel, the last one pinned first."""
        pinned = [m for m in self.messages.in_channel(channel_id) if m.pinned_at is not None]
        return sorted(pinned, key=lambda m: m.pinned_at or 0, reverse=True)

    def _set_pinned(self, message: Message) -> None:
        self._put_marked(message)
        self._announce("MESSAGE_UPDATE", message)
        last = next(iter(self.pins(message.channel_id)), None)
        at = iso(last.pinned_at) if last is not None and last.pinned_at is not None else None
        guild_id = self._guild_id(message)
        data = {"channel_id": message.channel_id, "last_pin_timestamp": at, **guild_id}
        needs = Intent.GUILDS if guild_id else Intent.DIRECT_MESSAGES
        if self._bot_sees(message):
            self.gateway.dispatch("CHANNEL_PINS_UPDATE", data, needs)

    def _set_reactions(self, message: Message, emoji: Json, new: Reaction | None) -> None:
        """Put `new` in the place of what was there of `emoji`, or at the end."""
        others = [new if new and each.is_of(emoji) else each for each in message.reactions]
        kept = [each for each in others if each is new or not each.is_of(emoji)]
        added = [new] if new is not None and new not in kept else []
        self._put_marked(replace(message, reactions=(*kept, *added)))

    def _put_marked(self, message: Message) -> None:
        """Keep a message whose content is as it was: people see it, the gateway says it else."""
        self.messages.put(message)
        self.audience.show("message_update", message)

    def _announce_reaction(self, event: str, message: Message, data: Json) -> None:
        guild_id = self._guild_id(message)
        where = {"channel_id": message.channel_id, "message_id": message.id, **guild_id}
        needs = Intent.GUILD_MESSAGE_REACTIONS if guild_id else Intent.DIRECT_MESSAGE_REACTIONS
        if self._bot_sees(message):
            self.gateway.dispatch(event, {**where, **data}, needs)

    def _ping(self, message: Message, *, edited: bool) -> None:
        """Tell those whom `message` mentions: it is among their mentions from now on."""
        mentions = message.mentions
        guild = self.world.guild_of(self.world.channels[message.channel_id])
        for person in self.world.people:
            named = person.id in mentions.users or mentions.everyone
            member = guild.members.get(person.id) if guild is not None else None
            by_role = member is not None and not {*member.role_ids}.isdisjoint(mentions.roles)
            is_other = person.id != message.author_id
            if (named or by_role) and is_other and self.audience.sees(person.id, message):
                about = {"message": message.id, "channel_id": message.channel_id, "edited": edited}
                self.audience.tell(person.id, "mention", about)

    def typing(self, channel_id: str) -> None:
        """Let everyone in the channel see that the bot is typing."""
        data: Json = {"channel_id": channel_id, "user": shapes.user(self.world.bot)}
        channel = self.world.channels[channel_id]
        seeing = [p.id for p in self.world.people if self.world.permissions(p.id, channel)]
        for user_id in seeing:
            self.audience.tell(user_id, "typing", data)

    def _check_sizes(self, form: Form, message: Message, limit: int | None) -> None:
        """Raise `ApiError` 40005 where a file is too large for the channel or the interaction."""
        channel = self.world.channels.get(message.channel_id)
        if channel is None:
            raise unknown("Channel", 10003)
        most = limit if limit is not None else self.world.file_limit(channel, message.author_id)
        if any(len(upload.data) > most for upload in form.uploads):
            raise too_large()

    def _announce(self, event: str, message: Message) -> None:
        if self._bot_sees(message):
            self.gateway.dispatch(event, self.renderer.event(message), self._intent(message))

    def _bot_sees(self, message: Message) -> bool:
        channel = self.world.channels[message.channel_id]
        return bool(self.world.permissions(BOT_ID, channel) & Permission.VIEW_CHANNEL)

    def _intent(self, message: Message) -> Intent:
        # An ephemeral message travels like a DM.
        in_guild = not message.is_ephemeral and bool(self._guild_id(message))
        return Intent.GUILD_MESSAGES if in_guild else Intent.DIRECT_MESSAGES

    def _guild_id(self, message: Message) -> Json:
        channel = self.world.channels.get(message.channel_id)
        guild_id = channel.guild_id if channel is not None else None
        return {} if guild_id is None or message.is_ephemeral else {"guild_id": guild_id}


def _normal(emoji: Json, user_id: str) -> Json:
    """What a reaction's event says of it; `type` 0 and `burst` tell it from a super reaction."""
    return {"user_id": user_id, "emoji": emoji, "burst": False, "type": 0}
