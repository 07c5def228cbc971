"""What an owner may set about handing over to people."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class HandoffSettings(BaseModel):
    """Teams, deadlines and words of the desk."""

    model_config = ConfigDict(extra="forbid")

    teams: list[str] = Field(
        default=["support"], min_length=1, description="Names of the teams a handoff can be given to."
    )
    default_team: str = Field(default="support", description="The team that gets a handoff nobody asked a team for.")
    fallback_team: str | None = Field(
        default=None, description="The team asked when nobody of the handoff's own team is on duty."
    )
    offer_seconds: float = Field(
        default=45, gt=0, le=600, description="How long one agent is offered a handoff before the next one is."
    )
    offer_again_seconds: float = Field(
        default=120,
        ge=1,
        description="Who let an offer pass is asked again after this long, then after twice as long and so on up to "
        "an hour, when nobody else is free; at once when they come back from being away.",
    )
    nobody_on_duty_seconds: float = Field(
        default=10, ge=0, le=30, description="With nobody on duty the visitor is told so after this long."
    )
    sweep_seconds: float = Field(
        default=1, gt=0, le=5, description="How often deadlines and free agents are looked at when nothing happens."
    )
    expire_hours: float = Field(
        default=72, gt=0, description="A handoff nobody took ends after this long, and the assistant holds again."
    )
    holder_gone_seconds: float = Field(
        default=900, ge=60, description="A conversation goes back to the queue when its agent is offline this long."
    )
    lost_seconds: float = Field(
        default=10, gt=0, le=10, description="An agent whose connection is silent this long is shown as gone."
    )
    grace_seconds: float = Field(
        default=20, gt=0, description="An agent whose connection is gone still counts as on duty this long."
    )
    opening_hours: str | None = Field(
        default=None,
        description="Told to visitors when nobody is on duty, such as `We are here Monday to Friday, 9 to 17 h.`",
    )
    nobody_text: str | None = Field(
        default=None,
        description="What the visitor is told when nobody is on duty; the opening hours follow it. Left out, Baton "
        "says so in the visitor's language; the same goes for the next two.",
    )
    address_text: str | None = Field(
        default=None, description="Ends what the visitor is told when nobody is on duty and no address is known."
    )
    known_address_text: str | None = Field(
        default=None, description="Ends it when an address is known already, so that nobody is asked twice."
    )
    minutes_per_conversation: float = Field(
        default=5, gt=0, description="Used to estimate a wait until enough real waits have been seen."
    )
    message_characters: int = Field(
        default=8000, ge=100, le=16000, description="Most characters of an agent's message, note or whisper."
    )

    @model_validator(mode="after")
    def _teams_are_known(self) -> Self:
        for key in ("default_team", "fallback_team"):
            name = getattr(self, key)
            if name is not None and name not in self.teams:
                raise ValueError(f"{key} is {name!r}, which is not among teams ({', '.join(self.teams)}).")
        if self.grace_seconds < self.lost_seconds:
            raise ValueError("grace_seconds must not be shorter than lost_seconds.")
        return self
