"""Questions to improve answers on, and the demonstration's articles that they are asked of."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import baton
from baton.assistant import rewriting
from baton.knowledge.search import Utterance
from evals.utterances import read_rows

SHOP = Path(__file__).with_name("shop.jsonl")
HELP_SITE = Path(__file__).with_name("help-site.jsonl")
_ARTICLES = Path(baton.__file__).parent / "server" / "demo" / "help"


def shop_articles(folder: Path) -> Path:
    """The demonstration's public articles, as rows of documents in a file of `folder`."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(_ARTICLES.glob("*.md"))}
    rows = [
        {"id": name, "title": text.partition("\n")[0].lstrip("# "), "text": text}
        for name, text in texts.items()
        if not text.startswith("# Internal:")
    ]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "articles.jsonl"
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return file


def shop_rows() -> Iterator[dict[str, Any]]:
    """The shop's questions, one thing each, as the assistant takes them: self-contained, with what a reply states."""
    for row in read_rows(SHOP):
        parts = rewriting.split(row.text)
        if row.kind == "small_talk" or len(parts) > 1:
            continue
        history = tuple(Utterance("visitor", text) for text in row.history)
        yield {
            "query": rewriting.self_contained(parts[0], history),
            "history": [{"author": one.author, "text": one.text} for one in history],
            "expect": "answer" if row.sources else "escalate",
            "relevant": list(row.sources),
            "must": row.must,
            "group": "covered" if row.sources else "uncovered",
        }
