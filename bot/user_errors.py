"""The one table that turns errors into words, and the one function that answers with them.

discord.py has three doors an error can leave by, and all lead to `report_error`:

- an app command: `MoevatarTree.on_error` in `bot.client`;
- a press, a choice or a submitted form: `cogs.actions` hears them all;
- a task, such as a delivery, which tells its message of it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any

import discord
from discord import app_commands

from bot.storage.storage_errors import DatabaseBusy, StorageError
from bot.texts import Catalogue, Sentences
from generation import download_errors, prompt_errors
from generation import errors as generation_errors
from generation.backends.backend_options import OWN_SERVER

log = logging.getLogger(__name__)


class Refusal(Exception):
    """Base of the bot's own refusals: somebody asks for what they may not have, here."""


class ChannelNotAllowed(Refusal):
    """The server's admins keep the bot to other channels."""

    def __init__(self, channels: frozenset[int]) -> None:
        super().__init__("not allowed in this channel")
        self.channels = channels


class BotLacksPermission(Refusal):
    """The bot may not post here, or not attach files; found out before anything is drawn."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"the bot lacks {', '.join(missing)}")
        self.missing = missing


class NotYours(Refusal):
    """The picture or message belongs to somebody else."""


class PhotoNotShared(Refusal):
    """A drawing of somebody's own photo, of which nothing is left without that."""


class MaskExpired(Refusal):
    """The mask of a repainted part is gone; the picture it came from has its parts still."""


class PhotoInterrupted(Refusal):
    """The program was stopped while it fetched somebody's photo, and has nothing of it."""


class OutdatedAction(Refusal):
    """A button or form that no message of today's has: from an earlier version, or made up."""


