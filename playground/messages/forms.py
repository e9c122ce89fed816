"""Bodies of REST requests: JSON, or multipart with files beside it."""

import re
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from playground.refusals import ApiError, too_large
from playground.wire import Json, is_list, is_object, loads

MAX_REQUEST_BYTES = 25 * 1024 * 1024
_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a request; `index` is the n of a field `files[n]`, below 0 under another name."""

    field: str
    index: int
    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a request brought: the JSON, the plain fields beside it, and the files.

    `path` is where `payload` stands in the whole body, for the errors that name their place.
    """

    payload: Json
    uploads: tuple[Upload, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    path: tuple[str | int, ...] = ()


async def read_form(request: web.Request) -> Form:
    """The body of `request`; a body that is a list is under the key `items`.

    Raises `ApiError` 50109 for broken JSON and 40005 where the whole is over 25 MiB
    (discord-api-docs, reference.mdx, Uploading Files).
    """
    if (request.content_length or 0) > MAX_REQUEST_BYTES:
        raise too_large()
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    return Form(_parse(raw) if raw else {})


async def _read_multipart(request: web.Request) -> Form:
    payload: Json = {}
    uploads: list[Upload] = []
    fields: list[tuple[str, str]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise ApiError(400, 50035, "Invalid Form Body")
        data = bytes(await part.read())
        name = part.name or ""
        if name == "payload_json":
            payload = _parse(data)
        elif part.filename is None:
            fields.append((name, data.decode(errors="replace")))
        else:
            found = _FILE_FIELD.fullmatch(name)
            index = int(found[1]) if found else -1 - len(uploads)
            uploads.append(Upload(name, index, part.filename, data))
    if sum(len(upload.data) for upload in uploads) > MAX_REQUEST_BYTES:
        raise too_large()
    return Form(payload, tuple(uploads), tuple(fields))


def _parse(raw: bytes) -> Json:
    try:
        payload = loads(raw)
    except (ValueError, RecursionError):
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
    if is_list(payload):
        return {"items": payload}
    if not is_object(payload):
        raise ApiError(400, 50035, "Invalid Form Body")
    return payload
