"""Column types that behave alike on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

OFFSET = "+00:00"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite, which has none, keeps its text, and the zone is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone; times are kept as aware UTC datetimes.")
    return value.astimezone(UTC)


@lru_cache(maxsize=256)
def _to_text(value: datetime | None) -> str | None:
    """As SQLAlchemy's own type for SQLite writes it. What is committed together carries the same time."""
    utc = _to_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds").removesuffix(OFFSET)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + OFFSET)


class Json(TypeDecorator[Any]):
    """A JSON value kept as canonical text (sorted keys, no spaces): its digest is the digest of what is stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def holds_nul(value: Any) -> bool:
    """Whether a JSON value has the character U+0000 anywhere; PostgreSQL can't keep it."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(holds_nul(key) or holds_nul(one) for key, one in value.items())
    return isinstance(value, list) and any(holds_nul(one) for one in value)


def canonical(value: Any) -> bytes:
    """One spelling for one value: UTF-8 JSON with sorted keys and no spaces."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
