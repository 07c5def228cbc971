"""Holds the log against what was promised, and reads in it whether anybody spoke who had lost the word."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from benchmarks.proving.tally import UNANSWERED, Tally

MOST_SUPERSEDES = 3
LONGEST_BURST = timedelta(seconds=10)
HELD_FROM = ("handoff.requested", "handoff.accepted", "handoff.transferred")
HELD_UNTIL = ("handoff.returned", "handoff.cancelled", "handoff.expired", "conversation.resolved")
Event = Mapping[str, Any]


def check_promises(tally: Tally, conversation: str, events: Sequence[Event], acked: Mapping[str, int]) -> None:
    """Every acknowledged message stands at its seq, once."""
    found: dict[str, list[int]] = {}
    for event in events:
        if event["kind"] == "message.added" and event["body"].get("client_id"):
            found.setdefault(event["body"]["client_id"], []).append(event["seq"])
    tally.chance("acknowledged messages lost", len(acked))
    tally.chance("messages doubled", len(found))
    for client_id, seq in acked.items():
        if seq not in found.get(client_id, []):
            tally.fault("acknowledged messages lost", f"{conversation} {client_id} seq {seq}")
    for client_id, seqs in found.items():
        if len(seqs) > 1:
            tally.fault("messages doubled", f"{conversation} {client_id} at {seqs}")


def check_order(tally: Tally, conversation: str, sent: Sequence[str], acked: Mapping[str, int]) -> None:
    """Messages of one visitor stand in the order in which they were sent."""
    seqs = [acked[client_id] for client_id in sent if client_id in acked]
    tally.chance("messages out of order", len(seqs))
    for one, next in pairwise(seqs):
        if next <= one:
            tally.fault("messages out of order", f"{conversation} seq {next} was sent after {one}")


def check_chain(tally: Tally, conversation: str, events: Sequence[Event]) -> None:
    """`seq` counts 1, 2, 3 …"""
    tally.chance("gaps in seq", len(events))
    for expected, event in enumerate(events, start=1):
        if event["seq"] != expected:
            tally.fault("gaps in seq", f"{conversation} seq {event['seq']} where {expected} was due")
            return


def check_answered(tally: Tally, conversation: str, events: Sequence[Event]) -> None:
    """At the end, when every turn has had its time, nothing that a visitor asked of the assistant is left standing."""
    is_held, unanswered = False, None
    for event in events:
        if event["kind"] in HELD_FROM:
            is_held, unanswered = True, None
        elif event["kind"] in HELD_UNTIL:
            is_held = False
        elif event["kind"] == "message.added" and not is_held:
            is_question = event["author"]["kind"] == "visitor"
            tally.chance(UNANSWERED, is_question)
            unanswered = event if is_question else None
    if unanswered is not None:
        tally.fault(UNANSWERED, f"{conversation} seq {unanswered['seq']}")


def check_fences(tally: Tally, conversation: str, events: Sequence[Event], seen: Mapping[str, int]) -> None:
    """The assistant says nothing while a person holds, nor about less than what had been said when it could have known.

    `seen` tells for each turn the last message it took into account. A newer message takes the word three times within
    ten seconds; after that the turn is let finish, which is no fault.
    """
    is_held = False
    unanswered: list[Event] = []
    for event in events:
        if event["kind"] in HELD_FROM:
            is_held, unanswered = True, []
            tally.chance("assistant after a takeover")
        elif event["kind"] in HELD_UNTIL:
            is_held, unanswered = False, []
        if event["kind"] != "message.added":
            continue
        author = event["author"]["kind"]
        if author == "visitor" and not is_held:
            unanswered.append(event)
        elif author == "assistant":
            if is_held:
                tally.fault("assistant after a takeover", f"{conversation} seq {event['seq']}")
            _check_stale(tally, conversation, event, unanswered, seen)
            unanswered = [one for one in unanswered if one["seq"] > seen.get(event["body"]["turn"], event["seq"])]


def _check_stale(
    tally: Tally, conversation: str, answer: Event, unanswered: Sequence[Event], seen: Mapping[str, int]
) -> None:
    upto = seen.get(answer["body"]["turn"])
    if upto is None or not unanswered:
        return
    began = datetime.fromisoformat(unanswered[0]["at"])
    for number, message in enumerate(unanswered):
        takes_the_word = 0 < number <= MOST_SUPERSEDES and datetime.fromisoformat(message["at"]) - began < LONGEST_BURST
        if takes_the_word:
            tally.chance("assistant after a newer message")
        if takes_the_word and message["seq"] > upto:
            tally.fault("assistant after a newer message", f"{conversation} seq {answer['seq']} knew {upto} only")
