"""Settings: the operator's choices, read once at start from the environment and `.env`."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from generation.backends import BACKENDS, TOOLS
from generation.backends.diffusers.options import DeviceName, DiffusersOptions
from generation.backends.openai.options import OpenAIOptions, Quality

ENV_PREFIX = "MOEVATAR_"


def _known_backend(key: str) -> str:
    """The key of a model: which models a backend has is known once it is open."""
    drawing = [name for name in BACKENDS if name != TOOLS]
    if key.split("/")[0] not in drawing:
        raise ValueError(f"allowed: {', '.join(drawing)}, or one of their models (NAME/MODEL)")
    return key


def _loopback(url: str) -> str:
    """Only loopback: a typo must not send a real token elsewhere."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        local = False
    if parts.scheme != "http" or not local:
        raise ValueError("allowed: http://127.0.0.1:PORT and other loopback addresses")
    return url.rstrip("/")


class Settings(BaseSettings):
    """One field a line of `.env.example`; an unknown `MOEVATAR_…` name is an error, not ignored."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
    )

    discord_token: SecretStr | None = None
    """The bot's token. Without one the bot runs in the playground."""
    data_dir: Path = Path("data")
    """Where the database and the pictures are kept."""
    backend: Annotated[str, AfterValidator(_known_backend)] = "illustrator"
    """What draws where a server has not chosen: a backend, or one of its models."""
    diffusers: DeviceName = "off"
    """Where Stable Diffusion and its kin run; they need the extra `diffusion`."""
    models_file: Path | None = None
    """The presets of the diffusers backend, in place of those that come with it."""
    model_cache_dir: Path | None = None
    """Where models are downloaded to, in place of the hub's own cache."""
    model_memory_gb: float | None = Field(default=None, gt=0)
    """How much memory loaded models may take together; the device's own where it is left out."""
    clip_folder: Path | None = None
    """A CLIP by which candidates are ordered, the best first; they stay as drawn without one."""
    compile: bool = False
    """Whether models are compiled for the GPU when they are loaded: slower to load, then faster."""
    openai_api_key: SecretStr | None = None
    """A key of OpenAI's, or of a server that speaks its API. Switches that backend on."""
    openai_base_url: str | None = None
    """Such a server; OpenAI itself where it is left out."""
    openai_model: str = "auto"
    """The model to draw with; "auto" takes the newest that is not about to be retired."""
    openai_quality: Quality = "medium"
    """What it may cost."""
    queue_length: int = Field(default=200, ge=1, le=10_000)
    """Jobs that may wait before each backend; more are refused."""
    open_jobs: int = Field(default=3, ge=1, le=50)
    """Jobs a member may have waiting or running, where a server has not chosen."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    playground_port: int = Field(default=8484, ge=0, le=65535)
    """Where the playground is served on 127.0.0.1; the next free port if it is taken."""
    discord_url: Annotated[str, AfterValidator(_loopback)] | None = None
    """Another Discord to talk to, on loopback. The playground sets it for the bot it starts."""


class BadSetting(Exception):
    """One or more settings are wrong; the message names each, and what is allowed."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings from the environment and `.env`. Raises `BadSetting`.

    `environ` is only searched for misspelt names: pydantic-settings forbids unknown ones in `.env`
    alone.
    """
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    if unknown := sorted(n for n in environ if n.startswith(ENV_PREFIX) and n not in known):
        raise BadSetting(f"{unknown[0]} is not a setting. Allowed: {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting("\n".join(_lines(error))) from None


def _lines(error: ValidationError) -> list[str]:
    """One line a wrong setting. The value is left out: it may be a secret."""
    lines: list[str] = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0])
        name = name if name.upper().startswith(ENV_PREFIX) else ENV_PREFIX + name
        if problem["type"] == "extra_forbidden":
            allowed = ", ".join(ENV_PREFIX + field.upper() for field in Settings.model_fields)
            lines.append(f"{name.upper()} is not a setting. Allowed: {allowed}")
        else:
            lines.append(f"{name.upper()}: {problem['msg'].removeprefix('Value error, ')}")
    return lines


def options_for(backend: str, settings: Settings) -> object:
    """The options of a backend, by its own class; `None` for one that has none."""
    match backend:
        case "diffusers":
            return DiffusersOptions(
                models_file=settings.models_file,
                device=settings.diffusers,
                cache_dir=settings.model_cache_dir,
                memory_gb=settings.model_memory_gb,
                compile=settings.compile,
                clip_folder=settings.clip_folder,
            )
        case "openai":
            key = settings.openai_api_key
            return OpenAIOptions(
                api_key=key.get_secret_value() if key else None,
                base_url=settings.openai_base_url,
                model=settings.openai_model,
                quality=settings.openai_quality,
            )
        case _:
            return None
