"""The names that events are signed with: staff by id, remembered until somebody on the staff changes."""

from typing import TypedDict

from sqlalchemy import select

from baton.core.bus import Bus
from baton.core.database import Database
from baton.core.log import AuthorKind
from baton.core.staff import STAFF


class Signature(TypedDict):
    """An author as the wire shows it; the visitor and the system have no name."""

    kind: AuthorKind
    name: str | None
    avatar: str | None


class Directory:
    """Turns an author's kind and id into a signature. `brand` signs what the assistant says."""

    def __init__(self, database: Database, brand: str, brand_avatar: str | None = None) -> None:
        self._database = database
        self._assistant: Signature = {"kind": "assistant", "name": brand, "avatar": brand_avatar}
        self._known: dict[str, Signature] = {}

    async def signature(self, kind: AuthorKind, id: str | None) -> Signature:
        """Who `kind` and `id` are; somebody who is on the staff no longer keeps the name."""
        if kind == "assistant":
            return self._assistant
        if kind != "agent" or id is None:
            return {"kind": kind, "name": None, "avatar": None}
        if id not in self._known:
            self._known[id] = await self._look_up(id)
        return self._known[id]

    async def follow(self, bus: Bus) -> None:
        """Forget a name when its owner changes. Runs until cancelled."""
        async with bus.subscribe("staff") as notices:
            async for notice in notices:
                self._known.pop(notice.payload.get("staff", ""), None)

    async def _look_up(self, id: str) -> Signature:
        query = select(STAFF.c.name, STAFF.c.avatar).where(STAFF.c.id == id)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        return {"kind": "agent", "name": row.name if row else None, "avatar": row.avatar if row else None}
