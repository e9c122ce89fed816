"""From a request body to a message: files taken in, references to them settled, pings found."""

from dataclasses import dataclass, replace
from typing import Any

from playground.clock import Clock, Snowflakes
from playground.messages import tree
from playground.messages.attachments import Attachment, Files
from playground.messages.cdn import Cdn
from playground.messages.file_types import sniff
from playground.messages.forms import Form, Upload
from playground.messages.messages import Mentions, Message, MessageFlag, mentioned
from playground.refusals import empty_message
from playground.validate.message_rules import check_message
from playground.validate.rules import Path, Problems
from playground.wire import Json
from playground.world.permissions import Permission
from playground.world.world import World

SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)


@dataclass(frozen=True, slots=True)
class Composer:
    """Applies request bodies to messages."""

    world: World
    clock: Clock
    snowflakes: Snowflakes
    files: Files
    cdn: Cdn

    def check(self, form: Form, message: Message) -> None:
        """Raise `InvalidForm` for every limit that `form`, applied to `message`, would break."""
        indexes = [upload.index for upload in form.uploads]
        check_message(form.payload, message, indexes, form.path)

    async def take_in_all(self, form: Form, message: Message) -> dict[str, Attachment]:
        """Keep the files that came with `form`; the attachments by the n of `files[n]`."""
        listed: list[Json] = form.payload.get("attachments") or []
        described = {str(entry["id"]): entry for entry in listed}
        return {
            str(upload.index): await self.take_in(
                upload,
                message.channel_id,
                described.get(str(upload.index), {}),
                message.is_ephemeral,
            )
            for upload in form.uploads
        }

    def apply(
        self, form: Form, message: Message, new: dict[str, Attachment], default_mentions: Json
    ) -> Message:
        """`message` as a checked `form` and its `new` files make it.

        A key that is not in the form leaves its part as it is. Text is trimmed as Discord trims
        it: spaces alone are no content. Raises `InvalidForm` where a file is shown that is not
        there, and `ApiError` 50006 where nothing is left.
        """
        payload = form.payload
        attachments = _attachments(payload, message, new)
        changed = replace(
            message,
            content=str(_changed(payload, "content", message.content, "")).strip(),
            embeds=tuple(self._embeds(payload, message, attachments)),
            components=tuple(self._components(payload, message, attachments)),
            attachments=attachments,
            flags=_flags(payload, message),
            tts=bool(payload.get("tts", message.tts)),
        )
        _check_references(changed, form.path)
        if _is_empty(changed):
            raise empty_message()
        if not rewrites(payload):
            return changed
        return replace(changed, mentions=self._mentions(changed, payload, default_mentions))

    async def take_in(
        self, upload: Upload, channel_id: str, described: Json, ephemeral: bool
    ) -> Attachment:
        """Keep an uploaded file."""
        found = sniff(upload.data, upload.filename)
        attachment = Attachment(
            id=self.snowflakes.next(),
            channel_id=channel_id,
            filename=safe_filename(described.get("filename") or upload.filename),
            size=len(upload.data),
            content_type=found.content_type,
            width=found.width,
            height=found.height,
            description=described.get("description"),
            title=described.get("title"),
            ephemeral=ephemeral,
        )
        await self.files.write(attachment.id, upload.data)
        return attachment

    def _embeds(self, payload: Json, message: Message, files: tuple[Attachment, ...]) -> list[Json]:
        given: list[Json] = _changed(payload, "embeds", list(message.embeds), [])
        settle = self._settling(files)
        settled = [tree.change_embed({"type": "rich", **embed}, settle) for embed in given]
        known = {file.id for file in files}
        return [_without_missing(embed, known) for embed in settled]

    def _components(
        self, payload: Json, message: Message, files: tuple[Attachment, ...]
    ) -> list[Json]:
        given = _changed(payload, "components", message.components, [])
        return tree.number_components(tree.change_components(given, self._settling(files)))

    def _settling(self, files: tuple[Attachment, ...]) -> tree.Change:
        """Turns references by name, and links to these files, into references by id."""
        by_name = {file.filename: file.id for file in files}
        ids = {file.id for file in files}

        def settle(url: str) -> str:
            if url.startswith(tree.SCHEME):
                name = url.removeprefix(tree.SCHEME)
                return tree.SCHEME + by_name.get(safe_filename(name), name)
            linked = self.cdn.attachment_id(url)
            return tree.SCHEME + linked if linked in ids else url

        return settle

    def _mentions(self, message: Message, payload: Json, default: Json) -> Mentions:
        texts = [message.content]
        texts += [c["content"] for c in tree.walk(message.components) if c.get("type") == 10]
        allowed = payload.get("allowed_mentions") or default
        channel = self.world.channels[message.channel_id]
        permissions = self.world.permissions(message.author_id, channel)
        # A webhook may ping everyone, where its request asks for it.
        everyone = bool(permissions & Permission.MENTION_EVERYONE) or message.sender is not None
        guild = self.world.guild_of(channel)
        return mentioned("\n".join(texts), allowed, self.world, guild, everyone)


