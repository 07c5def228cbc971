"""PDF files made for tests."""

import io

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

STYLES = getSampleStyleSheet()
GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])


def make_guide(encryption: StandardEncryption | None = None) -> bytes:
    """A guide of four pages with headings, a ruled table, a list, and a foot on each page."""
    story: list[Flowable] = [Paragraph("Shipping guide", STYLES["Title"]), Paragraph("Prices", STYLES["Heading1"])]
    story.append(Paragraph("Every parcel is insured for its whole value, whatever it holds.", STYLES["BodyText"]))
    rows = [["Country", "Time", "Price"], ["Norway", "2 days", "59 kr"], ["Iceland", "6 days", "149 kr"]]
    story += [Spacer(1, 12), Table(rows, style=GRID), PageBreak()]
    for number, heading in enumerate(("Customs", "Returns", "Damage"), start=1):
        story.append(Paragraph(heading, STYLES["Heading1"]))
        story.append(
            Paragraph(f"This is what part {number} has to say about its matter, at some length.", STYLES["BodyText"])
        )
        story += [PageBreak()] if number < 3 else []
    made = io.BytesIO()
    SimpleDocTemplate(made, pagesize=A4, encrypt=encryption).build(story, onFirstPage=_foot, onLaterPages=_foot)
    return made.getvalue()


def make_locked() -> bytes:
    """The same guide behind a password."""
    return make_guide(StandardEncryption("secret"))


def make_scan(pages: int, with_text: int = 0) -> bytes:
    """Pages that only hold a drawing, after `with_text` pages that hold a sentence."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4)
    for number in range(pages):
        if number < with_text:
            canvas.drawString(72, 700, "The warranty lasts two years from the day of delivery.")
        canvas.rect(72, 72, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.drawString(72, 30, f"Fjell and Fern, page {document.page} of 4")
