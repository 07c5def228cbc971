"""One server owns a data folder. Its lock file names a loopback port through which other commands on the same folder
reach what only the owner may touch (the index) and tell it what they wrote."""

import fcntl
import hmac
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx2
import orjson

from baton.core.bus import LocalBus, Notice
from baton.core.errors import BatonError

LOCK_FILE = "owner.lock"
HEADER = "x-baton-owner"
log = logging.getLogger(__name__)


class FolderInUse(BatonError):
    """Another server serves this data folder."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that holds a data folder, as its lock file names it."""

    pid: int
    port: int
    secret: str
    address: str

    def call(self, path: str, body: dict[str, Any], timeout_seconds: float = 60) -> Any:
        """Ask the owner. Raises BatonError when it does not answer."""
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            answer = httpx2.post(
                url, json=body, headers={HEADER: self.secret}, timeout=timeout_seconds, trust_env=False
            )
        except httpx2.HTTPError as error:
            raise BatonError(f"The server of this folder (process {self.pid}) does not answer: {error}.") from error
        if answer.status_code >= 400:
            raise BatonError(f"The server of this folder refused: {answer.json().get('detail', answer.text)}")
        return answer.json()


class Lock:
    """The lock file, held until `release`. It stays behind empty; only the kernel's lock on it counts."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.secret = secrets.token_urlsafe(24)

    def announce(self, port: int, address: str) -> None:
        """Say where the owner listens, and the address it serves visitors at."""
        value = {"pid": os.getpid(), "port": port, "secret": self.secret, "address": address}
        self._file.seek(0)
        self._file.truncate()
        self._file.write(orjson.dumps(value))
        self._file.flush()

    def opens(self, secret: str) -> bool:
        """Whether a caller read the lock file, which only the same user can."""
        return hmac.compare_digest(secret.encode(), self.secret.encode())

    def release(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.close()


@contextmanager
def own_folder(data: Path) -> Iterator[Lock]:
    """Hold the data folder. Raises FolderInUse naming the process that does already."""
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    file = os.fdopen(descriptor, "r+b")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = _read(file)
        file.close()
        by = f" by process {owner.pid} at {owner.address}" if owner else ""
        raise FolderInUse(
            f"The folder {data} is served already{by}. Stop that server, or name another --data."
        ) from error
    lock = Lock(file)
    try:
        yield lock
    finally:
        lock.release()


def find_owner(data: Path) -> Owner | None:
    """The server that serves this folder now, or None."""
    try:
        file = (data / LOCK_FILE).open("r+b")
    except OSError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return _read(file)
        fcntl.flock(file, fcntl.LOCK_UN)
        return None


class NoticeSender(LocalBus):
    """The bus of a command: what it publishes goes to the server of the same folder, if there is one."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self._data = data

    def publish_all(self, notices: list[Notice]) -> None:
        super().publish_all(notices)
        owner = find_owner(self._data) if notices else None
        if owner is None:
            return
        bare = [[notice.topic, {k: v for k, v in notice.payload.items() if k != "events"}] for notice in notices]
        try:
            owner.call("/notices", {"notices": bare}, timeout_seconds=5)
        except BatonError as error:
            log.warning("The server was not told, and will notice by itself: %s", error)


def _read(file: BinaryIO) -> Owner | None:
    file.seek(0)
    text = file.read()
    return Owner(**orjson.loads(text)) if text else None
