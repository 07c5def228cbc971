"""The routes of the oversight pages under /assistant, and their styles under /assets/oversight."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from baton.assistant.settings import AssistantSettings
from baton.core.assets import FreshFiles
from baton.core.guards import Caller
from baton.core.templating import Templates
from baton.handoff.oversight import confidence, judging
from baton.handoff.workplace import Workplace

BROWSER = Path(__file__).parent / "browser"
ROLES = ("supervisor", "admin")
"""Who may see these pages; whoever may judge turns sees the page for that."""


def routes(at: Workplace, settings: AssistantSettings) -> list[BaseRoute]:
    """The pages, each `/assistant/<tab>`; `oversight.html` has the tabs."""
    templates, page = Templates("baton.handoff.oversight"), at.guards.page

    @page(*judging.ROLES)
    async def first(_request: Request, caller: Caller) -> Response:
        tab = "confidence" if any(map(caller.member.may, ROLES)) else "labels"
        return RedirectResponse(f"/assistant/{tab}", 303)

    @page(*ROLES)
    async def confidence_page(request: Request, caller: Caller) -> Response:
        rate, now = confidence.rate_of(request, settings), at.clock.now()
        shown = await at.database.read(lambda connection: confidence.view(connection, now, settings, rate))
        return templates.page("confidence.html", caller, here="assistant", tab="confidence", **shown)

    @page(*judging.ROLES)
    async def labels_page(request: Request, caller: Caller) -> Response:
        asked = judging.Asked.of(request)
        shown = await at.database.read(lambda connection: judging.view(connection, asked))
        return templates.page("labels.html", caller, here="assistant", tab="labels", **shown)

    return [
        Route("/assistant", first),
        Route("/assistant/confidence", confidence_page),
        Route("/assistant/labels", labels_page),
        Mount("/assets/oversight", FreshFiles(directory=BROWSER), name="oversight-assets"),
    ]
