"""The installation's keys: made once, sign now, verify always, kept from others."""

import stat
import threading
from pathlib import Path

import pytest

from baton.core.keys import Keys, load_keys, rotate_keys


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "keys.json"
    first = load_keys(file)
    assert load_keys(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys.json"]


def test_two_that_start_at_once_agree_on_one(tmp_path: Path) -> None:
    made: list[Keys] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        made.append(load_keys(tmp_path / "keys.json"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len({keys.current for keys in made}) == 1


def test_after_a_rotation_the_new_one_signs_and_the_old_still_verifies(tmp_path: Path) -> None:
    old = load_keys(tmp_path / "keys.json")
    signature = old.sign("head", b"message")
    new = rotate_keys(tmp_path / "keys.json")
    assert new.current != old.current
    assert new.sign("head", b"message") != signature
    assert new.verify("head", b"message", signature, old.current)
    assert new.derive_all("visitor")[-1] == new.derive("visitor")


@pytest.mark.parametrize(
    "purpose, message, key", [("token", b"message", None), ("head", b"other", None), ("head", b"message", "unknown")]
)
def test_another_purpose_message_or_key_does_not_verify(
    tmp_path: Path, purpose: str, message: bytes, key: str | None
) -> None:
    keys = load_keys(tmp_path / "keys.json")
    signature = keys.sign("head", b"message")
    assert not keys.verify(purpose, message, signature, key or keys.current)
