"""The routes of the oversight pages under /assistant, and their styles under /assets/oversight."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from baton.core.assets import FreshFiles
from baton.core.guards import Caller, Guards
from baton.core.templating import Templates

BROWSER = Path(__file__).parent / "browser"
ROLES = ("supervisor", "admin")
"""Who may see these pages."""


def routes(guards: Guards) -> list[BaseRoute]:
    """The pages, each `/assistant/<tab>`; `oversight.html` has the tabs."""
    templates = Templates("baton.handoff.oversight")

    @guards.page(*ROLES)
    async def confidence(_request: Request, caller: Caller) -> Response:
        return templates.page("confidence.html", caller, here="assistant", tab="confidence")

    return [
        Route("/assistant", lambda _request: RedirectResponse("/assistant/confidence", 303)),
        Route("/assistant/confidence", confidence),
        Mount("/assets/oversight", FreshFiles(directory=BROWSER), name="oversight-assets"),
    ]
