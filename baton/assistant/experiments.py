"""Kept results of replays and backtests: written by the one writer, shown to supervisors, removed by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from baton.assistant.records import Experiment, ExperimentRow
from baton.core.errors import NotFound
from baton.core.ids import new_id
from baton.core.staff import record
from baton.core.transaction import Transaction

EXPERIMENTS = Experiment.__table__  # type: ignore[attr-defined]
EXPERIMENT_ROWS = ExperimentRow.__table__  # type: ignore[attr-defined]
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one, before it is kept. A row of a replay names its conversation, so that erasing reaches it."""

    kind: str
    name: str
    settings: Mapping[str, Any]
    summary: Mapping[str, Any]
    rows: list[dict[str, Any]]


def keep(tx: Transaction, result: Result) -> str:
    """Store it; returns its id."""
    id = new_id("exp")
    values = {"id": id, "kind": result.kind, "name": result.name, "at": tx.now}
    values |= {"settings": dict(result.settings), "summary": dict(result.summary)}
    tx.connection.execute(insert(EXPERIMENTS), [values])
    rows = [
        {"experiment_id": id, "number": number, "conversation_id": row.get("conversation"), "body": row}
        for number, row in enumerate(result.rows, start=1)
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        tx.connection.execute(insert(EXPERIMENT_ROWS), rows[start : start + _ROWS_AT_ONCE])
    return id


def remove(tx: Transaction, id: str, by: str | None = None) -> None:
    """Remove one with its rows; the log of the installation says who did. Raises NotFound."""
    name = find(tx.connection, id).name
    for table, column in ((EXPERIMENT_ROWS, EXPERIMENT_ROWS.c.experiment_id), (EXPERIMENTS, EXPERIMENTS.c.id)):
        tx.connection.execute(delete(table).where(column == id))
    record(tx, "experiment.removed", {"experiment": id, "name": name}, by)


def newest(connection: Connection, limit: int = 100) -> list[Any]:
    """Experiments without their rows, the newest first."""
    query = select(EXPERIMENTS).order_by(EXPERIMENTS.c.at.desc(), EXPERIMENTS.c.id.desc())
    return list(connection.execute(query.limit(limit)))


def find(connection: Connection, id: str) -> Any:
    """One, without its rows. Raises NotFound."""
    found = connection.execute(select(EXPERIMENTS).where(EXPERIMENTS.c.id == id)).first()
    if found is None:
        raise NotFound(f"There is no experiment {id}. `baton experiments list` shows those there are.")
    return found


def rows_of(connection: Connection, id: str, limit: int, after: int = 0) -> list[Any]:
    """Its rows after a number, in order."""
    query = (
        select(EXPERIMENT_ROWS)
        .where(EXPERIMENT_ROWS.c.experiment_id == id, EXPERIMENT_ROWS.c.number > after)
        .order_by(EXPERIMENT_ROWS.c.number)
    )
    return list(connection.execute(query.limit(limit)))
