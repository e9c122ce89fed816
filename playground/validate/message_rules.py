"""Limits on a message as a whole, and on embeds."""

from collections.abc import Collection
from typing import Any

from playground.messages.messages import Message, MessageFlag
from playground.validate.components import check_tree, message_components
from playground.validate.rules import (
    MEDIA,
    WEB,
    Path,
    Problems,
    anything,
    boolean,
    items,
    number,
    one_of,
    shape,
    snowflake,
    text,
    url,
)
from playground.wire import Json

MAX_EMBEDS = 10
MAX_CHARACTERS = 6000

_PICTURE = shape({"url": url(MEDIA)}, {})
_FIELD = shape({"name": text(256, 1), "value": text(1024, 1)}, {"inline": boolean})
_EMBED = shape(
    {},
    {
        "title": text(256),
        "description": text(4096),
        "url": url(WEB),
        "color": number(0, 0xFFFFFF),
        "timestamp": anything,
        "fields": items(_FIELD, 25),
        "footer": shape({"text": text(2048, 1)}, {"icon_url": url(MEDIA)}),
        "author": shape({"name": text(256, 1)}, {"url": url(WEB), "icon_url": url(MEDIA)}),
        "image": _PICTURE,
        "thumbnail": _PICTURE,
    },
)


def check_embeds(problems: Problems, path: Path, embeds: Any) -> None:
    """Note what breaks a limit, one embed at a time and over all of them."""
    items(_EMBED, MAX_EMBEDS)(problems, path, embeds)
    if not problems.found and sum(map(_characters, embeds)) > MAX_CHARACTERS:
        sentence = f"Embed size exceeds maximum size of {MAX_CHARACTERS}"
        for index in range(len(embeds)):
            problems.add((*path, index), "MAX_EMBED_SIZE_EXCEEDED", sentence)


def _characters(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    footer: Json = embed.get("footer") or {}
    author: Json = embed.get("author") or {}
    texts += [footer.get("text"), author.get("name")]
    for entry in embed.get("fields") or ():
        texts += [entry.get("name"), entry.get("value")]
    return sum(len(str(part)) for part in texts if part is not None)


MAX_CONTENT = 2000
MAX_ATTACHMENTS = 10

_ALLOWED_MENTIONS = shape(
    {},
    {
        "parse": items(one_of("users", "roles", "everyone")),
        "users": items(snowflake, 100),
        "roles": items(snowflake, 100),
        "replied_user": boolean,
    },
)
_ATTACHMENT = shape(
    {"id": snowflake}, {"filename": text(260), "description": text(1024), "title": text(1024)}
)
_MESSAGE = shape(
    {},
    {
        "content": text(MAX_CONTENT),
        "tts": boolean,
        "flags": number(0, 2**53),
        "nonce": text(25),
        "embeds": check_embeds,
        "allowed_mentions": _ALLOWED_MENTIONS,
        "attachments": items(_ATTACHMENT, MAX_ATTACHMENTS),
        "message_reference": shape({"message_id": snowflake}, {"channel_id": snowflake}),
        "sticker_ids": items(snowflake, 3),
        "poll": anything,
    },
)
_LEGACY = ("content", "embeds", "sticker_ids", "poll")


def check_message(
    payload: Json, before: Message, uploads: Collection[int], path: Path = ()
) -> None:
    """Raise `InvalidForm` with every limit that `payload`, applied to `before`, would break.

    `uploads` are the numbers n of the fields `files[n]` that came along.
    """
    problems = Problems()
    _MESSAGE(problems, path, payload)
    is_v2 = _check_flags(problems, path, payload, before)
    shape({}, {"components": message_components(is_v2=is_v2)})(problems, path, payload)
    if is_v2:
        _check_legacy_fields(problems, path, payload, before)
    problems.raise_if_any()
    check_tree(problems, (*path, "components"), payload.get("components") or [])
    _check_mentions(problems, (*path, "allowed_mentions"), payload.get("allowed_mentions") or {})
    _check_attachments(problems, (*path, "attachments"), payload, before, uploads)
    problems.raise_if_any()


def _check_flags(problems: Problems, path: Path, payload: Json, before: Message) -> bool:
    """Whether the message is going to be one of components only."""
    given = payload.get("flags")
    if not isinstance(given, int):
        return before.is_v2
    wanted = bool(given & MessageFlag.COMPONENTS_V2)
    if before.is_v2 and not wanted:
        sentence = "MessageFlags.IS_COMPONENTS_V2 cannot be removed from a message."
        problems.add((*path, "flags"), "MESSAGE_FLAGS_COMPONENTS_V2_CANNOT_BE_REMOVED", sentence)
    return before.is_v2 or wanted


def _check_legacy_fields(problems: Problems, path: Path, payload: Json, before: Message) -> None:
    kept: Json = {"content": before.content, "embeds": before.embeds}
    for key in _LEGACY:
        if payload.get(key, kept.get(key)):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            sentence = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            problems.add((*path, key), code, sentence)


def _check_mentions(problems: Problems, path: Path, allowed: Json) -> None:
    for kind in ("users", "roles"):
        if allowed.get(kind) and kind in (allowed.get("parse") or ()):
            sentence = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            problems.add(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", sentence)


def _check_attachments(
    problems: Problems, path: Path, payload: Json, before: Message, uploads: Collection[int]
) -> None:
    listed: list[Json] | None = payload.get("attachments")
    new = {str(n) for n in uploads}
    known = new | {attachment.id for attachment in before.attachments}
    ids = known if listed is None else new | {str(entry["id"]) for entry in listed}
    for index, entry in enumerate(listed or ()):
        if str(entry["id"]) not in known:
            problems.add(
                (*path, index, "id"), "ATTACHMENT_NOT_FOUND", "Attachment could not be found"
            )
    if len(ids) > MAX_ATTACHMENTS:
        sentence = f"Must be {MAX_ATTACHMENTS} or fewer in length."
        problems.add(path, "BASE_TYPE_MAX_LENGTH", sentence)
