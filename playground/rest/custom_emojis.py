"""Emojis of the application and of the guild, and the guild's stickers."""

from dataclasses import dataclass

from aiohttp import web

from playground.gateway.gateway import Gateway
from playground.gateway.session import Intent
from playground.messages.file_types import decode, sniff
from playground.messages.forms import Form, Upload
from playground.refusals import ApiError, missing_permissions
from playground.rest.interface import FORM
from playground.rest.users import own_guild
from playground.validate.names import (
    EMOJI_TYPES,
    check_emoji_image,
    check_emoji_name,
    check_sticker_file,
    check_sticker_texts,
)
from playground.wire import Json, no_content, reply
from playground.world.emojis import Emojis, Stickers
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, GUILD_ID, World


@dataclass(frozen=True, slots=True)
class ExpressionRoutes:
    """`.../emojis` and `.../stickers`."""

    world: World
    gateway: Gateway
    application_emojis: Emojis
    guild_emojis: Emojis
    stickers: Stickers

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        routes: list[web.RouteDef] = []
        for owner in ("/applications/{application}", "/guilds/{guild}"):
            emojis, emoji = f"{owner}/emojis", f"{owner}/emojis/{{emoji}}"
            routes += [
                web.get(emojis, self.list_emojis, allow_head=False),
                web.post(emojis, self.create_emoji),
                web.get(emoji, self.get_emoji, allow_head=False),
                web.patch(emoji, self.rename_emoji),
                web.delete(emoji, self.delete_emoji),
            ]
        stickers = "/guilds/{guild}/stickers"
        return [
            *routes,
            web.get(stickers, self.list_stickers, allow_head=False),
            web.post(stickers, self.create_sticker),
            web.get(stickers + "/{sticker}", self.get_sticker, allow_head=False),
            web.delete(stickers + "/{sticker}", self.delete_sticker),
        ]

    async def list_emojis(self, request: web.Request) -> web.Response:
        """All emojis of the application or the guild."""
        emojis = list(self._emojis(request).by_id.values())
        return reply(emojis if "guild" in request.match_info else {"items": emojis})

    async def create_emoji(self, request: web.Request) -> web.Response:
        """Add an emoji."""
        emojis, body = self._changing(request), request[FORM].payload
        check_emoji_name(body.get("name"))
        picture = decode(body.get("image"), ("image",), EMOJI_TYPES)
        check_emoji_image(picture)
        emoji = emojis.create(body["name"], picture)
        self._announce(request)
        return reply(emoji, 201)

    async def get_emoji(self, request: web.Request) -> web.Response:
        """One emoji."""
        return reply(self._emojis(request).get(request.match_info["emoji"]))

    async def rename_emoji(self, request: web.Request) -> web.Response:
        """Rename an emoji."""
        emojis, name = self._changing(request), request[FORM].payload.get("name")
        check_emoji_name(name)
        emoji = emojis.rename(request.match_info["emoji"], str(name))
        self._announce(request)
        return reply(emoji)

    async def delete_emoji(self, request: web.Request) -> web.Response:
        """Delete an emoji."""
        self._changing(request).delete(request.match_info["emoji"])
        self._announce(request)
        return no_content()

    async def list_stickers(self, request: web.Request) -> web.Response:
        """All stickers."""
        own_guild(self.world, request)
        return reply(list(self.stickers.by_id.values()))

    async def create_sticker(self, request: web.Request) -> web.Response:
        """Add a sticker from a multipart form."""
        self._may_create(request)
        form = request[FORM]
        fields: Json = dict(form.fields)
        check_sticker_texts(fields)
        upload = _only_file(form)
        kind = sniff(upload.data, upload.filename)
        check_sticker_file(upload.data, kind)
        sticker = self.stickers.create(fields, upload, kind)
        self._announce_stickers()
        return reply(sticker, 201)

    async def get_sticker(self, request: web.Request) -> web.Response:
        """One sticker."""
        own_guild(self.world, request)
        return reply(self.stickers.get(request.match_info["sticker"]))

    async def delete_sticker(self, request: web.Request) -> web.Response:
        """Delete a sticker."""
        self._may_create(request)
        self.stickers.delete(request.match_info["sticker"])
        self._announce_stickers()
        return no_content()

    def _emojis(self, request: web.Request) -> Emojis:
        if "guild" not in request.match_info:
            return self.application_emojis
        own_guild(self.world, request)
        return self.guild_emojis

    def _changing(self, request: web.Request) -> Emojis:
        emojis = self._emojis(request)
        if emojis is self.guild_emojis:
            self._may_create(request)
        return emojis

    def _may_create(self, request: web.Request) -> None:
        held = self.world.base_permissions(BOT_ID, own_guild(self.world, request))
        if not held & Permission.CREATE_GUILD_EXPRESSIONS:
            raise missing_permissions()

    def _announce(self, request: web.Request) -> None:
        if "guild" in request.match_info:
            emojis = list(self.guild_emojis.by_id.values())
            data: Json = {"guild_id": GUILD_ID, "emojis": emojis}
            self.gateway.dispatch("GUILD_EMOJIS_UPDATE", data, Intent.GUILD_EXPRESSIONS)

    def _announce_stickers(self) -> None:
        stickers = list(self.stickers.by_id.values())
        data: Json = {"guild_id": GUILD_ID, "stickers": stickers}
        self.gateway.dispatch("GUILD_STICKERS_UPDATE", data, Intent.GUILD_EXPRESSIONS)


def _only_file(form: Form) -> Upload:
    if len(form.uploads) != 1:
        raise ApiError(400, 50046, "Invalid file uploaded")
    return form.uploads[0]
