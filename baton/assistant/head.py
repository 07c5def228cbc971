"""The confidence head: three questions, a probability for each, and their product as the confidence.

A draft is right if the documents cover the question, if it quotes the right page, and if what it quotes is the answer:

    P(right) = P(covered) · P(on the right page | covered) · P(answered | on the right page)

Each factor is a logistic function of signals (`scoring.SIGNALS`); how much each signal counts is fitted and kept,
readable, in `confidence.json`. A signal that is missing counts as 0, which is the value that lowers confidence.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

FACTORS: Mapping[str, tuple[str, ...]] = {
    "covered": (
        "closeness",
        "strength",
        "cover_of_quote",
        "cover_of_passage",
        "rarest_met",
        "words_known",
        "sentence",
        "stated",
    ),
    "on_page": ("margin", "agreement", "page_share", "lead", "strength"),
    "answered": (
        "cover_of_quote",
        "cover_of_passage",
        "sentence",
        "heading",
        "fits_kind",
        "stated",
        "unopposed",
        "support",
        "rarest_met",
        "share",
        "lead",
    ),
}
"""The signals that each question is judged by."""


@dataclass(frozen=True, slots=True)
class Factor:
    """probability = 1 / (1 + exp(-(bias + Σ weight · signal))); no weight is negative."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        total = self.bias + sum(weight * signals.get(name, 0.0) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total)))) if math.isfinite(total) else 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted head; `version` says which, in the record of every turn."""

    version: str
    factors: Mapping[str, Factor]

    def chances(self, signals: Mapping[str, float]) -> dict[str, float]:
        """The probability of each factor, 0..1."""
        return {name: factor.probability(signals) for name, factor in self.factors.items()}

    def confidence(self, signals: Mapping[str, float]) -> float:
        """The calibrated probability that the draft is right and supported, 0..1."""
        return math.prod(self.chances(signals).values())

    def as_data(self) -> dict[str, Any]:
        """What `read_head` reads."""
        factors = {name: {"bias": one.bias, "weights": dict(one.weights)} for name, one in self.factors.items()}
        return {"version": self.version, "factors": factors}


def read_head(data: Mapping[str, Any]) -> Head:
    """A head from its readable form. Raises KeyError for one that lacks a factor."""
    factors = {name: data["factors"][name] for name in FACTORS}
    return Head(data["version"], {name: Factor(one["bias"], one["weights"]) for name, one in factors.items()})


@cache
def shipped_head() -> Head:
    """The head that comes with the package, fitted on other people's text; `baton calibrate` fits it to your own."""
    text = resources.files("baton.assistant").joinpath("confidence.json").read_text(encoding="utf-8")
    return read_head(json.loads(text))
