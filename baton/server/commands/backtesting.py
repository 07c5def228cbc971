"""`baton backtest`: run past conversations from elsewhere silently, and compare with what people wrote."""

import asyncio
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from baton.assistant import experiments
from baton.assistant.backtesting import NO_TASK, PastTurn, Tested, backtest, past_turns, shown, summarize
from baton.assistant.experiments import Result
from baton.assistant.transcripts.reading import read_transcripts
from baton.core.errors import BatonError
from baton.server.ground import Ground, open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, Options, console, read_options
from baton.server.trials import collect, open_judge, write_rows

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Our JSON lines, or an export; see docs/replay.md.")]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Only the first turns.")]
ErrorOption = Annotated[
    float, typer.Option("--max-error", min=0.0, max=1.0, help="Share of answers that may be wrong.")
]
OutOption = Annotated[Path | None, typer.Option(metavar="FILE.jsonl", help="Write every turn here.")]
NameOption = Annotated[str | None, typer.Option(help="What the result is called on the page of experiments.")]
KINDS = ("answer", "clarify", "offer", "escalate", "small_talk")


def register(app: typer.Typer) -> None:
    app.command("backtest")(backtest_file)


def backtest_file(
    file: FileArgument,
    max_error: ErrorOption = 0.05,
    limit: LimitOption = None,
    out: OutOption = None,
    name: NameOption = None,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Take what visitors asked in past conversations, and show what would be answered, beside what people wrote then.
    Nothing leaves this machine, unless the settings name a language model elsewhere."""
    options = read_options(config, data, as_json)
    turns = _turns(file, limit)
    with open_ground(options.config, options.data) as ground:
        tested = asyncio.run(_test(ground, turns, options))
        rows, summary = [shown(one) for one in tested], summarize(tested, max_error)
        result = Result("backtest", name or file.name, {}, summary, rows)
        id = ground.writer.run_sync(lambda tx: experiments.keep(tx, result))
    if out is not None:
        write_rows(out, rows)
    options.answer({"experiment": id, "name": result.name} | summary | {"rows": rows})
    if not as_json:
        _show(summary, id)


def _turns(file: Path, limit: int | None) -> list[PastTurn]:
    """Raises BatonError where no person answered anything."""
    every = (turn for transcript in read_transcripts(file) for turn in past_turns(transcript))
    turns = list(islice(every, limit))
    if not turns:
        raise BatonError(f"{file} has no visitor's message that a person answered, so there is nothing to compare.")
    return turns


async def _test(ground: Ground, turns: list[PastTurn], options: Options) -> list[Tested]:
    async with open_judge(ground) as judge:
        return await collect(backtest(judge, turns), len(turns), "Testing", options)


# For people


def _show(summary: Mapping[str, Any], id: str) -> None:
    console.print(_by_task(summary["tasks"]))
    for sentence in _sentences(summary):
        console.print(sentence)
    console.print(f"Kept as {id}; it is shown, beside what people wrote, at /assistant/experiments.", style="dim")


def _by_task(tasks: Mapping[str, Mapping[str, int]]) -> Table:
    drawn = Table("task type", *KINDS[:-1])
    for task, counted in tasks.items():
        drawn.add_row("(none)" if task == NO_TASK else task, *(str(counted.get(kind, "·")) for kind in KINDS[:-1]))
    return drawn


def _sentences(summary: Mapping[str, Any]) -> list[str]:
    decisions, within, questions = summary["decisions"], summary["within"], summary["questions"]
    counted = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in decisions.items())
    said = [f"{summary['turns']} turns that people answered: {counted}."]
    if summary["expected_error"] is not None:
        error = f"{summary['expected_error']:.1%}"
        said.append(
            f"At these settings {summary['answered_share']:.0%} of {questions} questions are answered; {error} "
            "of the answers are expected to be wrong."
        )
    threshold = within["threshold"]
    at = f" (min_confidence {threshold:.2f})" if threshold is not None else ""
    if questions:
        could_be = f"{within['answerable']} ({within['share']:.0%}) could be{at}"
        said.append(f"With {within['max_error']:.0%} of the answers expected wrong, {could_be}.")
    return said
