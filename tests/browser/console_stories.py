"""Believable conversations for the console's tests and screenshots."""

from typing import Any

from tests.browser.console_world import AGENT, OTHER, Talk, World

RETURNS = {
    "n": 1,
    "document": "doc_returns",
    "title": "Returns",
    "url": "https://shop.example/help/returns",
    "place": "Returns › How long it takes",
    "quote": "Refunds reach your account within 5 working days of the parcel's arrival at our warehouse.",
}
SALE = {
    "n": 1,
    "document": "doc_sale",
    "title": "Sale items",
    "url": "https://shop.example/help/sale",
    "place": "Sale items › Returning them",
    "quote": "Sale items can be returned within 14 days.",
}


def tell_all(world: World) -> None:
    """A morning at the desk: two wait, one is held by Ana, one by Ben, the rest is the assistant's and the past."""
    _past(world)
    _asking(world)
    _held_by_ben(world)
    _held_by_ana(world)
    _offered(world)
    refund(world)


def refund(world: World) -> Talk:
    """Maria was answered twice, is not content, and waits for a person with the whole story."""
    visitor = {"name": "Maria Duarte", "email": "maria.duarte@example.org", "assurance": "verified", "locale": "pt"}
    talk = world.talk("refund", minutes_ago=11, mood=-0.56, visitor=visitor)
    world.say(talk, "visitor", "Hi, when do I get my money back for order SK-20418?", minutes_ago=11)
    answer = "Refunds reach your account within **5 working days** of the parcel's arrival at our warehouse."
    world.say(talk, "assistant", answer, minutes_ago=10.9, turn="trn_1", citations=[RETURNS])
    world.say(talk, "visitor", "It arrived on 2 November. That is more than two weeks ago.", minutes_ago=7)
    near = (
        "The closest I found is for sale items:\n\n- they can be returned within 14 days\n"
        "- the refund goes to the card you paid with\n\nDoes that answer it?"
    )
    choices = ["Yes", "No, talk to a person"]
    world.say(talk, "assistant", near, minutes_ago=6.8, turn="trn_2", citations=[SALE], choices=choices)
    world.say(talk, "visitor", "No. You keep telling me the same thing, where is my money?", minutes_ago=5)
    talk.turns |= {"trn_1": _turn("trn_1", "answer"), "trn_2": _turn("trn_2", "offer")}
    world.hand_over(talk, refund_briefing(visitor | {"id": "vis_refund"}), waiting_seconds=290, minutes_ago=4.8)
    note = {"kind": "agent", "id": OTHER["id"], "name": OTHER["name"], "avatar": None}
    text = {"text": "The parcel was scanned on the 2nd, but the refund is stuck in payments. I asked them."}
    world.append(talk, "note.added", note, text, audience="staff", minutes_ago=3)
    return talk


def refund_briefing(visitor: dict[str, Any]) -> dict[str, Any]:
    """What is known about Maria's question."""
    source = {key: RETURNS[key] for key in ("title", "place", "quote", "url")}
    return {
        "version": 1,
        "question": "Where is the refund for SK-20418? The parcel arrived on 2 November.",
        "reasons": [
            {"code": "visitor_asked", "text": "The visitor asked for a person."},
            {"code": "mood", "text": "The visitor is unhappy, and less content than before."},
        ],
        "signals": {
            "support": {"value": 0.81, "words": "every claim is backed"},
            "repetition": {"value": 0.74, "words": "the same question again"},
        },
        "facts": [
            {"name": "order", "value": "SK-20418", "assurance": "claimed"},
            {"name": "date", "value": "2 November", "assurance": "claimed"},
            {"name": "email", "value": "maria.duarte@example.org", "assurance": "verified"},
        ],
        "tried": [
            {
                "question": "When do I get my money back for order SK-20418?",
                "answer": "Refunds reach your account within 5 working days of the parcel's arrival.",
                "sources": [source],
                "decision": "answer",
                "came_of_it": "The visitor wrote: “It arrived on 2 November. That is more than two weeks ago.”",
            },
        ],
        "mood": [{"seq": 1, "level": 0.1}, {"seq": 3, "level": -0.2}, {"seq": 5, "level": -0.56}],
        "promises": [],
        "pending": [],
        "suggested_reply": {
            "text": "I'm sorry about the wait, Maria. Your parcel reached us on 2 November, so the refund is overdue. "
            "I am asking our payments team now and will write to you today.",
            "sources": [source],
        },
        "page": {"url": "https://shop.example/returns", "title": "Returns · Skiff"},
        "visitor": visitor,
        "earlier": [
            {
                "conversation": "cnv_past1",
                "at": "2026-10-03T09:12:00Z",
                "first_line": "Can I change the delivery address?",
                "outcome": "confirmed",
            }
        ],
    }


