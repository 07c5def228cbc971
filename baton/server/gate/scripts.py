"""Scripted conversations: what a visitor says or does turn by turn, under simple conditions, and how it must end."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from baton.server.gate.rows import Fact, VisitorsPage

Condition = Literal["answered", "not_answered", "offered", "not_offered", "with_person", "with_assistant"]
Status = Literal["with_assistant", "waiting_for_agent", "with_agent", "resolved"]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Exact):
    """One thing the visitor does, left out unless `when` holds after the step before it."""

    says: str | None = None
    taps: Literal["person", "cancel"] | None = None
    """Asks for a person by the button, or no longer wants one."""
    leaves: str | None = None
    """An address to write back to."""
    when: Condition | None = None
    must: tuple[Fact, ...] = ()
    """Facts that the replies to this step state."""
    must_not: tuple[str, ...] = ()
    """Texts that the replies to this step don't hold; those of `ends` nothing in the whole conversation may."""
    exact: bool = False
    """Said as it stands in every trial: a number or a name that a typing error would change."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(value is not None for value in (self.says, self.taps, self.leaves)) != 1:
            raise ValueError("a turn either `says`, `taps` or `leaves` something")
        return self


class End(_Exact):
    """How the conversation stands at its end; what is left out may be either way."""

    status: Status
    transfer: bool
    """Whether a person was asked to take over at any time."""
    reason: str | None = None
    """The code of the first reason for it, such as `wish` or `protected`."""
    offered: bool | None = None
    must: tuple[Fact, ...] = ()
    must_not: tuple[str, ...] = ()


class Script(_Exact):
    """A visitor's conversation."""

    name: str
    about: str
    locale: str = "en"
    page: VisitorsPage = VisitorsPage()
    turns: tuple[Step, ...] = Field(min_length=1)
    ends: End
