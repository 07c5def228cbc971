"""The decisions suite counts a row right only when it should be answered and cites what is relevant."""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from baton.assistant.evaluation import BadRow, Taken, evaluate_decisions, evaluate_mood
from baton.assistant.settings import MoodSettings
from baton.knowledge.search import Utterance

ROWS = [
    {"query": "good", "history": [], "expect": "answer", "relevant": ["a"]},
    {"query": "elsewhere", "history": [], "expect": "answer", "relevant": ["b"]},
    {"query": "unknown", "history": [], "expect": "escalate", "group": "ignored"},
]


async def take(query: str, history: Sequence[Utterance]) -> Taken:
    confidence = {"good": 0.9, "elsewhere": 0.6, "unknown": 0.1}[query]
    return Taken("answer" if confidence > 0.5 else "offer", confidence, ("a",))


async def test_the_figures_of_the_contract_are_reported(tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    found = await evaluate_decisions(take, ROWS, out=out)
    assert found["n"] == 3
    assert found["auroc"] == 1.0
    assert found["coverage@error_1"] == pytest.approx(1 / 3, abs=1e-4)
    assert (found["escalation_precision"], found["escalation_recall"]) == (1.0, 1.0)
    assert {"aurc", "ece", "brier", "coverage@error_5", "coverage@error_10"} <= set(found)
    assert [json.loads(line)["right"] for line in out.read_text().splitlines()] == [True, False, False]


async def test_the_curves_are_one_drawing_with_the_error_rates_marked(tmp_path: Path) -> None:
    file = tmp_path / "curves.svg"
    await evaluate_decisions(take, ROWS * 30, curves=file)
    drawing = ElementTree.parse(file).getroot()  # noqa: S314  what we drew ourselves
    texts = {one.text for one in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Decisions on 90 rows", "Errors against automation", "Reliability", "Confidence"} <= texts
    assert {"1 %: 33 %", "5 %: 33 %", "10 %: 33 %"} <= texts


async def test_a_row_of_another_form_is_named() -> None:
    with pytest.raises(BadRow, match="Row 1"):
        await evaluate_decisions(take, [{"query": "good", "expect": "maybe"}])


def test_the_mood_suite_ranks_the_dissatisfied_lower() -> None:
    rows = [
        {"message": "this is terrible", "history": [], "dissatisfied": True},
        {"message": "where is the shop?", "history": [], "dissatisfied": False},
    ]
    found = evaluate_mood(rows, settings=MoodSettings())
    assert (found["auroc"], found["precision"], found["recall"]) == (1.0, 1.0, 1.0)
