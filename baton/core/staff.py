"""People who work here and the tokens that stand for them: adding, deactivating, finding, signing in."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, Row, delete, insert, select, update

from baton.core.errors import BatonError
from baton.core.ids import new_id
from baton.core.log import Author
from baton.core.records import INSTALLATION, Staff, StaffSession, StaffToken
from baton.core.transaction import Transaction

STAFF = Staff.__table__  # type: ignore[attr-defined]
SESSIONS = StaffSession.__table__  # type: ignore[attr-defined]
TOKENS = StaffToken.__table__  # type: ignore[attr-defined]
ROLES = ("agent", "supervisor", "content", "admin")
INCLUDES = {
    "agent": frozenset({"agent"}),
    "supervisor": frozenset({"agent", "supervisor"}),
    "content": frozenset({"content"}),
    "admin": frozenset(ROLES),
}
"""What each role may do besides its own: a supervisor converses too, an administrator may do everything."""

passwords = PasswordHash((Argon2Hasher(),))


class StaffError(BatonError):
    """Staff could not be changed as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Who is calling."""

    id: str
    email: str | None
    name: str
    role: str
    teams: tuple[str, ...]
    skills: tuple[str, ...]
    avatar: str | None

    def may(self, role: str) -> bool:
        """Whether what `role` may do is allowed to this person."""
        return role in INCLUDES[self.role]


def member_of(row: Row[Any]) -> StaffMember:
    """A row of the staff table as a value."""
    return StaffMember(row.id, row.email, row.name, row.role, tuple(row.teams), tuple(row.skills), row.avatar)


@cache
def no_password() -> str:
    """Checked when nobody has the e-mail that was given, so that both refusals take the same time."""
    return passwords.hash(secrets.token_hex(16))


def digest_token(token: str) -> str:
    """What is kept of a random 256-bit token. Plain sha256 is enough, since it can't be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def record(tx: Transaction, kind: str, body: dict[str, Any], by: str | None = None) -> None:
    """Write an entry of the installation's log: what changed, and who did it (None: the command line)."""
    author = Author.agent(by) if by else Author.system()
    tx.append(tx.conversation(INSTALLATION), kind, author, body, audience="staff")


def add_staff(
    tx: Transaction,
    *,
    name: str,
    role: str,
    email: str | None = None,
    password: str | None = None,
    teams: Sequence[str] = (),
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    avatar: str | None = None,
    sample: bool = False,
) -> str:
    """Add a person and return the id. Hash the password before: `passwords.hash` takes 50 ms. Raises StaffError."""
    if role not in ROLES:
        raise StaffError(f"{role!r} is not a role. Roles are {', '.join(ROLES)}.")
    if email and tx.connection.execute(select(STAFF.c.id).where(STAFF.c.email == email.lower())).first():
        raise StaffError(f"There is already somebody with the e-mail {email}.")
    row = Staff(
        id=new_id("stf"),
        email=email.lower() if email else None,
        name=name,
        role=role,
        avatar=avatar,
        teams=list(teams),
        skills=list(skills),
        languages=list(languages),
        password_hash=password,
        sample=sample,
        created_at=tx.now,
    ).model_dump()
    tx.connection.execute(insert(STAFF), [row])
    record(tx, "staff.added", {"staff": row["id"], "name": name, "role": role, "teams": list(teams)})
    tx.notify("staff", staff=row["id"])
    return str(row["id"])


def deactivate_staff(tx: Transaction, staff_id: str, by: str | None = None) -> None:
    """Nobody signs in as this person any more; sockets end by the notice. What they hold is put back by the desk."""
    tx.connection.execute(update(STAFF).where(STAFF.c.id == staff_id).values(active=False, presence="away"))
    tx.connection.execute(delete(SESSIONS).where(SESSIONS.c.staff_id == staff_id))
    tx.connection.execute(delete(TOKENS).where(TOKENS.c.staff_id == staff_id))
    record(tx, "staff.deactivated", {"staff": staff_id}, by)
    tx.notify("staff", staff=staff_id, deactivated=True)


