"""Question in, passages out: vectors and words propose chunks, the tables say which count, the fusion ranks them."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from baton.core.database import Database
from baton.knowledge import fusion
from baton.knowledge.embedding import Embedding
from baton.knowledge.evidence import gather
from baton.knowledge.fusion import Evidence
from baton.knowledge.index import Index
from baton.knowledge.lexical import MOST_TERMS, Lexical, Rarity
from baton.knowledge.minilm import DIMENSIONS
from baton.knowledge.passages import Candidate, Passages, Sentence, ids_of
from baton.knowledge.question import Question, prepare
from baton.knowledge.settings import DocumentRule
from baton.knowledge.synonyms import synonyms
from baton.knowledge.terms import names_of
from baton.knowledge.vectors import Vectors

__all__ = ["Passage", "Search", "SearchResult", "Sentence", "Utterance"]

_FEWEST_PROPOSED = 60
_PROPOSED_A_PART = 30
_PROPOSED_A_PASSAGE = 3
_ON_TOPIC = 150
_OF_SOURCES = 300
"""Chunks of a specialist's documents that are compared whether or not the halves proposed them."""
_MOST_SHARES = 5
"""A long question may look for this many times the terms of a short one."""
_REPEATED = 0.95
"""Two chunks of one document as near as this are one passage said twice."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said earlier in the conversation; `author` is visitor, assistant or agent."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found for a question. `score` is fused, 0..1; `dense` is a cosine, `about` the one to its place alone;
    `lexical` the share of the question's rarity that it holds. Ranks count from 1 among the candidates of the half that
    proposed it, None if it didn't."""

    chunk: str
    document: str
    external_id: str | None
    title: str
    url: str | None
    place: str
    text: str
    audience: str
    version: int
    score: float
    dense: float
    about: float
    lexical: float
    dense_rank: int | None
    lexical_rank: int | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best passages, the best first; the question's vector if there is a model; how long each step took."""

    passages: tuple[Passage, ...]
    query_vector: Vectors | None
    timings_ms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    """Every candidate of a question with the evidence for it, before the ranking."""

    candidates: list[Candidate]
    evidence: Evidence
    near: list[int]
    """Chunk ids as the vector index proposed them."""
    worded: list[int]
    """Chunk ids as the lexical tables proposed them."""
    query_vector: Vectors | None
    timings_ms: dict[str, float] = field(default_factory=dict)


