"""Conversations in memory, as the console's scripted server shows them: what happens in one is told to who watches."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Frame = dict[str, Any]
AGENT: dict[str, Any] = {"id": "stf_ana", "name": "Ana Lopes", "role": "agent", "teams": ["support"]}
OTHER: dict[str, Any] = {"id": "stf_ben", "name": "Ben Okafor", "role": "agent", "teams": ["support", "returns"]}
STATUS_OF = {"accepted": "with_agent", "resolved": "resolved", "returned": "with_assistant"}


@dataclass
class Talk:
    """One conversation: its summary, its log, and the decision records of its turns."""

    summary: dict[str, Any]
    events: list[Frame] = field(default_factory=list)
    turns: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)


class World:
    """All conversations. `tell` receives every frame with the conversation it is about."""

    def __init__(self, tell: Callable[[str, Frame], None] = lambda _conversation, _frame: None) -> None:
        self.talks: dict[str, Talk] = {}
        self.tell = tell
        self.now = datetime.now(UTC)

    def talk(self, name: str, *, minutes_ago: float = 0, **summary: Any) -> Talk:
        """A new conversation named `cnv_{name}`, held by the assistant until something else happens."""
        at = self._at(minutes_ago)
        visitor = {"id": f"vis_{name}", "name": None, "email": None, "assurance": "anonymous", "locale": "en"}
        whole: dict[str, Any] = {
            "id": f"cnv_{name}",
            "status": "with_assistant",
            "holder": {"kind": "assistant", "id": None, "name": None},
            "visitor": visitor | summary.pop("visitor", {}),
            "first_line": None,
            "last_line": None,
            "last_message_at": at,
            "created_at": at,
            "mood": None,
            "unread": 0,
            "handoff": None,
            "page": {"url": "https://shop.example/returns", "title": "Returns"},
            "sample": False,
            "last_seq": 0,
            "outcome": None,
            "team": None,
        }
        talk = Talk(whole | summary)
        self.talks[talk.summary["id"]] = talk
        return talk

    def say(self, talk: Talk, kind: str, text: str, *, minutes_ago: float = 0, by: Any = None, **body: Any) -> Frame:
        """A message by a visitor, the assistant or an agent."""
        summary = talk.summary
        summary["first_line"] = summary["first_line"] or text
        summary["last_line"], summary["last_message_at"] = text, self._at(minutes_ago)
        summary["unread"] += kind == "visitor"
        author = {"kind": kind, "id": None, "name": None, "avatar": None} | (by or {})
        whole = {"text": text, "client_id": None, "turn": None, "citations": [], "choices": [], "files": []} | body
        return self.append(talk, "message.added", author, whole, minutes_ago=minutes_ago)

    def append(
        self,
        talk: Talk,
        kind: str,
        author: dict[str, Any],
        body: dict[str, Any],
        *,
        audience: str = "visitor",
        minutes_ago: float = 0,
    ) -> Frame:
        """Write an event and tell it, with the summary that it changed."""
        seq = len(talk.events) + 1
        event = {
            "conversation": talk.summary["id"],
            "seq": seq,
            "prev": seq - 1,
            "id": f"evt_{talk.summary['id']}_{seq}",
            "kind": kind,
            "at": self._at(minutes_ago),
            "author": author,
            "audience": audience,
            "body": body,
        }
        talk.events.append(event)
        talk.summary["last_seq"] = seq
        self.tell(talk.summary["id"], {"type": "event"} | event)
        self.tell_summary(talk)
        return event

    def hand_over(
        self, talk: Talk, briefing: dict[str, Any] | None = None, *, minutes_ago: float = 0, **handoff: Any
    ) -> None:
        """The conversation waits for a person."""
        number = len([one for one in self.talks.values() if one.summary["handoff"]]) + 1
        waiting: dict[str, Any] = {
            "id": f"hnd_{number}",
            "conversation": talk.summary["id"],
            "status": "waiting",
            "reason": "visitor_asked",
            "team": "support",
            "priority": 1,
            "waiting_seconds": 0,
            "briefing": briefing,
        }
        talk.summary |= {
            "handoff": waiting | handoff,
            "status": "waiting_for_agent",
            "holder": {"kind": "handoff", "id": waiting["id"], "name": None},
            "team": waiting["team"],
        }
        body = {"handoff": waiting["id"], "by": "visitor", "agent": None, "position": 1}
        self.append(talk, "handoff.requested", _system(), body, minutes_ago=minutes_ago)

    def give(self, talk: Talk, agent: dict[str, Any], status: str = "accepted") -> None:
        """To an agent, or out of an agent's hands."""
        holder = {"kind": "agent", "id": agent["id"], "name": agent["name"]}
        talk.summary |= {
            "status": STATUS_OF[status],
            "holder": holder if status == "accepted" else {"kind": "assistant", "id": None, "name": None},
            "handoff": (talk.summary["handoff"] or {"id": "hnd_taken", "briefing": None}) | {"status": status},
        }
        self.tell(talk.summary["id"], self.state(talk))

    def state(self, talk: Talk, working: str | None = None) -> Frame:
        """What is going on in it now."""
        summary = talk.summary
        return {
            "type": "state",
            "conversation": summary["id"],
            "status": summary["status"],
            "holder": summary["holder"],
            "working": working,
        }

    def tell_summary(self, talk: Talk) -> None:
        """The inbox learns how it is now."""
        self.tell("inbox", {"type": "inbox", "conversation": dict(talk.summary)})

    def _at(self, minutes_ago: float) -> str:
        at = datetime.now(UTC) if minutes_ago == 0 else self.now - timedelta(minutes=minutes_ago)
        return at.isoformat().replace("+00:00", "Z")


def _system() -> dict[str, Any]:
    return {"kind": "system", "id": None, "name": None, "avatar": None}
