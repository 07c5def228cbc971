"""Holds what was measured against the limits of `config.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from baton.core.errors import ConfigurationError
from baton.server.gate.settings import SHIPPED_LIMITS

Figures = Mapping[str, float]
SMALLER_IS_BETTER: Final = frozenset({"wrong", "violations", "fallbacks", "aurc", "ece", "brier", "p50_ms", "p95_ms"})


@dataclass(frozen=True, slots=True)
class Check:
    """A figure beside its limit; None where there is none for it, which passes."""

    suite: str
    figure: str
    value: float
    limit: float | None

    @property
    def passed(self) -> bool:
        """Whether the figure keeps its limit."""
        if self.limit is None:
            return True
        return self.value <= self.limit if self.figure in SMALLER_IS_BETTER else self.value >= self.limit


def refuse_unknown(limits: Mapping[str, Figures], suites: Sequence[str]) -> None:
    """Raises ConfigurationError where a limit is set for a suite that isn't measured, or nothing is limited at all."""
    unknown = sorted(limits.keys() - set(suites) - SHIPPED_LIMITS.keys())
    measured = ", ".join(suites)
    if unknown:
        raise ConfigurationError(f"evaluation.gate.{unknown[0]}: there is no such suite. Measured are {measured}.")
    if not any(limits.get(suite) for suite in suites):
        raise ConfigurationError(f"evaluation.gate sets no limit for any of the suites {measured}, so nothing is held.")


def check(suite: str, figures: Figures, limits: Figures) -> list[Check]:
    """Every figure of a suite with its limit. Raises ConfigurationError for a limit of a figure that it hasn't."""
    if unknown := sorted(limits.keys() - figures.keys()):
        known = ", ".join(figures)
        raise ConfigurationError(f"evaluation.gate.{suite}.{unknown[0]}: the suite has no such figure, only {known}.")
    return [Check(suite, figure, value, limits.get(figure)) for figure, value in figures.items()]
