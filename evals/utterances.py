"""The sixty utterances of the first ten minutes, and what counts as a right reply to one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROWS = Path(__file__).with_name("first-ten-minutes.jsonl")

Kind = Literal["small_talk", "answerable", "follow_up", "double", "unanswerable"]
Verdict = Literal["right", "half", "missed", "wrong"]
"""`half` shows the right passage without being sure of it; `wrong` says in the sure wording what it should not."""
AnyOf = str | list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One utterance. `must` are facts the reply has to state, a list of them being one in any of several wordings;
    `sources` are the articles that may be cited for it."""

    id: str
    kind: Kind
    history: list[str]
    text: str
    must: tuple[AnyOf, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the wording of its decision, with the articles it cites."""

    text: str
    is_sure: bool
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the whole message, its parts where it answers several questions, and what it brought along."""

    whole: Said
    parts: tuple[Said, ...]
    decision: str
    small_talk: bool
    is_near: bool
    handoff_suggested: bool


def read_rows(file: Path = ROWS) -> list[Row]:
    """The utterances in their order."""
    return [_row(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def judge_reply(row: Row, reply: Reply) -> Verdict:
    """Whether the reply is what this utterance deserves."""
    if row.kind == "small_talk":
        is_set = reply.small_talk and not reply.whole.cited and not reply.handoff_suggested
        return "right" if is_set else "wrong" if _is_sure_somewhere(reply) else "missed"
    if row.kind == "unanswerable":
        return "wrong" if _is_sure_somewhere(reply) else "right"
    if reply.small_talk:
        return "missed"
    if any(
        part.is_sure and not (states(part.text, row.must, every=False) and _cites(part, row)) for part in reply.parts
    ):
        return "wrong"
    if reply.whole.is_sure:
        return "right" if states(reply.whole.text, row.must) and _cites(reply.whole, row) else "wrong"
    near_the_mark = reply.is_near or any(part.is_sure for part in reply.parts)
    return (
        "half"
        if near_the_mark and states(reply.whole.text, row.must, every=False) and _cites(reply.whole, row)
        else "missed"
    )


def states(text: str, must: Sequence[AnyOf], *, every: bool = True) -> bool:
    """Whether a text states every one of these facts, or any of them."""
    found = (_is_stated(text, [fact] if isinstance(fact, str) else fact) for fact in must)
    return all(found) if every else any(found)


def _is_stated(text: str, wordings: Sequence[str]) -> bool:
    return any(wording.casefold() in text.casefold() for wording in wordings)


def _row(fields: dict[str, Any]) -> Row:
    lists = {name: tuple(fields.get(name, ())) for name in ("must", "sources")}
    return Row(**fields | lists)


def _is_sure_somewhere(reply: Reply) -> bool:
    return not reply.small_talk and (reply.whole.is_sure or any(part.is_sure for part in reply.parts))


def _cites(said: Said, row: Row) -> bool:
    return any(source in row.sources for source in said.cited)
