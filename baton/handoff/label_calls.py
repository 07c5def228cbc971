"""`/api/v1/labels` and `/api/v1/turns/{id}/label`: drawing turns to be judged, and judging them."""

import random

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from baton.assistant.labels import LabelError, count_drawn, draw, judge, take_back
from baton.core.staff import StaffMember
from baton.core.web import JsonResponse, Problem, read_body
from baton.handoff.workplace import Workplace

MOST_DRAWN = 500


class VerdictBody(BaseModel):
    """What a judge says of a draft."""

    verdict: str


class DrawBody(BaseModel):
    """How many turns more."""

    count: int = Field(ge=1, le=MOST_DRAWN)


class LabelCalls:
    """The endpoints of labels. `chance` draws the turns."""

    def __init__(self, workplace: Workplace, chance: random.Random) -> None:
        self._at = workplace
        self._chance = chance

    def routes(self) -> list[Route]:
        """What is served, to supervisors and content owners."""
        roles, one = ("supervisor", "content"), "/api/v1/turns/{id}/label"
        return [
            Route("/api/v1/labels/draw", self._at.call(self.draw, *roles), methods=["POST"]),
            Route(one, self._at.call(self.judge, *roles), methods=["POST"]),
            Route(one, self._at.call(self.take_back, *roles), methods=["DELETE"]),
        ]

    async def draw(self, request: Request, _member: StaffMember) -> Response:
        count = (await read_body(request, DrawBody)).count
        drawn = await self._at.writer.run(lambda tx: draw(tx, count, self._chance))
        return JsonResponse({"drawn": drawn, **await self._progress()})

    async def judge(self, request: Request, member: StaffMember) -> Response:
        id, verdict = request.path_params["id"], (await read_body(request, VerdictBody)).verdict
        try:
            await self._at.writer.run(lambda tx: judge(tx, id, verdict, member.id))
        except LabelError as error:
            raise Problem(400, "bad_request", str(error), field="verdict") from error
        return JsonResponse({"turn": id, "verdict": verdict, **await self._progress()})

    async def take_back(self, request: Request, _member: StaffMember) -> Response:
        id = request.path_params["id"]
        await self._at.writer.run(lambda tx: take_back(tx, id))
        return Response(status_code=204)

    async def _progress(self) -> dict[str, int]:
        judged, left = await self._at.database.read(count_drawn)
        return {"judged": judged, "left": left}
