"""Whether it is proved: nothing wrong was found, there were enough chances to find it, and the control arm leaked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.proving.tally import FAULTS, PAGE_FAULT, Tally

FEWEST_TAKEOVERS = 100
"""Of each engine. By zero of 100 at a rate of 3 in 100 the odds of having been lucky are below 5 in 100."""
FEWEST_KILLS = 1
MUST_LEAK = ("assistant after a takeover", "assistant after a newer message")
"""What the control arm must show: each is kept by a fence of its own."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` are what speaks against it, a sentence each."""

    reasons: tuple[str, ...]

    @property
    def is_proved(self) -> bool:
        return not self.reasons


def judge(results: Mapping[str, Tally], control: Tally, fewest_takeovers: int = FEWEST_TAKEOVERS) -> Verdict:
    """The verdict over every arm and the control arm."""
    reasons = [f"{arm}: {reason}" for arm, tally in results.items() for reason in _against(tally, fewest_takeovers)]
    blind = [fault for fault in MUST_LEAK if not control.faults[fault]]
    reasons += [f"the control arm shows no “{fault}”, so this proof is blind to it" for fault in blind]
    return Verdict(tuple(reasons))


def _against(tally: Tally, fewest_takeovers: int) -> Iterator[str]:
    for fault in FAULTS:
        if tally.faults[fault]:
            yield f"{tally.faults[fault]} {fault}"
        elif not tally.chances[fault] and fault != PAGE_FAULT:
            yield f"there was no chance of “{fault}”"
    for name, fewest in (("takeovers", fewest_takeovers), ("kills", FEWEST_KILLS)):
        if tally.counts[name] < fewest:
            yield f"too few {name}: {tally.counts[name]} of {fewest}"
    if tally.counts["audit findings"]:
        yield "the audit trail does not verify"
    if tally.counts["exit status after SIGTERM"]:
        yield f"it ended with {tally.counts['exit status after SIGTERM']} after SIGTERM"
