"""Who is calling, and may they: bearer tokens, session cookies with CSRF tokens, roles, origins."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row, update
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from baton.core import idempotency
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.settings import StaffSettings
from baton.core.staff import SESSIONS, StaffMember, digest_token, find_by_session, find_by_token, member_of
from baton.core.transaction import Transaction
from baton.core.web import Problem
from baton.core.writer import Writer

COOKIE = "baton_staff"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """A staff member and how they came: `csrf` is the session's token, None for a bearer."""

    member: StaffMember
    csrf: str | None


Handler = Callable[[Request, StaffMember], Awaitable[Response]]


class Guards:
    """Authenticates connections and wraps endpoints. `require("agent")(endpoint)` calls `endpoint(request, member)`."""

    def __init__(self, database: Database, writer: Writer, clock: Clock, settings: StaffSettings) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._settings = settings

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """Whoever this connection belongs to; None without, or with a bad, token or cookie."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if token:
            row = await self._database.read(lambda c: find_by_token(c, token)) if scheme.lower() == "bearer" else None
            return Caller(member_of(row), None) if row else None
        cookie = connection.cookies.get(COOKIE)
        if not cookie:
            return None
        row = await self._database.read(lambda c: find_by_session(c, cookie))
        if row is None or row.expires_at < self._clock.now():
            return None
        await self._keep_alive(row, cookie)
        return Caller(member_of(row), row.csrf)

    async def staff(self, connection: HTTPConnection) -> StaffMember:
        """The caller, whatever the role. Raises Problem 401, or 403 for an unsafe call without its CSRF token."""
        caller = await self.caller(connection)
        if caller is None:
            raise Problem(401, "unauthorized", "Sign in, or send a valid `Authorization: Bearer` token.")
        if caller.csrf is not None and connection.scope.get("method", "GET") not in SAFE_METHODS:
            sent = connection.headers.get("x-csrf-token", "")
            if not hmac.compare_digest(sent.encode(), caller.csrf.encode()):
                raise Problem(403, "bad_csrf", "The page is out of date. Reload it and try again.")
        return caller.member

    def require(self, *roles: str) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
        """Let an endpoint be called only by whom may act as one of `roles`, and once under an `Idempotency-Key`."""

        def wrap(endpoint: Handler) -> Callable[[Request], Awaitable[Response]]:
            @wraps(endpoint)
            async def guarded(request: Request) -> Response:
                member = await self.staff(request)
                if not any(member.may(role) for role in roles):
                    raise Problem(403, "forbidden", f"This needs the role {' or '.join(roles)}; you are {member.role}.")
                if request.method in SAFE_METHODS or idempotency.HEADER not in request.headers:
                    return await endpoint(request, member)
                return await idempotency.answer_once(
                    self._writer, request, member.id, lambda: endpoint(request, member)
                )

            return guarded

        return wrap

    def page(self, *roles: str) -> Callable[[Callable[[Request, Caller], Awaitable[Response]]], Any]:
        """The same for a page of ours: who isn't signed in goes to the sign-in page and comes back."""

        def wrap(endpoint: Callable[[Request, Caller], Awaitable[Response]]) -> Any:
            @wraps(endpoint)
            async def guarded(request: Request) -> Response:
                caller = await self.caller(request)
                if caller is None:
                    return RedirectResponse(f"/sign-in?next={request.url.path}", 303)
                if not any(caller.member.may(role) for role in roles):
                    raise Problem(403, "forbidden", f"This page needs the role {' or '.join(roles)}.")
                return await endpoint(request, caller)

            return guarded

        return wrap

    async def _keep_alive(self, row: Row[Any], cookie: str) -> None:
        """Push the session's end back, at most once in a twelfth of its length."""
        length = timedelta(hours=self._settings.session_hours)
        if row.expires_at - self._clock.now() > length * 11 / 12:
            return

        def extend(tx: Transaction) -> None:
            at = digest_token(cookie)
            tx.connection.execute(update(SESSIONS).where(SESSIONS.c.id == at).values(expires_at=tx.now + length))

        await self._writer.run(extend)


def is_same_origin(connection: HTTPConnection) -> bool:
    """Whether the `Origin` header names the very host that is being called; absent means no."""
    origin = connection.headers.get("origin")
    return bool(origin) and urlsplit(origin).netloc == connection.headers.get("host", "")
