"""How long a run will last, told from what it has done."""

from contract_tests.forecast import Forecast
from contract_tests.reports.console import progress
from contract_tests.result import Progress


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def running(*waiting: str) -> tuple[Forecast, Clock]:
    clock = Clock()
    forecast = Forecast(clock)
    forecast.expect(waiting)
    return forecast, clock


def test_nothing_is_told_at_first() -> None:
    forecast, clock = running(*["a"] * 10)
    forecast.asked("a", 5)
    forecast.asked("a", 5)
    assert forecast.seconds_left() is None
    clock.now = 4.0
    assert 16.0 == forecast.seconds_left()


def test_nothing_is_told_before_a_tenth_is_done() -> None:
    forecast, clock = running(*["a"] * 30)
    forecast.asked("a", 5)
    clock.now = 60.0
    assert forecast.seconds_left() is None


def test_a_check_is_taken_to_need_what_it_needed_before() -> None:
    forecast, clock = running("dear", "cheap", "dear", "cheap", "new")
    forecast.asked("dear", 90)
    forecast.asked("cheap", 10)
    clock.now = 10.0
    assert 10.0 + 5.0 == forecast.seconds_left()
    assert 0.4 == forecast.share
    assert 20.0 == forecast.seconds_left(more=50)


def test_what_needs_no_request_tells_nothing() -> None:
    forecast, clock = running("a", "b")
    forecast.asked("a", 0)
    clock.now = 10.0
    assert forecast.seconds_left() is None
    assert 0.0 == forecast.share


def test_a_finished_run_has_nothing_left() -> None:
    forecast, clock = running("a")
    forecast.asked("a", 3)
    clock.now = 10.0
    assert (1, 1, 1.0, 0.0) == (forecast.done, forecast.all, forecast.share, forecast.seconds_left())


def test_the_line_of_progress() -> None:
    state = Progress("get is safe (GET /things)", 0.305, 1_234, 2, 47.0)
    assert " 30 %  1,234 requests, 2 failures, about 45 s left  get is safe (GET /things)" == progress(state)
    assert "1 request  starting" == progress(Progress("starting", None, 1, 0))
    assert "about 2 min left" in progress(Progress("", 0.5, 1, 0, 118.0))
    assert "about 5 s left" in progress(Progress("", 0.5, 1, 0, 0.1))
