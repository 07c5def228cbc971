"""Fits how signs of dissatisfaction count: `python -m evals.fit_mood`.

It learns from `evals/mood`, lines written and labelled for this (see its README). What it prints is measured by
five-fold cross-validation in which no conversation is on both sides, on the lines that were kept apart, and without
each group of signals.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from baton.assistant import dissatisfaction, measures, mood
from baton.assistant.dissatisfaction import GROUPS, SIGNALS, Weights
from baton.knowledge.search import Utterance

Numbers = NDArray[np.float64]
HERE = Path(__file__).parent / "mood"
SHIPPED = Path(dissatisfaction.__file__).with_name("dissatisfaction.json")
FOLDS = 5
BASE_RATE = 0.1
"""Share of visitors' messages that are taken to be dissatisfied in life; among ours it is a quarter, and rows are
weighted so that the probabilities fit this rate."""
PENALTY = 0.3
"""Of large weights. Weighted rows are few, so that the usual 1 would hold the weights down too much."""
_STEPS, _SETTLED = 60, 1e-8


@dataclass(frozen=True, slots=True)
class Line:
    """A visitor's message with its signals; the lines of one conversation stay in one fold."""

    conversation: str
    signals: dict[str, float]
    dissatisfied: bool


def lines(name: str) -> list[Line]:
    """Every message of the visitors in `evals/mood/<name>.jsonl`, each after what was said before it."""
    conversations = map(json.loads, (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return [line for conversation in conversations for line in _lines_of(conversation["id"], conversation["turns"])]


def _lines_of(conversation: str, turns: Sequence[dict[str, str | bool]]) -> Iterator[Line]:
    history: list[Utterance] = []
    for turn in turns:
        text = str(turn["text"])
        if turn["author"] == "visitor":
            signals = dissatisfaction.signals_of(text, history, mood.level_of(text))
            yield Line(conversation, signals, bool(turn["dissatisfied"]))
        history.append(Utterance(str(turn["author"]), text))


def fit(found: Sequence[Line], names: Sequence[str] = SIGNALS, version: str = "fold") -> Weights:
    """A logistic regression without negative weights, so that no sign of trouble ever speaks for calm.

    Signals whose weight would be negative are left out, the most negative first, and the others fitted again.
    """
    signals = np.array([[line.signals[name] for name in names] for line in found])
    kept = list(range(len(names)))
    while True:
        solution = _logistic(signals[:, kept], truth(found), counts(found))
        negative = [place for place in range(len(kept)) if solution[place] < 0]
        if not negative:
            break
        kept.pop(min(negative, key=lambda place: solution[place]))
    fitted = {names[column]: round(float(weight), 4) for column, weight in zip(kept, solution[:-1], strict=True)}
    return Weights(version, round(float(solution[-1]), 4), {name: fitted.get(name, 0.0) for name in names})


def _logistic(signals: Numbers, told: Numbers, rows: Numbers) -> Numbers:
    """Weights and, last, the bias, by Newton's method with a ridge on the weights alone."""
    inputs = np.column_stack((signals, np.ones(len(signals))))
    ridge = np.full(inputs.shape[1], PENALTY)
    ridge[-1] = 1e-9
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        said = 1.0 / (1.0 + np.exp(-np.clip(inputs @ found, -30, 30)))
        slope = inputs.T @ (rows * (said - told)) + ridge * found
        curve = (inputs * (rows * said * (1 - said))[:, None]).T @ inputs + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < _SETTLED:
            break
    return found


def truth(found: Sequence[Line]) -> Numbers:
    return np.array([line.dissatisfied for line in found], float)


def counts(found: Sequence[Line]) -> Numbers:
    """How much each line counts: 1 for the satisfied; the others less, so that they come to the base rate."""
    told = truth(found)
    return np.where(told > 0, BASE_RATE / (1 - BASE_RATE) * (1 - told).sum() / told.sum(), 1.0)


def cross_validated(found: Sequence[Line], names: Sequence[str] = SIGNALS) -> list[float]:
    """Every line's probability by weights that saw nothing of its conversation."""
    numbers = {each: number % FOLDS for number, each in enumerate(dict.fromkeys(line.conversation for line in found))}
    fitted = [fit([line for line in found if numbers[line.conversation] != fold], names) for fold in range(FOLDS)]
    return [dissatisfaction.probability(line.signals, fitted[numbers[line.conversation]]) for line in found]


def report(found: Sequence[Line], said: Sequence[float]) -> dict[str, float]:
    """Ranking, and the probability from which calling somebody dissatisfied is right most often, at the base rate."""
    threshold, f1 = best_threshold(found, said)
    ranked = measures.auroc(said, list(truth(found) > 0)) or 0.0
    return {"n": len(found), "auroc": round(ranked, 4), "best_threshold": threshold, "f1": round(f1, 4)}


def best_threshold(found: Sequence[Line], said: Sequence[float]) -> tuple[float, float]:
    """(threshold, F1 there) among hundredths, rows weighted to the base rate."""
    told, rows, values = truth(found) > 0, counts(found), np.asarray(said)
    scores = {}
    for step in range(1, 100):
        called = values >= step / 100
        right, wrong = (rows * (called & told)).sum(), (rows * (called & ~told)).sum()
        missed = (rows * (~called & told)).sum()
        scores[step / 100] = float(2 * right / (2 * right + wrong + missed))
    return max(scores.items(), key=lambda item: item[1])


def ablation(found: Sequence[Line]) -> dict[str, dict[str, float]]:
    """AUROC without each group of signals, and with it alone."""
    figures = {}
    for group, names in GROUPS.items():
        others = [name for name in SIGNALS if name not in names]
        sides = {"without": cross_validated(found, others), "alone": cross_validated(found, names)}
        figures[group] = {
            side: round(measures.auroc(said, list(truth(found) > 0)) or 0.0, 4) for side, said in sides.items()
        }
    return figures


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="replace baton/assistant/dissatisfaction.json")
    chosen = arguments.parse_args()
    fitted, kept_apart = lines("fit"), lines("validation")
    held_out = [dissatisfaction.probability(line.signals, fit(fitted)) for line in kept_apart]
    everything = [*fitted, *kept_apart]
    figures = {
        "cross_validated": report(everything, cross_validated(everything)),
        "fitted on fit, measured on validation": report(kept_apart, held_out),
        "auroc of groups": ablation(everything),
    }
    print(json.dumps(figures, indent=2))
    if chosen.write:
        SHIPPED.write_text(_file(everything, fit(everything, version="2026-11"), figures), encoding="utf-8")


def _file(found: Sequence[Line], weights: Weights, figures: dict[str, object]) -> str:
    described = {
        "about": "Weights of the signs of dissatisfaction; "
        "probability = 1 / (1 + exp(-(bias + sum of weight x signal))).",
        "made_by": "python -m evals.fit_mood --write",
        "fitted_on": [{"data": f"evals/mood ({len(found)} visitors' messages, our own)", "licence": "MIT"}],
        "base_rate": BASE_RATE,
        "figures": figures,
        "version": weights.version,
        "bias": weights.bias,
        "weights": dict(weights.of),
    }
    return json.dumps(described, indent=2) + "\n"


if __name__ == "__main__":
    main()
