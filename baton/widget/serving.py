"""The widget's own files, as pages of any website load them: squeezed and compressed once, known by their digest."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from baton.widget.squeezing import squeeze

FOLDER = Path(__file__).parent / "browser"
HEADERS = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "public, max-age=300",
    "content-type": "text/javascript; charset=utf-8",
    "vary": "accept-encoding",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class BrowserFile:
    """One module: its text, the same compressed, and its entity tag."""

    plain: bytes
    gzipped: bytes
    etag: str


def browser_files(folder: Path = FOLDER) -> dict[str, BrowserFile]:
    """Every module by its path below the host: `widget.js`, `widget/element.js`, …"""
    return {path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*.js"))}


def respond(request: Request, file: BrowserFile | None) -> Response:
    """A module, or that the browser has it already. Raises HTTPException 404 for none."""
    if file is None:
        raise HTTPException(404)
    headers = HEADERS | {"etag": file.etag}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.gzipped, headers=headers | {"content-encoding": "gzip"})
    return Response(file.plain, headers=headers)


def _read(path: Path) -> BrowserFile:
    plain = squeeze(path.read_text(encoding="utf-8")).encode()
    digest = hashlib.sha256(plain).hexdigest()[:32]
    return BrowserFile(plain, gzip.compress(plain, 9, mtime=0), f'"{digest}"')
