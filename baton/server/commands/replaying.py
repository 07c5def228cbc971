"""`baton replay`: take recorded turns again under other settings, and print what would change. Nothing is said."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from baton.assistant import experiments
from baton.assistant.experiments import Result
from baton.assistant.recorded import Which, read_recorded
from baton.assistant.replaying import DECISIONS, Replayed, kept, replay, shown, summarize
from baton.core.errors import BatonError, ConfigurationError
from baton.server.config import load_config
from baton.server.ground import Ground, open_ground
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, Options, console, read_options
from baton.server.overrides import differences, with_overrides
from baton.server.trials import collect, open_judge, write_rows

WithOption = Annotated[
    list[str] | None, typer.Option("--with", metavar="KEY=VALUE", help="Such as assistant.min_confidence=0.8.")
]
LimitOption = Annotated[int | None, typer.Option(min=1, help="Only the newest turns.")]
SinceOption = Annotated[str | None, typer.Option(metavar="DATE", help="Only turns since this day or time, in UTC.")]
ConversationOption = Annotated[str | None, typer.Option(metavar="ID", help="Only turns of this conversation.")]
OutOption = Annotated[Path | None, typer.Option(metavar="FILE.jsonl", help="Write every turn, with its words, here.")]
NameOption = Annotated[str | None, typer.Option(help="What the result is called on the page of experiments.")]
LEFT_OUT = {
    "paused": "not judged, because the assistant was paused",
    "failed": "not judged, because taking them failed",
    "erased": "of conversations that were erased",
    "older": "recorded before it was kept what they were judged on",
}


def register(app: typer.Typer) -> None:
    app.command("replay")(replay_turns)


def replay_turns(
    overrides: WithOption = None,
    limit: LimitOption = None,
    since: SinceOption = None,
    conversation: ConversationOption = None,
    out: OutOption = None,
    name: NameOption = None,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Take recorded turns again under other settings (--config, --with) and print what would change. Nobody hears of
    it; the result is kept for the page of experiments. A language model that the settings name is called."""
    which = Which(limit, _moment(since), conversation)
    options = read_options(config, data, as_json)
    tried = with_overrides(options.config, overrides or [])
    changed = differences(options.config if overrides else load_config(None), tried)
    with open_ground(tried, options.data) as ground:
        replayed, left_out = asyncio.run(_replay(ground, which, options))
        changes, summary = [one for one in replayed if one.change], summarize(replayed, left_out)
        result = Result("replay", name or _called(config, overrides), changed, summary, [kept(one) for one in changes])
        id = ground.writer.run_sync(lambda tx: experiments.keep(tx, result))
    if out is not None:
        write_rows(out, (shown(one) for one in replayed))
    about = {"experiment": id, "name": result.name, "settings": changed}
    options.answer(about | summary | {"changes": [shown(one) for one in changes]})
    if not as_json:
        _show(changes, summary, id)


async def _replay(ground: Ground, which: Which, options: Options) -> tuple[list[Replayed], Counter[str]]:
    """Raises BatonError where there is nothing to take again."""
    recorded, left_out = await ground.database.read(lambda connection: read_recorded(connection, which))
    if not recorded:
        sentences = ["There is no recorded turn to take again.", *_said(left_out)]
        raise BatonError(" ".join(sentences))
    async with open_judge(ground) as judge:
        return await collect(replay(judge, recorded), len(recorded), "Taking again", options), left_out


def _moment(since: str | None) -> datetime | None:
    """Raises ConfigurationError for what is no time."""
    if since is None:
        return None
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise ConfigurationError(f"--since: {since!r} is no day or time; write 2026-03-31.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _called(config: Path | None, overrides: Sequence[str] | None) -> str:
    """What the experiment is called when nobody says."""
    return " · ".join([*([config.name] if config else []), *(overrides or [])]) or "The settings as they are"


def _said(left_out: Mapping[str, int]) -> list[str]:
    return [f"Left out: {count} {LEFT_OUT[why]}." for why, count in left_out.items()]


# For people


def _show(changes: Sequence[Replayed], summary: Mapping[str, Any], id: str) -> None:
    for one in changes:
        _show_change(one)
    console.print(_decisions(summary["table"]))
    for sentence in _sentences(summary):
        console.print(sentence)
    for sentence in _said(summary["left_out"]):
        console.print(sentence, style="dim")
    console.print(f"Kept as {id}; it is shown at /assistant/experiments.", style="dim")


def _show_change(one: Replayed) -> None:
    was, now = one.recorded, one.outcome
    line = f"{was.decision} {was.confidence:.2f} → {one.decision} {now.confidence:.2f}"
    console.print(f"“{was.case.message}”", style="bold", markup=False)
    console.print(f"  {line}  ({was.conversation}, {was.at:%Y-%m-%d %H:%M})", markup=False)
    for reason in now.decision.reasons:
        console.print(f"  Because: {reason.text}", markup=False)
    console.print(f"  Was said:      {' '.join(was.said.split())}", style="dim", markup=False)
    console.print(f"  Would be said: {' '.join(one.said.split())}\n", style="dim", markup=False)


def _decisions(table: Mapping[str, Mapping[str, int]]) -> Table:
    """Old decisions down, new ones across."""
    news = [name for name in DECISIONS if any(name in row for row in table.values())]
    drawn = Table("was ╲ would be", *news)
    for old, row in table.items():
        drawn.add_row(old, *(str(row.get(name, "·")) for name in news))
    return drawn


def _sentences(summary: Mapping[str, Any]) -> list[str]:
    before, after = summary["before"], summary["after"]
    said = [
        f"{summary['changed']} of {summary['turns']} turns would be decided otherwise; "
        f"{summary['other_words']} more would only be worded otherwise."
    ]
    moved = [(name, before.get(name, 0), after.get(name, 0)) for name in DECISIONS]
    said += [f"{name}: {was} before, {now} after" for name, was, now in moved if was or now]
    errors = summary["expected_error"]
    if errors["before"] is not None and errors["after"] is not None:
        said.append(f"Expected wrong among the answers: {errors['before']:.1%} before, {errors['after']:.1%} after.")
    for verdict, judged in summary["judged"].items():
        if judged["drafts"]:
            moved_to = f"{judged['answered_before']} were given as answers, {judged['answered_after']} would be"
            said.append(f"Of {judged['drafts']} drafts that staff judged {verdict}, {moved_to}.")
    for mark, counted in summary["feedback"].items():
        if counted["answers"]:
            said.append(
                f"Of {counted['answers']} answers marked {mark}, {counted['no_longer_answered']} would not be given."
            )
    return said
