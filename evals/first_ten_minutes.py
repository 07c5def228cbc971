"""Asks the demonstration what a stranger asks it in the first ten minutes: `python -m evals.first_ten_minutes`.

The utterances were written before their author had read an article; what is right was noted afterwards from the
articles alone. Each is a conversation of its own, taken by the real pipeline, earlier utterances included.
`--rows` asks other rows and `--documents` asks about other documents; `evals/development` holds the rows that answers
are improved on.
"""

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from textwrap import fill, indent
from typing import Any, get_args

from sqlalchemy import select

from baton.assistant.conversations import Arrival, receive
from baton.assistant.decisions import Answer, Decision, Offer
from baton.assistant.judging import Case, Judge, Judged, Outcome, Say
from baton.assistant.providers.protocol import Citation
from baton.assistant.recording import Recorder
from baton.assistant.turns import TurnTaker, open_provider
from baton.assistant.wording import Message, message, without_marks
from baton.core.ids import new_id
from baton.core.transaction import EVENTS, Transaction
from baton.handoff.desk import Desk
from baton.knowledge.arrivals import Arrival as Document
from baton.knowledge.arrivals import from_upload
from baton.knowledge.search import Search
from baton.server.config import load_config
from baton.server.demo.articles import arrivals
from baton.server.demo.samples import CONFIG
from baton.server.demo.seeding import add_documents
from baton.server.ground import Ground, open_ground
from baton.server.knowledge import Knowledge
from evals.utterances import ROWS, Kind, Reply, Row, Said, Verdict, judge_reply, read_rows

ORIGIN = "http://127.0.0.1"
HELP = "/help/"
"""What an article is called by stands behind it in its address."""
WORKER = "evaluation"
WIDTH, INDENT = 112, " " * 4


@dataclass(frozen=True, slots=True)
class Result:
    """A row's verdict."""

    id: str
    kind: Kind
    verdict: Verdict
    decision: str
    asked: str
    reply: str
    cited: tuple[str, ...]


class Stage:
    """The pipeline over the demonstration's articles, playing conversations as visitors would."""

    def __init__(self, ground: Ground, search: Search, judge: Judge) -> None:
        self.search = search
        settings, brand = ground.config.assistant, ground.config.widget.brand.name
        recorder = Recorder(Desk(ground.config.handoff), settings, brand, WORKER)
        self._ground, self._brand = ground, brand
        self._judge = _Overheard(judge)
        self._taker = TurnTaker(ground.database, ground.writer, ground.bus, self._judge, recorder)

    async def ask(self, row: Row) -> Reply:
        """Play the history as real turns, then the utterance."""
        conversation, arrival = new_id("cnv"), Arrival(new_id("vis"), "en")
        for text in row.history:
            await self._say(conversation, arrival, text)
        return self._reply(*await self._say(conversation, arrival, row.text))

    async def _say(self, conversation: str, arrival: Arrival, text: str) -> tuple[Outcome, set[str]]:
        def store(tx: Transaction) -> tuple[str | None, int]:
            seq = receive(tx, conversation, arrival, text, new_id("say"), WORKER).seq
            return tx.conversation(conversation).turn, seq

        turn, seq = await self._ground.writer.run(store)
        if turn is None:
            raise SystemExit(f"{text!r} got no turn: the conversation has gone to a person.")
        await self._taker.take(turn)
        later = select(EVENTS.c.kind).where(EVENTS.c.conversation_id == conversation, EVENTS.c.seq > seq)
        kinds = await self._ground.database.read(lambda connection: set(connection.execute(later).scalars()))
        return self._judge.outcome, kinds

    def _reply(self, outcome: Outcome, kinds: set[str]) -> Reply:
        decision = outcome.decision
        return Reply(
            whole=_said(outcome.message, decision),
            parts=tuple(self._part(one, outcome.language) for one in outcome.parts),
            decision=f"{decision.kind} ({decision.wording})" if isinstance(decision, Offer) else decision.kind,
            small_talk=outcome.small_talk,
            is_near=isinstance(decision, Offer) and bool(outcome.message.citations),
            handoff_suggested=bool({"handoff.suggested", "handoff.requested"} & kinds),
        )

    def _part(self, part: Judged, language: str) -> Said:
        return _said(message(part.decision, part.draft, language, self._brand), part.decision)


