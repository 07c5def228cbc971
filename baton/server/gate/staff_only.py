"""What stands in staff-only pages and nowhere else, and how to see it in a text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, select

from baton.knowledge.library import CHUNKS, DOCUMENTS
from baton.knowledge.records import STAFF
from baton.knowledge.sentences import sentences_of

RUN = 8
"""Words in a row that two pages rarely share by chance."""
_WORD = re.compile(r"\w+")
_CODE = re.compile(r"\w*\d\w*_\w+|\w+_\w*\d\w*")

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A document as it is searched."""

    title: str
    text: str
    is_staff_only: bool


class StaffOnly:
    """The runs of words, the titles and the codes that no public page has."""

    def __init__(self, pages: Sequence[Page]) -> None:
        hidden = [page for page in pages if page.is_staff_only]
        shown = [f"{page.title}\n{page.text}" for page in pages if not page.is_staff_only]
        self._runs = runs_of(page.text for page in hidden) - runs_of(shown)
        self._codes = codes_of(page.text for page in hidden) - codes_of(shown)
        public = f" {' '.join(word for text in shown for word in words_of(text))} "
        titles = {" ".join(words_of(page.title)) for page in hidden}
        self._titles = {title for title in titles if f" {title} " not in public}

    def within(self, texts: Iterable[str], said: Sequence[str] = ()) -> list[str]:
        """What of it stands in the texts, but for what the visitor has `said` word for word."""
        texts = list(texts)
        runs = (runs_of(texts) & self._runs) - runs_of(said)
        codes = (codes_of(texts) & self._codes) - codes_of(said)
        own = f" {' '.join(word for text in said for word in words_of(text))} "
        read = [f" {' '.join(words_of(text))} " for text in texts]
        titles = {title for title in self._titles if any(f" {title} " in text for text in read)}
        return sorted({" ".join(run) for run in runs} | codes | {t for t in titles if f" {t} " not in own})

    def sentences(self, page: Page, most: int) -> list[str]:
        """The page's longest sentences that no public page has."""
        found = [sentence for line in page.text.splitlines() for sentence in sentences_of(line)]
        own = [sentence for sentence in found if runs_of([sentence]) & self._runs]
        return sorted(dict.fromkeys(own), key=len, reverse=True)[:most]


def pages_of(connection: Connection) -> list[Page]:
    """Every page as its published chunks have it."""
    joined = (CHUNKS.c.document_id == DOCUMENTS.c.id) & (CHUNKS.c.version == DOCUMENTS.c.version)
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.title, DOCUMENTS.c.audience, CHUNKS.c.text).join(CHUNKS, joined)
    rows = connection.execute(query.order_by(DOCUMENTS.c.id, CHUNKS.c.ordinal)).all()
    found = [list(chunks) for _, chunks in groupby(rows, key=attrgetter("id"))]
    return [Page(chunks[0].title, "\n".join(c.text for c in chunks), chunks[0].audience == STAFF) for chunks in found]


def words_of(text: str) -> list[str]:
    """Words in lower case, without any mark."""
    return _WORD.findall(text.casefold())


def runs_of(texts: Iterable[str]) -> set[Run]:
    """Every run of `RUN` words."""
    found: set[Run] = set()
    for text in texts:
        words = words_of(text)
        found |= {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
    return found


def codes_of(texts: Iterable[str]) -> set[str]:
    """Names of tools and the like: words joined by underscores with a figure in them."""
    return {code.casefold() for text in texts for code in _CODE.findall(text)}
