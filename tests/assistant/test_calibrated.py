"""An installation judges by its own head and keeps its highest error rates; until it can show them it is cautious."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from baton.assistant import labels
from baton.assistant.calibrated import apply, calibrated, follow
from baton.assistant.head import Head, shipped_head
from baton.assistant.learnt import NAME, Learnt, Measured, keep, learnt
from baton.assistant.pausing import SETTINGS
from baton.assistant.policy import thresholds
from baton.assistant.refitting import TooFewLabels, refit
from baton.assistant.settings import AssistantSettings, TaskPolicy
from tests.assistant.judged_turns import add_turns, judge_all
from tests.core.ground import Ground, open_ground

RATED = AssistantSettings(
    min_confidence=0.5, max_error_rate=0.2, tasks={"billing": TaskPolicy(max_error_rate=0.02), "delivery": TaskPolicy()}
)


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with open_ground("sqlite", tmp_path) as opened:
        yield opened


def now(ground: Ground, settings: AssistantSettings = RATED) -> AssistantSettings:
    return ground.database.read_sync(lambda connection: calibrated(connection, settings)).settings


def calibrate(ground: Ground, count: int, seed: int) -> None:
    chance = random.Random(seed)
    ground.writer.run_sync(lambda tx: add_turns(tx, count, chance))
    ground.writer.run_sync(lambda tx: judge_all(tx, count, chance))
    found = ground.database.read_sync(labels.judged)
    rows, prior = [one.labelled for one in found], shipped_head()
    fitted = refit(rows, [prior.confidence(row.signals) for row in rows], prior, "own-1")
    said = zip(found, fitted.held_out, strict=True)
    measured = [Measured(one, label.labelled.right, label.labelled.weight, label.task) for label, one in said]
    ground.writer.run_sync(lambda tx: keep(tx, Learnt(fitted.head, measured), {}))


def test_without_a_rate_the_settings_stand_as_they_are(ground: Ground) -> None:
    assert now(ground, AssistantSettings()) == AssistantSettings()


def test_until_labels_show_it_every_answer_must_be_as_sure_as_all_together(ground: Ground) -> None:
    settings = now(ground)
    assert thresholds(None, settings).sure == 0.8
    assert thresholds("delivery", settings).sure == 0.8
    assert thresholds("billing", settings).sure == 0.98


def test_labels_lower_the_threshold_to_where_the_rate_still_holds(ground: Ground) -> None:
    calibrate(ground, 1200, seed=1)
    shown = ground.database.read_sync(lambda connection: calibrated(connection, RATED))
    assert shown.head.version == "own-1"
    assert shown.shown[None].bound <= 0.2
    assert thresholds(None, shown.settings).sure == shown.shown[None].threshold < 0.8
    assert thresholds("billing", shown.settings).sure == 0.98  # no turn of this type was judged


def test_a_stricter_rate_never_answers_what_a_laxer_one_would_not(ground: Ground) -> None:
    calibrate(ground, 300, seed=4)
    lines = [now(ground, AssistantSettings(max_error_rate=rate / 100)).min_confidence for rate in range(1, 40)]
    assert lines == sorted(lines, reverse=True)
    assert len(set(lines)) > 3


def test_a_head_fitted_to_labels_is_nearer_to_what_happens(ground: Ground) -> None:
    chance = random.Random(2)
    ground.writer.run_sync(lambda tx: add_turns(tx, 600, chance))
    ground.writer.run_sync(lambda tx: judge_all(tx, 600, chance))
    rows = [one.labelled for one in ground.database.read_sync(labels.judged)]
    prior = shipped_head()
    fitted = refit(rows, [prior.confidence(row.signals) for row in rows], prior, "own-1")
    assert fitted.helps


@pytest.mark.parametrize("count", [0, 30])
def test_too_few_labels_are_refused_with_what_is_missing(ground: Ground, count: int) -> None:
    chance = random.Random(3)
    ground.writer.run_sync(lambda tx: add_turns(tx, count, chance))
    ground.writer.run_sync(lambda tx: judge_all(tx, count, chance))
    rows = [one.labelled for one in ground.database.read_sync(labels.judged)]
    with pytest.raises(TooFewLabels, match=f"{count} turns are judged"):
        refit(rows, [0.5] * count, shipped_head(), "own-1")


async def test_a_judge_uses_what_another_process_kept(ground: Ground) -> None:
    used: asyncio.Queue[str] = asyncio.Queue()

    class Judge:
        def use(self, settings: AssistantSettings, head: Head) -> None:
            used.put_nowait(head.version)

    following = asyncio.create_task(follow(ground.database, ground.bus, RATED, Judge()))  # type: ignore[arg-type]
    assert await used.get() == shipped_head().version
    own = Head("own-2", shipped_head().factors)
    await ground.writer.run(lambda tx: keep(tx, Learnt(own), {}))
    async with asyncio.timeout(5):
        assert await used.get() == "own-2"
    following.cancel()
    assert "assistant.calibrated" in ground.recorded()


def test_types_with_a_threshold_of_their_own_have_no_part_in_the_common_rate() -> None:
    """A thousand easy turns of such a type must not speak for the others, of which half are wrong."""
    easy = [Measured(0.6, True, 1.0, "easy")] * 1000
    others = [Measured(0.6, number % 2 == 0, 1.0, None) for number in range(200)]
    settings = AssistantSettings(max_error_rate=0.05, tasks={"easy": TaskPolicy(min_confidence=0.5)})
    found = apply(Learnt(None, (*easy, *others)), settings)
    assert None not in found.shown
    assert thresholds(None, found.settings).sure >= 0.95
    assert thresholds("easy", found.settings).sure == 0.5


@pytest.mark.parametrize("kept", [{"head": {"version": "old", "factors": {}}, "measured": []}, {"version": "older"}])
def test_what_this_version_can_not_use_is_left_aside_with_a_warning(
    ground: Ground, kept: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"name": NAME, "value": kept, "at": ground.clock.now()}]
    ground.writer.run_sync(lambda tx: tx.connection.execute(insert(SETTINGS), rows))
    assert ground.database.read_sync(learnt) == Learnt()
    assert "baton calibrate" in caplog.text


async def test_after_a_line_that_was_lost_a_judge_looks_again(ground: Ground) -> None:
    used: asyncio.Queue[str] = asyncio.Queue()

    class Judge:
        def use(self, settings: AssistantSettings, head: Head) -> None:
            used.put_nowait(head.version)

    following = asyncio.create_task(follow(ground.database, ground.bus, RATED, Judge()))  # type: ignore[arg-type]
    await used.get()
    ground.bus.wake_all()
    async with asyncio.timeout(5):
        await used.get()
    following.cancel()