class _Overheard(Judge):
    """A judge whose last outcome can be looked at."""

    outcome: Outcome

    def __init__(self, judge: Judge) -> None:
        self._inner = judge

    async def judge(self, case: Case, say: Say = lambda doing: None) -> Outcome:
        self.outcome = await self._inner.judge(case, say)
        return self.outcome


@asynccontextmanager
async def open_stage(folder: Path, documents: Path | None = None) -> AsyncIterator[Stage]:
    """Index the demonstration's articles, or the Markdown files below `documents`, in `folder` and be ready to ask."""
    config = load_config(CONFIG)
    with open_ground(config, folder, serving=True) as ground:
        knowledge = Knowledge(ground)
        async with knowledge.open(), open_provider(config.assistant, {}) as provider:
            await add_documents(knowledge, _files(documents) if documents else arrivals(ORIGIN))
            judge = await knowledge.open_judge(provider, config.assistant, config.widget.brand.name)
            yield Stage(ground, knowledge.search, judge)


async def evaluate(stage: Stage, rows: Sequence[Row]) -> list[Result]:
    """Every row asked and judged."""
    return [_result(row, await stage.ask(row)) for row in rows]


def totals(results: Sequence[Result]) -> dict[str, Any]:
    """How many of each verdict, and how many are right of each kind."""
    count = Counter(result.verdict for result in results)
    kinds: dict[str, list[bool]] = {}
    for result in results:
        kinds.setdefault(result.kind, []).append(result.verdict == "right")
    verdicts = {verdict: count[verdict] for verdict in ("right", "half", "missed", "wrong")}
    shares = {kind: f"{sum(right)} of {len(right)}" for kind, right in kinds.items()}
    return {"n": len(results), **verdicts, "right_of": shares}


def source_of(citation: Citation) -> str:
    """The article or file a citation is from, as rows name it."""
    return (citation.passage.url or "").partition(HELP)[2]


def describe(result: Result) -> str:
    """A row that went wrong, as a person reads it."""
    cited = ", ".join(result.cited) or "no source"
    head = f"{result.id} {result.verdict} ({result.kind}): {result.asked!r} -> {result.decision}, {cited}:"
    return f"{head}\n{indent(fill(result.reply, WIDTH), INDENT)}"


def _files(folder: Path) -> Iterator[Document]:
    for file in sorted(folder.rglob("*.md")):
        name = file.relative_to(folder).as_posix()
        for document in from_upload(name, file.read_bytes()):
            yield replace(document, url=f"{ORIGIN}{HELP}{name}")


def _result(row: Row, reply: Reply) -> Result:
    asked = " / ".join((*row.history, row.text))
    verdict = judge_reply(row, reply)
    return Result(row.id, row.kind, verdict, reply.decision, asked, reply.whole.text, reply.whole.cited)


def _said(shown: Message, decision: Decision) -> Said:
    cited = tuple(dict.fromkeys(source_of(citation) for citation in shown.citations))
    return Said(without_marks(shown.text), isinstance(decision, Answer), cited)


def _print(results: Sequence[Result]) -> None:
    for result in results:
        if result.verdict != "right":
            print(describe(result), end="\n\n")
    for name, value in totals(results).items():
        print(f"{name}: {value}")


async def _main(rows: Sequence[Row], documents: Path | None, as_json: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_stage(Path(folder), documents) as stage:
            results = await evaluate(stage, rows)
    if as_json:
        return print(json.dumps(totals(results) | {"rows": [asdict(one) for one in results]}, ensure_ascii=False))
    _print(results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, default=ROWS, help="the utterances; else the sixty")
    parser.add_argument("--kind", choices=get_args(Kind), help="only those of one kind")
    parser.add_argument("--documents", type=Path, help="a folder of Markdown files instead of the demonstration's")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    chosen = [row for row in read_rows(given.rows) if given.kind in (None, row.kind)]
    asyncio.run(_main(chosen, given.documents, given.json))