def create_token(tx: Transaction, *, role: str, name: str) -> dict[str, str]:
    """A bearer token, shown once, that is a staff member of its own."""
    staff_id = add_staff(tx, name=name, role=role)
    token, id = f"baton_{secrets.token_urlsafe(32)}", new_id("tok")
    _keep_token(tx, id, token, staff_id, "bearer", name, None)
    return {"token": token, "id": staff_id, "role": role, "name": name}


def create_link(tx: Transaction, staff_id: str, *, minutes: float) -> str:
    """The token of a link that signs `staff_id` in once."""
    token = secrets.token_urlsafe(32)
    _keep_token(tx, new_id("tok"), token, staff_id, "link", "one-time link", minutes)
    return token


def _keep_token(
    tx: Transaction, id: str, token: str, staff_id: str, kind: str, name: str, minutes: float | None
) -> None:
    expires = tx.now + timedelta(minutes=minutes) if minutes else None
    row = StaffToken(
        id=id,
        digest=digest_token(token),
        staff_id=staff_id,
        kind=kind,
        name=name,
        created_at=tx.now,
        expires_at=expires,
    )
    tx.connection.execute(insert(TOKENS), [row.model_dump()])
    record(tx, "token.created", {"token": id, "staff": staff_id, "kind": kind})


def use_link(tx: Transaction, token: str) -> str | None:
    """Spend a one-time link and return whom it signs in; None when it is unknown, spent or too old."""
    row = find_link(tx.connection, token)
    if row is None or row.used_at is not None or (row.expires_at and row.expires_at < tx.now):
        return None
    tx.connection.execute(update(TOKENS).where(TOKENS.c.id == row.id).values(used_at=tx.now))
    return str(row.staff_id)


def find_link(connection: Connection, token: str) -> Row[Any] | None:
    """The row of a one-time link with the name it signs in."""
    query = select(TOKENS, STAFF.c.name.label("staff_name")).join(STAFF, STAFF.c.id == TOKENS.c.staff_id)
    return connection.execute(query.where(TOKENS.c.digest == digest_token(token), TOKENS.c.kind == "link")).first()


def open_session(tx: Transaction, staff_id: str, *, hours: float) -> tuple[str, str]:
    """Start a browser's session; returns the cookie's value and the CSRF token."""
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    row = StaffSession(
        id=digest_token(cookie),
        staff_id=staff_id,
        csrf=csrf,
        created_at=tx.now,
        expires_at=tx.now + timedelta(hours=hours),
    )
    tx.connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < tx.now))
    tx.connection.execute(insert(SESSIONS), [row.model_dump()])
    record(tx, "staff.signed_in", {"staff": staff_id}, by=staff_id)
    return cookie, csrf


def close_session(tx: Transaction, cookie: str) -> None:
    """End one browser's session."""
    tx.connection.execute(delete(SESSIONS).where(SESSIONS.c.id == digest_token(cookie)))


def find_by_email(connection: Connection, email: str) -> Row[Any] | None:
    """The active person with this e-mail."""
    return connection.execute(select(STAFF).where(STAFF.c.email == email.lower(), STAFF.c.active)).first()


def find_by_token(connection: Connection, token: str) -> Row[Any] | None:
    """The active staff member of a bearer token."""
    query = select(STAFF).join(TOKENS, TOKENS.c.staff_id == STAFF.c.id)
    return connection.execute(
        query.where(TOKENS.c.digest == digest_token(token), TOKENS.c.kind == "bearer", STAFF.c.active)
    ).first()


def find_by_session(connection: Connection, cookie: str) -> Row[Any] | None:
    """The active person of a browser's session, with `csrf` and `expires_at`."""
    query = select(STAFF, SESSIONS.c.csrf, SESSIONS.c.expires_at).join(SESSIONS, SESSIONS.c.staff_id == STAFF.c.id)
    return connection.execute(query.where(SESSIONS.c.id == digest_token(cookie), STAFF.c.active)).first()
