"""`baton calibrate`: fit confidence to the turns that people judged, and say what it is worth before and after."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table

from baton.assistant import measures
from baton.assistant.calibrated import apply
from baton.assistant.error_rates import Answered
from baton.assistant.head import Head, shipped_head
from baton.assistant.labels import TurnLabelled, judged, keep_held_out
from baton.assistant.learnt import Learnt, Measured, keep, learnt
from baton.assistant.refitting import Refit, TooFewLabels, refit
from baton.core.errors import BatonError
from baton.core.transaction import Transaction
from baton.server.ground import Ground, open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, read_options

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Measure, and change nothing.")]


def register(app: typer.Typer) -> None:
    app.command("calibrate")(calibrate)


def calibrate(
    dry_run: DryRunOption = False,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Fit confidence to the turns that were judged on the page /assistant/labels."""
    options = read_options(config, data, as_json)
    with open_ground(options.config, options.data) as ground:
        found = _calibrate(ground, dry_run)
    options.answer(found, _for_people(found))


def _calibrate(ground: Ground, dry_run: bool) -> dict[str, Any]:
    labels = ground.database.read_sync(judged)
    present = ground.database.read_sync(learnt)
    head = present.head or shipped_head()
    before = [head.confidence(one.labelled.signals) if one.held_out is None else one.held_out for one in labels]
    version = f"own-{ground.clock.now():%Y-%m-%dT%H:%M:%S}"
    try:
        fitted = refit([one.labelled for one in labels], before, shipped_head(), version)
    except TooFewLabels as error:
        raise BatonError(str(error)) from error
    found = _learnt(labels, fitted, present.head)
    if not dry_run:
        ground.writer.run_sync(lambda tx: _keep(tx, labels, found, fitted.helps))
    shown = apply(present if dry_run else found, ground.config.assistant)
    return {
        "labels": len(labels),
        "right": sum(fitted.right),
        "wrong": len(labels) - sum(fitted.right),
        "helps": fitted.helps,
        "kept": fitted.helps and not dry_run,
        "version": shown.head.version,
        "before": _figures(fitted, fitted.before),
        "after": _figures(fitted, fitted.held_out),
        "thresholds": {task or "*": _threshold(found) for task, found in shown.shown.items()},
    }


def _learnt(labels: Sequence[TurnLabelled], fitted: Refit, present: Head | None) -> Learnt:
    """The better head, and each label's confidence without itself. What was there stays if it is as good."""
    said = fitted.held_out if fitted.helps else fitted.before
    measured = [
        Measured(round(confidence, 6), one.labelled.right, one.labelled.weight, one.task)
        for one, confidence in zip(labels, said, strict=True)
    ]
    return Learnt(fitted.head if fitted.helps else present, measured)


def _keep(tx: Transaction, labels: Sequence[TurnLabelled], found: Learnt, helps: bool) -> None:
    said = zip(labels, found.measured, strict=True)
    keep_held_out(tx, {one.turn: measured.confidence for one, measured in said})
    keep(tx, found, {"labels": len(labels), "helps": helps})


def _figures(fitted: Refit, said: Sequence[float]) -> dict[str, Any]:
    """Measured on labels that the head didn't see, each weighing as many turns as it stands for."""
    table = measures.reliability(said, fitted.right, weights=fitted.weights)
    return {
        "brier": round(measures.brier(said, fitted.right, fitted.weights), 4),
        "ece": round(measures.ece(said, fitted.right, weights=fitted.weights), 4),
        "auroc": measures.auroc(said, fitted.right),
        "reliability": [
            {"said": round(mean, 3), "was": round(share, 3), "turns": round(weight, 1)} for mean, share, weight in table
        ],
    }


def _threshold(found: Answered) -> dict[str, float]:
    return {
        "threshold": round(found.threshold, 4),
        "coverage": round(found.coverage, 4),
        "error": round(found.error, 4),
        "bound": round(found.bound, 4),
        "labels": found.labels,
    }


def _for_people(found: Mapping[str, Any]) -> Group:
    said = "Kept: confidence is fitted to your own turns now." if found["kept"] else "Nothing was changed."
    if not found["helps"]:
        said = "What is in use is as good as what was fitted, so it stays."
    heading = f"{found['labels']} turns judged: {found['right']} right, {found['wrong']} wrong. {said}"
    tables = [_reliability(name, found[name]) for name in ("before", "after")]
    return Group(heading, *tables, *_thresholds(found["thresholds"]))


def _reliability(name: str, figures: Mapping[str, Any]) -> Table:
    table = Table("said", "was right", "turns", title=f"{name}: ECE {figures['ece']:.3f}, Brier {figures['brier']:.3f}")
    for row in figures["reliability"]:
        table.add_row(f"{row['said']:.2f}", f"{row['was']:.2f}", f"{row['turns']:.0f}")
    return table


def _thresholds(found: Mapping[str, Mapping[str, float]]) -> list[Table]:
    if not found:
        return []
    table = Table("task type", "threshold", "answered", "wrong among them, at most", title="What keeps max_error_rate")
    for task, row in found.items():
        table.add_row(task, f"{row['threshold']:.2f}", f"{row['coverage']:.0%}", f"{row['bound']:.1%}")
    return [table]
