"""One switch stops the assistant, or one task type, everywhere: a turn looks in the transaction that would speak."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from baton.core.records import Setting
from baton.core.staff import record
from baton.core.transaction import Transaction

SETTINGS = Setting.__table__  # type: ignore[attr-defined]
NAME = "paused"
ALL = "*"
_PAUSED = select(SETTINGS.c.value).where(SETTINGS.c.name == NAME)


def paused(connection: Connection) -> dict[str, Any]:
    """What is paused now: task type (`*` for everything) to {"by", "at"}."""
    row = connection.execute(_PAUSED).first()
    return dict(row.value) if row else {}


def is_paused(connection: Connection, task: str | None) -> bool:
    """Whether the assistant must not speak about `task`."""
    switches = paused(connection)
    return ALL in switches or task in switches


def pause(tx: Transaction, task: str | None, by: str | None = None) -> dict[str, Any]:
    """Stop the assistant, or one task type. Returns what is paused now."""
    switches = paused(tx.connection)
    switches.setdefault(task or ALL, {"by": by, "at": tx.now.isoformat()})
    return _keep(tx, switches, "assistant.paused", task, by)


def resume(tx: Transaction, task: str | None, by: str | None = None) -> dict[str, Any]:
    """Let it speak again: one task type, or everything."""
    switches = paused(tx.connection)
    left = {name: value for name, value in switches.items() if task is not None and name != task}
    return _keep(tx, left, "assistant.resumed", task, by)


def _keep(tx: Transaction, switches: dict[str, Any], kind: str, task: str | None, by: str | None) -> dict[str, Any]:
    tx.connection.execute(delete(SETTINGS).where(SETTINGS.c.name == NAME))
    tx.connection.execute(insert(SETTINGS), [{"name": NAME, "value": switches, "at": tx.now}])
    record(tx, kind, {"task": task}, by)
    tx.notify("settings", name=NAME)
    return switches
