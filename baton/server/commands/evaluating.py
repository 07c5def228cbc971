"""`baton eval`: measure search, decisions, mood and task types on rows with known answers."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table

from baton.assistant.evaluation import BadRow as BadDecisionRow
from baton.assistant.evaluation import Taken, evaluate_decisions, evaluate_mood
from baton.assistant.judging import Case, Judge
from baton.assistant.settings import AssistantSettings
from baton.assistant.task_evaluation import Labelled, evaluate_tasks, examples_in, labelled
from baton.assistant.tasks import Tasks, open_tasks
from baton.assistant.turns import open_provider
from baton.core.errors import BatonError, NotFound
from baton.knowledge.embedding import open_embedding
from baton.knowledge.evaluation import BadRow, evaluate_retrieval
from baton.knowledge.records import AUDIENCES, PUBLIC
from baton.knowledge.search import Utterance
from baton.server.commands.gating import gate
from baton.server.ground import open_ground
from baton.server.knowledge import Knowledge
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, Options, read_options

FileArgument = Annotated[Path, typer.Argument(metavar="FILE.jsonl")]
ExamplesOption = Annotated[
    Path | None, typer.Option(metavar="FILE.jsonl", help="Examples of the types; else those of the settings.")
]
ValOption = Annotated[
    Path | None, typer.Option(metavar="FILE.jsonl", help="Rows that set the threshold; else the examples do.")
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Only the first rows.")]
OutOption = Annotated[Path | None, typer.Option(help="Write every row with its scores here.")]
CurvesOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE.svg", help="Draw errors against automation, and reliability, into this file."),
]
AudienceOption = Annotated[str | None, typer.Option(help="visitor or staff; both if left out.")]


class BadSuite(BatonError):
    """The file can't be measured with."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What is measured: rows, against what these audiences may see; `out` gets every row with its scores, and `curves`
    the pictures where the suite has some."""

    rows: list[dict[str, Any]]
    audiences: frozenset[str]
    out: Path | None
    curves: Path | None
    knowledge: Knowledge
    judge: Judge
    settings: AssistantSettings


Measure = Callable[[Suite], Awaitable[dict[str, Any]]]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Measure on rows with known answers.")
    for measure in (retrieval, mood):
        group.command(measure.__name__, help=measure.__doc__)(_command(measure))
    group.command("decisions", help=decisions.__doc__)(_decisions_command)
    group.command("tasks")(tasks)
    group.command("gate")(gate)
    app.add_typer(group, name="eval")


def tasks(
    file: FileArgument,
    examples: ExamplesOption = None,
    val: ValOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    audience: AudienceOption = None,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """How well the task type of a message is told, and what is of none. Needs no documents."""
    options = read_options(config, data, as_json)
    _audiences(audience)
    _check_places(out)
    settings = options.config.assistant

    async def run() -> dict[str, Any]:
        rows = _labelled(file, limit)
        held_out = _labelled(val) if val else None
        known = {name: policy.examples for name, policy in settings.tasks.items()}
        opened = await _open_tasks(options, examples_in(_labelled(examples)) if examples else known)
        with closing(opened.embedding):
            return await evaluate_tasks(opened, rows, val=held_out, out=out)

    _report(options, run)


async def retrieval(suite: Suite) -> dict[str, Any]:
    """How well search finds the documents that answer."""
    return await evaluate_retrieval(suite.knowledge.search, suite.rows, audiences=suite.audiences, out=suite.out)


async def decisions(suite: Suite) -> dict[str, Any]:
    """How well confidence tells what should be answered from what should not."""
    take = partial(_take, suite.judge, suite.audiences)
    return await evaluate_decisions(take, suite.rows, out=suite.out, curves=suite.curves)


async def mood(suite: Suite) -> dict[str, Any]:
    """How well mood tells the visitors who are dissatisfied."""
    return evaluate_mood(suite.rows, settings=suite.settings.mood, out=suite.out)


def _command(measure: Measure) -> Callable[..., None]:
    """The options that every suite takes, around what it measures."""

    def command(
        file: FileArgument,
        limit: LimitOption = None,
        out: OutOption = None,
        audience: AudienceOption = None,
        config: ConfigOption = None,
        data: DataOption = USUAL_DATA,
        as_json: JsonOption = False,
    ) -> None:
        _measure(measure, file, limit, out, None, audience, read_options(config, data, as_json))

    return command


def _decisions_command(
    file: FileArgument,
    limit: LimitOption = None,
    out: OutOption = None,
    curves: CurvesOption = None,
    audience: AudienceOption = None,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    _measure(decisions, file, limit, out, curves, audience, read_options(config, data, as_json))


def _measure(
    measure: Measure,
    file: Path,
    limit: int | None,
    out: Path | None,
    curves: Path | None,
    audience: str | None,
    options: Options,
) -> None:
    _check_places(out, curves)
    audiences, rows = _audiences(audience), read_rows(file, limit)

    async def run() -> dict[str, Any]:
        async with _open(options) as (knowledge, judge):
            suite = Suite(rows, audiences, out, curves, knowledge, judge, options.config.assistant)
            return await measure(suite)

    _report(options, run)


def read_rows(file: Path, limit: int | None) -> list[dict[str, Any]]:
    """The rows of a suite. Raises BadSuite, NotFound."""
    if not file.is_file():
        raise NotFound(f"{file} does not exist.")
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if limit is not None and len(rows) == limit:
            break
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadSuite(f"{file}, line {number} is not JSON: {error}.") from error
        if not isinstance(row, dict):
            raise BadSuite(f"{file}, line {number} is not an object.")
        rows.append(row)
    if not rows:
        raise BadSuite(f"{file} has no rows.")
    return rows


def _labelled(file: Path, limit: int | None = None) -> list[Labelled]:
    return labelled(read_rows(file, limit), str(file))


async def _open_tasks(options: Options, examples: Mapping[str, Sequence[str]]) -> Tasks:
    """The task types that these examples make. Raises BadSuite."""
    embedding = open_embedding(options.data)
    if embedding is None:
        raise BadSuite("Task types can't be told: the embedding weights are missing, as the warning above says.")
    opened = await open_tasks(embedding, examples, options.config.assistant.task_miss_rate)
    if opened is None:
        embedding.close()
        raise BadSuite("No task type has examples. Give some with --examples, or in assistant.tasks.")
    return opened


async def _take(judge: Judge, audiences: frozenset[str], query: str, history: Sequence[Utterance]) -> Taken:
    """One turn, judged and not said."""
    outcome = await judge.judge(Case(query, tuple(history), audiences=audiences))
    cited = {citation.passage.external_id: None for citation in outcome.message.citations}
    shown = tuple(id for id in cited if id is not None)
    return Taken(outcome.decision.kind, outcome.confidence, shown, outcome.message.text)


def _audiences(name: str | None) -> frozenset[str]:
    if name not in (None, "visitor", "staff"):
        raise typer.BadParameter(f"{name!r} is neither visitor nor staff.", param_hint="--audience")
    return frozenset({PUBLIC}) if name == "visitor" else AUDIENCES


@asynccontextmanager
async def _open(options: Options) -> AsyncIterator[tuple[Knowledge, Judge]]:
    with open_ground(options.config, options.data) as ground:
        settings = options.config.assistant
        knowledge = Knowledge(ground, serving=False)
        async with knowledge.open(), open_provider(settings, os.environ) as provider:
            yield knowledge, await knowledge.open_judge(provider, settings, options.config.widget.brand.name)


def _check_places(*files: Path | None) -> None:
    """Before anything is measured. Raises BadParameter for a file whose folder isn't there."""
    for file in files:
        if file is not None and not file.parent.is_dir():
            raise typer.BadParameter(f"The folder of {file} does not exist.")


def _report(options: Options, measure: Callable[[], Coroutine[Any, Any, dict[str, Any]]]) -> None:
    try:
        figures = asyncio.run(measure())
    except (BadRow, BadDecisionRow) as error:
        raise BadSuite(str(error)) from error
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    options.answer(figures, table)
