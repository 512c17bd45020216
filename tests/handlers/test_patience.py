"""Who is waited for, how long, and who is cut off first; told by connections that only pretend."""

from typing import Any

import pytest

from handlers import body, patience
from handlers.body import MOST_CONTAINERS, MOST_VALUES, check_values
from handlers.patience import BODY_SECONDS, HEAD_SECONDS, READ_SECONDS, SLOWEST, Patience, _Wait
from handlers.problems import Busy, TooLarge


class Cycle:
    def __init__(self, more_body: bool = False, response_complete: bool = False) -> None:
        self.more_body, self.response_complete = more_body, response_complete


class Pretended:
    """A connection, and its own transport."""

    def __init__(self, cycle: Cycle | None = None, head: int = 0, unsent: int = 0) -> None:
        self.cycle, self.head, self.held = cycle, head, b""
        self.taken, self.size = 0, unsent
        self.ended: list[str] = []

    @property
    def transport(self) -> Any:
        return self

    def get_write_buffer_size(self) -> int:
        return self.size

    def abort(self) -> None:
        self.ended.append("aborted")

    def close(self) -> None:
        self.ended.append("closed")

    def late(self) -> None:
        self.ended.append("late")


def after(connection: Pretended, seconds: int, received: int = 0) -> list[str]:
    """What becomes of a connection that receives so many bytes a second."""
    wait = _Wait()
    for _ in range(seconds + 1):
        connection.taken += received
        wait.look(connection)
    return connection.ended


WAITS: dict[str, tuple[Pretended, int, int, list[str]]] = {
    "nothing asked": (Pretended(), HEAD_SECONDS + 1, 0, ["closed"]),
    "nothing asked, in time": (Pretended(), HEAD_SECONDS, 0, []),
    "nothing asked again": (Pretended(Cycle(response_complete=True)), HEAD_SECONDS + 1, 0, ["closed"]),
    "a head that drips": (Pretended(head=9), HEAD_SECONDS + 1, 1, ["late"]),
    "a head that flows": (Pretended(head=9), HEAD_SECONDS + 1, SLOWEST, ["late"]),
    "a body that drips": (Pretended(Cycle(more_body=True)), BODY_SECONDS + 1, 1, ["late"]),
    "a body that flows": (Pretended(Cycle(more_body=True)), BODY_SECONDS * 9, SLOWEST, []),
    "an answer that takes long": (Pretended(Cycle()), HEAD_SECONDS * 9, 0, []),
    "a reader of nothing": (Pretended(Cycle(), unsent=9), READ_SECONDS + 2, 0, ["aborted"]),
}


@pytest.mark.parametrize(("connection", "seconds", "received", "ended"), WAITS.values(), ids=WAITS.keys())
def test_a_wait_ends(connection: Pretended, seconds: int, received: int, ended: list[str]) -> None:
    """What has begun is 408, what has not is closed, who reads nothing is cut off; work is waited for."""
    assert ended == after(connection, seconds, received)[:1]


def test_a_slow_reader_that_reads_is_waited_for() -> None:
    connection = Pretended(Cycle(), unsent=10**6)
    wait = _Wait()
    for _ in range(READ_SECONDS * 9):
        connection.size -= 100
        wait.look(connection)
    assert [] == connection.ended


def test_the_slowest_reader_is_cut_off_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """When all unsent answers together are too many; one alone may be as large as it is."""
    monkeypatch.setattr(patience, "MOST_UNSENT", 100)
    shared, first, second, third = (
        Patience(),
        Pretended(unsent=200),
        Pretended(unsent=50),
        Pretended(unsent=60),
    )
    shared.unsent(first)
    assert [] == first.ended
    shared.unsent(second)
    assert (["aborted"], []) == (first.ended, second.ended)
    shared.sent(second)
    shared.unsent(third)
    assert [] == second.ended + third.ended


def test_who_parks_too_much_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads that are not whole count together, and no longer than their connections last."""
    monkeypatch.setattr(patience, "MOST_PARKED", 100)
    shared, first, second = Patience(), Pretended(), Pretended()
    shared.park(first, 90)
    shared.park(first, 80)
    shared.forget(first)
    shared.park(second, 90)
    assert [] == second.ended
    shared.park(first, 20)
    assert ["aborted"] == first.ended


BOMBS = {
    "arrays": b"[" + b"[]," * MOST_CONTAINERS + b"1]",
    "objects": b"[" + b"{}," * MOST_CONTAINERS + b"1]",
    "numbers": b"[" + b"1," * (MOST_VALUES + 1) + b"1]",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_json_of_too_many_values_is_too_large(bomb: bytes) -> None:
    """They cost more than their bytes."""
    with pytest.raises(TooLarge):
        check_values(bomb)


def test_what_stands_in_a_text_is_no_value() -> None:
    """A table or a program may be sent as text."""
    check_values(b'{"a":"' + b'[{,\\\\\\"' * MOST_VALUES + b'"}')


def test_all_half_read_bodies_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """One alone may be as large as --max-body allows."""
    monkeypatch.setattr(body, "MOST_HALF_READ", 100)
    bodies = body._HalfRead()
    bodies.grow(200, 200)
    with pytest.raises(Busy):
        bodies.grow(10, 10)
