"""What scoring costs a turn beside search, drafting and embedding, in CPU time: `python -m benchmarks.scoring`."""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from baton.assistant import mood, rules
from baton.assistant.drafting import Reading, extract
from baton.assistant.head import shipped_head
from baton.assistant.judging import PASSAGES as PASSAGES_FOUND
from baton.assistant.judging import VISITOR
from baton.assistant.scoring import assess
from baton.assistant.settings import AssistantSettings
from baton.knowledge.search import Search
from evals.collection import build
from evals.labelled_drafts import PASSAGES, rows_of


async def readings(folder: Path, count: int) -> list[Reading]:
    """Questions beside the passages found for them."""
    collection = await build(folder, PASSAGES / "documents.jsonl")
    search = Search(collection.database, collection.lexical, collection.index, collection.embedding)
    made = []
    for row in rows_of(PASSAGES / "decisions.jsonl")[:count]:
        found = await search.search(row["query"], audiences=VISITOR, limit=PASSAGES_FOUND)
        made.append(Reading(row["query"], found.passages, found.query_vector))
    await collection.close()
    return made


def score_ms(reading: Reading, query: str, settings: AssistantSettings) -> float:
    """CPU milliseconds of signals, confidence, mood and hard rules for a draft that is there already."""
    draft = extract(reading)
    started = time.process_time()
    shipped_head().chances(assess(reading, draft).signals)
    mood.score(query)
    rules.check(query, settings)
    return (time.process_time() - started) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="where the collection is indexed and kept")
    arguments.add_argument("--turns", type=int, default=400)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        made = asyncio.run(readings(chosen.folder or Path(temporary), chosen.turns))
    settings = AssistantSettings()
    queries = [row["query"] for row in rows_of(PASSAGES / "decisions.jsonl")]
    for name in ("every passage new", "passages met before"):
        spent = [score_ms(reading, query, settings) for reading, query in zip(made, queries, strict=False)]
        median, mean = statistics.median(spent), statistics.fmean(spent)
        print(f"{name}: {len(spent)} turns, median {median:.2f} ms, mean {mean:.2f} ms of CPU")


if __name__ == "__main__":
    main()
