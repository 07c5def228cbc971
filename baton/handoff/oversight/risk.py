"""The risk map: what the settings say may be done about questions of each task type, the riskiest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from baton.assistant.pausing import ALL
from baton.assistant.policy import thresholds
from baton.assistant.settings import AssistantSettings, TaskPolicy
from baton.handoff.settings import HandoffSettings

RISKS = ("high", "medium", "low")
LEVELS = {
    "draft": ("Draft", "Autonomy is at draft: people send every answer."),
    "supervised": ("Supervised", "Autonomy is supervised: sure answers go by themselves."),
    "spot_checked": (
        "Spot-checked",
        "Autonomy is spot-checked: sure answers go, and a sample is looked at afterwards.",
    ),
}
KEY = (
    ("offer", "a person is offered"),
    ("near", "the closest is shown, as such"),
    ("held", "waits for a reviewer"),
    ("answer", "answered"),
    ("person", "handed over"),
)
"""What the zones of the scales mean, from little confidence to much."""
REST = "Everything else"


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the scale of confidence, in hundredths, and what happens on it."""

    kind: str
    start: int
    end: int

    @property
    def width(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Entry:
    """One task type on the map, in words."""

    name: str
    description: str
    risk: str
    gate: str
    below: str
    zones: tuple[Zone, ...]
    always_person: bool
    level: str
    team: str
    narrowed: tuple[str, ...]
    """What makes the type a specialist: own documents, own instructions."""
    paused: Mapping[str, Any] | None

    @property
    def title(self) -> str:
        """The name as people read it."""
        plain = self.name.replace("_", " ")
        return plain[:1].upper() + plain[1:]


@dataclass(frozen=True, slots=True)
class RiskMap:
    """Every task type by its risk; `rest` stands for questions of none."""

    by_risk: Mapping[str, tuple[Entry, ...]]
    rest: Entry
    all_paused: Mapping[str, Any] | None
    level_meaning: str

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Those zones that stand on the map, with what they mean."""
        drawn = {zone.kind for entry in (*self.entries, self.rest) for zone in entry.zones}
        return tuple((kind, words) for kind, words in KEY if kind in drawn)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every task type, the riskiest first."""
        return tuple(entry for entries in self.by_risk.values() for entry in entries)


def risk_map(settings: AssistantSettings, handoff: HandoffSettings, paused: Mapping[str, Any]) -> RiskMap:
    """Draws the map from the settings and from what is paused now (`pausing.paused`)."""
    entries = [_entry(name, policy, settings, handoff, paused) for name, policy in settings.tasks.items()]
    by_risk = {risk: tuple(entry for entry in entries if entry.risk == risk) for risk in RISKS}
    rest = _entry(REST, TaskPolicy(description="Questions of no task type."), settings, handoff, {})
    return RiskMap(
        {risk: found for risk, found in by_risk.items() if found}, rest, paused.get(ALL), LEVELS[settings.level][1]
    )


def _entry(
    name: str, policy: TaskPolicy, settings: AssistantSettings, handoff: HandoffSettings, paused: Mapping[str, Any]
) -> Entry:
    return Entry(
        name=name,
        description=policy.description,
        risk=policy.risk,
        gate=_gate(name, policy, settings),
        below=_below(name, policy, settings),
        zones=_zones(name, policy, settings),
        always_person=policy.always_person,
        level=LEVELS[settings.level][0],
        team=policy.team or handoff.default_team,
        narrowed=_narrowed(policy),
        paused=paused.get(name),
    )


def _gate(name: str, policy: TaskPolicy, settings: AssistantSettings) -> str:
    if policy.always_person:
        return "A person answers, whatever the score."
    sure = _percent(thresholds(name, settings).sure)
    if settings.level == "draft":
        return f"People send every answer; a draft counts as sure from {sure} % up."
    return f"Answers by itself from {sure} % confidence up{_kept(policy, settings)}."


def _kept(policy: TaskPolicy, settings: AssistantSettings) -> str:
    """The error rate that the threshold keeps, where one is set and no threshold of the type's own goes before it."""
    common = settings.max_error_rate if policy.min_confidence is None else None
    rate = common if policy.max_error_rate is None else policy.max_error_rate
    return "" if rate is None else f", so that at most {100 * rate:g} % of them are wrong"


def _below(name: str, policy: TaskPolicy, settings: AssistantSettings) -> str:
    lines = thresholds(name, settings)
    offers = f"From {_percent(lines.near)} % the closest passage is shown as such; below that a person is offered."
    match policy.below:
        case _ if policy.always_person:
            return "The conversation is handed over at once."
        case "escalate":
            return "Whatever is less sure is handed over at once."
        case "hold":
            return (
                f"Whatever is less sure waits for a reviewer on duty. While none is: {offers[:1].lower()}{offers[1:]}"
            )
        case _ if settings.review_drafts:
            return f"From {_percent(lines.hold)} % a draft waits for a reviewer on duty. {offers}"
        case _:
            return offers


def _zones(name: str, policy: TaskPolicy, settings: AssistantSettings) -> tuple[Zone, ...]:
    """What happens along the scale, from no confidence to all of it."""
    if policy.always_person:
        return (Zone("person", 0, 100),)
    lines = thresholds(name, settings)
    sure, near, hold = _percent(lines.sure), _percent(lines.near), _percent(lines.hold)
    answered = Zone("answer" if settings.level != "draft" else "held", sure, 100)
    if policy.below == "escalate":
        return _filled(Zone("person", 0, sure), answered)
    if policy.below == "hold":
        return _filled(Zone("held", 0, sure), answered)
    if settings.review_drafts and near <= hold <= sure:
        return _filled(Zone("offer", 0, near), Zone("near", near, hold), Zone("held", hold, sure), answered)
    return _filled(Zone("offer", 0, near), Zone("near", near, sure), answered)


def _filled(*zones: Zone) -> tuple[Zone, ...]:
    return tuple(zone for zone in zones if zone.width > 0)


def _narrowed(policy: TaskPolicy) -> tuple[str, ...]:
    named = " or ".join(f"“{rule.title or rule.path}”" for rule in policy.sources)
    own = (f"Answers only from documents with {named}.",) if named else ()
    return (*own, "The language model has instructions of its own.") if policy.instructions else own


def _percent(probability: float) -> int:
    return round(probability * 100)
