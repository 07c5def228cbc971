"""pass^k, and what makes one telling of a script differ from the next."""

import pytest

from baton.server.gate.trials import Trial, pass_hat
from baton.server.gate.variation import Variation

TEXT = "My parcel has not arrived. What should I do about order LL-20418?"


def trials(script: str, *fine: bool) -> list[Trial]:
    return [Trial(script, number, (), () if one else ("wrong",)) for number, one in enumerate(fine)]


@pytest.mark.parametrize(("k", "value"), [(1, 0.75), (2, 0.5), (3, 0.25), (4, 0.0)])
def test_pass_hat_counts_the_ways_to_draw_k_fine_trials(k: int, value: float) -> None:
    assert pass_hat(k, trials("a", True, True, True, False)) == value


def test_pass_hat_is_the_mean_over_scripts() -> None:
    both = [*trials("a", True, True), *trials("b", True, False)]
    assert pass_hat(1, both) == 0.75
    assert pass_hat(2, both) == 0.5


def test_the_first_telling_is_as_written() -> None:
    variation = Variation("a", 0)
    assert [variation.before(place) for place in range(9)] == [None] * 9
    assert [variation.tell(TEXT) for _ in range(9)] == [(TEXT,)] * 9


def test_a_telling_is_the_same_every_time_and_others_differ() -> None:
    tellings = [(Variation("a", number).before(0), Variation("a", number).tell(TEXT)) for number in range(1, 30)]
    again = [(Variation("a", number).before(0), Variation("a", number).tell(TEXT)) for number in range(1, 30)]
    assert tellings == again
    assert len(set(tellings)) > 10


def test_a_telling_is_harmless() -> None:
    for number in range(1, 200):
        said = " ".join(Variation("a", number).tell(TEXT))
        assert "LL-20418" in said
        assert sorted(said.lower().replace(".", "").replace("?", "")) == sorted(
            TEXT.lower().replace(".", "").replace("?", "")
        )
        changed = [a for a, b in zip(said.lower().split(), TEXT.lower().split(), strict=True) if a != b]
        assert len([word for word in changed if word.rstrip(".?") + "?" != "ll-20418?"]) <= 4
