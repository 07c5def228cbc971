"""What is done with a turn: evidence in, a decision with its reasons out. Pure, and read top to bottom as one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from baton.assistant.decisions import Act, Answer, Clarify, Decision, Escalate, EscalateKind, Hold, Offer, Reason
from baton.assistant.mood import Mood
from baton.assistant.rules import HardRule
from baton.assistant.settings import AssistantSettings, Below, Level


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action that was proposed instead of an answer."""

    action: str
    arguments: Mapping[str, object]
    needs_approval: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a decision is made of. What is unknown stays None or empty, and never speaks for an answer."""

    confidence: float | None = None
    has_draft: bool = False
    missing: tuple[str, ...] = ()
    """Numbers, names and dates of the question that the sources don't state."""
    opposed: tuple[tuple[str, str], ...] = ()
    unmet: tuple[str, ...] = ()
    """Telling words of the question that the sources don't have."""
    wants_figure: bool = False
    """A price, a time, a number, a reason or a yes was asked for, and the draft gives none."""
    guess: str = ""
    """Why the draft may be right and yet not be known to be."""
    is_long: bool = False
    """The draft is a long list, which is no help unless it has what was asked about."""
    support: float | None = None
    hard_rule: HardRule | None = None
    mood: Mood | None = None
    rejected: bool = False
    """The visitor says that the last answer was wrong."""
    language: str | None = None
    out_of_scope: bool = False
    task: str | None = None
    level: Level | None = None
    """The autonomy level of the task; None is the setting's."""
    reviewer_on_duty: bool = False
    offers_running: int = 0
    turns_without_progress: int = 0
    may_ask_back: bool = True
    """Never twice running, nor about one of several questions."""
    competing: tuple[str, ...] = ()
    """Names of what the question may be about, when two groups of passages or task types compete."""
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What holds for the evidence's task type."""

    sure: float
    near: float
    hold: float


Row = Callable[[Evidence, AssistantSettings], Decision | None]
_LEAST_SUPPORT = 0.5
_A_WORD_UNMET = 0.1


def decide(evidence: Evidence, settings: AssistantSettings) -> Decision:
    """The first row of the table that applies; offers that repeat become a person."""
    decision = next(found for row in TABLE if (found := row(evidence, settings)) is not None)
    return _enough_offers(decision, evidence, settings)


def thresholds(task: str | None, settings: AssistantSettings) -> Thresholds:
    """The thresholds of a task type, filled up from the assistant's own."""
    policy = settings.tasks.get(task) if task else None

    def of(own: float | None, common: float) -> float:
        return common if own is None else own

    return Thresholds(
        sure=of(policy.min_confidence if policy else None, settings.min_confidence),
        near=of(policy.near_from if policy else None, settings.near_from),
        hold=of(policy.hold_from if policy else None, settings.hold_from),
    )


