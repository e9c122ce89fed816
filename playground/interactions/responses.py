"""What the bot answers to interactions: first responses, follow-ups, and later edits of them."""

from dataclasses import dataclass, replace
from enum import IntEnum

from playground.clock import Clock, Snowflakes
from playground.interactions.interactions import (
    CHAT_INPUT,
    FOLLOW_UPS_OF_USER_INSTALLS,
    MESSAGE_MENU,
    Interaction,
    Interactions,
    InteractionType,
    leaf_options,
)
from playground.messages import tree
from playground.messages.chat import Chat
from playground.messages.forms import Form
from playground.messages.messages import ONLY_USERS, Message, MessageFlag, MessageType
from playground.page.audience import Audience
from playground.refusals import (
    ApiError,
    already_acknowledged,
    invalid,
    invalid_webhook_token,
    missing_permissions,
    unknown,
)
from playground.validate.command_rules import check_autocomplete
from playground.validate.components import check_modal
from playground.wire import Json, is_object
from playground.world.entities import Context
from playground.world.permissions import Permission
from playground.world.world import BOT_ID, World


class Callback(IntEnum):
    """Discord's interaction callback types."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


_ALWAYS = frozenset({Callback.MESSAGE, Callback.DEFERRED_MESSAGE})
_ON_MESSAGE = frozenset({Callback.DEFERRED_UPDATE, Callback.UPDATE})
_ALLOWED = {
    InteractionType.COMMAND: _ALWAYS | {Callback.MODAL},
    InteractionType.COMPONENT: _ALWAYS | _ON_MESSAGE | {Callback.MODAL},
    InteractionType.AUTOCOMPLETE: frozenset({Callback.AUTOCOMPLETE}),
    InteractionType.MODAL: _ALWAYS | _ON_MESSAGE,
}


@dataclass(frozen=True, slots=True)
class Responses:
    """The bot's side of an interaction's life."""

    world: World
    clock: Clock
    snowflakes: Snowflakes
    chat: Chat
    interactions: Interactions
    audience: Audience

    async def respond(self, interaction_id: str, token: str, form: Form) -> Json:
        """Take the first response; the callback object that `with_response` asks for."""
        interaction = self.interactions.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise unknown("interaction", 10062)
        if interaction.acked is not None:
            raise already_acknowledged()
        if self.interactions.is_late(interaction):
            raise unknown("interaction", 10062)
        kind = _callback_type(interaction, form.payload)
        data: object = form.payload.get("data") or {}
        if not is_object(data):
            raise invalid(
                "data", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"
            )
        interaction.acked = kind
        try:
            inner = Form(data, form.uploads, path=("data",))
            message = await self._perform(interaction, kind, inner)
        except ApiError:
            interaction.acked = None
            raise
        return self._callback_object(interaction, kind, message)

    async def follow_up(self, token: str, form: Form) -> Message:
        """Send another message; the first one after a deferral takes the deferred one's place."""
        interaction = self._alive(token)
        if interaction.acked is None:
            raise unknown("Webhook", 10015)
        self._check_files(interaction, form)
        original = self.chat.messages.get(interaction.response_id)
        if interaction.acked == Callback.DEFERRED_MESSAGE and original and original.is_loading:
            return await self.chat.edit(form, original, ONLY_USERS, interaction.file_limit)
        if set(interaction.owners) == {"1"} and not self._in_own_dm(interaction):
            if interaction.follow_ups >= FOLLOW_UPS_OF_USER_INSTALLS:
                raise ApiError(400, 40094, "Maximum number of follow-up messages reached")
            interaction.follow_ups += 1
        draft = self._draft(interaction, form, True)
        return await self.chat.create(form, draft, ONLY_USERS, interaction.file_limit)

    def message(self, token: str, message_id: str) -> Message:
        """A message of that interaction: `@original`, or one by its id."""
        interaction = self._alive(token)
        is_original = message_id == "@original"
        found = self.chat.messages.get(interaction.response_id if is_original else message_id)
        if found is None:
            raise unknown("Message", 10008)
        is_own = found.origin is not None and found.origin.interaction_id == interaction.id
        if not is_own and found.id != interaction.response_id:
            raise unknown("Message", 10008)
        return found

    async def edit(self, token: str, message_id: str, form: Form) -> Message:
        """Change a message of that interaction."""
        interaction = self._alive(token)
        self._check_files(interaction, form)
        message = self.message(token, message_id)
        return await self.chat.edit(form, message, ONLY_USERS, interaction.file_limit)

    def _alive(self, token: str) -> Interaction:
        interaction = self.interactions.with_token(token)
        if interaction is None:
            raise invalid_webhook_token()
        return interaction

    async def _perform(self, of: Interaction, kind: Callback, form: Form) -> Message | None:
        self._check_files(of, form)
        pressed = self.chat.messages.get(of.message_id)
        message: Message | None = None
        match kind:
            case Callback.MESSAGE | Callback.DEFERRED_MESSAGE:
                message = await self._answer(of, kind, form)
            case Callback.UPDATE if pressed is not None:
                message = await self.chat.edit(form, pressed, ONLY_USERS, of.file_limit)
            case Callback.UPDATE | Callback.DEFERRED_UPDATE if pressed is None:
                raise unknown("Message", 10008)
            case Callback.DEFERRED_UPDATE:
                message = pressed
            case Callback.MODAL:
                self._open_modal(of, form.payload)
            case _:
                self._offer_choices(of, form.payload)
        of.response_id = message.id if message else None
        self.audience.tell(of.user_id, "interaction_done", {"interaction": of.id})
        return message

    async def _answer(self, of: Interaction, kind: Callback, form: Form) -> Message:
        draft = self._draft(of, form, False)
        if kind is Callback.MESSAGE:
            return await self.chat.create(form, draft, ONLY_USERS, of.file_limit)
        return await self.chat.create(Form({}), draft_loading(draft), ONLY_USERS)

    def _draft(self, of: Interaction, form: Form, follow_up: bool) -> Message:
        flags = form.payload.get("flags")
        wanted = isinstance(flags, int) and bool(flags & MessageFlag.EPHEMERAL)
        is_ephemeral = wanted or self._must_be_private(of)
        kind, reply_to = _kind(of, follow_up)
        return Message(
            id=self.snowflakes.next(),
            channel_id=of.channel_id,
            author_id=BOT_ID,
            sent_at=self.clock.now(),
            flags=MessageFlag.EPHEMERAL if is_ephemeral else MessageFlag.NONE,
            type=kind,
            origin=of.origin(follow_up=follow_up),
            only_for=of.user_id if is_ephemeral else None,
            reply_to=reply_to,
        )

    def _must_be_private(self, of: Interaction) -> bool:
        """Whether only that person may see an app that is theirs alone, and not the guild's.

        discord-api-docs, resources/application.mdx: without USE_EXTERNAL_APPS its answers are
        ephemeral.
        """
        channel = self.world.channels.get(of.channel_id)
        if channel is None or channel.is_dm or set(of.owners) != {"1"}:
            return False
        return not self.world.permissions(of.user_id, channel) & Permission.USE_EXTERNAL_APPS

    def _open_modal(self, of: Interaction, modal: Json) -> None:
        check_modal(modal)
        of.modal = {**modal, "components": tree.number_components(modal["components"])}
        shown = {key: of.modal[key] for key in ("title", "custom_id", "components")}
        self.audience.tell(of.user_id, "modal", {"interaction": of.id, **shown})

    def _offer_choices(self, of: Interaction, data: Json) -> None:
        focused = next(o for o in leaf_options(of.data["options"]) if o.get("focused"))
        check_autocomplete(data.get("choices"), focused["type"])
        if of.choices is not None and not of.choices.done():
            of.choices.set_result(data.get("choices") or [])

    def _check_files(self, of: Interaction, form: Form) -> None:
        channel = self.world.channels.get(of.channel_id)
        if channel is None:
            raise unknown("Channel", 10003)
        allowed = self.world.app_permissions(channel)
        if form.uploads and not allowed & Permission.ATTACH_FILES:
            raise missing_permissions()

    def _in_own_dm(self, of: Interaction) -> bool:
        return self.world.channels[of.channel_id].context is Context.BOT_DM

    def _callback_object(self, of: Interaction, kind: Callback, message: Message | None) -> Json:
        about: Json = {"id": of.id, "type": int(of.type)}
        resource: Json = {"type": int(kind)}
        if message is not None:
            about |= {
                "response_message_id": message.id,
                "response_message_loading": message.is_loading,
                "response_message_ephemeral": message.is_ephemeral,
            }
        if message is not None and kind in (Callback.MESSAGE, Callback.UPDATE):
            resource["message"] = self.chat.renderer.message(message)
        return {"interaction": about, "resource": resource}