class Search:
    """Searches one knowledge base. Without an embedding model it goes by words alone."""

    def __init__(self, database: Database, lexical: Lexical, index: Index, embedding: Embedding | None) -> None:
        self._database = database
        self._lexical = lexical
        self._index = index
        self._embedding = embedding
        self._passages = Passages()

    async def search(
        self,
        query: str,
        history: Sequence[Utterance] = (),
        *,
        audiences: frozenset[str],
        limit: int = 8,
        sources: Sequence[DocumentRule] = (),
    ) -> SearchResult:
        """The best passages that these audiences may see, for a question asked after `history` (the oldest first).

        With `sources`, of documents that fit one of these rules and of no others.
        """
        found = await self.find(query, history, audiences=audiences, limit=limit, sources=sources)
        started = time.perf_counter()
        passages = self._rank(found, limit)
        timings = found.timings_ms | {"rank": _milliseconds(started)}
        return SearchResult(passages, found.query_vector, timings | {"total": sum(timings.values())})

    async def find(
        self,
        query: str,
        history: Sequence[Utterance] = (),
        *,
        audiences: frozenset[str],
        limit: int = 8,
        sources: Sequence[DocumentRule] = (),
    ) -> Found:
        """The candidates of a search with their evidence, unranked: what `search` ranks and fitting learns from."""
        clock = _Stopwatch()
        question = prepare(query, [utterance.text for utterance in history])
        vectors = await self._embed(question)
        clock.lap("embed")
        proposed = max(_FEWEST_PROPOSED, _PROPOSED_A_PASSAGE * limit)
        near, worded = await asyncio.gather(
            self._nearest(vectors, audiences, proposed),
            self._database.read(lambda connection: self._propose(connection, question, audiences, proposed)),
        )
        clock.lap("propose")
        ids = [*near, *worded.ids, *worded.on_topic]
        candidates, rarity = await self._database.read(
            lambda connection: self._read(connection, ids, question, audiences, sources)
        )
        clock.lap("read")
        evidence = gather(question, vectors, candidates, rarity)
        clock.lap("compare")
        return Found(candidates, evidence, near, worded.ids, _one(vectors), clock.laps_ms)

    async def _embed(self, question: Question) -> Vectors:
        if self._embedding is None:
            return np.zeros((0, DIMENSIONS), np.float32)
        return await self._embedding.embed_queries(question.parts)

    async def _nearest(self, vectors: Vectors, audiences: frozenset[str], limit: int) -> list[int]:
        """Ids of the chunks nearest to any part of the question, the nearest first."""
        if not len(vectors):
            return []
        each = limit if len(vectors) == 1 else _PROPOSED_A_PART
        answers = [await self._index.nearest(vectors, audience, each) for audience in sorted(audiences)]
        best: dict[int, float] = {}
        for neighbours in (part for answer in answers for part in answer):
            for id, cosine in neighbours:
                best[id] = max(cosine, best.get(id, -1.0))
        return sorted(best, key=best.__getitem__, reverse=True)[: each * max(1, len(vectors))]

    def _propose(self, connection: Connection, question: Question, audiences: frozenset[str], limit: int) -> "_Worded":
        """Chunks that hold the question's words, and those whose title names something it mentioned."""
        rarity = self._lexical.rarity(connection, question.mentioned.keys(), audiences)
        most = MOST_TERMS * min(len(question.parts), _MOST_SHARES)
        ids = self._lexical.candidates(connection, question.terms, rarity, audiences, limit, most_terms=most)
        if not question.has_history:
            return _Worded(ids, [])
        names = self._lexical.rarity(connection, question.mentioned.keys(), audiences, "name")
        on_topic = self._lexical.candidates(connection, question.mentioned, names, audiences, _ON_TOPIC, field="name")
        return _Worded(ids, on_topic)

    def _read(
        self,
        connection: Connection,
        ids: list[int],
        question: Question,
        audiences: frozenset[str],
        sources: Sequence[DocumentRule],
    ) -> tuple[list[Candidate], Rarity]:
        if sources:
            ids = [*ids, *ids_of(connection, sources, audiences, _OF_SOURCES)]
        candidates = self._passages.read(connection, ids, audiences, sources)
        named = {term for candidate in candidates for name in names_of(candidate.title) for term in name}
        others = {other for term in question.terms for other in synonyms(term)}
        return candidates, self._lexical.rarity(connection, named | others | question.terms.keys(), audiences)

    def _rank(self, found: Found, limit: int) -> tuple[Passage, ...]:
        weights = fusion.fitted("words" if found.query_vector is None else "both")
        scores = fusion.fuse(found.evidence, weights)
        chances = fusion.probability(scores, weights)
        kept: list[int] = []
        for number in np.argsort(-scores, kind="stable"):
            if len(kept) == limit:
                break
            if not any(_repeats(found.candidates[number], found.candidates[other]) for other in kept):
                kept.append(int(number))
        near = {id: rank for rank, id in enumerate(found.near, start=1)}
        worded = {id: rank for rank, id in enumerate(found.worded, start=1)}
        return tuple(_passage(found, number, float(chances[number]), near, worded) for number in kept)


@dataclass(frozen=True, slots=True)
class _Worded:
    ids: list[int]
    on_topic: list[int]


class _Stopwatch:
    def __init__(self) -> None:
        self.laps_ms: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        self.laps_ms[name] = _milliseconds(self._since)
        self._since = time.perf_counter()


def _milliseconds(since: float) -> float:
    return (time.perf_counter() - since) * 1000


def _one(vectors: Vectors) -> Vectors | None:
    """One vector for the whole question: a long one's is the mean of its parts'."""
    if not len(vectors):
        return None
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def _repeats(candidate: Candidate, kept: Candidate) -> bool:
    if candidate.document != kept.document:
        return False
    one, other = candidate.content, kept.content
    if one.text == other.text:
        return True
    return bool(len(one.vectors) and len(other.vectors) and one.vectors[0] @ other.vectors[0] > _REPEATED)


def _passage(found: Found, number: int, score: float, near: dict[int, int], worded: dict[int, int]) -> Passage:
    candidate, evidence = found.candidates[number], found.evidence
    return Passage(
        chunk=str(candidate.id),
        document=candidate.document,
        external_id=candidate.external_id,
        title=candidate.title,
        url=candidate.url,
        place=candidate.content.place,
        text=candidate.content.text,
        audience=candidate.audience,
        version=candidate.version,
        score=score,
        dense=float(max(evidence.chunk[number], evidence.sentence[number])),
        about=float(evidence.place[number]),
        lexical=float(evidence.lexical[number]),
        dense_rank=near.get(candidate.id),
        lexical_rank=worded.get(candidate.id),
        sentences=candidate.content.sentences(),
    )
