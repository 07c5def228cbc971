"""Signing in and out: passwords (argon2, throttled), one-time links, and the session cookie."""

import asyncio
import hmac
import secrets
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from baton.core.database import Database
from baton.core.guards import COOKIE, Guards
from baton.core.settings import StaffSettings
from baton.core.staff import (
    close_session,
    find_by_email,
    find_by_session,
    find_link,
    no_password,
    open_session,
    passwords,
    record,
    use_link,
)
from baton.core.templating import Templates
from baton.core.web import Problem
from baton.core.writer import Writer

FORM_COOKIE = "baton_form"
LOOPBACK = ("127.0.0.1", "::1")
WINDOW_MINUTES = 5


class SignIn:
    """The pages under /sign-in. `secure` sends cookies over HTTPS only."""

    def __init__(
        self, database: Database, writer: Writer, guards: Guards, settings: StaffSettings, secure: bool
    ) -> None:
        self._database = database
        self._writer = writer
        self._guards = guards
        self._settings = settings
        self._secure = secure
        self._templates = Templates()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(settings.sign_in_attempts, WINDOW_MINUTES)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/sign-in", self.show, methods=["GET"]),
            Route("/sign-in", self.submit, methods=["POST"]),
            Route("/sign-in/{token}", self.show_link, methods=["GET"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form; whoever is signed in already goes on."""
        next = _safe_path(request.query_params.get("next"))
        if caller := await self._guards.caller(request):
            return RedirectResponse(next or _first_page(caller.member.role), 303)
        return self._form(request, next=next)

    async def show_link(self, request: Request) -> Response:
        """The landing of a one-time link. Looking at it uses nothing up."""
        token = request.path_params["token"]
        row = await self._database.read(lambda connection: find_link(connection, token))
        if row is None or not _is_loopback(request):
            detail = "This link isn't one of ours, or it was opened from another computer. Sign in with a password."
            return self._form(request, status=404, error=detail)
        link = {"token": token, "name": row.staff_name, "used": row.used_at is not None}
        return self._form(request, link=link, next=_safe_path(request.query_params.get("next")))

    async def submit(self, request: Request) -> Response:
        """A password or a link's token; a wrong one says so without saying which part was wrong."""
        form = await request.form()
        self._check_form(request, form)
        next = _safe_path(_text(form, "next"))
        if token := _text(form, "token"):
            staff_id = await self._writer.run(lambda tx: use_link(tx, token)) if _is_loopback(request) else None
            if staff_id is None:
                return self._form(request, status=401, link={"token": "", "name": "", "used": True})
            return await self._open(staff_id, next)
        return await self._check_password(request, _text(form, "email"), _text(form, "password"), next)

    async def sign_out(self, request: Request) -> Response:
        """End this browser's session."""
        caller = await self._guards.caller(request)
        form = await request.form()
        if caller and caller.csrf and hmac.compare_digest(_text(form, "csrf_token").encode(), caller.csrf.encode()):
            cookie = request.cookies[COOKIE]
            await self._writer.run(lambda tx: close_session(tx, cookie))
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(COOKIE)
        return response

    async def _check_password(self, request: Request, email: str, password: str, next: str) -> Response:
        address = request.client.host if request.client else "unknown"
        keys = [("address", address), ("email", email.lower())]
        counted = [self._limiter.hit(self._limit, *key) for key in keys]
        if not all(counted):
            error = f"Too many tries. Wait {WINDOW_MINUTES} minutes, then try again."
            return self._form(request, status=429, error=error, email=email, next=next)
        row = await self._database.read(lambda connection: find_by_email(connection, email))
        expected = row.password_hash if row and row.password_hash else no_password()
        correct = await asyncio.to_thread(passwords.verify, password, expected)
        if row is None or not row.password_hash or not correct:
            await self._writer.run(lambda tx: record(tx, "staff.sign_in_refused", {"address": address}))
            error = "That e-mail and password don't belong together. Check both, or ask an administrator."
            return self._form(request, status=401, error=error, email=email, next=next)
        for key in keys:
            self._limiter.clear(self._limit, *key)
        return await self._open(row.id, next)

    async def _open(self, staff_id: str, next: str) -> Response:
        hours = self._settings.session_hours
        cookie, _ = await self._writer.run(lambda tx: open_session(tx, staff_id, hours=hours))
        row = await self._database.read(lambda connection: find_by_session(connection, cookie))
        response = RedirectResponse(next or _first_page(row.role if row else ""), 303)
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=self._secure, path="/")
        return response

    def _form(self, request: Request, *, status: int = 200, **context: Any) -> Response:
        """The page with its form token: the same value in a cookie and in a hidden field."""
        token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
        response = self._templates.page("sign_in.html", status=status, **{"csrf_token": token, **context})
        response.set_cookie(FORM_COOKIE, token, httponly=True, samesite="strict", secure=self._secure, path="/sign-in")
        return response

    def _check_form(self, request: Request, form: FormData) -> None:
        cookie, sent = request.cookies.get(FORM_COOKIE, ""), _text(form, "csrf_token")
        if not cookie or not hmac.compare_digest(cookie.encode(), sent.encode()):
            raise Problem(403, "bad_csrf", "The form is out of date. Open the sign-in page again.")


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _safe_path(path: str | None) -> str:
    """A path of our own to go on to, or nothing: never another site."""
    return path if path and path.startswith("/") and not path.startswith(("//", "/\\")) else ""


def _first_page(role: str) -> str:
    return "/knowledge" if role == "content" else "/console"


def _is_loopback(request: Request) -> bool:
    return bool(request.client) and request.client.host in LOOPBACK  # type: ignore[union-attr]
