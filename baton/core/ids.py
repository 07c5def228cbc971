"""Identifiers: a prefix that says what the thing is, then 48 bits of time and 80 random bits."""

import time

from baton.core.randomness import random_bytes


def new_id(prefix: str) -> str:
    """A new id such as `cnv_019a9f…`: 32 hexadecimal digits, sortable by the millisecond it was made in."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{random_bytes(10).hex()}"
