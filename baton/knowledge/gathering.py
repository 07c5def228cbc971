"""What `baton add` is given, as arrivals: a file, every readable file of a folder, or a site."""

from collections.abc import Iterator
from pathlib import Path

from baton.knowledge.arrivals import Arrival, from_path, unread
from baton.knowledge.reading.blocks import Unreadable
from baton.knowledge.reading.kinds import can_read
from baton.knowledge.reading.reader import too_large


def is_address(target: str) -> bool:
    """Whether this is an address on the web rather than a path."""
    return target.startswith(("http://", "https://"))


def gather(target: Path, megabytes: int) -> Iterator[Arrival]:
    """The documents at a path. A folder gives the files that can be read, hidden ones and links to elsewhere left out.

    A named file that is missing, unreadable or too large is an arrival with a problem.
    """
    if not target.is_dir():
        yield from _file(target, megabytes)
        return
    for path in sorted(target.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(target).parts)
        if not hidden and can_read(path.name) and path.is_file() and not path.is_symlink():
            yield from _file(path, megabytes, root=target.resolve())


def _file(path: Path, megabytes: int, root: Path | None = None) -> Iterator[Arrival]:
    try:
        if path.stat().st_size > megabytes * 1_000_000:
            yield _unread(path, too_large(megabytes))
            return
        content = path.read_bytes()
    except OSError as error:
        yield _unread(path, Unreadable("missing", f"{path} can't be opened: {error.strerror or error}."))
        return
    yield from from_path(path.resolve() if root else path, content, root)


def _unread(path: Path, problem: Unreadable) -> Arrival:
    return unread(f"path:{path.resolve()}", str(path), path.name, problem)
