"""Plays scripted conversations several times each and scores them as tau-bench does: by the end state and by what was
said, with pass^k, the chance that k trials in a row all succeed (Yao and others, 2024, arXiv:2406.12045)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb
from statistics import fmean

from baton.server.gate.playing import Played, Reply, look_at, replies_in
from baton.server.gate.scripts import Condition, Script, Step
from baton.server.gate.staff_only import StaffOnly
from baton.server.gate.stage import Stage
from baton.server.gate.variation import Variation
from baton.server.gate.verdicts import broken_rules, states
from baton.server.gate.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Trial:
    """One telling of a script: what was said, and in sentences what went wrong, if anything."""

    script: str
    number: int
    said: tuple[str, ...]
    failures: tuple[str, ...]
    fell_back: bool = False

    @property
    def is_fine(self) -> bool:
        """Whether everything came out as the script wants."""
        return not self.failures


async def play_script(stage: Stage, script: Script, number: int, staff_only: StaffOnly) -> Trial:
    """Play one trial and compare its end with the one that is wanted."""
    async with stage.visitor(script.locale, script.page) as visitor:
        part = _Part(stage, visitor, Variation(script.name, number))
        for place, step in enumerate(script.turns):
            if step.when is None or part.holds(step.when):
                await part.play(place, step)
        played = await look_at(stage, visitor, part.said, part.replies)
    failures = [*part.failures, *_wrong_ends(script, played), *broken_rules(played, script.ends.must_not, staff_only)]
    return Trial(script.name, number, tuple(part.said), tuple(failures), played.fell_back)


def pass_hat(k: int, trials: Sequence[Trial]) -> float:
    """pass^k over all scripts: for each with c fine of n trials, (c choose k) / (n choose k), then the mean."""
    by_script: dict[str, list[bool]] = {}
    for trial in trials:
        by_script.setdefault(trial.script, []).append(trial.is_fine)
    return fmean(comb(sum(fine), k) / comb(len(fine), k) for fine in by_script.values())


class _Part:
    """The visitor's part of one trial."""

    def __init__(self, stage: Stage, visitor: Visitor, variation: Variation) -> None:
        self._stage = stage
        self._visitor = visitor
        self._variation = variation
        self.said: list[str] = []
        self.replies: list[Reply] = []
        self.failures: list[str] = []
        self._last: list[Reply] = []
        self._is_offered = False
        self._is_with_person = False

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds after the last step."""
        is_answered = any(reply.is_sure for reply in self._last)
        return {
            "answered": is_answered,
            "not_answered": not is_answered,
            "offered": self._is_offered,
            "not_offered": not self._is_offered,
            "with_person": self._is_with_person,
            "with_assistant": not self._is_with_person,
        }[condition]

    async def play(self, place: int, step: Step) -> None:
        """Do one step, and hold the replies against what it wants."""
        if step.says is None:
            return await self._act(step)
        if not self._is_with_person and (aside := self._variation.before(place)) is not None:
            await self._say(aside)
        told = (step.says,) if step.exact else self._variation.tell(step.says)
        await self._say(*told)
        texts = [reply.text for reply in self._last]
        unsaid = [fact for fact in step.must if not states(texts, fact)]
        self.failures += [f"“{step.says}” was not answered with {_named(fact)}." for fact in unsaid]
        false = [text for text in step.must_not if states(texts, text)]
        self.failures += [f"“{step.says}” was answered with “{text}”." for text in false]

    async def _say(self, *texts: str) -> None:
        self.said += texts
        await self._take_in(await self._visitor.say(*texts))

    async def _act(self, step: Step) -> None:
        if step.leaves is not None:
            return await self._take_in(await self._visitor.act("contact.send", email=step.leaves))
        kind = "handoff.request" if step.taps == "person" else "handoff.cancel"
        await self._take_in(await self._visitor.act(kind))

    async def _take_in(self, events: Sequence[dict[str, object]]) -> None:
        self._last = await replies_in(self._stage, events)
        self.replies += self._last
        kinds = [event["kind"] for event in events]
        self._is_offered = "handoff.suggested" in kinds
        for kind in kinds:
            if kind in ("handoff.requested", "handoff.cancelled", "handoff.returned", "handoff.expired"):
                self._is_with_person = kind == "handoff.requested"


def _wrong_ends(script: Script, played: Played) -> Iterator[str]:
    """How the end differs from the one that is wanted."""
    ends = script.ends
    if played.status != ends.status:
        yield f"It ended {played.status}, not {ends.status}."
    if played.transferred != ends.transfer:
        yield "It was handed over." if played.transferred else "It was not handed over."
    if ends.reason is not None and played.reason != ends.reason:
        yield f"The reason for the handoff was {played.reason}, not {ends.reason}."
    if ends.offered is not None and played.offered != ends.offered:
        yield "A person was offered." if played.offered else "No person was offered."
    texts = [reply.text for reply in played.replies]
    yield from (f"Nothing said {_named(fact)}." for fact in ends.must if not states(texts, fact))


def _named(fact: str | tuple[str, ...]) -> str:
    return " or ".join(f"“{wording}”" for wording in ([fact] if isinstance(fact, str) else fact))
