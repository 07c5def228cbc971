"""Secret random bytes, drawn from the system in blocks: every call to it lets go of the interpreter's lock, and under
load it is the wait to get that back which costs, a hundred times the bytes themselves."""

import os
import threading

BLOCK_BYTES = 4096


class _Block(threading.local):
    """What is left of this thread's block; no byte is given out twice."""

    left = b""
    at = 0


_block = _Block()


def random_bytes(count: int) -> bytes:
    """`count` bytes, at most a block, fit for salts and identifiers that nobody may guess."""
    start = _block.at
    if start + count > len(_block.left):
        _block.left, start = os.urandom(BLOCK_BYTES), 0
    _block.at = start + count
    return _block.left[start : start + count]


def _forget() -> None:
    """A forked child draws its own, or it would give out its parent's again."""
    _block.left = b""


os.register_at_fork(after_in_child=_forget)
