"""Files sent by HTTP: streamed to disk as they come, and refused as soon as they are over the limit."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import PurePosixPath

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from baton.core.web import Problem
from baton.knowledge.arrivals import Arrival, from_upload
from baton.knowledge.reading.reader import too_large

_ENVELOPE = 1_000_000
"""What the form around the files may take, in bytes."""
_MOST_FILES = 100


async def read_upload(request: Request, megabytes: int) -> list[Arrival]:
    """The documents in the files of a multipart request. Raises Problem 400 or 413."""
    most = megabytes * 1_000_000 + _ENVELOPE
    if int(request.headers.get("content-length") or 0) > most:
        raise _over_limit(megabytes)
    parser = MultiPartParser(request.headers, _limited(request.stream(), most, megabytes), max_files=_MOST_FILES)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Problem(400, "bad_request", f"The upload is not a valid form: {error.message}") from error
    try:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            raise Problem(400, "bad_request", "Send at least one file, in the form's field `file`.", field="file")
        return [arrival for file in files for arrival in await _arrivals(file, megabytes)]
    finally:
        await form.close()


async def _arrivals(file: UploadFile, megabytes: int) -> Iterator[Arrival]:
    if (file.size or 0) > megabytes * 1_000_000:
        raise _over_limit(megabytes)
    return from_upload(_safe_name(file.filename or ""), await file.read(), file.content_type or "")


def _safe_name(name: str) -> str:
    """The name with the folders a browser sent in front of it, but never a way out of them."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join(parts)[-500:] or "untitled"


async def _limited(stream: AsyncIterator[bytes], most: int, megabytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in stream:
        size += len(part)
        if size > most:
            raise _over_limit(megabytes)
        yield part


def _over_limit(megabytes: int) -> Problem:
    return Problem(413, "too_large", too_large(megabytes).sentence, limit_bytes=megabytes * 1_000_000)
