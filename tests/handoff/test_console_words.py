"""The console's words know every signal, chance and trigger that a record may hold, and say moods as the reasons do."""

import re
from pathlib import Path

from baton.assistant import mood
from baton.assistant.head import FACTORS
from baton.assistant.scoring import SIGNALS
from baton.handoff.console.pages import BROWSER

WORDS = Path(BROWSER, "words.js").read_text(encoding="utf-8")


def said(name: str) -> dict[str, str]:
    """A table of words.js."""
    found = re.search(rf"const {name} = {{(.*?)}};", WORDS, re.DOTALL)
    assert found is not None
    return dict(re.findall(r'(\w+): "([^"]+)"', found.group(1)))


def test_every_signal_and_chance_has_a_name_for_people() -> None:
    others = {"missing", "unmet", "opposed", "mood_triggers", "dissatisfaction", "task_certainty", "parts"}
    assert said("SIGNALS").keys() == {*SIGNALS, *others}
    assert list(said("CHANCES")) == list(FACTORS)


def test_moods_are_said_as_the_reasons_say_them() -> None:
    assert said("TRIGGERS") == mood._IN_WORDS
