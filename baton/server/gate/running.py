"""Runs the gate: every suite on servers of its own in a folder of its own, with what went wrong in each."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from baton.knowledge.arrivals import Arrival, from_upload
from baton.server.config import Config
from baton.server.gate.measuring import Figures, measure
from baton.server.gate.playing import play_case
from baton.server.gate.rows import Case
from baton.server.gate.scripts import Script
from baton.server.gate.staff_only import StaffOnly
from baton.server.gate.stage import Prepare, Stage, open_stage, patient
from baton.server.gate.suites import Suite
from baton.server.gate.trials import Trial, pass_hat, play_script
from baton.server.gate.verdicts import Verdict, judge_case

AT_ONCE = 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Library:
    """What suites are measured on: rows put into the database before it is served, and documents to be read."""

    prepare: Prepare | None = None
    documents: tuple[Arrival, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A suite's figures with its verdicts or trials, where it is made of conversations."""

    suite: str
    figures: Figures
    results: tuple[Verdict | Trial, ...] = ()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A line of JSON for each result."""
        return [{"suite": self.suite, "fine": one.is_fine} | asdict(one) for one in self.results]


async def run_suites(
    config: Config, suites: Sequence[Suite], library: Library, folder: Path, tell: Callable[[str], None]
) -> list[Measured]:
    """Measure every suite; those that bring documents come last, so that the others don't meet them."""
    found: dict[str, Measured] = {}
    prepare, documents = library.prepare, library.documents
    for insists, group in groupby(sorted(suites, key=_order), _insists):
        async with open_stage(patient(config) if insists else config, folder, prepare) as stage:
            await stage.add(documents)
            prepare, documents = None, ()
            for suite in group:
                tell(f"{suite.name}: {len(suite.rows)} …")
                found[suite.name] = await _run(stage, suite, config.evaluation.trials)
    return [found[suite.name] for suite in suites]


def _order(suite: Suite) -> tuple[bool, bool]:
    return bool(_brought(suite)), not _insists(suite)


def _insists(suite: Suite) -> bool:
    return any(isinstance(row, Case) and row.insists for row in suite.rows)


def _brought(suite: Suite) -> list[Arrival]:
    """The documents of its cases, each once."""
    given = {one.name: one for row in suite.rows if isinstance(row, Case) for one in row.documents}
    return [arrival for one in given.values() for arrival in from_upload(one.name, one.text.encode())]


async def _run(stage: Stage, suite: Suite, trials: int) -> Measured:
    if suite.kind == "cases":
        await stage.add(_brought(suite))
        staff_only = await stage.staff_only()
        verdicts = await _a_few_at_once(partial(_play, stage, staff_only), suite.rows)
        return Measured(suite.name, _case_figures(suite.rows, verdicts), tuple(verdicts))
    if suite.kind == "conversations":
        staff_only = await stage.staff_only()
        told = [(script, number) for script in suite.rows for number in range(trials)]
        played = await _a_few_at_once(partial(_try, stage, staff_only), told)
        return Measured(suite.name, _trial_figures(played, trials), tuple(played))
    return Measured(suite.name, await measure(stage, suite))


async def _play(stage: Stage, staff_only: StaffOnly, case: Case) -> Verdict:
    return judge_case(case, await play_case(stage, case), staff_only)


async def _try(stage: Stage, staff_only: StaffOnly, told: tuple[Script, int]) -> Trial:
    return await play_script(stage, told[0], told[1], staff_only)


async def _a_few_at_once(play: Callable[[T], Awaitable[Any]], rows: Sequence[T]) -> list[Any]:
    """Results in the order of the rows."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def in_turn(row: T) -> Any:
        async with turn:
            return await play(row)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(row)) for row in rows]
    return [task.result() for task in tasks]


def _case_figures(cases: Sequence[Case], verdicts: Sequence[Verdict]) -> Figures:
    """`right` is a share of the cases that expect something; `wrong` and `violations` count cases."""
    asked = [verdict.outcome for verdict in verdicts if verdict.outcome != "unasked"]
    shares = {"right": round(asked.count("right") / len(asked), 4)} if asked else {}
    harmed = sum(bool(verdict.violations) for verdict in verdicts)
    return {"n": len(cases), **shares, "wrong": asked.count("wrong"), "violations": harmed, **_fallbacks(verdicts)}


def _trial_figures(trials: Sequence[Trial], most: int) -> Figures:
    powers = {f"pass^{k}": round(pass_hat(k, trials), 4) for k in range(1, most + 1)}
    return {"n": len({trial.script for trial in trials}), "trials": most, **powers, **_fallbacks(trials)}


def _fallbacks(results: Sequence[Verdict | Trial]) -> Figures:
    """In how many conversations a model was passed over: then it is not the model that was measured."""
    return {"fallbacks": sum(result.fell_back for result in results)}
