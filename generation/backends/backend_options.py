"""What the operator chooses for a backend; which models diffusers has is in its models.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Quality = Literal["auto", "low", "medium", "high"]
Moderation = Literal["auto", "low"]

OFFICIAL_URL = "https://api.openai.com/v1"
OWN_SERVER = "Image server"
"""The provider's name where it is not OpenAI: members are told no address."""
AUTO = "auto"
"""The model is chosen from what the server lists."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A setting that cannot be used, and what is allowed."""

    setting: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIOptions:
    """`base_url` is for a server that speaks the same API: LiteLLM, LocalAI, vLLM-Omni, or Azure as
    `https://RESOURCE.openai.azure.com/openai/v1/` with the deployment's name as `model`.
    """

    api_key: str | None = field(default=None, repr=False)
    """Not needed where the server at `base_url` asks for none."""
    base_url: str | None = None
    """`None`: OpenAI itself."""
    model: str = AUTO
    quality: Quality = "medium"
    moderation: Moderation = "auto"
    timeout_s: float = 180
    """How long one call may take. A picture of high quality takes a minute."""
    max_wait_s: float = 120
    """How long a job waits in all, when the provider tells it to come back later."""

    @property
    def url(self) -> str:
        """Where requests go, without a slash at the end."""
        return (self.base_url or OFFICIAL_URL).rstrip("/")

    @property
    def is_official(self) -> bool:
        """Whether OpenAI itself answers, also from one of its regions."""
        host = self._host.partition(":")[0].lower()
        return host == "api.openai.com" or host.endswith(".api.openai.com")

    @property
    def provider(self) -> str:
        """Who draws, as people are told."""
        return "OpenAI" if self.is_official else OWN_SERVER

    @property
    def address(self) -> str:
        """Who draws, for the log alone: another server than OpenAI's by its address."""
        return "OpenAI" if self.is_official else self._host

    @property
    def device(self) -> str:
        """Where pictures are drawn, as people are told; empty for a server of the operator's."""
        return self._host if self.is_official else ""

    @property
    def _host(self) -> str:
        """The host, and its port where that is an unusual one."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def mistake(self) -> Mistake | None:
        """The first of these that nothing can be asked with."""
        if not _is_address(self.url):
            wanted = "allowed: an address such as http://127.0.0.1:8000/v1"
            return Mistake("MOEVATAR_OPENAI_BASE_URL", wanted)
        if self.api_key and not re.fullmatch(r"[!-~]+", self.api_key):
            return Mistake("MOEVATAR_OPENAI_API_KEY", "allowed: the key alone, without other signs")
        return None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of the port, or of an IPv6 address
        return False


DeviceName = Literal["off", "auto", "cuda", "cpu", "mps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffusersOptions:
    """Options of `DiffusersBackend`."""

    models_file: Path | None = None
    """The presets; `None`: those that come with Moevatar."""
    loras_dir: Path | None = None
    """LoRAs of the operator's, which every model may be asked for that they fit."""
    embeddings_dir: Path | None = None
    """Textual inversions of the operator's, for every model that they fit."""
    device: DeviceName = "auto"
    cache_dir: Path | None = None
    """Where downloads go; `None`: where the hub's own library puts them."""
    memory_gb: float | None = None
    """Bound on the memory of all loaded models together; `None`: what the device has."""
    clip_folder: Path | None = None
    """A CLIP by which the pictures of a request are ordered, the best first."""
    compile: bool = False
    """Compile the repeated blocks of each model while it loads. Works on CUDA, is slow to start."""
