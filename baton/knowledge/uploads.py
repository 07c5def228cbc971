"""Files sent by HTTP: streamed to disk as they come; one over the limit is dropped, and the others are taken."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from baton.core.web import Problem
from baton.knowledge.arrivals import Arrival, from_upload, refused_upload
from baton.knowledge.reading.reader import too_large

_ENVELOPE = 1_000_000
"""What the form around the files may take, in bytes."""
_MOST_FILES = 100
_TOGETHER = 10
"""The files of one request may have this many times the size of the largest one that is taken."""


class Upload:
    """The files of one request, each read when its turn comes."""

    def __init__(self, files: list[UploadFile], megabytes: int) -> None:
        self._files = files
        self._megabytes = megabytes

    async def arrivals(self) -> AsyncIterator[Iterator[Arrival]]:
        """The documents of each file; of one over the limit the sentence that says so."""
        for file in self._files:
            name = _safe_name(file.filename or "")
            if _is_over(file, self._megabytes):
                yield iter([refused_upload(name, too_large(self._megabytes))])
            else:
                yield from_upload(name, await file.read(), file.content_type or "")


@asynccontextmanager
async def read_upload(request: Request, megabytes: int) -> AsyncGenerator[Upload, None]:
    """Take in a multipart request. Raises Problem 400, or 413 when there is no file that is small enough."""
    parser = _Parser(request.headers, _limited(request, megabytes), megabytes)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Problem(400, "bad_request", f"The upload is not a valid form: {error.message}") from error
    try:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if all(_is_over(file, megabytes) for file in files):
            if parser.was_over:
                raise _refusal(too_large(megabytes).sentence, megabytes)
            raise Problem(400, "bad_request", "Send at least one file, in the form's field `file`.", field="file")
        yield Upload(files, megabytes)
    finally:
        parser.close()


class _Parser(MultiPartParser):
    """Keeps of a file no more than shows that it is over the limit."""

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], megabytes: int) -> None:
        super().__init__(headers, stream, max_files=_MOST_FILES)
        self._megabytes = megabytes
        self.was_over = False

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        file = self._current_part.file
        if file is not None and _is_over(file, self._megabytes):
            self.was_over = True
        else:
            super().on_part_data(data, start, end)

    def close(self) -> None:
        """Let go of every file, also of one that broke off."""
        for file in self._files_to_close_on_error:
            file.close()


def _is_over(file: UploadFile, megabytes: int) -> bool:
    return (file.size or 0) > megabytes * 1_000_000


def _safe_name(name: str) -> str:
    """The name with the folders a browser sent in front of it, but never a way out of them."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join(parts)[-500:] or "untitled"


async def _limited(request: Request, megabytes: int) -> AsyncGenerator[bytes, None]:
    most, size = _TOGETHER * megabytes * 1_000_000 + _ENVELOPE, 0
    sentence = f"One request may bring {_TOGETHER * megabytes} MB. Send fewer files at a time."
    if int(request.headers.get("content-length") or 0) > most:
        raise _refusal(sentence, megabytes)
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _refusal(sentence, megabytes)
        yield part


def _refusal(sentence: str, megabytes: int) -> Problem:
    return Problem(413, "too_large", sentence, limit_bytes=megabytes * 1_000_000)
