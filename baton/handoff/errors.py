"""What the desk refuses, as the status and stable code that the caller is told."""

from dataclasses import dataclass, field


@dataclass
class Refused(Exception):
    """A request that can't be done as things stand; nothing was written."""

    code: str
    detail: str
    status: int = 409
    more: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


def already_taken(holder_id: str, name: str) -> Refused:
    """Somebody else holds it; `by` says who, so that the second agent need not ask."""
    return Refused("already_taken", f"{name} has already taken it.", more={"by": {"id": holder_id, "name": name}})


def not_holder() -> Refused:
    return Refused("not_holder", "You do not hold this conversation. Take it over first.")


def not_open(status: str) -> Refused:
    return Refused("not_open", f"That handoff has ended ({status}). Take the conversation over to go on with it.")


def not_found(what: str) -> Refused:
    return Refused("not_found", f"There is no such {what}.", status=404)


def invalid(detail: str) -> Refused:
    return Refused("invalid", detail, status=422)
