"""Which websites may connect, and what is remembered of those that were refused."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from baton.core.clock import Clock
from baton.core.records import Setting
from baton.core.transaction import Transaction
from baton.core.writer import Writer

REFUSED = "refused_origins"
SETTINGS = Setting.__table__  # type: ignore[attr-defined]
MOST_REMEMBERED = 50
AGAIN_AFTER = timedelta(minutes=1)

log = logging.getLogger(__name__)


def line_to_add(*origins: str) -> str:
    """What the owner puts into config.yaml to let these websites in; it stands there beside a `widget:` section too.

    A list that is there already is to be replaced by it, so whoever knows what that holds names it here as well.
    """
    return f"widget.origins: [{', '.join(origins)}]"


def is_listed(origin: str, allowed: Sequence[str]) -> bool:
    """Whether an entry of `allowed` is this website."""
    asked = urlsplit(origin.lower())
    return any(_matches(pattern, asked.scheme, asked.netloc) for pattern in allowed)


class Origins:
    """The allowed websites. An entry may begin with `*.` for every subdomain."""

    def __init__(self, allowed: list[str], writer: Writer, clock: Clock) -> None:
        self._allowed = allowed
        self._writer = writer
        self._clock = clock
        self._told: dict[str, datetime] = {}

    def allows(self, origin: str | None, host: str) -> bool:
        """Whether a page of `origin` may connect to us at `host`. A client that sends no origin is no browser."""
        if origin is None:
            return True
        return urlsplit(origin.lower()).netloc == host.lower() or is_listed(origin, self._allowed)

    async def refuse(self, origin: str) -> None:
        """Say in the log, and for `baton doctor`, who was turned away; at most once a minute each."""
        origin = origin[:200]
        now = self._clock.now()
        if now - self._told.get(origin, now - 2 * AGAIN_AFTER) < AGAIN_AFTER:
            return
        if len(self._told) >= MOST_REMEMBERED:
            self._told.clear()
        self._told[origin] = now
        line = line_to_add(*self._allowed, origin)
        log.warning("The widget on %s was refused. To allow it, add to config.yaml: %s", origin, line)
        await self._writer.run(lambda tx: _remember(tx, origin))


def refused_origins(connection: Connection) -> dict[str, Any]:
    """Origin to {"times", "at"}, as remembered."""
    row = connection.execute(select(SETTINGS.c.value).where(SETTINGS.c.name == REFUSED)).first()
    return dict(row.value) if row else {}


def _remember(tx: Transaction, origin: str) -> None:
    known = refused_origins(tx.connection)
    seen = {"times": known.get(origin, {}).get("times", 0) + 1, "at": tx.now.isoformat()}
    newest = sorted((known | {origin: seen}).items(), key=lambda item: str(item[1]["at"]))[-MOST_REMEMBERED:]
    tx.connection.execute(SETTINGS.delete().where(SETTINGS.c.name == REFUSED))
    tx.connection.execute(SETTINGS.insert(), [{"name": REFUSED, "value": dict(newest), "at": tx.now}])


def _matches(pattern: str, scheme: str, netloc: str) -> bool:
    wanted_scheme, _, wanted = pattern.partition("://")
    if scheme != wanted_scheme:
        return False
    return netloc.endswith(wanted[1:]) if wanted.startswith("*.") else netloc == wanted
