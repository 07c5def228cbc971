"""How far an installation knows itself: which head is in use, how many turns were judged, and how sure it really is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from baton.assistant.calibrated import governed
from baton.assistant.error_rates import Scored
from baton.assistant.head import Head, shipped_head
from baton.assistant.labels import TurnLabelled, count_drawn, judged
from baton.assistant.learnt import learnt
from baton.assistant.refitting import FEWEST, FEWEST_OF_A_KIND
from baton.assistant.settings import AssistantSettings


@dataclass(frozen=True, slots=True)
class Standing:
    """`right` and `wrong` count the judged turns that say something; `left` is still to be judged."""

    head: Head
    calibrated_at: datetime | None
    """When `baton calibrate` last chose a head; None if it never did."""
    right: int
    wrong: int
    unclear: int
    left: int
    measured: Sequence[Scored]
    """Judged turns with a confidence by a head that didn't see them."""
    is_measured: bool
    """Whether `measured` is what thresholds are chosen on: then a calibration has taken part in it."""

    @property
    def is_own(self) -> bool:
        """Whether the head in use was fitted to this installation's own turns."""
        return self.head.version != shipped_head().version

    @property
    def is_enough(self) -> bool:
        """Whether there are as many labels as a calibration needs; of fewer nothing is shown."""
        return self.right + self.wrong >= FEWEST and min(self.right, self.wrong) >= FEWEST_OF_A_KIND


def standing(connection: Connection, settings: AssistantSettings) -> Standing:
    """As it is now."""
    found, labels = learnt(connection), judged(connection)
    head = found.head or shipped_head()
    right, (said, left) = sum(one.labelled.right for one in labels), count_drawn(connection)
    held_out = governed(found.measured, settings, None)
    return Standing(
        head=head,
        calibrated_at=found.at,
        right=right,
        wrong=len(labels) - right,
        unclear=said - len(labels),
        left=left,
        measured=held_out or _by(head, labels),
        is_measured=bool(held_out),
    )


def _by(head: Head, labels: Sequence[TurnLabelled]) -> list[Scored]:
    """Before the first calibration: the head in use was fitted elsewhere, and so has seen none of them."""
    return [Scored(head.confidence(one.labelled.signals), one.labelled.right, one.labelled.weight) for one in labels]
