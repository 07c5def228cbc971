"""The content owner's page at /knowledge, and its modules and styles under /assets/knowledge."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from baton.core.guards import Caller, Guards
from baton.core.templating import Templates
from baton.knowledge.settings import KnowledgeSettings

BROWSER = Path(__file__).parent / "browser"


class FreshFiles(StaticFiles):
    """Files that a browser asks about each time, so that a new version is never half loaded."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


def pages(guards: Guards, settings: KnowledgeSettings) -> list[BaseRoute]:
    """The page for content owners, and its assets for anyone: they hold no secret."""
    templates = Templates("baton.knowledge")

    @guards.page("content")
    async def knowledge(_request: Request, caller: Caller) -> Response:
        return templates.page("knowledge.html", caller, here="knowledge", max_file_mb=settings.max_file_mb)

    return [
        Route("/knowledge", knowledge, name="knowledge"),
        Mount("/assets/knowledge", FreshFiles(directory=BROWSER), name="knowledge-assets"),
    ]
