"""Settings: the operator's choices, read once at start from the environment and `.env`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from generation.backends import BACKENDS, TOOLS
from generation.backends.backend_options import (
    DeviceName,
    DiffusersOptions,
    Moderation,
    OpenAIOptions,
    Quality,
)

ENV_PREFIX = "MOEVATAR_"
ENV_FILE = Path(".env")


def _known_backend(key: str) -> str:
    """The key of a model: which models a backend has is known once it is open."""
    drawing = [name for name in BACKENDS if name != TOOLS]
    if key.split("/")[0] not in drawing:
        raise ValueError(f"allowed: {', '.join(drawing)}, or one of their models (NAME/MODEL)")
    return key


def _expanded(path: Path) -> Path:
    """`~` and `~name` are somebody's home, as in a shell."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("nobody here has such a home folder; allowed: a path") from None


HomePath = Annotated[Path, AfterValidator(_expanded)]


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
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
    )

    discord_token: SecretStr | None = None
    """The bot's token. Without one the bot runs in the playground."""
    data_dir: HomePath = Path("data")
    """Where the database and the pictures are kept."""
    backend: Annotated[str, AfterValidator(_known_backend)] = "illustrator"
    """What draws where a server has not chosen: a backend, or one of its models."""
    diffusers: DeviceName = "off"
    """Where Stable Diffusion and its kin run; they need the extra `diffusion`."""
    models_file: HomePath | None = None
    """The presets of the diffusers backend, in place of those that come with it."""
    loras_dir: HomePath | None = None
    """LoRAs that a prompt may ask for by the names of their files; in place of `data_dir`/loras."""
    embeddings_dir: HomePath | None = None
    """Textual inversions, by the names of their files; in place of `data_dir`/embeddings."""
    model_cache_dir: HomePath | None = None
    """Where models are downloaded to, in place of the hub's own cache."""
    model_memory_gb: float | None = Field(default=None, gt=0)
    """How much memory loaded models may take together; the device's own where it is left out."""
    clip_folder: HomePath | None = None
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
    openai_moderation: Moderation = "auto"
    """How strictly OpenAI itself refuses what is asked for; "low" lets more pass."""
    queue_length: int = Field(default=200, ge=1, le=10_000)
    """Jobs that may wait before each backend; more are refused."""
    open_jobs: int = Field(default=3, ge=1, le=50)
    """Jobs a member may have waiting or running, where a server has not chosen."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    playground_port: int = Field(default=8484, ge=0, le=65535)
    """Where the playground is served on 127.0.0.1; the next free port if it is taken."""
    discord_url: Annotated[str, AfterValidator(_loopback)] | None = None
    """Another Discord to talk to, on loopback. The playground sets it for the bot it starts."""

    @property
    def wildcards_dir(self) -> Path:
        """Where the operator lays lists, of which `__name__` in a prompt picks a line."""
        return self.data_dir / "wildcards"


class BadSetting(Exception):
    """One or more settings are wrong; the message names each, and what is allowed."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings from the environment and `.env`. Raises `BadSetting`, for that file, too.

    `environ` is only searched for misspelt names: pydantic-settings forbids unknown ones in `.env`
    alone.
    """
    _check_env_file()
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    if unknown := sorted(n for n in environ if n.startswith(ENV_PREFIX) and n not in known):
        raise BadSetting(f"{unknown[0]} is not a setting. Allowed: {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting("\n".join(_lines(error))) from None


def _check_env_file() -> None:
    """See that the file can be read as text, if it is there. No line of it is repeated."""
    try:
        content = ENV_FILE.read_bytes()
    except FileNotFoundError:
        return
    except IsADirectoryError:
        raise BadSetting(f"{ENV_FILE} is a folder. Make it a file, or take it away.") from None
    except OSError as error:
        raise BadSetting(f"{ENV_FILE} cannot be read: {error.strerror}.") from None
    if b"\0" in content:
        raise BadSetting(f"{ENV_FILE} looks like UTF-16. Save it as UTF-8.")
    for number, line in enumerate(content.splitlines(), 1):
        try:
            line.decode()
        except UnicodeDecodeError:
            name = re.match(rb"\s*(?:export\s+)?([A-Z_]+)\s*=", line)
            setting = f" ({name[1].decode()})" if name else ""
            raise BadSetting(
                f"{ENV_FILE}, line {number}{setting}, is not UTF-8. Save the file as UTF-8."
            ) from None


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
                loras_dir=settings.loras_dir or settings.data_dir / "loras",
                embeddings_dir=settings.embeddings_dir or settings.data_dir / "embeddings",
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
                moderation=settings.openai_moderation,
            )
        case _:
            return None
