"""Where sentences end, and where only a dot stands."""

from itertools import pairwise

import pytest

from baton.knowledge.sentences import sentences_of, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        (
            "Dr. J. R. Smith lives in the U.S. Army base. Next.",
            ["Dr. J. R. Smith lives in the U.S. Army base.", "Next."],
        ),
        ("No. It is closed. See No. 5 for more.", ["No.", "It is closed.", "See No. 5 for more."]),
        ("Open 9 a.m. to 5 p.m. Monday too.", ["Open 9 a.m. to 5 p.m.", "Monday too."]),
        ("It costs 3.50 euro (see below.) Then.", ["It costs 3.50 euro (see below.)", "Then."]),
        ("Das gilt z. B. für Bücher, bzw. Hefte. Ja.", ["Das gilt z. B. für Bücher, bzw. Hefte.", "Ja."]),
        (
            "Write to a.b@example.com or see example.com/x.y now.",
            ["Write to a.b@example.com or see example.com/x.y now."],
        ),
        ("你好。谢谢！好", ["你好。", "谢谢！", "好"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: list[str]) -> None:
    assert sentences_of(text) == sentences


def test_headings_items_and_rows_are_one_each() -> None:
    text = "## Returns\nHow it works\n- Pack it\n- Send it back\n1. First\n2. Second\n| a | b |\n| 1 | 2 |"

    assert sentences_of(text) == text.splitlines()


def test_a_wrapped_line_goes_on_in_the_next_one() -> None:
    text = "A line that is long enough to have been wrapped by\nan editor goes on here. Next.\n\nAnother paragraph"

    assert len(sentences_of(text)) == 3


def test_spans_are_in_order_and_cut_exactly() -> None:
    text = "  One. \n\n * Two is here.  Three "

    spans = split_sentences(text)
    assert [text[start:end] for start, end in spans] == ["One.", "* Two is here.", "Three"]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
