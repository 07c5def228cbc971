"""Judging turns over HTTP: drawn by chance, judged by whoever may, and nothing else."""

import random
from typing import Any

import pytest

from tests.assistant.judged_turns import add_turns
from tests.handoff.office import Office


def turns(office: Office, count: int) -> list[str]:
    return office.world.writer.run_sync(lambda tx: add_turns(tx, count, random.Random(3)))


async def test_turns_are_drawn_and_judged_and_a_verdict_is_taken_back(office: Office) -> None:
    lien, ids = office.token("Lien", "content"), turns(office, 3)
    drawn = await office.call(lien, "POST", "/labels/draw", {"count": 50})
    assert (drawn.status_code, drawn.json()) == (200, {"drawn": 3, "judged": 0, "left": 3})
    label = f"/turns/{ids[0]}/label"
    said = await office.call(lien, "POST", label, {"verdict": "wrong_page"})
    assert said.json() == {"turn": ids[0], "verdict": "wrong_page", "judged": 1, "left": 2}
    again = await office.call(lien, "POST", label, {"verdict": "right"})
    assert (again.status_code, again.json()["judged"]) == (200, 1)
    assert (await office.call(lien, "DELETE", label)).status_code == 204
    none = await office.call(lien, "POST", "/labels/draw", {"count": 50})
    assert none.json() == {"drawn": 0, "judged": 0, "left": 3}


@pytest.mark.parametrize(
    "method, path, body, status, code",
    [
        ("POST", "/turns/{drawn}/label", {"verdict": "splendid"}, 400, "bad_request"),
        ("POST", "/turns/{drawn}/label", {}, 400, "bad_request"),
        ("POST", "/turns/{other}/label", {"verdict": "right"}, 404, "not_found"),
        ("DELETE", "/turns/{other}/label", None, 404, "not_found"),
        ("POST", "/labels/draw", {"count": 0}, 400, "bad_request"),
        ("POST", "/labels/draw", {"count": 501}, 400, "bad_request"),
    ],
)
async def test_what_is_not_right_is_a_problem(
    office: Office, method: str, path: str, body: Any, status: int, code: str
) -> None:
    hanne, (drawn,) = office.token("Hanne", "supervisor"), turns(office, 1)
    await office.call(hanne, "POST", "/labels/draw", {"count": 1})
    answer = await office.call(hanne, method, path.format(drawn=drawn, other="trn_none"), body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_agents_do_not_judge(office: Office) -> None:
    ann, (turn,) = office.token("Ann"), turns(office, 1)
    for method, path in (
        ("POST", "/labels/draw"),
        ("POST", f"/turns/{turn}/label"),
        ("DELETE", f"/turns/{turn}/label"),
    ):
        assert (await office.call(ann, method, path, {"count": 1})).status_code == 403
