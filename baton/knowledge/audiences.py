"""Who may see a document: rules over its title and where it came from."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache

from baton.core.types import canonical
from baton.knowledge.records import PUBLIC
from baton.knowledge.settings import AudienceRule


def audience_of(title: str, source: str, rules: Sequence[AudienceRule]) -> str:
    """What the first rule that fits says; public when none does."""
    for rule in rules:
        pattern, text = (rule.title, title) if rule.title is not None else (rule.path or "", source)
        if _pattern(pattern).search(text):
            return rule.audience
    return PUBLIC


def digest_of_rules(rules: Sequence[AudienceRule]) -> str:
    """Tells whether documents were marked by these very rules."""
    return hashlib.sha256(canonical([rule.model_dump() for rule in rules])).hexdigest()


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.IGNORECASE | re.DOTALL)
