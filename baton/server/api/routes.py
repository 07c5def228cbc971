"""`/api/openapi.json` and `/api/asyncapi.json`: for anyone, from any page."""

from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from baton.core.web import JsonResponse
from baton.server.api import documents

HEADERS = {"access-control-allow-origin": "*", "cache-control": "public, max-age=300"}


def routes() -> list[BaseRoute]:
    """Both documents, made when they are first asked for."""
    openapi, asyncapi = cache(documents.openapi), cache(documents.asyncapi)

    async def calls(_request: Request) -> Response:
        return _answer(openapi())

    async def sockets(_request: Request) -> Response:
        return _answer(asyncapi())

    return [Route("/api/openapi.json", calls, methods=["GET"]), Route("/api/asyncapi.json", sockets, methods=["GET"])]


def _answer(document: dict[str, Any]) -> Response:
    return JsonResponse(document, headers=HEADERS)
