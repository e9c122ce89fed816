"""Messages coming, changing and going, and who hears of it: the bot's gateway and the people."""

from dataclasses import dataclass, replace

from playground.clock import Clock
from playground.errors import too_large, unknown
from playground.gateway.gateway import Gateway
from playground.gateway.intents import Intent
from playground.messages.composing import Composer, rewrites
from playground.messages.forms import Form
from playground.messages.mentions import ALL
from playground.messages.messages import Message, MessageFlag, Messages
from playground.messages.rendering import Renderer
from playground.page.audience import Audience
from playground.wire import Json
from playground.world import shapes
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, World


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
        channel = self.world.channels[message.channel_id]
        if self.world.permissions(BOT_ID, channel) & Permission.VIEW_CHANNEL:
            self.gateway.dispatch(event, self.renderer.event(message), self._intent(message))

    def _intent(self, message: Message) -> Intent:
        # An ephemeral message travels like a DM.
        in_guild = not message.is_ephemeral and bool(self._guild_id(message))
        return Intent.GUILD_MESSAGES if in_guild else Intent.DIRECT_MESSAGES

    def _guild_id(self, message: Message) -> Json:
        channel = self.world.channels.get(message.channel_id)
        guild_id = channel.guild_id if channel is not None else None
        return {} if guild_id is None or message.is_ephemeral else {"guild_id": guild_id}
