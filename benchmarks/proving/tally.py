"""What is counted, and what zero of so many means."""

from collections import Counter
from dataclasses import dataclass, field

PAGE_FAULT = "seen in the page after a takeover"
UNANSWERED = "questions never answered"
FAULTS = (
    "acknowledged messages lost",
    "messages doubled",
    "messages out of order",
    "gaps in seq",
    "gaps in prev",
    "assistant after a takeover",
    "stream after a takeover",
    "assistant after a newer message",
    UNANSWERED,
    PAGE_FAULT,
)


@dataclass(slots=True)
class Tally:
    """Faults found and chances there were for each; `notes` says where the first few are."""

    faults: Counter[str] = field(default_factory=Counter)
    chances: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def fault(self, name: str, note: str) -> None:
        """Count one and remember where, for the first twenty."""
        assert name in FAULTS, name
        self.faults[name] += 1
        if len(self.notes) < 20:
            self.notes.append(f"{name}: {note}")

    def chance(self, name: str, times: int = 1) -> None:
        self.chances[name] += times

    def add(self, other: "Tally") -> None:
        self.faults += other.faults
        self.chances += other.chances
        self.counts += other.counts
        self.notes += other.notes

    def rows(self) -> list[dict[str, object]]:
        """Fault, how often, of how many, and the 95 % bound on its rate."""
        return [
            {
                "fault": name,
                "found": self.faults[name],
                "of": self.chances[name],
                "bound_95": upper_bound(self.faults[name], self.chances[name]),
            }
            for name in FAULTS
        ]


def upper_bound(found: int, of: int) -> float | None:
    """One-sided 95 % Clopper–Pearson bound for none found: 1 - 0.05^(1/n); None for some found, or nothing tried."""
    return None if found or not of else 1 - 0.05 ** (1 / of)