class NothingToSet(Refusal):
    """A model has nothing that the form "Advanced" could change."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model} has nothing to set")
        self.model = model


class FormHoldsNoPicture(Refusal):
    """The form "Advanced" was asked for together with pictures, which no form can hold."""


class FormIsFull(Refusal):
    """More was chosen than can wait behind the form "Advanced"."""


class BadOption(Refusal):
    """A value that was typed where one was to be chosen."""

    def __init__(self, value: str) -> None:
        super().__init__("no such choice")
        self.value = value


class SameModelTwice(Refusal):
    """Models were to be compared, and two of them are the same."""

    def __init__(self, model: str) -> None:
        super().__init__("the same model twice")
        self.model = model


class NothingBetween(Refusal):
    """Steps were asked for from a character to the very same."""


class StandsInTheWay(Refusal):
    """One of the models that were to be compared cannot draw it, so that none does."""

    def __init__(self, model: str, reason: Exception) -> None:
        super().__init__(f"{model}: {reason}")
        self.model = model
        self.reason = reason


class TooManyAtOnce(Refusal):
    """A comparison is as many drawings as it has models, and they are not all allowed."""

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(f"{count} more of {limit} open jobs")
        self.count = count
        self.limit = limit


class NotAnswered(Refusal):
    """Discord has not taken the message that a drawing would have been shown on."""


class TooHeavy(Refusal):
    """The files of a message are larger than Discord takes, together or one of them."""


class NoAvatarYet(Refusal):
    """The person who asks has not picked an avatar."""


class NotForEverybody(Refusal):
    """The picture was drawn for an age-restricted channel, and this is none."""


class OtherHasNoAvatar(Refusal):
    """Another member has not picked an avatar."""

    def __init__(self, member_id: int) -> None:
        super().__init__("no avatar picked")
        self.member = member_id


USER_TEXT: dict[type[Exception], str] = {
    ChannelNotAllowed: "error.channel_not_allowed",
    BotLacksPermission: "error.bot_lacks_permission",
    NotYours: "error.not_yours",
    MaskExpired: "error.mask_expired",
    PhotoInterrupted: "error.photo_interrupted",
    PhotoNotShared: "error.photo_not_shared",
    OutdatedAction: "error.outdated_action",
    NothingToSet: "error.nothing_to_set",
    FormHoldsNoPicture: "error.form_holds_no_picture",
    FormIsFull: "error.form_is_full",
    BadOption: "error.bad_option",
    NothingBetween: "error.nothing_between",
    SameModelTwice: "error.same_model_twice",
    StandsInTheWay: "error.stands_in_the_way",
    TooManyAtOnce: "error.too_many_at_once",
    NotAnswered: "error.not_answered",
    TooHeavy: "error.too_heavy",
    NoAvatarYet: "error.no_avatar_yet",
    OtherHasNoAvatar: "error.other_has_no_avatar",
    NotForEverybody: "error.not_for_everybody",
    prompt_errors.EmptyPrompt: "error.empty_prompt",
    prompt_errors.PromptTooLong: "error.prompt_too_long",
    prompt_errors.BrokenSign: "error.broken_sign",
    prompt_errors.WeightOutOfRange: "error.weight_out_of_range",
    prompt_errors.LoraWeightOutOfRange: "error.lora_weight_out_of_range",
    prompt_errors.TooManyLoras: "error.too_many_loras",
    prompt_errors.NestedTooDeep: "error.nested_too_deep",
    prompt_errors.UnknownWildcard: "error.unknown_wildcard",
    prompt_errors.UnknownLora: "error.unknown_lora",
    prompt_errors.NoPartNamed: "error.no_part_named",
    prompt_errors.PartNotSeen: "error.part_not_seen",
    prompt_errors.MaskOpaque: "error.mask_opaque",
    prompt_errors.MaskOfManyGreys: "error.mask_of_many_greys",
    prompt_errors.MaskOfAnotherShape: "error.mask_of_another_shape",
    prompt_errors.MaskAlone: "error.mask_alone",
    prompt_errors.BadSetting: "error.bad_setting",
    prompt_errors.SettingOutOfRange: "error.setting_out_of_range",
    prompt_errors.NotAdjustable: "error.not_adjustable",
    prompt_errors.UnknownSampler: "error.unknown_sampler",
    prompt_errors.BadPicture: "error.bad_picture",
    prompt_errors.PictureDamaged: "error.picture_damaged",
    prompt_errors.PictureTooHeavy: "error.picture_too_heavy",
    prompt_errors.PictureTooLarge: "error.picture_too_large",
    prompt_errors.PictureTooSmall: "error.picture_too_small",
    prompt_errors.PictureTooNarrow: "error.picture_too_narrow",
    prompt_errors.PictureEmpty: "error.picture_empty",
    generation_errors.UnknownRequest: "error.unknown_request",
    generation_errors.LimitReached: "error.limit_reached",
    generation_errors.QueueFull: "error.queue_full",
    generation_errors.CannotDraw: "error.cannot_draw",
    generation_errors.TooManyReferences: "error.too_many_references",
    generation_errors.NoStrength: "error.no_strength",
    generation_errors.NothingToStartFrom: "error.nothing_to_start_from",
    generation_errors.UnsupportedSize: "error.unsupported_size",
    generation_errors.UnsupportedShape: "error.unsupported_shape",
    generation_errors.GenerationNotFound: "error.generation_gone",
    generation_errors.ImageNotFound: "error.image_gone",
    generation_errors.PhotoExpired: "error.photo_expired",
    generation_errors.PictureLost: "error.picture_lost",
    generation_errors.UnknownBackend: "error.unknown_backend",
    generation_errors.AmbiguousModel: "error.ambiguous_model",
    generation_errors.ModelGone: "error.model_gone",
    generation_errors.TooLarge: "error.too_large",
    generation_errors.TooLargeToRefine: "error.too_large_to_refine",
    generation_errors.NoFigure: "error.no_figure",
    generation_errors.NoFace: "error.no_face",
    generation_errors.OutOfMemory: "error.out_of_memory",
    generation_errors.NotInstalled: "error.not_installed",
    generation_errors.NotConfigured: "error.not_configured",
    generation_errors.Misconfigured: "error.misconfigured",
    generation_errors.ModelMissing: "error.model_missing",
    generation_errors.ModelGated: "error.model_gated",
    download_errors.HubUnreachable: "error.hub_unreachable",
    download_errors.DiskFull: "error.disk_full",
    download_errors.CacheNotWritable: "error.cache_not_writable",
    generation_errors.ModelIncomplete: "error.model_incomplete",
    generation_errors.FileEmpty: "error.file_empty",
    generation_errors.NotWeights: "error.not_weights",
    generation_errors.SingleFile: "error.single_file",
    generation_errors.PartialCheckpoint: "error.partial_checkpoint",
    generation_errors.LoraDoesNotFit: "error.lora_does_not_fit",
    generation_errors.LoraMissing: "error.lora_missing",
    generation_errors.WrongFamily: "error.wrong_family",
    generation_errors.UnsafeWeights: "error.unsafe_weights",
    generation_errors.PromptRefused: "error.prompt_refused",
    generation_errors.RateLimited: "error.rate_limited",
    generation_errors.QuotaExhausted: "error.quota_exhausted",
    generation_errors.KeyRefused: "error.key_refused",
    generation_errors.ProviderTimeout: "error.provider_timeout",
    generation_errors.ProviderDown: "error.provider_down",
    generation_errors.BadAnswer: "error.bad_answer",
    generation_errors.GenerationError: "error.drawing_failed",
    DatabaseBusy: "error.busy",
    StorageError: "error.storage",
    discord.NotFound: "error.message_gone",
    app_commands.NoPrivateMessage: "error.servers_only",
    app_commands.MissingPermissions: "error.not_an_admin",
    app_commands.TransformerError: "error.bad_option",
}
"""Error → text key; the attributes of the error fill the places of the text."""


def _code(t: Sentences, words: object) -> str:
    """A person's own words, in which nothing is a sign."""
    shown = " ".join(str(words).replace("`", "'").split())
    return f"`{shown[:_WORDS_SHOWN]}…`" if len(shown) > _WORDS_SHOWN else f"`{shown}`"