def draft_loading(draft: Message) -> Message:
    """`draft` as the message that says the bot is thinking."""
    return replace(draft, flags=draft.flags | MessageFlag.LOADING)


def _kind(of: Interaction, follow_up: bool) -> tuple[MessageType, str | None]:
    """The type of a message that answers `of`, and the message it replies to."""
    if follow_up and of.response_id:
        return MessageType.REPLY, of.response_id
    if of.type is not InteractionType.COMMAND or follow_up:
        return (MessageType.REPLY if of.message_id else MessageType.DEFAULT), of.message_id
    if of.data["type"] == CHAT_INPUT:
        return MessageType.CHAT_INPUT_COMMAND, None
    target = of.data["target_id"] if of.data["type"] == MESSAGE_MENU else None
    return MessageType.CONTEXT_MENU_COMMAND, target


def _callback_type(interaction: Interaction, payload: Json) -> Callback:
    allowed = _ALLOWED[interaction.type]
    if interaction.type is InteractionType.MODAL and interaction.message_id is None:
        allowed = allowed - _ON_MESSAGE
    given = payload.get("type")
    if not isinstance(given, int) or given not in allowed:
        names = ", ".join(str(int(kind)) for kind in sorted(allowed))
        raise invalid("type", "BASE_TYPE_CHOICES", f"Value must be one of {{{names}}}.")
    return Callback(given)
