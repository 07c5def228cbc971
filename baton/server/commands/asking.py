"""`baton ask`: one turn in the terminal."""

import asyncio
import os
from typing import Annotated, Any

import typer
from rich.panel import Panel

from baton.assistant.decisions import Escalate
from baton.assistant.judging import Case, Outcome
from baton.assistant.pausing import is_paused
from baton.assistant.recording import PAUSED, turn_record
from baton.assistant.turns import open_provider
from baton.assistant.wording import said, without_marks
from baton.core.errors import BatonError
from baton.knowledge.records import AUDIENCES, PUBLIC
from baton.server.ground import Ground, open_ground
from baton.server.knowledge import Knowledge
from baton.server.options import USUAL_DATA, ConfigOption, DataOption, JsonOption, console, read_options


def register(app: typer.Typer) -> None:
    app.command("ask")(ask)


def ask(
    text: str,
    staff: Annotated[bool, typer.Option("--staff", help="Ask as staff, who may see every document.")] = False,
    config: ConfigOption = None,
    data: DataOption = USUAL_DATA,
    as_json: JsonOption = False,
) -> None:
    """Ask a question, as a visitor unless --staff. Nothing is stored."""
    options = read_options(config, data, as_json)
    if not text.strip():
        raise BatonError("The question is empty. Write it in quotes: baton ask 'Where is my order?'")
    with open_ground(options.config, options.data) as ground:
        answer = asyncio.run(_ask(ground, text.strip(), AUDIENCES if staff else frozenset({PUBLIC})))
    options.answer(answer)
    if not as_json:
        _show(answer)


async def _ask(ground: Ground, text: str, audiences: frozenset[str]) -> dict[str, Any]:
    settings, brand = ground.config.assistant, ground.config.widget.brand.name
    knowledge = Knowledge(ground, serving=False)
    async with knowledge.open(), open_provider(settings, os.environ) as provider:
        judge = await knowledge.open_judge(provider, settings, brand)
        outcome = await judge.judge(Case(text, audiences=audiences))
    is_quiet = ground.database.read_sync(lambda connection: is_paused(connection, outcome.task))
    return _answer(outcome, turn_record(outcome, settings)) | (_paused(brand) if is_quiet else {})


def _answer(outcome: Outcome, record: dict[str, Any]) -> dict[str, Any]:
    values = {name: record[name] for name in ("decision", "citations", "confidence", "signals", "reasons")}
    return values | {"text": without_marks(outcome.message.text), "timings_ms": outcome.timings_ms}


def _paused(brand: str) -> dict[str, Any]:
    reasons = [{"code": PAUSED.code, "text": PAUSED.text}]
    return {"decision": Escalate(()).kind, "text": said("escalate", None, brand), "citations": [], "reasons": reasons}


def _show(answer: dict[str, Any]) -> None:
    title = f"{answer['decision']} · confidence {answer['confidence']:.2f}"
    console.print(Panel(answer["text"], title=title, title_align="left"), markup=False)
    for citation in answer["citations"]:
        console.print(f"  [{citation['n']}] {citation['place']}", style="dim", markup=False)
    for reason in answer["reasons"]:
        console.print(f"  {reason['text']}", style="dim", markup=False)
