"""What may be answered at a highest error rate: exact bounds on labelled drafts, each standing for `weight` others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

SURE_OF_BOUND = 0.95
_FEWEST, _STEP = 12, 1.25
_SAYS_NOTHING = 0.5
_BISECTIONS = 40


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled draft: its confidence, whether it was right, and how many drafts it stands for."""

    confidence: float
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What answering from `threshold` up comes to on labelled drafts; shares are 0..1."""

    threshold: float
    coverage: float
    """Share of all drafts that is answered."""
    error: float
    """Share of the answered that is wrong."""
    bound: float
    """The error is not above this, one-sided, at the probability that was asked for."""
    labels: int
    """Labelled drafts that are answered."""


def upper_bound(wrong: float, n: float, sure: float = SURE_OF_BOUND) -> float:
    """The highest error rate under which as few as `wrong` of `n` would still be seen with a chance of 1 - `sure`.

    The one-sided bound of Clopper and Pearson ("The use of confidence or fiducial limits illustrated in the case of the
    binomial", Biometrika 26, 1934). Fractions are rounded against us; without a label the bound is 1.
    """
    trials, failures = math.floor(n + 1e-9), math.ceil(wrong - 1e-9)
    if trials <= 0 or failures >= trials:
        return 1.0
    low, high = failures / trials, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(failures, trials, middle) > 1 - sure else (low, middle)
    return high


def answering(scored: Sequence[Scored], threshold: float, sure: float = SURE_OF_BOUND) -> Answered:
    """What answering every draft at or above a threshold comes to.

    Weighted labels count as many as they are worth: n = (Σw)² / Σw² (Kish, "Survey Sampling", 1965).
    """
    chosen = [one for one in scored if one.confidence >= threshold]
    total, weight = sum(one.weight for one in scored), sum(one.weight for one in chosen)
    if not chosen:
        return Answered(threshold, 0.0, 0.0, 1.0, 0)
    error = sum(one.weight for one in chosen if not one.right) / weight
    worth = weight**2 / sum(one.weight**2 for one in chosen)
    return Answered(threshold, weight / total, error, upper_bound(error * worth, worth, sure), len(chosen))


def lowest_threshold(scored: Sequence[Scored], max_error_rate: float, sure: float = SURE_OF_BOUND) -> Answered | None:
    """The lowest threshold whose bound on the error rate holds; None if the labels can't show one."""
    held = [found for found in _tried(scored, sure) if found.bound <= max_error_rate]
    return min(held, key=lambda found: found.threshold, default=None)


def strictest(scored: Sequence[Scored], sure: float = SURE_OF_BOUND) -> Answered | None:
    """The threshold with the lowest error rate that the labels can show at all; None if that says nothing."""
    found = min(_tried(scored, sure), key=lambda one: (one.bound, one.threshold), default=None)
    return found if found and found.bound < _SAYS_NOTHING else None


def fewest_labels(max_error_rate: float, sure: float = SURE_OF_BOUND) -> int:
    """As many right answers without a wrong one show that the rate holds: (1 - rate)^n <= 1 - sure."""
    return math.ceil(math.log(1 - sure) / math.log(1 - max_error_rate))


def _tried(scored: Sequence[Scored], sure: float) -> list[Answered]:
    """A few thresholds, each answering a quarter more labelled drafts than the one before, the surest first.

    They share the chance of being misled among them, so that choosing among them doesn't weaken the promise
    (Bonferroni; the same use of it: Geifman and El-Yaniv, "Selective classification for deep neural networks", 2017,
    algorithm 1). They are the same for every rate, so that a stricter rate never has a lower threshold.
    """
    ordered = sorted((one.confidence for one in scored), reverse=True)
    size, thresholds = float(_FEWEST), []
    while size < len(ordered):
        thresholds.append(ordered[int(size) - 1])
        size *= _STEP
    thresholds = list(dict.fromkeys([*thresholds, *ordered[-1:]]))
    each = 1 - (1 - sure) / max(1, len(thresholds))
    return [answering(scored, threshold, each) for threshold in thresholds]


def _at_most(failures: int, trials: int, rate: float) -> float:
    """The binomial chance of at most so many failures."""
    if rate <= 0 or rate >= 1:
        return float(rate <= 0)
    logs = (
        math.lgamma(trials + 1)
        - math.lgamma(k + 1)
        - math.lgamma(trials - k + 1)
        + k * math.log(rate)
        + (trials - k) * math.log1p(-rate)
        for k in range(failures + 1)
    )
    return math.fsum(math.exp(one) for one in logs)