def _offered(world: World) -> None:
    talk = world.talk("offered", minutes_ago=2, mood=-0.1, visitor={"name": "Jonas Weber", "assurance": "claimed"})
    line = "Is the oak shelf deep enough for vinyl records, and can it be fixed to plasterboard?"
    world.say(talk, "visitor", line, minutes_ago=2)
    world.hand_over(
        talk,
        status="offered",
        reason="low_confidence",
        team="support",
        waiting_seconds=48,
        agent={"id": AGENT["id"], "name": AGENT["name"]},
    )


def _held_by_ana(world: World) -> None:
    talk = world.talk("mine", minutes_ago=25, mood=0.4, visitor={"name": "Priya Nair", "assurance": "verified"})
    world.say(talk, "visitor", "The lamp came with the wrong plug.", minutes_ago=25)
    world.hand_over(talk, reason="always_human", waiting_seconds=60)
    world.give(talk, AGENT)
    by = {"id": AGENT["id"], "name": AGENT["name"]}
    world.say(talk, "agent", "Sorry about that. I am sending a UK adapter today.", minutes_ago=22, by=by)
    world.say(talk, "visitor", "Perfect, thank you!", minutes_ago=1)


def _held_by_ben(world: World) -> None:
    talk = world.talk("bens", minutes_ago=40, visitor={"name": "Luca Romano"})
    world.say(talk, "visitor", "I was charged twice.", minutes_ago=40)
    world.hand_over(talk, reason="visitor_asked", waiting_seconds=30)
    world.give(talk, OTHER)
    talk.summary["unread"] = 0


def _asking(world: World) -> None:
    talk = world.talk("asking", minutes_ago=1)
    world.say(talk, "visitor", "Do you deliver to the Azores?", minutes_ago=1)
    answer = "Yes. Delivery to the Azores takes 6 to 9 working days and costs 14 euros."
    world.say(
        talk, "assistant", answer, minutes_ago=0.9, turn="trn_9", citations=[RETURNS | {"place": "Delivery › Islands"}]
    )
    talk.turns["trn_9"] = _turn("trn_9", "answer")
    talk.summary["unread"] = 0


def _past(world: World) -> None:
    lines = ["Can I change the delivery address?", "Which oil is right for the oak table?", "Do you have gift cards?"]
    for number, line in enumerate(lines, start=1):
        talk = world.talk(f"past{number}", minutes_ago=1440 * number, sample=True, status="resolved", outcome="assumed")
        world.say(talk, "visitor", line, minutes_ago=1440 * number)
        world.say(talk, "assistant", "Yes. Open your order and choose “Change”.", minutes_ago=1440 * number - 0.1)
        world.append(
            talk, "conversation.resolved", {"kind": "system", "id": None, "name": None}, {"outcome": "assumed"}
        )
        talk.summary["unread"] = 0


def _turn(id: str, decision: str) -> dict[str, Any]:
    reasons = {
        "answer": [{"code": "supported", "text": "The passage states it, and every claim is backed."}],
        "offer": [{"code": "near", "text": "The passages are about sale items, not about this refund."}],
    }
    signals: dict[str, dict[str, Any]] = {
        "answer": {
            "closeness": 0.82,
            "support": 1.0,
            "missing": [],
            "unmet": ["jacket"],
            "opposed": [["before", "after"]],
            "chances": {"covered": 0.97, "on_page": 0.95, "answered": 0.944},
            "mood_triggers": ["told_already", "leaving"],
        },
        "offer": {"agreement": 0.71, "support": 0.94},
    }
    return {
        "id": id,
        "decision": decision,
        "reasons": reasons[decision],
        "confidence": 0.87 if decision == "answer" else 0.46,
        "signals": signals[decision],
        "mood": -0.1,
        "task": "refund_status",
        "risk": "low",
        "threshold": 0.7,
        "citations": [],
        "versions": {"policy": "1"},
        "timings_ms": {"search": 12.1, "draft": 4.0},
    }
