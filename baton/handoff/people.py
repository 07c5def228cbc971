"""Staff as the desk sees them: who may take a conversation, and the face that a visitor is shown."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, select

from baton.core.staff import INCLUDES, STAFF

CONVERSING = tuple(role for role, includes in INCLUDES.items() if "agent" in includes)
"""The roles whose people may hold a conversation."""

Face = dict[str, str | None]


def find_agent(connection: Connection, id: str) -> Row[Any] | None:
    """The active staff member of that id who may converse."""
    query = select(STAFF).where(STAFF.c.id == id, STAFF.c.active, STAFF.c.role.in_(CONVERSING))
    return connection.execute(query).first()


def name_of(connection: Connection, id: str) -> str:
    """The name of a staff member, active or not."""
    return connection.execute(select(STAFF.c.name).where(STAFF.c.id == id)).scalar() or "Somebody"


def faces_of(connection: Connection, ids: Collection[str]) -> dict[str, Face]:
    """What a visitor may know of each: `{name, avatar}`."""
    if not ids:
        return {}
    rows = connection.execute(select(STAFF.c.id, STAFF.c.name, STAFF.c.avatar).where(STAFF.c.id.in_(sorted(ids))))
    return {row.id: {"name": row.name, "avatar": row.avatar} for row in rows}


def face_of(connection: Connection, id: str | None) -> Face | None:
    """The same for one; None for nobody."""
    return faces_of(connection, {id}).get(id) if id else None