def _hard_rule(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    rule = evidence.hard_rule
    if rule is None:
        return None
    danger: dict[str, EscalateKind] = {"self": "danger_self"}
    return Escalate(
        (Reason(rule.kind, rule.reason),),
        danger.get(rule.name, "danger_others") if rule.kind == "safety" else "escalate",
    )


def _threat(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if evidence.mood is None or "threat" not in evidence.mood.triggers or not settings.mood.threats_escalate:
        return None
    return Escalate((Reason("threat", "The visitor speaks of legal steps or of going to the press."),))


def _sustained(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if evidence.mood is None or "sustained" not in evidence.mood.triggers:
        return None
    return Escalate((Reason("unhappy_for_long", "The visitor has been unhappy for several messages running."),))


def _rejected(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if not evidence.rejected:
        return None
    return Offer((Reason("rejected", "The visitor says that the last answer was wrong or no help."),), "rejected")


def _no_progress(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    turns = evidence.turns_without_progress
    if turns < settings.turns_without_progress:
        return None
    return Escalate((Reason("no_progress", f"{turns} turns running brought no answer."),))


def _other_language(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if evidence.language is None or evidence.language in settings.document_languages:
        return None
    return Offer(
        (Reason("language", f"The help pages are not in the visitor's language ({evidence.language})."),), "language"
    )


def _action(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    proposal = evidence.proposal
    if proposal is None:
        return None
    reason = Reason("action", f"The visitor's wish is met by the action “{proposal.action}”.")
    return Act((reason,), proposal.action, proposal.arguments, proposal.needs_approval)


def _bad_mood(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    """A visitor at the floor is offered a person; one who only complains and asks is answered when that is sure."""
    mood = evidence.mood
    if mood is None or not {"floor", "fall", "insult", "told_already"} & set(mood.triggers):
        return None
    if _is_sure(evidence, settings) and "told_already" not in mood.triggers:
        return None
    return Offer((Reason("mood", f"The visitor is upset: {', '.join(mood.in_words())}."),), "mood")


def _out_of_scope(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if not evidence.out_of_scope or _is_sure(evidence, settings):
        return None
    return Offer(
        (Reason("out_of_scope", "The question is about something the help pages don't deal with."),),
        "out_of_scope",
        False,
    )


def _not_for_software(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    """Of some task types whatever isn't sure goes to a person at once."""
    if _below(evidence, settings) != "escalate" or _is_sure(evidence, settings):
        return None
    handed = Reason("below_escalates", f"Whatever is not sure about “{evidence.task}” goes to a person at once.")
    return Escalate((handed, *_why_not_sure(evidence, settings)))


def _nothing_known(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if not evidence.has_draft:
        return Offer((Reason("nothing_found", "No help page comes near the question."),), "none")
    if evidence.confidence is None:
        return Offer((Reason("no_confidence", "How sure the draft is could not be told."),), "none")
    return None


def _competing(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    """Asking back is no help where the sources lack what was asked, whatever it is about."""
    if len(evidence.competing) < 2 or not evidence.may_ask_back or _is_sure(evidence, settings):
        return None
    if evidence.missing or evidence.unmet:
        return None
    named = " or ".join(f"“{name}”" for name in evidence.competing[:4])
    return Clarify((Reason("ambiguous", f"The question may be about {named}."),), evidence.competing[:4])


def _people_send(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if (evidence.level or settings.level) != "draft":
        return None
    reason = Reason("level_draft", "At this autonomy level people send every answer.")
    return Hold((reason,)) if evidence.reviewer_on_duty else Offer((reason,), "unreviewed")


def _sure(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if not _is_sure(evidence, settings):
        return None
    line = line_of(evidence, settings)
    return Answer((Reason("confident", f"Confidence {evidence.confidence:.2f} reaches the threshold of {line:.2f}."),))


def _held(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if not evidence.reviewer_on_duty:
        return None
    is_near = (evidence.confidence or 0.0) >= thresholds(evidence.task, settings).hold
    if _below(evidence, settings) == "hold" or (settings.review_drafts and is_near):
        return Hold(_why_not_sure(evidence, settings))
    return None


def _near(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    if evidence.is_long and (evidence.missing or evidence.unmet):
        return None
    if (evidence.confidence or 0.0) < thresholds(evidence.task, settings).near:
        return None
    return Offer(_why_not_sure(evidence, settings), "near", counts=False)


def _none(evidence: Evidence, settings: AssistantSettings) -> Decision | None:
    return Offer(_why_not_sure(evidence, settings), "none")


TABLE: Sequence[Row] = (
    _hard_rule,
    _threat,
    _sustained,
    _rejected,
    _other_language,
    _action,
    _bad_mood,
    _out_of_scope,
    _not_for_software,
    _nothing_known,
    _competing,
    _people_send,
    _sure,
    _held,
    _near,
    _none,
)


def _is_sure(evidence: Evidence, settings: AssistantSettings) -> bool:
    """Confident enough, every claim supported, and nothing that was named is missing or turned round."""
    if not evidence.has_draft or evidence.confidence is None or evidence.support is None:
        return False
    confident = evidence.confidence >= line_of(evidence, settings)
    is_met = not (evidence.missing or evidence.opposed or evidence.wants_figure or evidence.guess)
    is_met = is_met and not (evidence.is_long and evidence.unmet) and not _is_asked_again(evidence)
    return confident and is_met and evidence.support >= _LEAST_SUPPORT


def _is_asked_again(evidence: Evidence) -> bool:
    """Whoever asks the same again was not helped by what was said to it."""
    return evidence.mood is not None and "repetition" in evidence.mood.triggers


def _below(evidence: Evidence, settings: AssistantSettings) -> Below:
    policy = settings.tasks.get(evidence.task) if evidence.task else None
    return policy.below if policy else "offer"


def line_of(evidence: Evidence, settings: AssistantSettings) -> float:
    """The threshold that counts: higher for every telling word that the sources don't have."""
    return min(1.0, thresholds(evidence.task, settings).sure + _A_WORD_UNMET * len(evidence.unmet))


def _why_not_sure(evidence: Evidence, settings: AssistantSettings) -> tuple[Reason, ...]:
    line = line_of(evidence, settings)
    reasons = []
    if lacking := dict.fromkeys((*evidence.missing, *evidence.unmet)):
        named = ", ".join(f"“{name}”" for name in lacking)
        reasons.append(Reason("not_stated", f"The source does not mention {named}."))
    reasons += [Reason("opposite", f"The question says “{a}”, the source “{b}”.") for a, b in evidence.opposed]
    if evidence.wants_figure:
        reasons.append(
            Reason(
                "no_figure",
                "A price, a time, a number, a reason or a yes was asked for, and the source gives none for it.",
            )
        )
    if evidence.guess:
        reasons.append(Reason("guess", evidence.guess))
    if _is_asked_again(evidence):
        reasons.append(Reason("asked_again", "The visitor asks the same again."))
    if evidence.support is None or evidence.support < _LEAST_SUPPORT:
        reasons.append(Reason("unsupported", "A claim of the draft is not backed by its source."))
    if (evidence.confidence or 0.0) < line:
        reasons.append(
            Reason(
                "not_confident", f"Confidence {evidence.confidence or 0.0:.2f} is below the threshold of {line:.2f}."
            )
        )
    return tuple(reasons)


def _enough_offers(decision: Decision, evidence: Evidence, settings: AssistantSettings) -> Decision:
    """An offer after as many running as are allowed becomes a person, and so does a run of turns without an answer."""
    if not isinstance(decision, Offer) or decision.wording == "out_of_scope":
        return decision
    if decision.counts and evidence.offers_running + 1 >= settings.offers_before_person:
        again = Reason("offers_running", f"A person was offered {evidence.offers_running + 1} times running.")
        return Escalate((*decision.reasons, again))
    return _no_progress(evidence, settings) or decision
