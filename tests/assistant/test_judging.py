"""A case is judged by one set of settings and one head, whatever changes meanwhile."""

from typing import Any

from baton.assistant.head import Head, shipped_head
from baton.assistant.judging import Case, Judge
from baton.assistant.providers.extractive import ExtractiveProvider
from baton.assistant.settings import AssistantSettings
from baton.knowledge.search import SearchResult
from tests.assistant.passages import shop


class ChangingSearch:
    """Finds the shop's passages, and has the judge changed every time."""

    judge: Judge
    searches = 0

    async def search(self, *_: Any, **__: Any) -> SearchResult:
        self.searches += 1
        self.judge.use(AssistantSettings(min_confidence=0.99), Head("newer", shipped_head().factors))
        return SearchResult(shop(), None, {})


async def test_settings_that_change_in_mid_turn_count_from_the_next_turn_on() -> None:
    search = ChangingSearch()
    judge = Judge(search, ExtractiveProvider(), None, AssistantSettings(min_confidence=0.3), "Otter")  # type: ignore[arg-type]
    search.judge = judge
    case = Case("Can I pay with Klarna? And how long do I have to return an item?")
    first = await judge.judge(case)
    assert search.searches == len(first.parts) == 2
    assert (first.threshold, first.scoring) == (0.3, shipped_head().version)
    second = await judge.judge(case)
    assert (second.threshold, second.scoring) == (0.99, "newer")
