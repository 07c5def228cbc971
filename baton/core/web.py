"""What every HTTP answer of ours has in common: problems, lists in pages, JSON bodies, security headers."""

from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from baton.core.errors import WriteFailed
from baton.core.types import holds_nul

Model = TypeVar("Model", bound=BaseModel)
LIMIT, MOST = 50, 500
UNAVAILABLE: tuple[type[Exception], ...] = (WriteFailed, OperationalError, NoConnection)
"""What says that the database does not answer, or did not take a change: 503, and the same call may succeed soon."""

STAFF_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of staff pages: nothing inline, nothing foreign, never in a frame."""


class JsonResponse(Response):
    """A JSON answer; datetimes go out as RFC 3339."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)


class Problem(Exception):
    """An answer by RFC 9457: `code` is stable for programs, `detail` is a sentence for people."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.more = status, code, detail, more

    def response(self) -> Response:
        body = {"type": "about:blank", "title": self.code.replace("_", " "), "status": self.status}
        body |= {"code": self.code, "detail": self.detail} | self.more
        headers = {"www-authenticate": "Bearer"} if self.status == 401 else {}
        if "retry_after" in self.more:
            headers["retry-after"] = str(self.more["retry_after"])
        return Response(orjson.dumps(body), self.status, headers, "application/problem+json")


def unavailable(error: Exception) -> Problem:
    """The problem that one of UNAVAILABLE is to a caller; what the driver says of it is for the log."""
    sentence = str(error) if isinstance(error, WriteFailed) else "The database does not answer. Try again in a moment."
    return Problem(503, "unavailable", sentence, retry_after=1)


async def answer_problem(_request: Request, problem: Exception) -> Response:
    """The exception handler for Problem."""
    assert isinstance(problem, Problem)
    return problem.response()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is asked for. `after` is opaque, or a seq where the list says so."""

    limit: int
    after: str | None

    @property
    def after_number(self) -> int:
        """`after` as a seq. Raises Problem 400."""
        return _number(self.after, "after", 0, 2**62) if self.after else 0


def read_page(request: Request) -> PageRequest:
    """Read `limit` (50, at most 500) and `after`. Raises Problem 400."""
    limit = request.query_params.get("limit")
    return PageRequest(_number(limit, "limit", 1, MOST) if limit else LIMIT, request.query_params.get("after") or None)


def page(items: list[Any], next: str | int | None) -> Response:
    """A list answer; `next` is what to send as `after`, or None at the end."""
    return JsonResponse({"items": items, "next": next})


async def read_body(request: Request, model: type[Model]) -> Model:
    """The request's JSON body as `model`. Raises Problem 400 that names the first field which is wrong."""
    raw = await request.body()
    try:
        value = orjson.loads(raw) if raw else {}
        if b"\\u0000" in raw and holds_nul(value):
            raise Problem(400, "bad_request", "The body must not hold the character U+0000, which can't be stored.")
        return model.model_validate(value)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "bad_request", f"The body is not JSON: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        raise Problem(400, "bad_request", f"{field}: {first['msg']}.", field=field) from error


class SecurityHeaders:
    """Adds to every answer what keeps a page from being sniffed, framed or leaking its address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("x-content-type-options", "nosniff")
                headers.setdefault("referrer-policy", "strict-origin-when-cross-origin")
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-security-policy", STAFF_POLICY)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _number(text: str | None, name: str, least: int, most: int) -> int:
    try:
        number = int(text or "")
    except ValueError:
        raise Problem(400, "bad_request", f"`{name}` must be a whole number.", field=name) from None
    if not least <= number <= most:
        raise Problem(400, "bad_request", f"`{name}` must be between {least} and {most}.", field=name)
    return number
