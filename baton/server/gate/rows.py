"""The rows of suites, parsed at the edge: what a visitor says and what must come of it."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from baton.core.errors import ConfigurationError

Kind = Literal["cases", "conversations", "retrieval", "decisions", "mood", "tasks"]
Fact = str | tuple[str, ...]
"""A literal part of a reply, or several wordings of which one has to stand there."""
Expected = Literal["answer", "no_answer", "offer", "person"]


class BadSuite(ConfigurationError):
    """A suite can't be measured with; the message names file and line."""


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenDocument(_Exact):
    """A document that a case brings along."""

    name: str = Field(min_length=1)
    text: str = Field(min_length=1)


class VisitorsPage(_Exact):
    """The page that the visitor is on, as it describes itself."""

    url: str = "https://shop.example/"
    title: str = ""


class Case(_Exact):
    """One conversation: what is said, and what must and must not come of it. What `expect` means:

    `answer`: the last message is answered as sure, with every fact of `must`, from one of `sources` where they are
    given. `no_answer`: it is not answered as sure. `offer`: a person is offered, or takes over. `person`: the
    conversation is handed over.
    """

    id: str = Field(min_length=1)
    says: tuple[str, ...] = Field(min_length=1)
    expect: Expected | None = None
    must: tuple[Fact, ...] = ()
    must_not: tuple[str, ...] = ()
    """Texts that no frame to the visitor may hold, nor what the briefing says in its own words."""
    sources: tuple[str, ...] = ()
    documents: tuple[GivenDocument, ...] = ()
    page: VisitorsPage = VisitorsPage()
    name: str | None = None
    """Left with an address before the first message."""
    locale: str = "en"
    insists: bool = False
    """The visitor goes on asking, and refusals must not bring a person: else nothing more would be tried."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if self.expect is None and not self.must and not self.must_not:
            raise ValueError("give `expect`, `must` or `must_not`: else nothing is checked")
        if self.expect == "answer" and not self.must:
            raise ValueError("`expect: answer` needs the facts of the answer in `must`")
        if self.expect not in (None, "answer") and self.must:
            raise ValueError(f"`must` is not looked at when `expect` is {self.expect}; leave one of them out")
        if self.expect != "answer" and self.sources:
            raise ValueError("`sources` are looked at only when `expect` is answer")
        return self


class _Known(BaseModel):
    """A row of the contract's suites, whose other keys are ignored."""

    history: list[dict[str, str]] = []


class RetrievalRow(_Known):
    query: str = Field(min_length=1)
    relevant: list[str]


class DecisionRow(_Known):
    query: str = Field(min_length=1)
    expect: Literal["answer", "escalate"]
    relevant: list[str] | None = None


class MoodRow(_Known):
    message: str = Field(min_length=1)
    dissatisfied: bool


class TaskRow(_Known):
    text: str = Field(min_length=1)
    task: str | None


FORMS: Mapping[Kind, type[BaseModel]] = {
    "cases": Case,
    "retrieval": RetrievalRow,
    "decisions": DecisionRow,
    "mood": MoodRow,
    "tasks": TaskRow,
}
_TELLING: Mapping[str, Kind] = {"says": "cases", "message": "mood", "text": "tasks"}


def kind_of(row: Mapping[str, Any]) -> Kind | None:
    """The kind of suite that a row belongs to, by its keys; None for none."""
    if found := next((kind for key, kind in _TELLING.items() if key in row), None):
        return found
    if "query" not in row:
        return None
    return "decisions" if "expect" in row else "retrieval"


def explain(error: ValidationError) -> str:
    """What is wrong with a row, in one line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    return f"`{where}`: {said}" if where else said
