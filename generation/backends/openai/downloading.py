"""Pictures that a server answers with the address of."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from generation.backends.openai.options import OpenAIOptions
from generation.backends.openai.pictures import NotAPicture

MAX_BYTES = 32 * 2**20
_CHUNK_BYTES = 2**16


async def download(address: str, http: Any, options: OpenAIOptions) -> bytes:
    """What lies at `address`, which may be relative to the server's. Raises `NotAPicture`.

    `http` is the `httpx2.AsyncClient` of the backend: pictures come the way that answers come.

    The key goes along only to the host that it is for.
    """
    import httpx2

    url = urljoin(f"{options.url}/", address)
    headers: dict[str, str] = {}
    if options.api_key and urlsplit(url)[:2] == urlsplit(options.url)[:2]:
        headers["Authorization"] = f"Bearer {options.api_key}"
    try:
        async with http.stream("GET", url, headers=headers) as response:
            response.raise_for_status()
            data = bytearray()
            async for chunk in response.aiter_bytes(_CHUNK_BYTES):
                data += chunk
                if len(data) > MAX_BYTES:
                    raise NotAPicture
            return bytes(data)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise NotAPicture from error
