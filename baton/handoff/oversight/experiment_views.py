"""What the pages of experiments show: kept results as bars, sentences and turns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from baton.assistant.recorded import find_recorded
from baton.assistant.replaying import DECISIONS

KINDS = ("answer", "clarify", "offer", "hold", "act", "escalate", "small_talk")
DECISION_WORDS = {
    "answer": "Answered",
    "clarify": "Asked back",
    "offer": "Offered a person",
    "hold": "Held for review",
    "act": "Acted",
    "escalate": "Handed to a person",
    "small_talk": "Small talk",
}
REASON_WORDS = {
    "confident": "sure enough of the answer",
    "not_confident": "not sure enough of the answer",
    "not_stated": "the source does not mention all that was asked",
    "opposite": "the source says the opposite of the question",
    "no_figure": "a figure was asked for, and the source gives none",
    "unsupported": "a claim is not backed by its source",
    "nothing_found": "no help page comes near",
    "small_talk": "it asks for nothing",
    "safety": "somebody may be in danger",
    "wish": "a person was asked for",
    "forbidden": "only people speak about this topic",
    "protected": "it holds personal data that only people handle",
    "always_human": "questions of this type always go to a person",
    "threat": "the visitor speaks of legal steps or of going to the press",
    "action": "an action meets the wish",
    "ambiguous": "it may be about several things",
    "below_escalates": "of this type whatever is not sure goes to a person",
    "level_draft": "people send every answer",
    "guess": "what follows from the question is a guess",
    "no_confidence": "how sure the draft is could not be told",
    "rejected": "the last answer was no help",
    "language": "the help pages are in another language",
    "out_of_scope": "the help pages don't deal with it",
    "mood": "the visitor is upset",
    "unhappy_for_long": "the visitor has been unhappy for long",
    "no_progress": "several turns brought no answer",
    "offers_running": "a person was offered several times running",
    "no_draft": "no answer could be drafted",
}
LEFT_OUT_WORDS = {
    "paused": "while the assistant was paused",
    "failed": "that failed",
    "erased": "of erased conversations",
    "older": "recorded by an earlier version",
}
_A_MONTH = timedelta(days=30)
_UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
Shape = dict[str, Any]


def ago(at: datetime, now: datetime) -> str:
    """How long since, in words; after a month the day."""
    passed = now - at
    if passed >= _A_MONTH:
        return f"{at:%Y-%m-%d}"
    for unit, word in _UNITS:
        if (count := passed // unit) >= 1:
            return f"{count} {word}{'s' if count > 1 else ''} ago"
    return "just now"


def line_of(experiment: Any, now: datetime) -> Shape:
    """An experiment in one row of the list."""
    summary = experiment.summary or {}
    return {
        "id": experiment.id,
        "name": experiment.name,
        "kind": experiment.kind,
        "at": experiment.at,
        "ago": ago(experiment.at, now),
        "turns": summary.get("turns", 0),
        "found": _in_short(experiment.kind, summary),
    }


def replay_bars(summary: Mapping[str, Any]) -> list[Shape]:
    """For each decision how many turns came to it, and would; widths in hundredths of all turns."""
    before, after, turns = summary["before"], summary["after"], max(1, summary["turns"])
    return [
        {
            "kind": kind,
            "label": DECISION_WORDS[kind],
            "was": before.get(kind, 0),
            "would_be": after.get(kind, 0),
            "was_width": _width(before.get(kind, 0), turns),
            "would_be_width": _width(after.get(kind, 0), turns),
        }
        for kind in DECISIONS
        if kind in before or kind in after
    ]


def task_bars(tasks: Mapping[str, Mapping[str, int]]) -> list[Shape]:
    """For each task type its decisions as one bar of pieces, whose length is its share of the largest type's."""
    most = max((sum(counted.values()) for counted in tasks.values()), default=1)
    return [
        {"task": "No task type" if task == "none" else task.replace("_", " "), "count": sum(counted.values())}
        | {"pieces": _pieces(counted, most), "counted": counted}
        for task, counted in sorted(tasks.items(), key=lambda one: -sum(one[1].values()))
    ]


def decision_bar(decisions: Mapping[str, int]) -> list[Shape]:
    """All decisions as one bar of pieces."""
    return _pieces(decisions, max(1, sum(decisions.values())))


def left_out_words(left_out: Mapping[str, int]) -> list[str]:
    return [f"{count} {LEFT_OUT_WORDS.get(why, why)}" for why, count in left_out.items()]


def replay_turns(connection: Connection, rows: Iterable[Any]) -> list[Shape]:
    """The changed turns; their words are read from the log, where they still are."""
    return [_replay_turn(connection, row.number, row.body) for row in rows]


def backtest_turns(rows: Iterable[Any]) -> list[Shape]:
    """The turns beside what people wrote."""
    return [
        row.body
        | {"number": row.number, "because": reasons_in_words([reason["code"] for reason in row.body["reasons"]])}
        for row in rows
    ]


def reasons_in_words(codes: Sequence[str]) -> str:
    """The codes of a decision's reasons as the end of a sentence."""
    return ", and ".join(dict.fromkeys(REASON_WORDS.get(code, code.replace("_", " ")) for code in codes))


def _replay_turn(connection: Connection, number: int, body: Mapping[str, Any]) -> Shape:
    recorded = find_recorded(connection, body["turn"])
    shape = {"number": number, **body, "because": reasons_in_words(body["would_be"]["reasons"])}
    if recorded is None:
        return shape | {"question": None}
    return shape | {"question": recorded.case.message, "said": recorded.said, "at": recorded.at}


def _in_short(kind: str, summary: Mapping[str, Any]) -> str:
    if kind == "replay":
        answers = summary["before"].get("answer", 0), summary["after"].get("answer", 0)
        return f"{summary['changed']} would change; answered {answers[0]} → {answers[1]}"
    share, within = summary["answered_share"], summary["within"]
    if share is None:
        return "small talk only"
    could_be, error = 100 * within["share"], 100 * within["max_error"]
    return f"{100 * share:.0f} % answered; {could_be:.0f} % could be, with {error:.3g} % wrong"


def _pieces(counted: Mapping[str, int], most: int) -> list[Shape]:
    """Pieces side by side, each with where it begins and how wide it is, in hundredths of `most`."""
    pieces, start = [], 0.0
    for kind in KINDS:
        if count := counted.get(kind, 0):
            width = _width(count, most)
            pieces.append({"kind": kind, "label": DECISION_WORDS[kind], "count": count, "x": start, "width": width})
            start = round(start + width, 3)
    return pieces


def _width(count: int, most: int) -> float:
    return round(100 * count / most, 3)
