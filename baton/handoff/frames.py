"""The agent's frames, parsed at the edge: text in, values out, and a plain sentence for what is wrong."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, TypeAdapter, ValidationError

LARGEST = 64 * 1024
Id = Annotated[str, Field(min_length=1, max_length=100)]
Seq = Annotated[StrictInt, Field(ge=0, le=2**53)]


class BadFrame(Exception):
    """A frame that can't be understood; the socket stays open. `code` is `bad_frame` or `too_large`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Frame(BaseModel):
    model_config = ConfigDict(frozen=True)


class Watch(_Frame):
    """Follow the inbox, or one conversation from after a seq."""

    type: Literal["watch"]
    inbox: StrictBool = False
    conversation: Id | None = None
    after: Seq = 0


class Unwatch(_Frame):
    """No longer."""

    type: Literal["unwatch"]
    inbox: StrictBool = False
    conversation: Id | None = None


class Typing(_Frame):
    """The agent writes to the visitor, or stopped."""

    type: Literal["typing"]
    conversation: Id
    on: StrictBool


class Read(_Frame):
    """Seen up to a seq."""

    type: Literal["read"]
    conversation: Id
    seq: Seq


class Presence(_Frame):
    """Whether handoffs may be offered."""

    type: Literal["presence"]
    state: Literal["available", "away"]


Frame = Annotated[Watch | Unwatch | Typing | Read | Presence, Field(discriminator="type")]
_FRAME: TypeAdapter[Watch | Unwatch | Typing | Read | Presence] = TypeAdapter(Frame)


def parse_frame(raw: str) -> Watch | Unwatch | Typing | Read | Presence:
    """One text frame as a value. Raises BadFrame."""
    if len(raw.encode()) > LARGEST:
        raise BadFrame("too_large", "A frame may have 64 KiB.")
    try:
        return _FRAME.validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "type"
        raise BadFrame("bad_frame", f"`{where}`: {first['msg']}.") from None