def rewrites(payload: Json) -> bool:
    """Whether it gives a message text, so that Discord looks anew whom the message mentions.

    An edit is parsed with the defaults where it brings no `allowed_mentions` itself, whatever the
    message was first sent with (discord-api-docs, resources/message.mdx, Edit Message).
    """
    return "content" in payload or "components" in payload


def _attachments(
    payload: Json, message: Message, new: dict[str, Attachment]
) -> tuple[Attachment, ...]:
    """The files afterwards: a list in the body is the exact set, none keeps what is there."""
    listed = payload.get("attachments")
    kept = {attachment.id: attachment for attachment in message.attachments}
    entries: list[Json] = [{"id": id_} for id_ in kept] if listed is None else listed
    found: dict[str, Attachment] = {}
    for entry in entries:
        key = str(entry["id"])
        if key in new:
            found[key] = new[key]
        elif key in kept:
            changes = {k: entry[k] for k in ("description", "title") if k in entry}
            found[key] = replace(kept[key], **changes)
    return tuple((found | new).values())


def safe_filename(name: str) -> str:
    """`name` as Discord keeps it: spaces become underscores, other odd characters go."""
    kept = "".join(c for c in name.replace(" ", "_") if c.isascii() and (c.isalnum() or c in "._-"))
    return kept if kept.strip(".") else "unknown"


def _flags(payload: Json, message: Message) -> MessageFlag:
    if payload.get("flags") is None:
        return message.flags
    kept = message.flags & ~SETTABLE | message.flags & MessageFlag.COMPONENTS_V2
    return kept | MessageFlag(payload["flags"]) & SETTABLE


def _changed(payload: Json, key: str, before: Any, empty: Any) -> Any:
    """What `payload` says about `key`: absent keeps, null clears."""
    if key not in payload:
        return before
    return empty if payload[key] is None else payload[key]


def _is_empty(message: Message) -> bool:
    parts = (message.content, message.embeds, message.components, message.attachments)
    return not message.is_loading and not any(parts)


def _check_references(message: Message, path: Path) -> None:
    """Raise `InvalidForm` where a component shows a file that the message does not have."""
    known = {attachment.id for attachment in message.attachments}
    problems = Problems()
    for reference in tree.references(message.components, (*path, "components")):
        if reference.name not in known:
            sentence = "Unfurled media item references an attachment that was not found"
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            problems.add(reference.path, code, sentence)
    problems.raise_if_any()


def _without_missing(embed: Json, known: set[str]) -> Json:
    """`embed` without pictures that were never uploaded: Discord shows nothing in their place."""
    return {
        key: part
        for key, part in embed.items()
        if not tree.shown_in_embed({key: part} if isinstance(part, dict) else {}) - known
    }
