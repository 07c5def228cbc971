"""The words the package knows and says, as readable data files beside this one, each read once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import yaml

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")


@cache
def load(name: str) -> Any:
    """The content of `<name>.yaml`."""
    return yaml.safe_load(_text(f"{name}.yaml"))


@cache
def lines(file: str) -> tuple[str, ...]:
    """The lines of a plain list, without blank ones and comments."""
    return tuple(line for line in _text(file).splitlines() if line and not line.startswith("#"))


def joined(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """One expression for the patterns that begin at a word and one for the others: two are tried faster than many."""
    kinds: dict[bool, list[str]] = {}
    for pattern in patterns:
        kinds.setdefault(pattern.startswith("\\b"), []).append(pattern)
    return tuple(re.compile("|".join(found)) for found in kinds.values())


def in_language(texts: dict[str, str], language: str | None) -> str:
    """The text in the visitor's language, in English when it has none."""
    return texts.get((language or "en").split("-")[0], texts["en"])


def _text(file: str) -> str:
    return resources.files(__name__).joinpath(file).read_text(encoding="utf-8")
