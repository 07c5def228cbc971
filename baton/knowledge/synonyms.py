"""Words that are used for the same thing in a support chat: a delivery is a shipping, a guarantee a warranty."""

from collections.abc import Callable
from functools import cache
from importlib import resources

import yaml

from baton.knowledge.terms import plain, stem


@cache
def groups() -> tuple[tuple[str, ...], ...]:
    """The words of each group, in plain letters."""
    content = resources.files("baton.knowledge").joinpath("synonyms.yaml").read_text(encoding="utf-8")
    return tuple(tuple(plain(str(word)) for word in group) for group in yaml.safe_load(content))


def by_stem(stem: Callable[[str], str]) -> dict[str, frozenset[int]]:
    """Numbers of the groups that each stem belongs to."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(groups()):
        for word in group:
            found.setdefault(stem(word), set()).add(number)
    return {root: frozenset(numbers) for root, numbers in found.items()}


def synonyms(term: str) -> frozenset[str]:
    """The other terms for what a term stands for."""
    return _others().get(term, frozenset())


@cache
def _others() -> dict[str, frozenset[str]]:
    stems = [frozenset(stem(word) for word in group) for group in groups()]
    found: dict[str, frozenset[str]] = {}
    for group in stems:
        for term in group:
            found[term] = found.get(term, frozenset()) | (group - {term})
    return found
