"""The pages under /assistant/experiments: every replay and backtest that was kept, and one of them with its turns."""

import hmac
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from baton.assistant import experiments
from baton.core.clock import Clock
from baton.core.database import Database
from baton.core.errors import NotFound
from baton.core.guards import Caller, Guards
from baton.core.templating import Templates
from baton.core.web import Problem
from baton.core.writer import Writer
from baton.handoff.oversight import experiment_views as views
from baton.handoff.oversight.pages import ROLES

PAGE = 50
PATH = "/assistant/experiments"


def routes(guards: Guards, database: Database, writer: Writer, clock: Clock) -> list[BaseRoute]:
    """The list, one experiment, and removing it."""
    pages = _Pages(guards, database, writer, clock)
    page = guards.page(*ROLES)
    return [
        Route(PATH, page(pages.list)),
        Route(f"{PATH}/{{id}}", page(pages.one)),
        Route(f"{PATH}/{{id}}/remove", page(pages.remove), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, guards: Guards, database: Database, writer: Writer, clock: Clock) -> None:
        self._guards = guards
        self._database = database
        self._writer = writer
        self._clock = clock
        self._templates = Templates("baton.handoff.oversight")

    async def list(self, _request: Request, caller: Caller) -> Response:
        """What was tried, the newest first."""
        found = await self._database.read(experiments.newest)
        lines = [views.line_of(one, self._clock.now()) for one in found]
        return self._page("experiments.html", caller, experiments=lines)

    async def one(self, request: Request, caller: Caller) -> Response:
        """One with its turns, a page of them at a time. Raises Problem 404."""
        id, after = request.path_params["id"], _number(request.query_params.get("after"))
        try:
            context = await self._database.read(lambda connection: _read(connection, id, after))
        except NotFound as error:
            raise _gone() from error
        experiment = context["experiment"]
        ago = views.ago(experiment.at, self._clock.now())
        return self._page(
            f"{experiment.kind}.html", caller, ago=ago, after=after, words=views.DECISION_WORDS, **context
        )

    async def remove(self, request: Request, caller: Caller) -> Response:
        """Remove one, by the form of its page. Raises Problem 403, 404."""
        sent = (await request.form()).get("csrf_token")
        if caller.csrf is None or not hmac.compare_digest(str(sent).encode(), caller.csrf.encode()):
            raise Problem(403, "bad_csrf", "The page is out of date. Reload it and try again.")
        try:
            await self._writer.run(lambda tx: experiments.remove(tx, request.path_params["id"], caller.member.id))
        except NotFound as error:
            raise _gone() from error
        return RedirectResponse(PATH, 303)

    def _page(self, name: str, caller: Caller, **context: Any) -> Response:
        return self._templates.page(name, caller, here="assistant", tab="experiments", **context)


def _read(connection: Connection, id: str, after: int) -> dict[str, Any]:
    experiment = experiments.find(connection, id)
    rows = experiments.rows_of(connection, id, PAGE + 1, after)
    shown, is_more = rows[:PAGE], len(rows) > PAGE
    context = {"experiment": experiment, "summary": experiment.summary, "next": shown[-1].number if is_more else None}
    if experiment.kind == "replay":
        bars, turns = views.replay_bars(experiment.summary), views.replay_turns(connection, shown)
        return context | {
            "bars": bars,
            "turns": turns,
            "left_out": views.left_out_words(experiment.summary["left_out"]),
        }
    decisions, tasks = experiment.summary["decisions"], views.task_bars(experiment.summary["tasks"])
    return context | {"pieces": views.decision_bar(decisions), "tasks": tasks, "turns": views.backtest_turns(shown)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _gone() -> Problem:
    return Problem(404, "not_found", "There is no such experiment. It may have been removed.")
