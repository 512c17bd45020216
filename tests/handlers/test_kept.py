"""Answers that are sent again: only as long as they are true."""

from handlers.call import Reply, steady
from handlers.kept import LARGEST, MOST_BYTES, Kept


def reply(size: int) -> Reply:
    return Reply({}, sent=(b"x" * size, "text/plain"))


def test_a_reply_is_found_for_its_request_and_for_its_version_of_the_store_only() -> None:
    kept, told = Kept(), reply(2)
    kept.keep("a", 1, told)
    assert kept.find("a", 1) is told
    assert kept.find("b", 1) is None
    assert kept.find("a", 2) is None


def test_what_is_kept_of_an_older_version_is_forgotten() -> None:
    kept = Kept()
    kept.keep("a", 1, reply(2))
    kept.keep("b", 2, reply(2))
    assert kept.find("a", 2) is None


def test_a_large_reply_is_not_kept_and_all_together_stay_within_their_bounds() -> None:
    kept = Kept()
    kept.keep("large", 1, reply(LARGEST + 1))
    assert kept.find("large", 1) is None
    for number in range(3 * MOST_BYTES // LARGEST):
        kept.keep(number, 1, reply(LARGEST))
    found = [number for number in range(3 * MOST_BYTES // LARGEST) if kept.find(number, 1)]
    assert 0 < len(found) <= MOST_BYTES // LARGEST


def test_only_functions_that_say_so_are_steady() -> None:
    assert not hasattr(lambda _call: Reply(), "steady")
    assert steady(lambda _call: Reply()).steady  # type: ignore[attr-defined]
