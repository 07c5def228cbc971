"""What is decided about a visitor's words: from small talk to a scored draft, without a word being said or stored.

`baton ask`, evaluation and replay judge exactly as a turn does.
"""

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from baton.assistant import (
    clarifying,
    languages,
    mood,
    policy,
    rewriting,
    rules,
    scope,
    scoring,
    smalltalk,
    wishes,
    wording,
)
from baton.assistant.decisions import Answer, Decision, Escalate, Offer, Reason
from baton.assistant.drafting import Reading
from baton.assistant.head import Head, shipped_head
from baton.assistant.mood import Mood
from baton.assistant.policy import Evidence
from baton.assistant.providers.protocol import Draft, DraftRequest, Provider, ProviderError
from baton.assistant.scoring import Assessment
from baton.assistant.settings import AssistantSettings, Level, TaskPolicy
from baton.assistant.stopwatch import Stopwatch
from baton.assistant.tasks import NOT_TOLD, Told
from baton.assistant.wording import Message, Part
from baton.knowledge.records import PUBLIC
from baton.knowledge.search import Passage, Search, SearchResult, Utterance

VISITOR = frozenset({PUBLIC})
PASSAGES = 12
SMALL_TALK = Reason("small_talk", "The message asks for nothing, so it gets a set reply.")

Say = Callable[[str], None]
"""Told what is being done: reading, searching, writing, checking."""


class Classifier(Protocol):
    """Tells the task type of a message."""

    async def classify(self, text: str) -> Told: ...


@dataclass(frozen=True, slots=True)
class Case:
    """What a turn is judged on; `history` is what was said before `message`, the oldest first."""

    message: str
    history: tuple[Utterance, ...] = ()
    locale: str | None = None
    offers_running: int = 0
    turns_without_progress: int = 0
    clarified_last: bool = False
    choices: tuple[str, ...] = ()
    """What the assistant's last message asked to choose from, if it asked back."""
    guidance: str | None = None
    level: Level | None = None
    audiences: frozenset[str] = VISITOR


@dataclass(frozen=True, slots=True)
class Judged:
    """One question of the message with all it was decided on."""

    question: str
    decision: Decision
    draft: Draft | None = None
    found: SearchResult | None = None
    assessment: Assessment | None = None
    confidence: float | None = None
    chances: Mapping[str, float] = field(default_factory=dict)
    """What confidence is the product of, by the head's factors."""
    threshold: float | None = None
    """What confidence had to reach: more for every telling word that no source has."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn comes to: the decision that counts, the words for it, and the questions it was made of."""

    decision: Decision
    message: Message
    parts: tuple[Judged, ...]
    mood: Mood | None
    task: str | None
    language: str
    task_certainty: float | None = None
    small_talk: bool = False
    timings_ms: dict[str, float] = field(default_factory=dict)
    threshold: float | None = None
    """From here up the weakest question's draft would have been given as sure; None for small talk."""
    scoring: str | None = None
    """The version of the head that scored it."""

    @property
    def confidence(self) -> float:
        """Of the weakest question; a set reply is right by itself, and what could not be scored counts as nothing."""
        if self.small_talk:
            return 1.0
        return min((part.confidence or 0.0 for part in self.parts), default=0.0)

    @property
    def weakest(self) -> Judged | None:
        """The question that the decision hangs on."""
        return min(self.parts, key=lambda part: part.confidence or 0.0, default=None)


