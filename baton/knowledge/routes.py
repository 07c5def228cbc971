"""Documents and search over HTTP, as the contract has them."""

import re
from collections.abc import Awaitable, Callable

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from baton.core.errors import NotFound
from baton.core.guards import Guards
from baton.core.log import Author
from baton.core.staff import StaffMember
from baton.core.web import JsonResponse, PageRequest, Problem, page, read_body, read_page
from baton.knowledge.catalogue import STATUSES, Filter, Item
from baton.knowledge.documents import Documents
from baton.knowledge.fetching import CannotFetch
from baton.knowledge.library import Receipt
from baton.knowledge.records import AUDIENCES, PUBLIC
from baton.knowledge.search import Passage, Search
from baton.knowledge.settings import KnowledgeSettings
from baton.knowledge.uploads import read_upload

Handler = Callable[[Request, StaffMember], Awaitable[Response]]
_LONGEST_TEXT = 200
_DOCUMENT = re.compile(r"doc_[0-9a-f]{32}")


class AddressBody(BaseModel):
    """An address to read; `follow` also reads the pages of its site that it leads to."""

    url: str = Field(min_length=1, max_length=2000)
    follow: bool = False


class SearchBody(BaseModel):
    """What to look for; `audience` "visitor" finds only what a visitor may see."""

    query: str = Field(min_length=1, max_length=2000)
    limit: int = Field(default=8, ge=1, le=50)
    audience: str = Field(default="staff", pattern="^(staff|visitor)$")


def routes(documents: Documents, search: Search, guards: Guards, settings: KnowledgeSettings) -> list[BaseRoute]:
    """The routes under /api/v1."""
    calls = _Calls(documents, search, settings)
    content = guards.require("content")
    return [
        Route("/api/v1/documents", content(calls.add), methods=["POST"]),
        Route("/api/v1/documents", content(calls.browse), methods=["GET"]),
        Route("/api/v1/documents/{id}", content(_found(calls.show)), methods=["GET"]),
        Route("/api/v1/documents/{id}", content(_found(calls.remove)), methods=["DELETE"]),
        Route("/api/v1/documents/{id}/chunks", content(_found(calls.chunks)), methods=["GET"]),
        Route("/api/v1/documents/{id}/read", content(_found(calls.read_again)), methods=["POST"]),
        Route("/api/v1/search", guards.require("content", "agent")(calls.search), methods=["POST"]),
    ]


class _Calls:
    """The endpoints; each is given the staff member who calls."""

    def __init__(self, documents: Documents, search: Search, settings: KnowledgeSettings) -> None:
        self._documents = documents
        self._search = search
        self._settings = settings

    async def add(self, request: Request, member: StaffMember) -> Response:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            receipts = await self._add_files(request, Author.agent(member.id))
        elif media_type == "application/json":
            receipts = [await self._add_address(request, Author.agent(member.id))]
        else:
            raise Problem(415, "unsupported_media_type", 'Send a file as multipart/form-data, or JSON {"url": "…"}.')
        return JsonResponse({"items": [await self._receipt(receipt) for receipt in receipts]}, 202)

    async def browse(self, request: Request, _member: StaffMember) -> Response:
        asked = read_page(request)
        items, after = await self._documents.browse(_read_filter(request), asked.limit, _after_document(asked))
        counts = await self._documents.counts()
        return JsonResponse({"items": items, "next": after, "counts": counts})

    async def show(self, request: Request, _member: StaffMember) -> Response:
        return JsonResponse(await self._documents.find(request.path_params["id"]))

    async def remove(self, request: Request, member: StaffMember) -> Response:
        await self._documents.remove(request.path_params["id"], Author.agent(member.id))
        return Response(status_code=204)

    async def chunks(self, request: Request, _member: StaffMember) -> Response:
        asked = read_page(request)
        items, after = await self._documents.chunks(request.path_params["id"], asked.limit, _after_ordinal(asked))
        return page(items, after)

    async def read_again(self, request: Request, _member: StaffMember) -> Response:
        found: Item = await self._documents.find(request.path_params["id"])
        if await self._documents.read_again([found["id"]]) == 0:
            raise Problem(409, "nothing_kept", "This document was never taken in, so add it again.")
        return JsonResponse({"items": [{"id": found["id"], "status": "queued"}]}, 202)

    async def search(self, request: Request, _member: StaffMember) -> Response:
        body = await read_body(request, SearchBody)
        audiences = AUDIENCES if body.audience == "staff" else frozenset({PUBLIC})
        result = await self._search.search(body.query, audiences=audiences, limit=body.limit)
        return JsonResponse({"passages": [_passage(passage) for passage in result.passages]})

    async def _add_files(self, request: Request, author: Author) -> list[Receipt]:
        async with read_upload(request, self._settings.max_file_mb) as upload:
            return [
                receipt
                async for arrivals in upload.arrivals()
                async for receipt in self._documents.add(arrivals, author)
            ]

    async def _add_address(self, request: Request, author: Author) -> Receipt:
        body = await read_body(request, AddressBody)
        try:
            return await self._documents.add_address(body.url, author, follow=body.follow)
        except CannotFetch as error:
            raise Problem(400, "bad_request", str(error), field="url") from error

    async def _receipt(self, receipt: Receipt) -> Item:
        error = (await self._documents.find(receipt.id))["error"] if receipt.status == "failed" else None
        item = {"id": receipt.id, "status": receipt.status, "error": error}
        return item | {"source": receipt.source, "outcome": receipt.outcome}


def _found(endpoint: Handler) -> Handler:
    """An endpoint about one document that may not be there."""

    async def answer(request: Request, member: StaffMember) -> Response:
        try:
            return await endpoint(request, member)
        except NotFound as error:
            raise Problem(404, "not_found", str(error)) from error

    return answer


def _read_filter(request: Request) -> Filter:
    status = request.query_params.get("status") or None
    audience = request.query_params.get("audience") or None
    if status is not None and status not in STATUSES:
        raise Problem(400, "bad_request", f"`status` must be one of {', '.join(STATUSES)}.", field="status")
    if audience is not None and audience not in AUDIENCES:
        raise Problem(400, "bad_request", "`audience` must be public or staff.", field="audience")
    return Filter(status, audience, (request.query_params.get("q") or "")[:_LONGEST_TEXT] or None)


def _after_document(asked: PageRequest) -> str | None:
    if asked.after is not None and not _DOCUMENT.fullmatch(asked.after):
        raise Problem(400, "bad_request", "`after` must be the `next` of the page before.", field="after")
    return asked.after


def _after_ordinal(asked: PageRequest) -> int:
    return asked.after_number if asked.after else -1


def _passage(passage: Passage) -> Item:
    return {
        "document": passage.document,
        "external_id": passage.external_id,
        "chunk": passage.chunk,
        "title": passage.title,
        "url": passage.url,
        "place": passage.place,
        "text": passage.text,
        "audience": passage.audience,
        "score": passage.score,
        "dense": passage.dense,
        "lexical": passage.lexical,
    }
