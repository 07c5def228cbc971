"""The routes of the console: the page at /console, and its modules and styles under /assets/handoff."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from baton.core.assets import FreshFiles
from baton.core.guards import Caller, Guards
from baton.core.templating import Templates

BROWSER = Path(__file__).parent / "browser"


def routes(guards: Guards) -> list[BaseRoute]:
    """The page for whoever may act as an agent, and its assets for anyone: they hold no secret."""
    templates = Templates("baton.handoff.console")

    @guards.page("agent")
    async def console(_request: Request, caller: Caller) -> Response:
        return templates.page("console.html", caller, here="console")

    return [
        Route("/console", console, name="console"),
        Mount("/assets/handoff", FreshFiles(directory=BROWSER), name="console-assets"),
    ]
