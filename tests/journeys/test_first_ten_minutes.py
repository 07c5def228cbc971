"""What a stranger asks the demonstration in the first ten minutes, asked of the real pipeline."""

import pytest

from baton.server.demo.articles import articles
from evals.first_ten_minutes import Result, describe, evaluate, open_stage
from evals.utterances import Reply, Row, Said, judge_reply, read_rows

ROWS = read_rows()
LEAST_RIGHT, MOST_WRONG = 42, 5
"""What is reached today. The aim is 54 right and none wrong; these keep it from getting worse on the way."""
QUESTION = Row("q", "answerable", [], "how long do I have", must=("60 days",), sources=("returns",))


@pytest.fixture(scope="module")
async def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    async with open_stage(tmp_path_factory.mktemp("demo")) as stage:
        return await evaluate(stage, ROWS)


async def test_no_fewer_are_right_than_have_been(results: list[Result]) -> None:
    failed = [result for result in results if result.verdict != "right"]
    assert len(results) - len(failed) >= LEAST_RIGHT, "\n" + "\n".join(map(describe, failed))


async def test_no_more_are_wrong_in_the_sure_wording_than_have_been(results: list[Result]) -> None:
    wrong = [describe(result) for result in results if result.verdict == "wrong"]
    assert len(wrong) <= MOST_WRONG, "\n" + "\n".join(wrong)


def test_the_sixty_are_of_every_kind() -> None:
    kinds = [row.kind for row in ROWS]
    assert len({row.id for row in ROWS}) == 60
    assert [kinds.count(kind) for kind in ("small_talk", "answerable", "follow_up", "double")] == [15, 20, 10, 5]
    assert all(row.history for row in ROWS if row.kind == "follow_up")


@pytest.mark.parametrize("row", [row for row in ROWS if row.must], ids=lambda row: row.id)
def test_what_a_reply_must_state_stands_in_its_sources(row: Row) -> None:
    sources = [articles()[source] for source in row.sources]
    stated = "\n".join(source.text for source in sources).casefold()
    for fact in row.must:
        assert any(wording.casefold() in stated for wording in ([fact] if isinstance(fact, str) else fact))
    assert not any(source.is_internal for source in sources)


def reply(text: str, *cited: str, sure: bool = True, near: bool = False, small_talk: bool = False) -> Reply:
    whole = Said(text, sure, cited)
    return Reply(whole, () if small_talk else (whole,), "", small_talk, near, False)


@pytest.mark.parametrize(
    ("came", "verdict"),
    [
        (reply("You have 60 days.", "returns"), "right"),
        (reply("You have 60 days.", "refunds"), "wrong"),
        (reply("You have 14 days.", "returns"), "wrong"),
        (reply("The closest I found is: 60 days.", "returns", sure=False, near=True), "half"),
        (reply("I couldn't find that.", sure=False), "missed"),
        (reply("Hello.", small_talk=True), "missed"),
    ],
)
def test_a_reply_is_judged_by_its_facts_its_source_and_its_wording(came: Reply, verdict: str) -> None:
    assert judge_reply(QUESTION, came) == verdict


def test_one_wrong_part_makes_a_reply_wrong() -> None:
    parts = (Said("60 days.", True, ("returns",)), Said("The 29th.", True, ("courses",)))
    whole = Said("60 days. The 29th.", True, ("returns", "courses"))
    assert judge_reply(QUESTION, Reply(whole, parts, "answer", False, False, False)) == "wrong"


def test_small_talk_may_bring_no_offer_and_no_source() -> None:
    row = Row("t", "small_talk", [], "hi")
    hello = Said("Hello.", True, ())
    assert judge_reply(row, Reply(hello, (), "answer", True, False, False)) == "right"
    assert judge_reply(row, Reply(hello, (), "answer", True, False, True)) == "missed"
    assert judge_reply(row, reply("We are in Ghent.", "about-us")) == "wrong"


def test_what_nobody_can_answer_is_wrong_only_when_said_as_sure() -> None:
    row = Row("n", "unanswerable", [], "how tall is the eiffel tower")
    assert judge_reply(row, reply("Everyday Pan.", "warranty")) == "wrong"
    assert judge_reply(row, reply("The closest …", "warranty", sure=False, near=True)) == "right"
