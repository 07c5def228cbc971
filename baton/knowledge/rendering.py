"""How a block reads as text: lines that can stand alone, be quoted, and be parted without losing their meaning."""

from dataclasses import dataclass

from baton.knowledge.reading.blocks import Body, Code, Listing, Paragraph, Table
from baton.knowledge.sentences import sentences_of

_FENCE = "```"


@dataclass(frozen=True, slots=True)
class Passage:
    """A body as text. `lead` begins every part if it must be divided, and `parts` are where it may be."""

    lead: str
    parts: tuple[str, ...]
    joint: str = "\n"
    trail: str = ""
    is_prose: bool = False

    @property
    def text(self) -> str:
        """The whole of it."""
        return self.with_frame(self.parts)

    def with_frame(self, parts: tuple[str, ...]) -> str:
        """Some of its parts, with what stands around them."""
        return "\n".join(piece for piece in (self.lead, self.joint.join(parts), self.trail) if piece)


def render(body: Body, lead: str = "") -> Passage:
    """A body as text; `lead` is the sentence that introduces it ("You can pay by:")."""
    match body:
        case Paragraph(text) if "\n" in text:
            return Passage(lead, tuple(text.split("\n")))
        case Paragraph(text):
            return Passage(lead, tuple(sentences_of(text)), joint=" ", is_prose=True)
        case Listing(items, ordered):
            return Passage(lead, tuple(_item(number, item, ordered) for number, item in enumerate(items, start=1)))
        case Table(header, rows, caption):
            return Passage(_join(lead, caption), tuple(f"- {line}" for row in rows if (line := row_text(header, row))))
        case Code(text):
            return Passage(_join(lead, _FENCE), tuple(text.split("\n")), trail=_FENCE)


def row_text(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    """A row that can be understood without its table: "Method: Standard; Time: 3 to 5 days"."""
    if not header:
        name, *values = row
        rest = "; ".join(value for value in values if value)
        return f"{name.rstrip(':')}: {rest}" if name and rest else name or rest
    return "; ".join(
        f"{name.rstrip(':')}: {value}" if name else value for name, value in zip(header, row, strict=True) if value
    )


def _item(number: int, item: str, ordered: bool) -> str:
    return f"{number}. {item}" if ordered else f"- {item}"


def _join(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
