"""The installation's secret keys: one file in the data folder, newest first, old ones kept to verify with."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Keys:
    """Signs with the first key; verifies with any. Each purpose gets a key of its own by HMAC of its name."""

    secrets: tuple[tuple[str, bytes], ...]

    @property
    def current(self) -> str:
        """The id of the key that signs now."""
        return self.secrets[0][0]

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """The 32-byte key for `purpose`. Raises KeyError for a key id this installation never had."""
        secret = dict(self.secrets)[key_id or self.current]
        return hmac.digest(secret, purpose.encode(), "sha256")

    def derive_all(self, purpose: str) -> list[bytes]:
        """The keys for `purpose`, oldest first, as signing libraries expect them."""
        return [self.derive(purpose, key_id) for key_id, _ in reversed(self.secrets)]

    def sign(self, purpose: str, message: bytes) -> str:
        """A hexadecimal HMAC-SHA256 under the current key."""
        return hmac.new(self.derive(purpose), message, hashlib.sha256).hexdigest()

    def verify(self, purpose: str, message: bytes, signature: str, key_id: str) -> bool:
        """Whether `signature` is that of `message` under the named key; False for an unknown key."""
        if key_id not in dict(self.secrets):
            return False
        expected = hmac.new(self.derive(purpose, key_id), message, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, signature)


def load_keys(path: Path) -> Keys:
    """Read the key file, making it (mode 600) the first time; two processes starting at once agree on one."""
    if not path.exists():
        _create(path, [_new_key()])
    entries = orjson.loads(path.read_bytes())
    return Keys(tuple((entry["id"], bytes.fromhex(entry["secret"])) for entry in entries))


def rotate_keys(path: Path) -> Keys:
    """Put a new key in front of the old ones."""
    entries = [_new_key(), *orjson.loads(path.read_bytes())] if path.exists() else [_new_key()]
    _replace(path, entries)
    return load_keys(path)


def _new_key() -> dict[str, str]:
    return {"id": secrets.token_hex(4), "secret": secrets.token_hex(32)}


def _create(path: Path, entries: list[dict[str, str]]) -> None:
    """Write a whole file aside and link it into place, so that nobody reads half a key and the first one wins."""
    aside = _write_aside(path, entries)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _replace(path: Path, entries: list[dict[str, str]]) -> None:
    os.replace(_write_aside(path, entries), path)


def _write_aside(path: Path, entries: list[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(entries, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    return aside
