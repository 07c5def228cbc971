"""Compares a question with its candidates: cosines, BM25 and topic, as the columns that `fusion` weighs."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from baton.knowledge.fusion import Column, Evidence
from baton.knowledge.lexical import Rarity
from baton.knowledge.passages import Candidate
from baton.knowledge.question import Question
from baton.knowledge.synonyms import synonyms
from baton.knowledge.terms import names_of
from baton.knowledge.topics import Beside, coverage
from baton.knowledge.vectors import Vectors

_SATURATION = 1.2
_LENGTH_SHARE = 0.75
"""BM25's k1 and b at their usual values; on the passages any k1 of 0.9 to 2 and b of .4 to .75 differ by a point."""
_MOST_RARITY = 60.0
"""About a dozen rare words. Rarity beyond this doesn't make each match weigh less: a long brief needs many pages."""
_LEAST_RARITY = 10.0
"""About two rare words, added to the question's own: the few common words of "how do I return it" tell little."""
_SYNONYM = 0.5
"""How much a word counts that a passage only has another word for."""
_BEST_PARTS = 3


def gather(question: Question, vectors: Vectors, candidates: Sequence[Candidate], rarity: Rarity) -> Evidence:
    """The evidence for each candidate; `vectors` are those of the question's parts, none without a model."""
    chunk, place, sentence = _cosines(vectors, candidates)
    lexical = _bm25(question, candidates, rarity)
    named = _covered(question.named if len(question.parts) > 1 else {}, question.beside, candidates, rarity)
    topic = _covered(question.mentioned if question.has_history else {}, question.beside, candidates, rarity)
    return Evidence(chunk, place, sentence, lexical, named, topic, _names(candidates))


def _cosines(vectors: Vectors, candidates: Sequence[Candidate]) -> tuple[Column, Column, Column]:
    """To the chunk, to its place and to its nearest sentence; of a long question the mean over the best parts."""
    rows = [candidate.content.vectors for candidate in candidates]
    if not len(vectors) or not rows or not all(len(own) for own in rows):
        nothing = np.zeros(len(candidates), np.float32)
        return nothing, nothing, nothing
    lengths = np.array([len(own) for own in rows])
    starts = np.cumsum(lengths) - lengths
    cosines = np.concatenate(rows) @ vectors.T
    nearest = np.maximum.reduceat(_without_chunks(cosines, starts, lengths), starts, axis=0)
    return _best(cosines[starts]), _best(cosines[starts + 1]), _best(nearest)


def _without_chunks(cosines: Vectors, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Vectors:
    """The same with only sentences left to be nearest; a chunk without one has its own cosine stand for it."""
    sentences = cosines.copy()
    sentences[starts[lengths > 2]] = -1.0
    sentences[starts + 1] = -1.0
    return sentences


def _best(cosines: Vectors) -> Column:
    parts = min(_BEST_PARTS, cosines.shape[1])
    best: Column = np.sort(cosines, axis=1)[:, -parts:].mean(axis=1)
    return best


def _bm25(question: Question, candidates: Sequence[Candidate], rarity: Rarity) -> Column:
    """BM25 over the candidates, divided by the rarity of the question's terms that occur anywhere."""
    worths = {term: count * rarity.of(term) for term, count in question.terms.items() if rarity.counts.get(term)}
    others = {term: _alternatives(term, question, rarity) for term in question.terms}
    scores = np.zeros(len(candidates), np.float32)
    if not (worths or any(others.values())) or not candidates:
        return scores
    whole = min(sum(worths.values()), _MOST_RARITY) + _LEAST_RARITY
    typical = sum(candidate.content.length for candidate in candidates) / len(candidates) or 1.0
    for number, candidate in enumerate(candidates):
        terms = candidate.content.terms
        norm = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * candidate.content.length / typical)
        scores[number] = sum(
            _weighed(terms.get(term, 0), worths.get(term, 0.0), norm)
            or max((_weighed(terms.get(other, 0), worth, norm) for other, worth in others[term]), default=0.0)
            for term in question.terms
        )
    return np.asarray(scores / whole, np.float32)


def _weighed(count: int, worth: float, norm: float) -> float:
    return worth * count * (_SATURATION + 1) / (count + norm)


def _alternatives(term: str, question: Question, rarity: Rarity) -> list[tuple[str, float]]:
    """Other words for a term that occur anywhere, with their worth."""
    found = (other for other in synonyms(term) if other not in question.terms and rarity.counts.get(other))
    return [(other, _SYNONYM * rarity.of(other)) for other in found]


def _covered(mentioned: Mapping[str, float], beside: Beside, candidates: Sequence[Candidate], rarity: Rarity) -> Column:
    """How fully each candidate's title was mentioned."""
    if not mentioned:
        return np.zeros(len(candidates), np.float32)
    titles = {candidate.title for candidate in candidates}
    covered = {title: coverage(names_of(title), mentioned, beside, rarity) for title in titles}
    return np.array([covered[candidate.title] for candidate in candidates], np.float32)


def _names(candidates: Sequence[Candidate]) -> NDArray[np.int64]:
    """Equal numbers for candidates whose titles begin with the same name."""
    numbers: dict[object, int] = {}
    keys = [(names_of(candidate.title) or (candidate.document,))[0] for candidate in candidates]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
