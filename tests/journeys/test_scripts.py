"""Scripted conversations over real sockets: visitors come in order to an end that is right for them."""

from collections.abc import AsyncIterator

import pytest

from baton.server.config import Config
from baton.server.demo.articles import arrivals
from baton.server.gate.scripts import Script
from baton.server.gate.shop import ORIGIN, as_shop
from baton.server.gate.stage import Stage, open_stage
from baton.server.gate.suites import SHIPPED, read_suites
from baton.server.gate.trials import Trial, play_script

LEAST_FINE = 15
"""Of the scripts as they are written, what is reached today; the aim is all of them."""
[SUITE] = read_suites([SHIPPED / "conversations"])


@pytest.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_stage(as_shop(Config()), tmp_path_factory.mktemp("shop")) as stage:
        await stage.add(arrivals(ORIGIN))
        yield stage


async def play(stage: Stage, script: Script) -> Trial:
    return await play_script(stage, script, 0, await stage.staff_only())


async def test_no_fewer_scripts_come_out_right_than_have_been(stage: Stage) -> None:
    trials = [await play(stage, script) for script in SUITE.rows]
    failed = [f"{trial.script}: {' '.join(trial.failures)}" for trial in trials if not trial.is_fine]
    assert len(trials) - len(failed) >= LEAST_FINE, "\n".join(failed)


async def test_a_wrong_end_and_a_fact_that_is_not_said_are_failures(stage: Stage) -> None:
    script = Script.model_validate(
        {
            "name": "wrong",
            "about": "Wants what does not come.",
            "turns": [
                {"says": "What does shipping to Norway cost?", "must": ["€1.00"], "must_not": ["€16.90"]},
                {"says": "This is left out.", "when": "with_person"},
                {"says": "I want to talk to a person."},
            ],
            "ends": {"status": "resolved", "transfer": False, "reason": "threat", "offered": True, "must": ["Oslo"]},
        }
    )
    trial = await play(stage, script)
    assert trial.said == ("What does shipping to Norway cost?", "I want to talk to a person.")
    assert trial.failures == (
        "“What does shipping to Norway cost?” was not answered with “€1.00”.",
        "“What does shipping to Norway cost?” was answered with “€16.90”.",
        "It ended waiting_for_agent, not resolved.",
        "It was handed over.",
        "The reason for the handoff was wish, not threat.",
        "No person was offered.",
        "Nothing said “Oslo”.",
    )


async def test_a_visitor_who_waits_may_leave_an_address_and_change_their_mind(stage: Stage) -> None:
    script = Script.model_validate(
        {
            "name": "waits",
            "about": "Waits, leaves an address, and goes on with the assistant.",
            "turns": [
                {"taps": "person"},
                {"leaves": "kim@shop.example", "when": "with_person"},
                {"taps": "cancel", "when": "with_person"},
                {"says": "What does shipping to Norway cost?", "when": "with_assistant", "must": ["€16.90"]},
            ],
            "ends": {"status": "with_assistant", "transfer": True, "reason": "visitor_asked"},
        }
    )
    assert (await play(stage, script)).failures == ()