class Judge:
    """Judges cases with one search, one provider and one set of settings."""

    def __init__(
        self,
        search: Search,
        provider: Provider,
        tasks: Classifier | None,
        settings: AssistantSettings,
        brand: str,
        head: Head | None = None,
    ) -> None:
        self._search = search
        self._provider = provider
        self._tasks = tasks
        self._settings = settings
        self._brand = brand
        self._head = head or shipped_head()

    def use(self, settings: AssistantSettings, head: Head) -> None:
        """From the next turn on, judge by these; what is being judged goes by those it began with."""
        self._settings, self._head = settings, head

    async def judge(self, case: Case, say: Say = lambda doing: None) -> Outcome:
        """Small talk, then hard rules, then the question or questions, each searched, drafted, scored and decided."""
        return await copy.copy(self)._judge(case, say)

    async def _judge(self, case: Case, say: Say) -> Outcome:
        clock = Stopwatch()
        choice = clarifying.chosen(case.message, case.choices)
        message = clarifying.completed(choice, case.history) if choice else case.message
        language = languages.detect(message)
        spoken = language or (case.locale or "en")[:2]
        if choice is None and (reply := smalltalk.reply(message, language, self._brand)):
            return _small_talk(reply.text, spoken, clock)
        felt = mood.score(case.message, case.history, self._settings.mood)
        told = await self._classify(message, choice)
        clock.lap("classify")
        rule = rules.check(case.message, self._settings, told.task)
        questions = (message,) if choice else rewriting.split(message)
        shared = self._evidence(case, language, felt, told, rule, may_ask_back=len(questions) == 1)
        if rule is not None or shared.rejected:
            parts: tuple[Judged, ...] = (Judged(case.message, policy.decide(shared, self._settings)),)
        else:
            parts = tuple([await self._answer(question, case, shared, spoken, say, clock) for question in questions])
        decision = _together([part.decision for part in parts])
        return Outcome(
            decision=decision,
            message=self._words(decision, parts, spoken),
            parts=parts,
            mood=felt,
            task=told.task,
            task_certainty=told.certainty,
            language=spoken,
            timings_ms=clock.laps_ms,
            threshold=min(parts, key=lambda part: part.confidence or 0.0).threshold
            or policy.thresholds(told.task, self._settings).sure,
            scoring=self._head.version,
        )

    async def _classify(self, message: str, choice: str | None) -> Told:
        """The task type: the one that was chosen, or what the message's examples say."""
        if choice and (name := clarifying.type_chosen(choice, self._settings.tasks)):
            return Told(name, 1.0)
        return await self._tasks.classify(message) if self._tasks else NOT_TOLD

    def _evidence(
        self,
        case: Case,
        language: str | None,
        felt: Mood,
        told: Told,
        rule: rules.HardRule | None,
        *,
        may_ask_back: bool,
    ) -> Evidence:
        """What is known before anything is searched."""
        return Evidence(
            hard_rule=rule,
            mood=felt,
            rejected=wishes.rejects_answer(case.message),
            language=language,
            out_of_scope=scope.is_outside(case.message),
            task=told.task,
            level=case.level,
            offers_running=case.offers_running,
            turns_without_progress=case.turns_without_progress,
            may_ask_back=may_ask_back and not case.clarified_last,
            competing=clarifying.labels_of(told.rivals, self._settings.tasks),
        )

    async def _answer(
        self, question: str, case: Case, shared: Evidence, language: str, say: Say, clock: Stopwatch
    ) -> Judged:
        """One question: search, draft, score, decide."""
        asked = rewriting.self_contained(question, case.history)
        say("searching")
        specialist = self._specialist(shared.task)
        found = await self._search.search(
            rewriting.search_query(asked),
            case.history,
            audiences=case.audiences,
            limit=PASSAGES,
            sources=specialist.sources,
        )
        clock.lap("search")
        reading = Reading(asked, found.passages, found.query_vector)
        say("writing")
        try:
            draft = await self._draft(asked, case, reading, language, specialist.instructions)
        except ProviderError as error:
            reason = Reason("no_draft", f"No answer could be drafted: {error}")
            return Judged(asked, Escalate((reason,)), found=found)
        clock.lap("draft")
        say("checking")
        assessment = scoring.assess(reading, draft)
        chances = self._head.chances(assessment.signals) if draft.answered else {}
        confidence = math.prod(chances.values()) if chances else 0.0
        evidence = _with_draft(shared, reading, draft, assessment, confidence)
        clock.lap("score")
        decision, line = policy.decide(evidence, self._settings), policy.line_of(evidence, self._settings)
        return Judged(asked, decision, draft, found, assessment, confidence, chances, line)

    def _specialist(self, task: str | None) -> TaskPolicy:
        """What is set for a task type; for a question of none, nothing."""
        return self._settings.tasks.get(task or "", TaskPolicy())

    async def _draft(self, question: str, case: Case, reading: Reading, language: str, instructions: str) -> Draft:
        request = DraftRequest(
            question=question,
            history=case.history,
            passages=tuple(reading.passages),
            brand=self._brand,
            language=language,
            guidance=case.guidance,
            reading=reading,
            instructions=instructions,
        )
        return await self._provider.draft(request)

    def _words(self, decision: Decision, parts: Sequence[Judged], language: str) -> Message:
        if len(parts) == 1 or isinstance(decision, Escalate):
            return wording.message(decision, parts[0].draft, language, self._brand)
        said = [Part(part.question, part.decision, part.draft) for part in parts]
        return wording.message_in_parts(said, language, self._brand)


def _with_draft(
    shared: Evidence, reading: Reading, draft: Draft, assessment: Assessment, confidence: float
) -> Evidence:
    return replace(
        shared,
        confidence=confidence,
        has_draft=draft.answered,
        missing=assessment.missing,
        opposed=assessment.opposed,
        unmet=assessment.unmet,
        wants_figure=assessment.wants_figure,
        guess=assessment.guess,
        is_long=assessment.is_long,
        support=assessment.signals.get("support"),
        competing=shared.competing or clarifying.places_competing(reading),
    )


def _together(decisions: Sequence[Decision]) -> Decision:
    """A person for any part is a person for all; else the message is as sure as its least sure part."""
    for kind in (Escalate, Offer):
        chosen = [decision for decision in decisions if isinstance(decision, kind)]
        if chosen:
            return chosen[0]
    return next((decision for decision in decisions if not isinstance(decision, Answer)), decisions[0])


def _small_talk(text: str, language: str, clock: Stopwatch) -> Outcome:
    clock.lap("small_talk")
    return Outcome(
        Answer((SMALL_TALK,)), Message(text), (), None, None, language, small_talk=True, timings_ms=clock.laps_ms
    )


def found_passages(parts: Sequence[Judged]) -> list[Passage]:
    """Every passage that was found, once, in the order of the questions."""
    passages = [passage for part in parts if part.found for passage in part.found.passages]
    return list({passage.chunk: passage for passage in passages}.values())
