"""When a failing provider is left alone."""

from baton.assistant.providers.breaker import Breaker


class Watch:
    """A stopwatch set by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def opened() -> tuple[Breaker, Watch]:
    watch = Watch()
    breaker = Breaker(3, 30, watch)
    for _ in range(3):
        assert breaker.lets_through()
        breaker.failed()
    return breaker, watch


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(3, 30, Watch())
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.lets_through()


def test_it_rests_for_the_time_set() -> None:
    breaker, watch = opened()
    watch.seconds = 29.9
    assert not breaker.lets_through()
    watch.seconds = 30
    assert breaker.lets_through()


def test_one_trial_goes_through_after_the_rest() -> None:
    breaker, watch = opened()
    watch.seconds = 30
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]


def test_a_good_trial_closes_it_and_a_bad_one_begins_the_rest_anew() -> None:
    breaker, watch = opened()
    watch.seconds = 30
    assert breaker.lets_through()
    breaker.failed()
    watch.seconds = 59
    assert not breaker.lets_through()
    watch.seconds = 60
    assert breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through() and breaker.lets_through()
