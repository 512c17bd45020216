"""How fast requests leave."""

from datetime import UTC, datetime

import pytest

from contract_tests.exchange import Answer
from contract_tests.network.pace import Pace, Rate, parse_rate
from contract_tests.problems import Misuse

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class Time:
    """A clock that stands still but for sleep."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("text", "rate"),
    [("100/m", Rate(100, 60.0)), ("10/s", Rate(10, 1.0)), (" 7/h ", Rate(7, 3600.0))],
)
def test_a_rate_is_a_number_per_second_minute_or_hour(text: str, rate: Rate) -> None:
    assert rate == parse_rate(text)


@pytest.mark.parametrize(
    "text", ["", "10", "0/s", "-1/s", "1.5/s", "10/d", "10/", "/s", "10/s/s", "\u0661/s"]
)
def test_nothing_else_is_a_rate(text: str) -> None:
    with pytest.raises(Misuse, match="--rate-limit"):
        parse_rate(text)


def test_requests_are_spread_evenly() -> None:
    time = Time()
    pace = Pace(Rate(4, 1.0), clock=time.clock, sleep=time.sleep)
    for _ in range(3):
        pace.wait()
    time.now += 10
    pace.wait()
    assert [0.25, 0.25] == time.slept


def test_without_a_rate_nothing_waits() -> None:
    time = Time()
    Pace(clock=time.clock, sleep=time.sleep).wait()
    assert [] == time.slept


@pytest.mark.parametrize(
    ("status", "header", "tries", "seconds"),
    [
        (429, "5", 0, 5.0),
        (503, "0", 2, 0.0),
        (503, "5", 3, None),
        (503, None, 0, None),
        (500, "5", 0, None),
        (200, "5", 0, None),
        (429, "3600", 0, 30.0),
        (429, "Mon, 23 Nov 2026 12:00:09 GMT", 0, 9.0),
        (429, "Mon, 23 Nov 2026 11:00:00 GMT", 0, 0.0),
        (429, "soon", 0, None),
        (429, "-5", 0, None),
    ],
)
def test_a_busy_server_is_given_time(
    status: int, header: str | None, tries: int, seconds: float | None
) -> None:
    answer = Answer(status, (("Retry-After", header),) if header is not None else ())
    assert seconds == Pace(now=lambda: NOW).pause(answer, tries)


def test_no_answer_asks_for_nothing() -> None:
    assert Pace().pause(None, 0) is None


@pytest.mark.parametrize(("sent", "kept_back", "spent"), [(4, 0, False), (5, 0, True), (3, 2, True)])
def test_a_clean_up_is_kept_back_from_the_most(sent: int, kept_back: int, spent: bool) -> None:
    assert spent is Pace(most=5).is_spent(sent, kept_back)


def test_without_a_most_nothing_is_spent() -> None:
    assert not Pace().is_spent(10**9)
