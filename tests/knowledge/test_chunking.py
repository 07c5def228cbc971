"""Documents to chunks: where they are divided, what is repeated, and that every one fits."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baton.knowledge.chunking import Sizes, divide
from baton.knowledge.reading.blocks import Block, Body, Code, Listing, Paragraph, Reading, Table
from baton.knowledge.reading.formats import read_content
from baton.knowledge.tokens import token_counter

SMALL = Sizes(window=60, most=40, whole=8, overlap=10, place=15)


def words(text: str) -> int:
    """A token a word, so that sizes can be counted by eye."""
    return len(text.split())


def chunks(*blocks: Block, title: str = "Returns", sizes: Sizes = SMALL) -> list[tuple[str, str]]:
    """(place, text) of each chunk."""
    return [(piece.place, piece.text) for piece in divide(Reading(title, blocks), words, sizes)]


def prose(count: int, name: str = "Sentence") -> str:
    """So many sentences of five words."""
    return " ".join(f"{name} number {n} says something." for n in range(count))


def test_each_heading_begins_a_chunk_that_knows_its_place() -> None:
    made = chunks(
        Block(("Time",), Paragraph(prose(2))),
        Block(("Time", "Abroad"), Paragraph(prose(2, "Foreign"))),
        Block(("Cost",), Paragraph(prose(2, "Price"))),
    )
    assert [place for place, _ in made] == ["Returns › Time", "Returns › Time › Abroad", "Returns › Cost"]


def test_short_document_stays_whole_with_its_headings_inside() -> None:
    made = chunks(
        Block(("Time",), Paragraph("Five days.")), Block(("Cost",), Paragraph("It is free.")), sizes=Sizes(whole=20)
    )
    assert made == [("Returns", "## Time\nFive days.\n## Cost\nIt is free.")]


def test_single_section_gives_its_heading_to_the_place() -> None:
    assert chunks(Block(("Time",), Paragraph("Five days."))) == [("Returns › Time", "Five days.")]


def test_row_of_a_table_can_be_understood_alone() -> None:
    table = Table(("Way", "Time", "Price"), (("Post", "5 days", "free"), ("Courier", "1 day", "")))
    assert chunks(Block((), table)) == [
        ("Returns", "- Way: Post; Time: 5 days; Price: free\n- Way: Courier; Time: 1 day")
    ]


def test_table_without_a_header_reads_as_names_and_values() -> None:
    assert chunks(Block((), Table((), (("Weight:", "2 kg"), ("Only", ""))))) == [("Returns", "- Weight: 2 kg\n- Only")]


def test_long_table_is_divided_between_rows_and_each_part_begins_with_what_introduces_it() -> None:
    rows = tuple((f"Country {n}", f"{n} days") for n in range(12))
    made = chunks(Block((), Paragraph("This is how long it takes:")), Block((), Table(("To", "Time"), rows)))
    assert len(made) > 1
    assert all(text.startswith("This is how long it takes:\n- To: Country") for _, text in made)
    lines = [line for _, text in made for line in text.split("\n")[1:]]
    assert lines == [f"- To: Country {n}; Time: {n} days" for n in range(12)]


def test_list_that_fits_is_never_divided() -> None:
    items = Listing(("one two three", "four five six", "seven eight nine"), ordered=True)
    made = chunks(Block((), Paragraph(prose(6))), Block((), Paragraph("You need:")), Block((), items))
    assert made[-1][1] == "You need:\n1. one two three\n2. four five six\n3. seven eight nine"


def test_prose_that_goes_on_repeats_its_last_sentence() -> None:
    made = chunks(Block((), Paragraph(prose(20))))
    for (_, before), (_, after) in pairwise(made):
        assert after.startswith("Sentence" + before.rsplit("Sentence", 1)[1])
    assert len(made) > 1


def test_code_is_fenced_in_every_part() -> None:
    made = chunks(Block((), Code("\n".join(f"line {n} of the program" for n in range(20)))))
    assert len(made) > 1
    assert all(text.startswith("```\n") and text.endswith("\n```") for _, text in made)


def test_long_place_loses_its_middle_first() -> None:
    deep = tuple(f"Part {n} of a very long path" for n in range(6))
    place = chunks(Block(deep, Paragraph("Text.")))[0][0]
    assert place == "Returns › Part 5 of a very long path"


def test_sentence_longer_than_a_chunk_is_cut_between_words() -> None:
    made = chunks(Block((), Paragraph("word " * 200)))
    assert all(words(text) <= SMALL.most for _, text in made)
    assert sum(text.count("word") for _, text in made) >= 200


def test_real_pages_fit_the_window_of_the_embedder(data_dir: Path) -> None:
    count = token_counter()
    for page in ("user/posting.md", "methods/statuses.md", "api/rate-limits.md"):
        reading = read_content("markdown", (data_dir / "help-site" / page).read_bytes(), page)
        assert isinstance(reading, Reading)
        pieces = divide(reading, count)
        assert all(count(f"{piece.place}\n{piece.text}") <= Sizes().window for piece in pieces)


TEXTS = st.text(alphabet="abc .:\n", min_size=1, max_size=200).filter(lambda text: bool(text.strip()))
BODIES: st.SearchStrategy[Body] = st.one_of(
    st.builds(Paragraph, TEXTS),
    st.builds(Listing, st.lists(TEXTS, min_size=1, max_size=20).map(tuple), st.booleans()),
    st.builds(Code, TEXTS),
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=20).map(lambda rows: Table(("A", "B"), tuple(rows))),
)
BLOCKS = st.lists(st.builds(Block, st.lists(st.sampled_from("xyz"), max_size=3).map(tuple), BODIES), max_size=8)


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_nothing_is_lost_and_every_chunk_fits(blocks: list[Block]) -> None:
    made = divide(Reading("Title", tuple(blocks)), len, Sizes(window=160, most=100, whole=40, overlap=20, place=40))
    said = "".join(piece.text for piece in made)
    for block in blocks:
        if isinstance(block.body, Paragraph):
            for word in re.findall("[abc]+", block.body.text):
                assert word[:20] in said
    assert all(len(piece.text) <= 130 for piece in made)


def test_wanted_line_breaks_stay() -> None:
    assert chunks(Block((), Paragraph("Type: Integer\nAdded: 4.0.0"))) == [("Returns", "Type: Integer\nAdded: 4.0.0")]


def test_section_that_says_nothing_is_no_chunk() -> None:
    made = chunks(Block(("Answer",), Code("{}")), Block(("Time",), Paragraph(prose(2))))
    assert [place for place, _ in made] == ["Returns › Time"]


@pytest.mark.parametrize("title", ["", "x" * 500])
def test_odd_titles_do_no_harm(title: str) -> None:
    assert chunks(Block((), Paragraph("Text.")), title=title)[0][1] == "Text."
