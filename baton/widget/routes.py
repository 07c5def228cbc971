"""The visitor's HTTP: the widget's own files for any website, the full-page assistant, and why an origin is refused."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from baton.core.templating import Templates
from baton.core.web import JsonResponse
from baton.widget.door import Door
from baton.widget.origins import line_to_add
from baton.widget.socket import visitor_socket

FILES = Path(__file__).parent / "browser"
ANYWHERE = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "public, max-age=300",
}


class PublicFiles(StaticFiles):
    """Files that pages of any website may load."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_openly(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in ANYWHERE.items()]
                message = message | {"headers": [*message["headers"], *added]}  # type: ignore[misc]
            await send(message)

        await super().__call__(scope, receive, send_openly)  # type: ignore[arg-type]


def routes(door: Door) -> list[BaseRoute]:
    """Everything a visitor's browser asks for."""
    templates = Templates("baton.widget")
    files = PublicFiles(directory=FILES)

    async def widget(request: Request) -> Response:
        response = await files.get_response("widget.js", request.scope)
        response.headers.update(ANYWHERE)
        return response

    async def chat(_request: Request) -> HTMLResponse:
        return templates.page("chat.html", brand=door.settings.brand)

    async def check(request: Request) -> JsonResponse:
        """Whether the page that asks may connect; a browser can't see why its handshake was refused."""
        origin = request.query_params.get("origin") or request.headers.get("origin")
        allowed = door.origins.allows(origin, request.headers.get("host", ""))
        add = None if allowed or origin is None else line_to_add(origin)
        headers = ANYWHERE | {"cache-control": "no-store"}
        return JsonResponse({"allowed": allowed, "add": add}, headers=headers)

    async def socket(websocket: WebSocket) -> None:
        await visitor_socket(websocket, door)

    return [
        Route("/widget.js", widget, methods=["GET"]),
        Route("/widget/check", check, methods=["GET"]),
        Mount("/widget", PublicFiles(directory=FILES / "widget")),
        Route("/chat", chat, methods=["GET"]),
        WebSocketRoute("/ws/visitor", socket),
    ]
