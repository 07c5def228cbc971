"""The rows that answers are improved on say only what the articles say."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from baton.server.demo.articles import articles
from evals.utterances import Row, read_rows

FOLDER = Path(__file__).parents[2] / "evals" / "development"
CELLS = re.compile(r" – |: |; ")
"""What a reply puts between the cells of a row of a table."""


def unsupported(row: Row, texts: Mapping[str, str]) -> list[str]:
    """The wordings of a row that none of its sources has."""
    wordings = [wording for fact in row.must for wording in ([fact] if isinstance(fact, str) else fact)]
    return [wording for wording in wordings if not any(_states(texts[source], wording) for source in row.sources)]


def wrong_fields(rows: Sequence[Row]) -> list[str]:
    """Ids of rows that state something where nothing can be stated, or nothing where something has to be."""
    silent = {"small_talk", "unanswerable"}
    return [row.id for row in rows if bool(row.must and row.sources) == (row.kind in silent)]


def test_every_fact_stands_in_a_public_article_that_may_be_cited() -> None:
    texts = {slug: article.text for slug, article in articles().items() if not article.is_internal}
    rows = read_rows(FOLDER / "shop.jsonl")
    assert {row.id: missing for row in rows if (missing := unsupported(row, texts))} == {}


def test_every_fact_about_the_help_site_stands_on_a_page_that_may_be_cited(data_dir: Path) -> None:
    folder = data_dir / "help-site"
    texts = {page.relative_to(folder).as_posix(): page.read_text(encoding="utf-8") for page in folder.rglob("*.md")}
    rows = read_rows(FOLDER / "help-site.jsonl")
    assert {row.id: missing for row in rows if (missing := unsupported(row, texts))} == {}


@pytest.mark.parametrize("name", ["shop", "help-site"])
def test_rows_are_distinct_and_only_answerable_ones_state_facts(name: str) -> None:
    rows = read_rows(FOLDER / f"{name}.jsonl")
    assert wrong_fields(rows) == []
    assert len({row.id for row in rows}) == len({(*row.history, row.text) for row in rows}) == len(rows)


def _states(text: str, wording: str) -> bool:
    return wording in text or all(cell in text for cell in CELLS.split(wording))
