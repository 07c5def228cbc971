"""`baton eval gate`: whether what is configured may go live, by suites and limits of `config.yaml`."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from baton.core.errors import BatonError, ConfigurationError
from baton.server.config import Config
from baton.server.demo.articles import arrivals
from baton.server.gate.limits import Check, check, refuse_unknown
from baton.server.gate.own import copied_from
from baton.server.gate.running import Library, Measured, run_suites
from baton.server.gate.shop import ORIGIN, as_shop
from baton.server.gate.suites import SHIPPED, Suite, read_suites
from baton.server.gate.trials import Trial
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, answer, errors, read_config
from baton.server.trials import write_rows

SuiteOption = Annotated[list[str] | None, typer.Option(help="Only this suite; may be given several times.")]
OutOption = Annotated[Path | None, typer.Option(help="Write every case and trial with what came of it here.")]


class BelowLimits(BatonError):
    """Something measured does not keep its limit."""


def gate(
    suite: SuiteOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Measure every suite in a folder of its own, and fail where a limit is not kept."""
    settings = read_config(config)
    evaluation = settings.evaluation
    suites = read_suites([Path(path) for path in evaluation.suites] or [SHIPPED])
    refuse_unknown(evaluation.gate, [one.name for one in suites])
    library = _own(settings, data) if evaluation.suites else _shop()
    measured = _run(settings if evaluation.suites else as_shop(settings), _chosen(suites, suite), library)
    checks = [one for each in measured for one in check(each.suite, each.figures, evaluation.gate.get(each.suite, {}))]
    if out is not None:
        write_rows(out, (row for each in measured for row in each.rows))
    answer(_document(checks, measured), _table(checks), as_json)
    broken = [one for one in checks if not one.passed]
    if broken:
        _show_why(measured, {one.suite for one in broken})
        raise BelowLimits(f"The gate is closed: {'; '.join(map(_in_words, broken))}.")


def _shop() -> Library:
    return Library(documents=tuple(arrivals(ORIGIN)))


def _own(settings: Config, data: Path) -> Library:
    return Library(prepare=copied_from(settings, data))


def _chosen(suites: Sequence[Suite], names: Sequence[str] | None) -> list[Suite]:
    known = [suite.name for suite in suites]
    for name in names or ():
        if name not in known:
            raise ConfigurationError(f"--suite: there is no suite {name}. There are {', '.join(known)}.")
    return [suite for suite in suites if not names or suite.name in names]


def _run(settings: Config, suites: Sequence[Suite], library: Library) -> list[Measured]:
    with tempfile.TemporaryDirectory(prefix="baton-gate-") as folder:
        return asyncio.run(
            run_suites(settings, suites, library, Path(folder), lambda said: errors.print(said, style="dim"))
        )


def _document(checks: Sequence[Check], measured: Sequence[Measured]) -> dict[str, Any]:
    rows = [
        {"suite": one.suite, "figure": one.figure, "value": one.value, "limit": one.limit, "passed": one.passed}
        for one in checks
    ]
    return {"passed": all(one.passed for one in checks), "checks": rows}


def _table(checks: Sequence[Check]) -> Table:
    table = Table("suite", "figure", "value", "limit", "")
    for one in checks:
        limit = "" if one.limit is None else f"{one.limit:g}"
        verdict = "" if one.limit is None else "pass" if one.passed else "[red]fail[/red]"
        table.add_row(one.suite, one.figure, f"{one.value:g}", limit, verdict)
    return table


def _show_why(measured: Sequence[Measured], suites: set[str]) -> None:
    """What a person has to look at in the suites that failed."""
    for each in measured:
        for result in each.results:
            if each.suite in suites and not result.is_fine:
                errors.print(_why(each.suite, result), style="dim", markup=False, highlight=False, soft_wrap=True)


def _why(suite: str, result: Any) -> str:
    if isinstance(result, Trial):
        return f"{suite} {result.script} #{result.number}: {' '.join(result.failures)}"
    asked = " / ".join(result.asked)
    said = " ".join(result.violations) or result.outcome
    return f"{suite} {result.id} {said} {asked!r} -> {result.decision}: {' '.join(result.reply.split())[:200]}"


def _in_words(one: Check) -> str:
    return f"{one.suite} {one.figure} is {one.value:g}, the limit {one.limit:g}"
