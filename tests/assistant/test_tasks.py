"""Task types told by examples, with the real sentence vectors: few and one, clear and close, and what is of none."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from baton.assistant.tasks import Tasks, open_tasks
from baton.assistant.type_model import Texts, held_out_scores
from baton.knowledge.embedding import Embedding, open_embedding
from baton.server.config import load_config
from baton.server.demo.samples import CONFIG

SHOP = {name: policy.examples for name, policy in load_config(CONFIG).assistant.tasks.items()}
FIVE = {name: SHOP[name] for name in ("delivery", "returns", "payment", "looking_after", "warranty")}
MISS_RATE = 0.015
FOREIGN = (
    "Who won the football match yesterday?",
    "What is the capital of Mongolia?",
    "Write me a poem about autumn leaves",
    "Turn off the lights in the bedroom",
    "How do I install Python on Windows?",
    "What will the weather be like on Tuesday?",
)


@pytest.fixture(scope="module")
def embedding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedding]:
    model = open_embedding(tmp_path_factory.mktemp("model"))
    assert model is not None
    yield model
    model.close()


@pytest.fixture(scope="module")
async def five(embedding: Embedding) -> Tasks:
    """Five types with ten examples each."""
    opened = await open_tasks(embedding, FIVE, MISS_RATE)
    assert opened is not None
    return opened


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("how much is it to send a parcel to Spain", "delivery"),
        ("can i send back a knife i have used", "returns"),
        ("my credit card was declined", "payment"),
        ("what is the best way to clean burnt milk off the pan", "looking_after"),
        ("the lid of my pot broke after a year, is that covered?", "warranty"),
    ],
)
async def test_ten_examples_of_five_types_tell_new_wordings(five: Tasks, text: str, task: str) -> None:
    told = await five.classify(text)
    assert (told.task, told.nearest) == (task, task)
    assert told.certainty is not None and told.certainty >= 0.5


async def test_what_is_like_no_example_has_no_type(five: Tasks) -> None:
    told = await five.tell(FOREIGN)
    assert [one.task for one in told] == [None] * len(FOREIGN)
    assert all(one.nearest in FIVE and one.certainty is not None and one.certainty < 0.5 for one in told)


async def test_two_types_about_as_likely_are_rivals_and_a_clear_one_has_none(five: Tasks) -> None:
    between = await five.classify("Do I pay for shipping by invoice?")
    assert set(between.rivals) == {"payment", "delivery"}
    assert (await five.classify("How much is shipping to Italy?")).rivals == ()


async def test_one_type_with_two_examples_takes_its_like_and_nothing_else(embedding: Embedding) -> None:
    opened = await open_tasks(embedding, {"repairs": ["My lamp is broken", "Can you repair my lamp?"]}, MISS_RATE)
    assert opened is not None
    assert (await opened.classify("Can you repair my broken lamp?")).task == "repairs"
    assert (await opened.classify("How long do I have to return something?")).task is None


async def test_a_type_with_a_single_example_takes_nearly_that(embedding: Embedding) -> None:
    opened = await open_tasks(embedding, {"a": ["Where is my parcel?"], "b": ["My pan is rusty"]}, MISS_RATE)
    assert opened is not None
    assert (await opened.classify("where's my parcel")).task == "a"
    assert {one.task for one in await opened.tell(FOREIGN)} == {None}


async def test_without_examples_or_without_a_model_nothing_has_a_type(embedding: Embedding) -> None:
    assert await open_tasks(embedding, {"a": ()}, MISS_RATE) is None
    assert await open_tasks(None, FIVE, MISS_RATE) is None


async def test_the_same_examples_always_tell_the_same(five: Tasks, embedding: Embedding) -> None:
    again = await open_tasks(embedding, FIVE, MISS_RATE)
    assert again is not None and again.threshold == five.threshold
    assert await again.tell(FOREIGN) == await five.tell(FOREIGN)


async def test_a_higher_miss_rate_keeps_more_out(embedding: Embedding) -> None:
    thresholds = []
    for rate in (0.0, 0.2, 0.5):
        opened = await open_tasks(embedding, FIVE, rate)
        assert opened is not None
        thresholds.append(opened.threshold)
    assert thresholds == sorted(thresholds) and thresholds[0] < thresholds[2]


async def test_held_out_texts_set_the_threshold_at_the_miss_rate(five: Tasks) -> None:
    own = [(text, name) for name, texts in SHOP.items() if name in FIVE for text in texts]
    among_own = await five.set_by(own)
    told = await among_own.tell([text for text, _ in own])
    assert sum(one.task is None for one in told) == 5, "five of few"
    assert (await five.set_by([])).threshold == five.threshold


async def test_an_example_is_never_judged_by_itself(embedding: Embedding) -> None:
    texts = ["alpha beta", "alpha beta gamma", "one two", "one two three"]
    known = Texts(texts, await embedding.embed(texts))
    lonely = np.array([0, 0, 1, 2])
    assert len(held_out_scores(known, lonely, 3)) == 2, "only the pair has another example to be told by"


async def test_telling_is_quick_once_the_vector_is_there(five: Tasks, embedding: Embedding) -> None:
    asked = Texts([FOREIGN[0]], await embedding.embed([FOREIGN[0]]))
    five.model.rank(asked)
    taken = []
    for _ in range(30):
        started = time.process_time()
        five.model.rank(asked)
        taken.append(time.process_time() - started)
    assert sorted(taken)[len(taken) // 4] < 0.02
