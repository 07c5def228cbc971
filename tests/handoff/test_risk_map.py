"""The risk map says what the settings say, and only supervisors and administrators see it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from baton.assistant.pausing import pause
from baton.assistant.settings import AssistantSettings, TaskPolicy
from baton.handoff.oversight.risk import risk_map
from baton.handoff.settings import HandoffSettings
from baton.knowledge.settings import DocumentRule
from tests.journeys.site import Site, open_site

HANDOFF = HandoffSettings(teams=["support", "care"])
TASKS = {
    "delivery": TaskPolicy(description="Parcels."),
    "warranty": TaskPolicy(risk="medium", team="care", min_confidence=0.8, below="hold"),
    "food_safety": TaskPolicy(risk="high", below="escalate", sources=(DocumentRule(title="Safety"),)),
    "complaint": TaskPolicy(risk="high", always_person=True, instructions="Be brief."),
}
SETTINGS = AssistantSettings(tasks=TASKS)


def test_types_stand_by_their_risk_the_riskiest_first() -> None:
    found = risk_map(SETTINGS, HANDOFF, {})
    assert [(risk, [entry.name for entry in entries]) for risk, entries in found.by_risk.items()] == [
        ("high", ["food_safety", "complaint"]),
        ("medium", ["warranty"]),
        ("low", ["delivery"]),
    ]


@pytest.mark.parametrize(
    ("name", "gate", "below", "zones"),
    [
        ("delivery", "Answers by itself from 60 %", "From 20 % the closest", ("offer", "near", "answer")),
        ("warranty", "Answers by itself from 80 %", "waits for a reviewer on duty", ("held", "answer")),
        ("food_safety", "Answers by itself from 60 %", "handed over at once", ("person", "answer")),
        ("complaint", "A person answers, whatever the score.", "handed over at once", ("person",)),
    ],
)
def test_the_gate_is_said_in_words_and_drawn_to_scale(name: str, gate: str, below: str, zones: tuple[str, ...]) -> None:
    (entry,) = (one for one in risk_map(SETTINGS, HANDOFF, {}).entries if one.name == name)
    assert gate in entry.gate and below in entry.below
    assert tuple(zone.kind for zone in entry.zones) == zones
    assert (entry.zones[0].start, entry.zones[-1].end) == (0, 100)
    assert all(one.end == other.start for one, other in zip(entry.zones, entry.zones[1:], strict=False))


def test_drafts_that_are_held_have_a_stretch_of_their_own() -> None:
    settings = SETTINGS.model_copy(update={"review_drafts": True})
    (entry,) = (one for one in risk_map(settings, HANDOFF, {}).entries if one.name == "delivery")
    assert [(zone.kind, zone.start) for zone in entry.zones] == [
        ("offer", 0),
        ("near", 20),
        ("held", 40),
        ("answer", 60),
    ]
    assert "From 40 % a draft waits" in entry.below


def test_an_error_rate_that_is_kept_is_said_unless_the_type_has_a_threshold_of_its_own() -> None:
    gates = {
        entry.name: entry.gate
        for entry in risk_map(SETTINGS.model_copy(update={"max_error_rate": 0.025}), HANDOFF, {}).entries
    }
    assert "at most 2.5 % of them are wrong" in gates["delivery"]
    assert "wrong" not in gates["warranty"] and "wrong" not in gates["complaint"]


def test_at_the_level_of_drafts_nothing_is_answered_by_itself() -> None:
    settings = SETTINGS.model_copy(update={"level": "draft"})
    assert not any(zone.kind == "answer" for entry in risk_map(settings, HANDOFF, {}).entries for zone in entry.zones)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    assistant = {"tasks": {name: policy.model_dump() | {"examples": [f"a {name}"]} for name, policy in TASKS.items()}}
    async with open_site("sqlite", tmp_path, assistant=assistant, handoff={"teams": ["support", "care"]}) as opened:
        yield opened


async def page(site: Site, role: str) -> httpx2.Response:
    return await (await site.agent(role=role)).http.get("/assistant/risk")


async def test_supervisors_see_what_is_paused_and_agents_see_no_map(site: Site) -> None:
    assert "Paused" not in (await page(site, "supervisor")).text
    await site.ground.writer.run(lambda tx: pause(tx, "warranty"))

    shown = await page(site, "supervisor")

    assert shown.status_code == 200
    assert "Paused since" in shown.text and "Team care" in shown.text and "“Safety”" in shown.text
    assert (await page(site, "agent")).status_code == 403
    assert (await page(site, "content")).status_code == 403


async def test_without_task_types_the_page_says_what_to_do(tmp_path: Path) -> None:
    async with open_site("sqlite", tmp_path) as bare:
        shown = (await page(bare, "admin")).text
    assert "No task types yet" in shown and "Everything else" in shown
