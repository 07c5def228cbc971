"""What people judge of a sample speaks for all turns."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from baton.assistant import labels
from baton.assistant.conversations import TURNS
from baton.assistant.labels import LABELS, LabelError
from baton.core.errors import NotFound
from baton.core.transaction import Transaction
from tests.assistant.judged_turns import add_turns, judge_all
from tests.core.ground import Ground, open_ground


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[Ground]:
    with open_ground(database_url, tmp_path) as opened:
        yield opened


def test_turns_are_drawn_evenly_over_the_scale_and_none_twice(ground: Ground) -> None:
    chance = random.Random(1)
    ground.writer.run_sync(lambda tx: add_turns(tx, 400, chance))
    assert ground.writer.run_sync(lambda tx: labels.draw(tx, 50, chance)) == 50
    assert ground.writer.run_sync(lambda tx: labels.draw(tx, 1000, chance)) == 350
    assert ground.writer.run_sync(lambda tx: labels.draw(tx, 10, chance)) == 0
    assert ground.database.read_sync(labels.count_drawn) == (0, 400)


def test_a_sample_of_a_few_weighs_as_much_as_all(ground: Ground) -> None:
    chance = random.Random(2)
    ground.writer.run_sync(lambda tx: add_turns(tx, 500, chance))
    ground.writer.run_sync(lambda tx: judge_all(tx, 60, chance))
    found = ground.database.read_sync(labels.judged)
    assert len(found) == 60
    assert sum(one.labelled.weight for one in found) == pytest.approx(500)
    mean = sum(one.labelled.signals["closeness"] * one.labelled.weight for one in found) / 500
    rows = ground.database.read_sync(lambda connection: connection.execute(select(TURNS.c.signals)).scalars().all())
    assert mean == pytest.approx(sum(row["closeness"] for row in rows) / 500, abs=0.05)


def test_small_talk_and_turns_without_a_draft_are_not_drawn(ground: Ground) -> None:
    chance = random.Random(3)

    def work(tx: Transaction) -> object:
        ids = add_turns(tx, 3, chance)
        tx.connection.execute(TURNS.update().where(TURNS.c.id == ids[0]).values(small_talk=True))
        tx.connection.execute(TURNS.update().where(TURNS.c.id == ids[1]).values(draft=""))
        return labels.draw(tx, 10, chance)

    assert ground.writer.run_sync(work) == 1


def test_a_verdict_says_which_question_failed_and_nothing_of_those_after_it(ground: Ground) -> None:
    chance = random.Random(4)
    ids = ground.writer.run_sync(lambda tx: add_turns(tx, 4, chance))
    verdicts = dict(zip(ids, ("right", "not_answered", "wrong_page", "not_covered"), strict=True))

    def work(tx: Transaction) -> object:
        labels.draw(tx, 4, chance)
        for turn, verdict in verdicts.items():
            labels.judge(tx, turn, verdict, "stf_1")
        return None

    ground.writer.run_sync(work)
    found = {one.verdict: one.labelled for one in ground.database.read_sync(labels.judged)}
    known = {name: (one.covered, one.on_page, one.answered, one.right) for name, one in found.items()}
    assert known == {
        "right": (True, True, True, True),
        "not_answered": (True, True, False, False),
        "wrong_page": (True, False, None, False),
        "not_covered": (False, None, None, False),
    }


def test_unclear_turns_are_judged_but_count_for_nothing(ground: Ground) -> None:
    chance = random.Random(5)
    (turn,) = ground.writer.run_sync(lambda tx: add_turns(tx, 1, chance))
    ground.writer.run_sync(lambda tx: labels.draw(tx, 1, chance))
    ground.writer.run_sync(lambda tx: labels.judge(tx, turn, "unclear", "stf_1"))
    assert ground.database.read_sync(labels.count_drawn) == (1, 0)
    assert ground.database.read_sync(labels.judged) == []


def test_only_drawn_turns_are_judged_and_only_by_known_verdicts(ground: Ground) -> None:
    chance = random.Random(6)
    (turn,) = ground.writer.run_sync(lambda tx: add_turns(tx, 1, chance))
    with pytest.raises(NotFound):
        ground.writer.run_sync(lambda tx: labels.judge(tx, turn, "right", "stf_1"))
    ground.writer.run_sync(lambda tx: labels.draw(tx, 1, chance))
    with pytest.raises(LabelError, match="right, not_answered"):
        ground.writer.run_sync(lambda tx: labels.judge(tx, turn, "splendid", "stf_1"))


def test_a_turn_that_is_erased_takes_its_label_along(ground: Ground) -> None:
    chance = random.Random(7)
    ground.writer.run_sync(lambda tx: add_turns(tx, 2, chance))
    ground.writer.run_sync(lambda tx: labels.draw(tx, 2, chance))
    ground.writer.run_sync(lambda tx: tx.connection.execute(TURNS.delete()))
    count = select(func.count()).select_from(LABELS)
    assert ground.database.read_sync(lambda connection: connection.execute(count).scalar_one()) == 0
