"""Rules over a document's title and where it came from: who may see it, and which specialist answers from it."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache

from baton.core.types import canonical
from baton.knowledge.records import PUBLIC
from baton.knowledge.settings import AudienceRule, DocumentRule


def audience_of(title: str, source: str, rules: Sequence[AudienceRule]) -> str:
    """What the first rule that fits says; public when none does."""
    return next((rule.audience for rule in rules if fits(rule, title, source)), PUBLIC)


def fits(rule: DocumentRule, title: str, source: str) -> bool:
    """Whether a rule speaks of the document with this title that came from there."""
    pattern, text = (rule.title, title) if rule.title is not None else (rule.path or "", source)
    return _pattern(pattern).search(text) is not None


def digest_of_rules(rules: Sequence[AudienceRule]) -> str:
    """Tells whether documents were marked by these very rules."""
    return hashlib.sha256(canonical([rule.model_dump() for rule in rules])).hexdigest()


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.IGNORECASE | re.DOTALL)
