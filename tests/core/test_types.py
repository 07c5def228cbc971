"""Times and JSON values come back from both engines as they went in."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError

from baton.core.records import Setting
from tests.core.ground import open_ground

SETTINGS = Setting.__table__  # type: ignore[attr-defined]
ELSEWHERE = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 9, 0, 0, 7, tzinfo=UTC),
        datetime(2026, 3, 2, 14, 30, tzinfo=ELSEWHERE),
    ],
)
def test_a_time_comes_back_as_the_same_moment_in_utc(database_url: str, tmp_path: Path, at: datetime) -> None:
    with open_ground(database_url, tmp_path) as ground, ground.database.writing.begin() as connection:
        connection.execute(insert(SETTINGS), [{"name": "one", "value": {"b": [1], "a": None}, "at": at}])
        row = connection.execute(select(SETTINGS)).one()
        assert (row.at, row.at.tzinfo, row.value) == (at, UTC, {"a": None, "b": [1]})
        found = connection.execute(select(SETTINGS.c.name).where(SETTINGS.c.at <= at)).scalars().all()
        assert found == ["one"]


def test_sqlite_keeps_a_time_as_sqlalchemy_would(tmp_path: Path) -> None:
    """Sorting and comparing rely on one spelling, with all six digits of the microseconds."""
    with open_ground("sqlite", tmp_path) as ground, ground.database.writing.begin() as connection:
        connection.execute(insert(SETTINGS), [{"name": "one", "value": 1, "at": datetime(2026, 3, 2, 9, tzinfo=UTC)}])
        assert connection.execute(text("SELECT at FROM setting")).scalar_one() == "2026-03-02 09:00:00.000000"


def test_a_time_without_a_zone_is_refused(database_url: str, tmp_path: Path) -> None:
    row = {"name": "one", "value": 1, "at": datetime(2026, 3, 2, 9)}  # noqa: DTZ001 - what is refused
    with (
        open_ground(database_url, tmp_path) as ground,
        ground.database.writing.begin() as connection,
        pytest.raises(StatementError, match="no time zone"),
    ):
        connection.execute(insert(SETTINGS), [row])
