"""The help centre's articles: read from Markdown, grouped by topic, drawn as pages of the shop."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from baton.knowledge.arrivals import Arrival, from_upload

FOLDER = Path(__file__).parent / "help"
INTERNAL = "Internal:"

TOPICS: dict[str, tuple[str, ...]] = {
    "Delivery": (
        "shipping-costs",
        "when-your-order-leaves",
        "tracking",
        "parcel-not-arrived",
        "customs-and-duties",
        "collecting",
    ),
    "Orders and returns": (
        "changing-or-cancelling",
        "returns",
        "return-labels",
        "refunds",
        "exchanges",
        "arrived-damaged",
        "wrong-or-missing-item",
        "out-of-stock",
    ),
    "Paying": (
        "ways-to-pay",
        "when-a-payment-fails",
        "invoices-and-vat",
        "discount-codes",
        "kitchen-table-points",
        "gift-cards",
    ),
    "Choosing": (
        "choosing-a-size",
        "apron-sizes",
        "hobs-and-ovens",
        "materials-and-food-safety",
        "engraving",
        "gift-wrapping",
    ),
    "Looking after things": (
        "seasoning-a-pan",
        "cleaning-a-pan",
        "rust-on-a-pan",
        "enamel-pot-care",
        "descaling-the-kettle",
        "oiling-a-board",
        "knife-care",
        "washing-linen",
        "dishwasher",
    ),
    "Warranty and repairs": ("warranty", "warranty-claims", "repairs-and-spare-parts", "sharpening"),
    "Account": ("your-account", "your-data", "our-letter", "reviews-and-ideas"),
    "Larch & Ladle": (
        "about-us",
        "visiting-the-workshop",
        "courses",
        "talking-to-us",
        "company-gifts-and-trade",
        "wood-packaging-and-climate",
    ),
}


@dataclass(frozen=True, slots=True)
class Article:
    """One article; `url` is where visitors read it, None for those that only staff may see."""

    slug: str
    title: str
    text: str
    file: Path

    @property
    def is_internal(self) -> bool:
        """Whether only staff may see it."""
        return self.title.startswith(INTERNAL)

    @property
    def url(self) -> str | None:
        """Path in the shop."""
        return None if self.is_internal else f"/shop/help/{self.slug}"


@cache
def articles() -> dict[str, Article]:
    """All articles by slug, internal ones included."""
    return {file.stem: _read(file) for file in sorted(FOLDER.glob("*.md"))}


def arrivals(origin: str) -> Iterator[Arrival]:
    """The articles as documents for the library; citations link to the shop at `origin` (scheme, host and port)."""
    for article in articles().values():
        url = f"{origin}{article.url}" if article.url else None
        for arrival in from_upload(f"help/{article.slug}.md", article.file.read_bytes()):
            yield replace(arrival, url=url)


def topics() -> list[tuple[str, list[Article]]]:
    """What the help page lists; internal articles are in no topic."""
    known = articles()
    return [(topic, [known[slug] for slug in slugs]) for topic, slugs in TOPICS.items()]


def draw(article: Article) -> Markup:
    """The article as HTML, with an anchor at every heading and tables that scroll on their own."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(article.text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(inline.content))
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    html = html.replace("<table>", '<div class="table-scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return Markup(html)  # noqa: S704 - our own files, drawn with raw HTML switched off


def anchor(heading: str) -> str:
    """The fragment of a heading: "How long it takes" is `how-long-it-takes`."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _read(file: Path) -> Article:
    text = file.read_text(encoding="utf-8")
    return Article(file.stem, text.partition("\n")[0].removeprefix("# ").strip(), text, file)
