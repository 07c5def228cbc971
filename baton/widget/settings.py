"""What an owner may set about the visitor's door."""

from pydantic import BaseModel, ConfigDict, Field, field_validator


class BrandSettings(BaseModel):
    """How the assistant presents itself."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="Baton", min_length=1, max_length=40, description="Signs what the assistant says.")
    greeting: str = Field(
        default="Hello. I am an assistant, a piece of software, and I answer from our help pages. "
        "If you would rather talk to a person, our team is one tap away.",
        max_length=600,
        description="Shown before the first message: what it knows, that it is software, that people are there.",
    )
    people_greeting: str = Field(
        default="Hello. Write to us here, and somebody from our team will answer.",
        max_length=600,
        description="Shown instead in shadow mode, in which people answer alone.",
    )
    suggestions: list[str] = Field(
        default_factory=list, max_length=5, description="Questions offered as chips until the first message."
    )
    hue: float = Field(default=262, ge=0, lt=360, description="The brand's hue, in degrees of oklch.")
    avatar: str | None = Field(default=None, description="Address of a square picture, from an allowed host.")
    privacy_url: str | None = Field(
        default=None, pattern=r"^https?://", description="Linked under the greeting, where there is one."
    )


class WidgetSettings(BaseModel):
    """Who may connect, how they are recognised, and how much they may send."""

    model_config = ConfigDict(extra="forbid")

    brand: BrandSettings = Field(default_factory=BrandSettings, description="Name, greeting, colour.")
    origins: list[str] = Field(
        default_factory=list,
        description="Websites that may show the widget, such as `https://shop.example` or `https://*.shop.example`; "
        "the server's own pages always may.",
    )
    identity_secret: str | None = Field(
        default=None,
        min_length=16,
        repr=False,
        description="Signs your site's visitors in (HS256). Give it in the environment: BATON_WIDGET__IDENTITY_SECRET.",
    )
    message_characters: int = Field(default=4000, ge=100, le=16000, description="Most characters of one message.")
    messages_burst: int = Field(default=2000, ge=5, description="Frames one visitor may send at once.")
    messages_per_second: float = Field(
        default=20, gt=0, description="Frames one visitor may send per second in the long run."
    )
    address_burst: int = Field(
        default=20_000, ge=5, description="Frames and connections at once from one address, whoever sends them."
    )
    address_per_second: float = Field(
        default=200, gt=0, description="The same per second in the long run; loopback is not counted."
    )
    hello_seconds: float = Field(default=10, gt=0, le=60, description="A new socket must say hello within this time.")

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: list[str]) -> list[str]:
        for origin in origins:
            scheme, _, host = origin.partition("://")
            if scheme not in ("http", "https") or not host or "/" in host:
                raise ValueError(f"{origin!r} is not an origin; write scheme and host alone, like https://shop.example")
        return [origin.lower() for origin in origins]
