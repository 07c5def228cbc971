"""The visitor's HTTP: the widget's own files for any website, the full-page assistant, and why an origin is refused."""

import math

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from baton.core.templating import Templates
from baton.core.web import JsonResponse
from baton.widget.door import Door
from baton.widget.origins import line_to_add
from baton.widget.serving import browser_files, respond
from baton.widget.socket import visitor_socket

ANYWHERE = {"access-control-allow-origin": "*", "cache-control": "no-store"}


def routes(door: Door) -> list[BaseRoute]:
    """Everything a visitor's browser asks for."""
    templates = Templates("baton.widget")
    files = browser_files()

    async def module(request: Request) -> Response:
        return respond(request, files.get(request.url.path.lstrip("/")))

    async def chat(_request: Request) -> HTMLResponse:
        return templates.page("chat.html", brand=door.settings.brand)

    async def check(request: Request) -> JsonResponse:
        """Whether the page that asks may connect; a browser can't see why its handshake was refused."""
        origin = request.query_params.get("origin") or request.headers.get("origin")
        allowed = door.origins.allows(origin, request.headers.get("host", ""))
        add = None if allowed or origin is None else line_to_add(origin)
        return JsonResponse({"allowed": allowed, "add": add}, headers=ANYWHERE)

    async def socket(websocket: WebSocket) -> None:
        address = websocket.client.host if websocket.client else None
        wait = door.limits.take_socket(address)
        if wait:
            headers = {"retry-after": str(math.ceil(wait))}
            refusal = PlainTextResponse("Too many connections from this address.\n", 429, headers)
            return await websocket.send_denial_response(refusal)
        await visitor_socket(websocket, door.opened_for(address))

    return [
        Route("/widget.js", module, methods=["GET"]),
        Route("/widget/check", check, methods=["GET"]),
        Route("/widget/{path:path}", module, methods=["GET"]),
        Route("/chat", chat, methods=["GET"]),
        WebSocketRoute("/ws/visitor", socket),
    ]
