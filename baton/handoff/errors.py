"""What the desk refuses, as the status and stable code that the caller is told."""

from typing import Any

from baton.core.errors import BatonError


class Refused(BatonError):
    """A request that can't be done as things stand; nothing was written. `more` goes out beside code and detail."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.more = status, code, detail, more


def already_taken(holder_id: str, name: str) -> Refused:
    """Somebody else holds it; `by` says who, so that the second agent need not ask."""
    return Refused(409, "already_taken", f"{name} has already taken it.", by={"id": holder_id, "name": name})


def not_holder() -> Refused:
    return Refused(409, "not_holder", "You do not hold this conversation. Take it over first.")


def not_open(status: str) -> Refused:
    return Refused(409, "not_open", f"That handoff has ended ({status}). Take the conversation over to go on with it.")


def not_found(what: str) -> Refused:
    return Refused(404, "not_found", f"There is no such {what}.")


def invalid(field: str, detail: str) -> Refused:
    return Refused(422, "invalid", f"{field}: {detail}", field=field)
