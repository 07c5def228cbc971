"""Where a list goes on: the sort key of its last row, wrapped so that nobody takes it apart."""

import base64
import binascii
from datetime import datetime
from typing import Any

import orjson

from baton.core.web import Problem


def wrap(*key: Any) -> str:
    """An opaque `next` for a row with this sort key."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def unwrap(after: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The sort key that `wrap` was given, or None for the beginning. Raises Problem 400 for anything else."""
    if after is None:
        return None
    try:
        key = orjson.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        parts = zip(key, kinds, strict=True)
        return tuple(datetime.fromisoformat(value) if kind is datetime else kind(value) for value, kind in parts)
    except (binascii.Error, ValueError, TypeError):
        raise Problem(400, "bad_request", "`after` must be the `next` of the page before.", field="after") from None