def _number(t: Sentences, number: float) -> str:
    return f"{number:g}"


def _size(t: Sentences, size: tuple[int, int]) -> str:
    width, height = size
    return f"{width} × {height}"


def _gigabytes(t: Sentences, size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f}"


def _loras(t: Sentences, names: Collection[str]) -> str:
    if not names:
        return t("error.no_loras")
    return t("error.loras", names=t.listed([_code(t, name) for name in names]))


def _others(t: Sentences, keys: Collection[str]) -> str:
    """Who can do it instead."""
    if not keys:
        return t("error.nobody_else")
    return t("error.others_can", names=t.listed([_code(t, key) for key in keys]))


def _near(t: Sentences, titles: Mapping[str, str]) -> str:
    """Which models may have been meant, as they can be typed."""
    if not titles:
        return t("error.no_near_model")
    named = [f"{title} ({_code(t, key)})" for key, title in titles.items()]
    return t("error.near_models", names=t.listed(named))


_WORDS_SHOWN = 100
_SHOWN: Mapping[str, Callable[[Sentences, Any], str]] = {
    "allowed": _loras,
    "channels": lambda t, ids: t.listed([f"<#{channel}>" for channel in sorted(ids)], " "),
    "example": _code,
    "field": lambda t, name: t(f"setting.{name}"),
    "file": _code,
    "free_bytes": _gigabytes,
    "left_bytes": _gigabytes,
    "known": lambda t, names: t.listed([_code(t, name) for name in names]),
    "least": _number,
    "lora": _code,
    "member": lambda t, member: f"<@{member}>",
    "missing": lambda t, names: t.listed([t(f"permission.{name}") for name in names]),
    "mask": _size,
    "most": _number,
    "name": _code,
    "near": _near,
    "others": _others,
    "part": lambda t, part: t(f"part.{part}"),
    "parts": lambda t, parts: t.listed([t(f"part.{part}") for part in parts]),
    "picture": _size,
    "provider": lambda t, name: t("error.own_server") if name == OWN_SERVER else name,
    "shape": lambda t, shape: t(f"shape.{shape}"),
    "shapes": lambda t, shapes: t.listed([t(f"shape.{shape}") for shape in shapes]),
    "reason": lambda t, error: sentence(error, t),
    "sampler": _code,
    "samplers": lambda t, titles: t.listed(list(titles)),
    "sign": _code,
    "sizes": lambda t, sizes: t.listed(list(map(str, sizes))),
    "task": lambda t, task: t(f"task.{task}"),
    "value": _code,
    "weight": _number,
    "words": _code,
}
"""How a place of that name is filled from the error's attribute; all others as they are."""


def _opened(error: BaseException) -> BaseException:
    """The error itself: discord.py wraps what a command raises."""
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


def _known(error: BaseException) -> str | None:
    """The text key for `error`, by its nearest listed class; `None` for a defect."""
    return next((USER_TEXT[kind] for kind in type(error).__mro__ if kind in USER_TEXT), None)


def sentence(error: BaseException, t: Sentences) -> str:
    """What to tell a person of `error`.

    A defect is logged under a short id, which they are told.
    """
    error = _opened(error)
    if (key := _known(error)) is None:
        incident = secrets.token_hex(4)
        log.error("Unexpected error %s", incident, exc_info=error)
        return t("error.unexpected", incident=incident)
    if isinstance(error, StorageError):  # only the operator can do something about it
        log.warning("%s: %s", type(error).__name__, error)
    places = t.places(key)
    given = {name: value for name, value in vars(error).items() if name in places}
    return t(
        key, **{n: _SHOWN[n](t, value) if n in _SHOWN else value for n, value in given.items()}
    )


async def report_error(
    interaction: discord.Interaction[discord.Client], error: BaseException, catalogue: Catalogue
) -> None:
    """Answer `interaction` privately with the sentence for `error`.

    Never raises for lack of an answer.
    """
    if interaction.client.is_closed():
        log.info("Stopped in the middle of interaction %d", interaction.id)
        return
    log_refusal(interaction, error)
    text = sentence(error, catalogue.bound(interaction.locale.value))
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True)
        else:
            await interaction.response.send_message(text, ephemeral=True)
    except discord.HTTPException as unanswerable:
        log.warning("Could not answer interaction %d: %s", interaction.id, unanswerable)


def log_refusal(interaction: discord.Interaction[discord.Client], error: BaseException) -> None:
    """Tell the operator in a line what was refused and why, if it was: a defect is logged whole."""
    if _known(error := _opened(error)):
        log.info("Refused %s: %s", _asked_for(interaction), type(error).__name__)


def _asked_for(interaction: discord.Interaction[discord.Client]) -> str:
    """The command, or what was pressed, without anybody's words."""
    if interaction.command is not None:
        return f"/{interaction.command.qualified_name}"
    pressed = str((interaction.data or {}).get("custom_id", interaction.type.name))
    return ":".join(pressed.split(":")[:2])[:40]
