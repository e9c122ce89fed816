"""Emojis and stickers: the application's and the guild's."""

from dataclasses import dataclass, field

from playground.clock import Snowflakes
from playground.messages.cdn import Cdn
from playground.messages.file_types import Picture, Sniffed
from playground.messages.forms import Upload
from playground.refusals import ApiError, unknown
from playground.wire import Json
from playground.world import shapes
from playground.world.world import GUILD_ID, World

MAX_APPLICATION_EMOJIS, MAX_GUILD_EMOJIS, MAX_STICKERS = 2000, 50, 5
_PNG, _APNG, _GIF = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Emojis:
    """One set of emojis, by id."""

    most: int
    snowflakes: Snowflakes
    cdn: Cdn
    world: World
    by_id: dict[str, Json] = field(default_factory=dict[str, Json])

    def create(self, name: str, picture: Picture) -> Json:
        """Add an emoji; `ApiError` 30008 where there is no room."""
        if len(self.by_id) >= self.most:
            raise ApiError(400, 30008, f"Maximum number of emojis reached ({self.most})")
        emoji: Json = {
            "id": self.snowflakes.next(),
            "name": name,
            "roles": [],
            "user": shapes.user(self.world.bot),
            "require_colons": True,
            "managed": False,
            "animated": picture.is_animated,
            "available": True,
        }
        self.by_id[emoji["id"]] = emoji
        path = f"/emojis/{emoji['id']}.{'gif' if picture.is_animated else 'png'}"
        self.cdn.publish(path, picture.content_type, picture.data)
        return emoji

    def get(self, emoji_id: str) -> Json:
        """One emoji; `ApiError` 10014 where there is none."""
        if emoji_id not in self.by_id:
            raise unknown("Emoji", 10014)
        return self.by_id[emoji_id]

    def rename(self, emoji_id: str, name: str) -> Json:
        """Give an emoji another name."""
        self.by_id[emoji_id] = {**self.get(emoji_id), "name": name}
        return self.by_id[emoji_id]

    def delete(self, emoji_id: str) -> None:
        """Forget an emoji."""
        del self.by_id[self.get(emoji_id)["id"]]


@dataclass(frozen=True, slots=True)
class Stickers:
    """The guild's stickers, by id."""

    snowflakes: Snowflakes
    cdn: Cdn
    world: World
    by_id: dict[str, Json] = field(default_factory=dict[str, Json])

    def create(self, fields: Json, upload: Upload, kind: Sniffed) -> Json:
        """Add a sticker; `ApiError` 30039 where there is no room."""
        if len(self.by_id) >= MAX_STICKERS:
            raise ApiError(400, 30039, f"Maximum number of stickers reached ({MAX_STICKERS})")
        is_gif = kind.content_type == "image/gif"
        format_type = _GIF if is_gif else _APNG if b"acTL" in upload.data[:1024] else _PNG
        sticker: Json = {
            "id": self.snowflakes.next(),
            "name": fields["name"],
            "description": fields.get("description") or None,
            "tags": fields["tags"],
            "type": 2,
            "format_type": format_type,
            "available": True,
            "guild_id": GUILD_ID,
            "user": shapes.user(self.world.bot),
        }
        self.by_id[sticker["id"]] = sticker
        path = f"/stickers/{sticker['id']}.{'gif' if is_gif else 'png'}"
        self.cdn.publish(path, kind.content_type, upload.data)
        return sticker

    def get(self, sticker_id: str) -> Json:
        """One sticker; `ApiError` 10060 where there is none."""
        if sticker_id not in self.by_id:
            raise unknown("Sticker", 10060)
        return self.by_id[sticker_id]

    def delete(self, sticker_id: str) -> None:
        """Forget a sticker."""
        del self.by_id[self.get(sticker_id)["id"]]
