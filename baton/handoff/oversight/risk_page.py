"""The page /assistant/risk: the settings as a map of what the assistant may do by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from baton.assistant.calibrated import calibrated
from baton.assistant.pausing import paused
from baton.assistant.settings import AssistantSettings
from baton.core.database import Database
from baton.core.guards import Caller, Guards
from baton.core.staff import STAFF
from baton.core.templating import Templates
from baton.handoff.oversight.pages import ROLES
from baton.handoff.oversight.risk import risk_map
from baton.handoff.settings import HandoffSettings


def routes(
    guards: Guards, database: Database, settings: AssistantSettings, handoff: HandoffSettings
) -> list[BaseRoute]:
    """The page for supervisors and administrators."""
    templates = Templates("baton.handoff.oversight")

    @guards.page(*ROLES)
    async def risk(_request: Request, caller: Caller) -> Response:
        in_use, stopped = await database.read(
            lambda connection: (calibrated(connection, settings), _paused(connection))
        )
        found = risk_map(in_use.settings, handoff, stopped)
        return templates.page("risk.html", caller, here="assistant", tab="risk", map=found)

    return [Route("/assistant/risk", risk)]


def _paused(connection: Connection) -> dict[str, Any]:
    """What is paused, with the name of who did it and when."""
    switches = paused(connection)
    ids = [switch["by"] for switch in switches.values() if switch.get("by")]
    rows = connection.execute(select(STAFF.c.id, STAFF.c.name).where(STAFF.c.id.in_(ids))) if ids else ()
    names = {row.id: row.name for row in rows}
    return {
        task: {"by": names.get(switch.get("by")), "at": datetime.fromisoformat(switch["at"])}
        for task, switch in switches.items()
    }
