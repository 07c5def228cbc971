"""What an owner may set about the ground: where rows live, how processes tell each other news, how staff sign in."""

from pydantic import BaseModel, ConfigDict, Field


class DatabaseSettings(BaseModel):
    """Rows and the log."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        default="sqlite",
        description="`sqlite` (a file in the data folder) or `postgresql://user:password@host:5432/name`.",
        pattern=r"^(sqlite$|sqlite:///|postgresql(\+psycopg)?://)",
    )


class BusSettings(BaseModel):
    """Notices between processes; a lost one loses nothing."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        default="local",
        description="`local` (one process) or `redis://host:6379/0`, needed for more than one worker.",
        pattern=r"^(local$|rediss?://)",
    )


class StaffSettings(BaseModel):
    """How people who work here sign in."""

    model_config = ConfigDict(extra="forbid")

    session_hours: float = Field(default=12, gt=0, le=720, description="A session ends this long after its last use.")
    sign_in_attempts: int = Field(
        default=5, ge=1, description="Failed sign-ins allowed per address and per e-mail in five minutes."
    )
    password_minimum: int = Field(default=10, ge=8, description="Fewest characters a password may have.")
