"""The visitor's frames, parsed at the edge: bytes in, values out, and a plain sentence for what is wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from baton.core.types import holds_nul

ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}\.[^@\s.]{2,63}")


class BadFrame(Exception):
    """A frame that can't be understood. `client_id` is given back so that the sender knows which."""

    def __init__(self, message: str, client_id: str | None = None) -> None:
        super().__init__(message)
        self.client_id = client_id


@dataclass(frozen=True, slots=True)
class Hello:
    token: str | None
    conversation: str | None
    after: int
    locale: str | None
    page_url: str | None
    page_title: str | None
    identity: str | None


@dataclass(frozen=True, slots=True)
class SendMessage:
    client_id: str
    text: str


@dataclass(frozen=True, slots=True)
class RequestHandoff:
    client_id: str


@dataclass(frozen=True, slots=True)
class CancelHandoff:
    client_id: str


@dataclass(frozen=True, slots=True)
class Read:
    seq: int


@dataclass(frozen=True, slots=True)
class Typing:
    on: bool


@dataclass(frozen=True, slots=True)
class SendFeedback:
    client_id: str
    seq: int
    helpful: bool
    comment: str | None


@dataclass(frozen=True, slots=True)
class SendRating:
    client_id: str
    score: int
    comment: str | None


@dataclass(frozen=True, slots=True)
class SendContact:
    client_id: str
    email: str
    name: str | None
    more: dict[str, str]


@dataclass(frozen=True, slots=True)
class NewConversation:
    client_id: str


Frame = (
    Hello
    | SendMessage
    | RequestHandoff
    | CancelHandoff
    | Read
    | Typing
    | SendFeedback
    | SendRating
    | SendContact
    | NewConversation
)


def parse_frame(raw: str) -> Frame:
    """One text frame as a value. Raises BadFrame."""
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadFrame(f"The frame is not JSON: {error}.") from error
    if "\\u0000" in raw and holds_nul(frame):
        raise BadFrame("A frame must not hold the character U+0000, which can't be stored.")
    if not isinstance(frame, dict):
        raise BadFrame("A frame must be a JSON object with a `type`.")
    kind = frame.get("type")
    parse = _PARSERS.get(kind) if isinstance(kind, str) else None
    if parse is None:
        raise BadFrame(f"`type` must be one of {', '.join(_PARSERS)}.", _known_id(frame))
    try:
        return parse(frame)
    except BadFrame as error:
        raise BadFrame(str(error), _known_id(frame)) from None


def _hello(frame: dict[str, Any]) -> Hello:
    page = frame.get("page") or {}
    if not isinstance(page, dict):
        raise BadFrame("`page` must be an object with `url` and `title`.")
    return Hello(
        token=_optional(frame, "token", 1000),
        conversation=_optional(frame, "conversation", 100),
        after=_number(frame, "after", 0, 2**53, default=0),
        locale=_short(frame.get("locale"), 35),
        page_url=_short(page.get("url"), 2000),
        page_title=_short(page.get("title"), 300),
        identity=_optional(frame, "identity", 8000),
    )


def _message(frame: dict[str, Any]) -> SendMessage:
    text = frame.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadFrame("`text` must be a text that is not empty.")
    return SendMessage(_client_id(frame), text.strip())


def _feedback(frame: dict[str, Any]) -> SendFeedback:
    return SendFeedback(
        _client_id(frame), _number(frame, "seq", 1, 2**53), _flag(frame, "helpful"), _optional(frame, "comment", 4000)
    )


def _rating(frame: dict[str, Any]) -> SendRating:
    return SendRating(_client_id(frame), _number(frame, "score", 1, 5), _optional(frame, "comment", 4000))


def _contact(frame: dict[str, Any]) -> SendContact:
    email = _optional(frame, "email", 254)
    if email is None or not ADDRESS.fullmatch(email.strip()):
        raise BadFrame("`email` must be an e-mail address, such as you@example.com.")
    known = ("type", "client_id", "email", "name")
    more = {key[:50]: value[:1000] for key, value in frame.items() if key not in known and isinstance(value, str)}
    return SendContact(_client_id(frame), email.strip(), _optional(frame, "name", 200), dict(list(more.items())[:20]))


_PARSERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "message.send": _message,
    "hello": _hello,
    "handoff.request": lambda frame: RequestHandoff(_client_id(frame)),
    "handoff.cancel": lambda frame: CancelHandoff(_client_id(frame)),
    "read": lambda frame: Read(_number(frame, "seq", 0, 2**53)),
    "typing": lambda frame: Typing(_flag(frame, "on")),
    "feedback.send": _feedback,
    "rating.send": _rating,
    "contact.send": _contact,
    "conversation.new": lambda frame: NewConversation(_client_id(frame)),
}


def _client_id(frame: dict[str, Any]) -> str:
    value = frame.get("client_id")
    if not isinstance(value, str) or not 1 <= len(value) <= 128:
        raise BadFrame("`client_id` must be a text of 1 to 128 characters that the sender makes.")
    return value


def _known_id(frame: dict[str, Any]) -> str | None:
    value = frame.get("client_id")
    return value if isinstance(value, str) and len(value) <= 128 else None


def _number(frame: dict[str, Any], name: str, least: int, most: int, default: int | None = None) -> int:
    value = frame.get(name, default)
    value = default if value is None else value
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadFrame(f"`{name}` must be a whole number" + (f" from {least} to {most}." if most < 2**53 else "."))
    return value


def _flag(frame: dict[str, Any], name: str) -> bool:
    value = frame.get(name)
    if not isinstance(value, bool):
        raise BadFrame(f"`{name}` must be true or false.")
    return value


def _optional(frame: dict[str, Any], name: str, most: int) -> str | None:
    value = frame.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > most:
        raise BadFrame(f"`{name}` must be a text of at most {most} characters.")
    return value or None


def _short(value: Any, most: int) -> str | None:
    """What a page says of itself is cut, not refused."""
    return value[:most] if isinstance(value, str) and value else None
