"""Pictures that a server answers with the address of."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from generation.backends.openai.options import OpenAIOptions
from generation.backends.openai.pictures import NotAPicture

MAX_BYTES = 32 * 2**20
_CHUNK_BYTES = 2**16


async def download(address: str, options: OpenAIOptions) -> bytes:
    """What lies at `address`, which may be relative to the server's. Raises `NotAPicture`.

    The key goes along only to the host that it is for.
    """
    import aiohttp

    url = urljoin(f"{options.url}/", address)
    headers: dict[str, str] = {}
    if options.api_key and urlsplit(url)[:2] == urlsplit(options.url)[:2]:
        headers["Authorization"] = f"Bearer {options.api_key}"
    try:
        async with (
            aiohttp.ClientSession(raise_for_status=True, trust_env=True) as session,
            session.get(url, headers=headers) as response,
        ):
            data = bytearray()
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                data += chunk
                if len(data) > MAX_BYTES:
                    raise NotAPicture
            return bytes(data)
    except (aiohttp.ClientError, ValueError) as error:
        raise NotAPicture from error
