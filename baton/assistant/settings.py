"""What an owner may set about the assistant: thresholds by task type, hard rules, mood, and who drafts."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from baton.assistant.phrases import LANGUAGES
from baton.assistant.providers.settings import ProvidersSettings
from baton.knowledge.settings import DocumentRule

Level = Literal["draft", "supervised", "spot_checked"]
Below = Literal["offer", "hold", "escalate"]
Probability = float


class TaskPolicy(BaseModel):
    """What is decided about questions of one task type. What is left out is taken from the assistant's own setting."""

    model_config = ConfigDict(extra="forbid")

    description: str = Field(default="", description="What the task type is about, for people.")
    examples: tuple[str, ...] = Field(
        default=(), description="Questions of this type, in visitors' words; ten is good."
    )
    risk: Literal["low", "medium", "high"] = Field(default="low", description="How bad a wrong answer would be.")
    min_confidence: Probability | None = Field(
        default=None, ge=0, le=1, description="Answers at or above this confidence are given as sure."
    )
    max_error_rate: Probability | None = Field(
        default=None,
        ge=0.001,
        lt=1,
        description="Highest share of sure answers that may be wrong; takes the place of min_confidence.",
    )
    near_from: Probability | None = Field(
        default=None, ge=0, le=1, description="From here up to min_confidence the closest passage is offered, as such."
    )
    hold_from: Probability | None = Field(
        default=None,
        ge=0,
        le=1,
        description="From here up to min_confidence a draft is held while a reviewer is on duty.",
    )
    always_person: bool = Field(default=False, description="Questions of this type go to a person, whatever the score.")
    below: Below = Field(
        default="offer",
        description="What happens below the threshold: `offer` shows the closest and offers a person, `hold` keeps the "
        "draft for a reviewer and offers a person while none is on duty, `escalate` hands over at once.",
    )
    team: str | None = Field(default=None, description="The team that gets handoffs of this type.")
    instructions: str = Field(
        default="", max_length=4000, description="What a language model is told besides, for questions of this type."
    )
    sources: tuple[DocumentRule, ...] = Field(
        default=(),
        description="Documents that questions of this type are answered from, and no others; all if left out.",
    )


class MoodSettings(BaseModel):
    """When a visitor's mood alone brings in a person."""

    model_config = ConfigDict(extra="forbid")

    floor: float = Field(
        default=-0.75,
        ge=-1,
        le=1,
        description="A message at or below this level offers a person, twice running brings one.",
    )
    steep_fall: float = Field(
        default=1.1, gt=0, le=2, description="A fall by this much from the message before offers a person."
    )
    sustained_level: float = Field(
        default=-0.35, ge=-1, le=1, description="A level that counts as unhappy when it lasts."
    )
    sustained_messages: int = Field(default=3, ge=2, description="As many unhappy messages running bring in a person.")
    dissatisfied_from: float = Field(
        default=0.25,
        gt=0,
        lt=1,
        description="From this probability on a visitor counts as not being served, and the level sinks with it.",
    )
    threats_escalate: bool = Field(
        default=True, description="Threats of legal action or of the press go to a person at once."
    )


class AssistantSettings(BaseModel):
    """How the assistant decides and speaks."""

    model_config = ConfigDict(extra="forbid")

    providers: ProvidersSettings = Field(
        default_factory=ProvidersSettings,
        description="Who drafts answers: language models, and quotes as the last resort.",
    )
    document_languages: tuple[str, ...] = Field(
        default=("en",), min_length=1, description="Languages the help pages are written in, as two letters."
    )
    min_confidence: Probability = Field(
        default=0.6, ge=0, le=1, description="An answer at or above this confidence is given as sure."
    )
    max_error_rate: Probability | None = Field(
        default=None,
        ge=0.001,
        lt=1,
        description="Highest share of sure answers that may be wrong. The threshold is then the lowest that the turns "
        "judged for `baton calibrate` show to keep it; until they show one, 1 - max_error_rate, or min_confidence if "
        "that is higher.",
    )
    near_from: Probability = Field(
        default=0.2,
        ge=0,
        le=1,
        description="From here up to min_confidence the closest passage is shown as the closest, never as the answer.",
    )
    hold_from: Probability = Field(
        default=0.4,
        ge=0,
        le=1,
        description="From here up to min_confidence a draft is held for review, with a reviewer on duty.",
    )
    review_drafts: bool = Field(
        default=False, description="Whether drafts that are not sure enough are held for a reviewer on duty."
    )
    level: Level = Field(
        default="supervised",
        description="Autonomy of answers: `draft` (people send each one), `supervised` (sure ones go), `spot_checked`.",
    )
    shadow: bool = Field(
        default=False,
        description="Draft for agents alone: visitors hear nothing from the assistant, people answer everything, and "
        "beside each message they see what the assistant would have said.",
    )
    offers_before_person: int = Field(
        default=2,
        ge=1,
        description="As many offers of a person running, and the conversation goes to one. Showing the closest passage "
        "is not counted.",
    )
    turns_without_progress: int = Field(
        default=3, ge=1, description="As many turns running without an answer, and the conversation goes to a person."
    )
    forbidden_topics: tuple[str, ...] = Field(
        default=("lawsuit", "legal advice", "medical advice", "press enquiry", "data breach"),
        description="Topics on which only people speak. These five are known in seven languages; yours as they stand.",
    )
    protected_data: tuple[Literal["payment", "identity", "health", "minor"], ...] = Field(
        default=("payment", "identity", "health", "minor"),
        description="Kinds of personal data in a message that send it to a person.",
    )
    mood: MoodSettings = Field(default_factory=MoodSettings, description="When mood alone brings in a person.")
    tasks: dict[str, TaskPolicy] = Field(
        default_factory=dict, description="Task types by name; a question of none of them follows the settings above."
    )
    task_miss_rate: Probability = Field(
        default=0.015,
        ge=0,
        le=0.5,
        description="As large a share of a task type's own questions may be taken for none, so that what is foreign to "
        "all types is kept out. Measured on the examples, each left out in turn; of few examples five may be, of very "
        "few a third.",
    )

    @model_validator(mode="after")
    def _thresholds_are_in_order(self) -> Self:
        lines = {"assistant": (self.near_from, self.min_confidence)}
        for name, task in self.tasks.items():
            near = self.near_from if task.near_from is None else task.near_from
            lines[f"tasks.{name}"] = (near, self.min_confidence if task.min_confidence is None else task.min_confidence)
        for where, (near, sure) in lines.items():
            if near > sure:
                raise ValueError(f"{where}: near_from ({near}) must not be above min_confidence ({sure})")
        return self

    @model_validator(mode="after")
    def _languages_are_known(self) -> Self:
        unknown = [code for code in self.document_languages if len(code) != 2 or not code.islower()]
        if unknown:
            raise ValueError(
                f"document_languages: {unknown[0]!r} is not a two-letter code such as {', '.join(LANGUAGES)}"
            )
        return self
