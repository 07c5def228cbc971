"""The content owner's page at /knowledge, and its modules and styles under /assets/knowledge."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from baton.core.assets import FreshFiles
from baton.core.guards import Caller, Guards
from baton.core.templating import Templates
from baton.knowledge.settings import KnowledgeSettings

BROWSER = Path(__file__).parent / "browser"


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
