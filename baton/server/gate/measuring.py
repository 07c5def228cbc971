"""Measures the suites of the contract's forms (retrieval, decisions, mood, tasks) as visitors get it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from baton.assistant.evaluation import BadRow as BadDecisionRow
from baton.assistant.evaluation import Taken, evaluate_decisions, evaluate_mood
from baton.assistant.judging import VISITOR, Case, Judge
from baton.knowledge.evaluation import BadRow, evaluate_retrieval
from baton.knowledge.search import Utterance
from baton.server.gate.rows import BadSuite
from baton.server.gate.stage import Stage
from baton.server.gate.suites import Suite

Figures = Mapping[str, float]


async def measure(stage: Stage, suite: Suite) -> Figures:
    """The suite's figures. Raises BadSuite for a row that can't be measured."""
    try:
        return await _measure(stage, suite)
    except (BadRow, BadDecisionRow) as error:
        raise BadSuite(f"{suite.name}: {error}") from error


async def _measure(stage: Stage, suite: Suite) -> Figures:
    if suite.kind == "retrieval":
        return await evaluate_retrieval(stage.knowledge.search, suite.rows, audiences=VISITOR)
    if suite.kind == "mood":
        return evaluate_mood(suite.rows, settings=stage.ground.config.assistant.mood)
    async with stage.judge() as judge:
        if suite.kind == "decisions":
            return await evaluate_decisions(partial(_take, judge), suite.rows)
        return await _evaluate_tasks(judge, suite.rows)


async def _take(judge: Judge, query: str, history: Sequence[Utterance]) -> Taken:
    outcome = await judge.judge(Case(query, tuple(history)))
    cited = tuple(id for citation in outcome.message.citations if (id := citation.passage.external_id) is not None)
    return Taken(outcome.decision.kind, outcome.confidence, cited, outcome.message.text)


async def _evaluate_tasks(judge: Judge, rows: Sequence[Mapping[str, Any]]) -> Figures:
    """How many rows get their task type, and how many of those outside every type get none, by the settings."""
    told = [(row["task"], (await judge.judge(Case(row["text"]))).task) for row in rows]
    inside = [found == task for task, found in told if task is not None]
    outside = [found is None for task, found in told if task is None]
    figures = {"n": float(len(told))}
    if inside:
        figures["accuracy_kept"] = round(sum(inside) / len(inside), 4)
    if outside:
        figures["oos_recall"] = round(sum(outside) / len(outside), 4)
    return figures
