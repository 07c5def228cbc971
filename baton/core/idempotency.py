"""`Idempotency-Key`: an unsafe call that is sent again gets the first answer, for a day.

The key is claimed before the call runs and its answer is kept after, so that of two at once one runs and the other is
told to wait. A process that dies in between leaves a claim that is free again after a minute.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Table, delete, insert, select, update
from starlette.requests import Request
from starlette.responses import Response

from baton.core.records import IdempotencyKey
from baton.core.transaction import Transaction
from baton.core.web import Problem
from baton.core.writer import Writer

KEYS: Table = IdempotencyKey.__table__  # type: ignore[attr-defined]
HEADER = "idempotency-key"
REPLAYED = "idempotency-replayed"
KEPT = timedelta(hours=24)
LONGEST_RUN = timedelta(minutes=1)
LONGEST_KEY = 255
UNDER_WAY = 0
"""The status of a call that has not answered yet."""
PASSING = frozenset({429})
"""Refusals that are over a moment later; as with our own faults, the same key may then try again."""


async def answer_once(
    writer: Writer, request: Request, staff_id: str, answer: Callable[[], Awaitable[Response]]
) -> Response:
    """The first answer to this request under its key, or `answer()` if this is the first time.

    Raises Problem: 400 for a bad key, 422 `idempotency_mismatch` when the key came with another request, 409
    `idempotency_under_way` while the first call runs.
    """
    key, digest = _read_key(request), await _digest(request)
    first = await writer.run(lambda tx: _claim(tx, staff_id, key, digest))
    if first is not None:
        return _repeat(first, digest)
    try:
        response = await _answer_or_problem(answer)
    except BaseException:
        await writer.run(lambda tx: _release(tx, staff_id, key))
        raise
    if response.status_code >= 500 or response.status_code in PASSING:
        await writer.run(lambda tx: _release(tx, staff_id, key))
    else:
        await writer.run(lambda tx: _keep(tx, staff_id, key, response))
    return response


def _read_key(request: Request) -> str:
    key = request.headers[HEADER].strip()
    if not 0 < len(key) <= LONGEST_KEY:
        detail = f"`Idempotency-Key` must have 1 to {LONGEST_KEY} characters."
        raise Problem(400, "bad_request", detail, field="Idempotency-Key")
    return key


async def _digest(request: Request) -> str:
    """What makes a request the same one. Of an upload only its length: each try has a boundary of its own, and the same
    file is the same document anyway."""
    is_upload = request.headers.get("content-type", "").startswith("multipart/")
    body = request.headers.get("content-length", "").encode() if is_upload else await request.body()
    place = f"{request.method}\0{request.url.path}\0{request.url.query}\0".encode()
    return hashlib.sha256(place + body).hexdigest()


def _claim(tx: Transaction, staff_id: str, key: str, digest: str) -> Row[Any] | None:
    """Claim the key for this request, or the row of whoever did before."""
    connection = tx.connection
    is_abandoned = (KEYS.c.status == UNDER_WAY) & (KEYS.c.at < tx.now - LONGEST_RUN)
    connection.execute(delete(KEYS).where((KEYS.c.at < tx.now - KEPT) | is_abandoned))
    found = connection.execute(select(KEYS).where(KEYS.c.staff_id == staff_id, KEYS.c.key == key)).first()
    if found is None:
        row = IdempotencyKey(staff_id=staff_id, key=key, request=digest, status=UNDER_WAY, at=tx.now)
        connection.execute(insert(KEYS), [row.model_dump()])
    return found


def _keep(tx: Transaction, staff_id: str, key: str, response: Response) -> None:
    answer = {"status": response.status_code, "body": bytes(response.body).decode() or None}
    tx.connection.execute(update(KEYS).where(KEYS.c.staff_id == staff_id, KEYS.c.key == key).values(answer))


def _release(tx: Transaction, staff_id: str, key: str) -> None:
    tx.connection.execute(delete(KEYS).where(KEYS.c.staff_id == staff_id, KEYS.c.key == key))


def _repeat(first: Row[Any], digest: str) -> Response:
    if first.request != digest:
        raise Problem(
            422, "idempotency_mismatch", "This `Idempotency-Key` was used for another request. Make a new one."
        )
    if first.status == UNDER_WAY:
        raise Problem(409, "idempotency_under_way", "The first call is still running. Try again.", retry_after=1)
    headers = {REPLAYED: "true"}
    if first.body is None:
        return Response(status_code=first.status, headers=headers)
    media_type = "application/problem+json" if first.status >= 400 else "application/json"
    return Response(first.body, first.status, headers, media_type)


async def _answer_or_problem(answer: Callable[[], Awaitable[Response]]) -> Response:
    try:
        return await answer()
    except Problem as problem:
        return problem.response()
