"""`baton calibrate`: the head that fits an installation's own labelled turns, measured on labels it didn't see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baton.assistant import measures
from baton.assistant.calibration import Labelled, fit
from baton.assistant.head import Head

FEWEST, FEWEST_OF_A_KIND = 60, 15
"""Fewer labels, or fewer right or wrong ones, say less about this installation than the shipped head knows already."""
FOLDS = 5
DRAWN_TO_PRIOR = 8.0
"""Strength of the ridge that draws the weights to the head before: labels must outweigh what it was fitted on."""


class TooFewLabels(Exception):
    """There is not enough to fit; the message says how many of what are missing."""


@dataclass(frozen=True, slots=True)
class Refit:
    """A fitted head with, for every label, the confidence before and by a head fitted without it."""

    head: Head
    before: tuple[float, ...]
    held_out: tuple[float, ...]
    right: tuple[bool, ...]
    weights: tuple[float, ...]

    @property
    def helps(self) -> bool:
        """Whether confidence came nearer to what happened (Brier's score, weighted, on labels that were not seen)."""
        return self._score(self.held_out) < self._score(self.before)

    def _score(self, said: Sequence[float]) -> float:
        return measures.brier(said, self.right, self.weights)


def refit(rows: Sequence[Labelled], before: Sequence[float], prior: Head, version: str) -> Refit:
    """Fit to labels, drawn to the prior; `before` is each one's confidence now. Raises TooFewLabels."""
    _check(rows)
    scaled = _scaled(rows)
    heads = [fit(_without(scaled, fold), version=version, prior=prior, penalty=DRAWN_TO_PRIOR) for fold in range(FOLDS)]
    held_out = tuple(heads[place % FOLDS].confidence(row.signals) for place, row in enumerate(rows))
    return Refit(
        fit(scaled, version=version, prior=prior, penalty=DRAWN_TO_PRIOR),
        tuple(before),
        held_out,
        tuple(row.right for row in rows),
        tuple(row.weight for row in rows),
    )


def _check(rows: Sequence[Labelled]) -> None:
    right = sum(row.right for row in rows)
    wrong = len(rows) - right
    if len(rows) < FEWEST or min(right, wrong) < FEWEST_OF_A_KIND:
        raise TooFewLabels(
            f"{len(rows)} turns are judged ({right} right, {wrong} wrong); calibrating needs {FEWEST}, "
            f"with {FEWEST_OF_A_KIND} of each kind. Judge more on the page /assistant/labels."
        )


def _scaled(rows: Sequence[Labelled]) -> list[Labelled]:
    """The labels with weights whose mean is 1, so that the ridge means the same whatever they stand for."""
    mean = sum(row.weight for row in rows) / len(rows)
    return [Labelled(row.signals, row.right, row.covered, row.on_page, row.answered, row.weight / mean) for row in rows]


def _without(rows: Sequence[Labelled], fold: int) -> list[Labelled]:
    return [row for place, row in enumerate(rows) if place % FOLDS != fold]
