"""Limits on embeds."""

from typing import Any

from playground.validate.problems import Path, Problems
from playground.validate.rules import MEDIA, WEB, anything, boolean, items, number, shape, text, url
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
