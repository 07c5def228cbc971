"""Identifiers: a prefix that says what the thing is, then 48 bits of time and 80 random bits."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """A new id such as `cnv_01k9x…`: 26 characters of Crockford's base 32, sortable by the millisecond it was made in."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return f"{prefix}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
