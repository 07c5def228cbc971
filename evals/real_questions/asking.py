"""Asks a real knowledge base our questions as a visitor: `python -m evals.real_questions.asking bank --data DIR`."""

import argparse
import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from baton.assistant.decisions import Answer, Decision, Offer
from baton.assistant.judging import Case, Judge, Judged, Outcome
from baton.assistant.turns import open_provider
from baton.assistant.wording import Message, message, without_marks
from baton.knowledge.library import DOCUMENTS
from baton.knowledge.search import Utterance
from baton.server.config import Config, load_config
from baton.server.ground import open_ground
from baton.server.knowledge import Knowledge
from evals.utterances import Reply, Row, Said, Verdict, judge_reply, read_rows

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Result:
    """What came back for a question, and what a customer would say to it."""

    id: str
    verdict: Verdict
    asked: str
    decision: str
    confidence: float
    text: str
    cited: tuple[str, ...]


class Asker:
    """Asks as a visitor; `names` tells how the questions call a document, by its id."""

    def __init__(self, judge: Judge, names: Mapping[str, str], brand: str) -> None:
        self._judge = judge
        self._names = names
        self._brand = brand

    async def ask(self, row: Row) -> Result:
        """The earlier questions and their replies, then the question itself."""
        history: list[Utterance] = []
        for text in row.history:
            said = without_marks((await self._judge.judge(Case(text, tuple(history)))).message.text)
            history += [Utterance("visitor", text), Utterance("assistant", said)]
        outcome = await self._judge.judge(Case(row.text, tuple(history)))
        reply = self._reply(outcome)
        asked = " / ".join((*row.history, row.text))
        whole = reply.whole
        verdict = judge_reply(row, reply)
        return Result(row.id, verdict, asked, reply.decision, round(outcome.confidence, 3), whole.text, whole.cited)

    def _reply(self, outcome: Outcome) -> Reply:
        decision = outcome.decision
        return Reply(
            whole=self._said(outcome.message, decision),
            parts=tuple(self._part(part, outcome.language) for part in outcome.parts),
            decision=f"{decision.kind} ({decision.wording})" if isinstance(decision, Offer) else decision.kind,
            small_talk=outcome.small_talk,
            is_near=isinstance(decision, Offer) and bool(outcome.message.citations),
            handoff_suggested=isinstance(decision, Offer),
        )

    def _part(self, part: Judged, language: str) -> Said:
        return self._said(message(part.decision, part.draft, language, self._brand), part.decision)

    def _said(self, shown: Message, decision: Decision) -> Said:
        cited = (self._names[citation.passage.document] for citation in shown.citations)
        return Said(without_marks(shown.text), isinstance(decision, Answer), tuple(dict.fromkeys(cited)))


def names_of(connection: Connection) -> dict[str, str]:
    """External ids, else where documents came from, by the documents' ids."""
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.external_id, DOCUMENTS.c.source)
    return {row.id: row.external_id or row.source for row in connection.execute(query)}


@asynccontextmanager
async def open_asker(config: Config, data: Path) -> AsyncIterator[Asker]:
    """Ready to ask what is indexed in a folder."""
    brand = config.widget.brand.name
    with open_ground(config, data) as ground:
        knowledge = Knowledge(ground, serving=False)
        async with knowledge.open(), open_provider(config.assistant, os.environ) as provider:
            judge = await knowledge.open_judge(provider, config.assistant, brand)
            yield Asker(judge, await ground.database.read(names_of), brand)


def questions(name: str) -> list[Row]:
    """Our questions to a knowledge base: `bank` or `help-site`."""
    return read_rows(FOLDER / f"{name}.jsonl")


def totals(results: Sequence[Result]) -> dict[str, int]:
    """How many of each verdict."""
    count = Counter(result.verdict for result in results)
    return {"n": len(results), **{verdict: count[verdict] for verdict in ("right", "half", "missed", "wrong")}}


def describe(result: Result) -> str:
    """A question and its reply, as a person reads them."""
    return (
        f"{result.id} {result.verdict}: {result.asked!r} -> {result.decision} {result.confidence:.2f} "
        f"[{', '.join(result.cited)}] {result.text!r}"
    )


async def _main(name: str, data: Path, config: Config) -> None:
    async with open_asker(config, data) as asker:
        results = [await asker.ask(row) for row in questions(name)]
    print("\n".join(map(describe, results)))
    print(json.dumps(totals(results)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=["bank", "help-site"])
    parser.add_argument("--data", type=Path, required=True, help="a folder in which its pages are indexed")
    parser.add_argument("--config", type=Path, help="settings; ./config.yaml if there is one")
    given = parser.parse_args()
    asyncio.run(_main(given.name, given.data, load_config(given.config)))
