"""Turns in a database whose drafts were judged, for tests of labels and calibration."""

import random

from baton.assistant import labels
from baton.assistant.head import FACTORS, shipped_head
from baton.assistant.records import Turn
from baton.core.transaction import Transaction

SIGNALS = sorted({name for names in FACTORS.values() for name in names})


def add_turns(tx: Transaction, count: int, chance: random.Random, task: str | None = None) -> list[str]:
    """Turns as the assistant records them, with signals of every strength."""
    ids = []
    for _ in range(count):
        strength = chance.random() ** 0.4
        signals = {name: round(min(1.0, max(0.0, chance.gauss(strength, 0.15))), 4) for name in SIGNALS}
        turn = Turn(
            id=f"trn_{chance.getrandbits(64):016x}",
            conversation_id="cnv_1",
            epoch=1,
            state="done",
            created_at=tx.now,
            finished_at=tx.now,
            question="How long does delivery take?",
            decision="answer",
            confidence=shipped_head().confidence(signals),
            task=task,
            signals={**signals, "missing": [], "chances": {}},
            draft="Delivery takes two days.",
        )
        tx.insert(Turn, turn.model_dump())
        ids.append(turn.id)
    return ids


def judge_all(tx: Transaction, count: int, chance: random.Random) -> None:
    """Draw so many turns and judge them: nearly always right where they are close."""
    labels.draw(tx, count, chance)
    while (turn := labels.next_to_judge(tx.connection)) is not None:
        is_right = chance.random() < (0.97 if turn.signals["closeness"] > 0.6 else 0.15)
        wrong = chance.choice(("not_covered", "wrong_page", "not_answered"))
        labels.judge(tx, turn.id, "right" if is_right else wrong, "stf_1")
