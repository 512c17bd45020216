"""What people type as a target, and what becomes of it."""

import pytest

from contract_tests.exchange import NOBODY, ONE, OTHER
from contract_tests.problems import Misuse
from contract_tests.target import Header, parse_target


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("http://localhost:5000/api/", "http://localhost:5000/api"),
        ("HTTP://LOCALHOST", "http://localhost"),
        ("https://127.9.9.9:8443/a/b", "https://127.9.9.9:8443/a/b"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_this_machine_may_be_asked(typed: str, url: str) -> None:
    target = parse_target(typed, [], {})
    assert (url, True) == (target.url, target.loopback)


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.nip.io",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://[::1%25eth0]",
        "http://2130706433",
    ],
)
def test_other_machines_may_and_are_known_as_such(typed: str) -> None:
    """Also a name that only DNS could tell about."""
    target = parse_target(typed, [], {})
    assert (typed, False) == (target.url, target.loopback)


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1@example.com",
        "http://example.com\\@127.0.0.1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1?a=b",
        "http://127.0.0.1/#a",
        "http://user:pass@127.0.0.1",
        "http://",
        "ftp://127.0.0.1",
        "127.0.0.1:5000",
        "",
    ],
)
def test_what_is_no_base_url_may_not(typed: str) -> None:
    with pytest.raises(Misuse):
        parse_target(typed, [], {})


def test_a_header_takes_variables_from_the_environment() -> None:
    target = parse_target("http://localhost", ["Authorization: Bearer ${A}${B}"], {"A": "one", "B": "two"})
    assert (Header("Authorization", "Bearer onetwo", "HYFN_AUTHORIZATION"),) == target.headers


def test_a_variable_is_replaced_once() -> None:
    """What a variable holds is a value, not another template."""
    (header,) = parse_target("http://localhost", ["x: ${A}"], {"A": "${B}", "B": "no"}).headers
    assert "${B}" == header.value


def test_headers_that_look_alike_have_variables_of_their_own() -> None:
    target = parse_target("http://localhost", ["x-a: 1", "x_a: 2"], {})
    assert ["HYFN_X_A", "HYFN_X_A_"] == [header.variable for header in target.headers]


@pytest.mark.parametrize(
    "typed",
    [
        "s3cret",
        ": s3cret",
        "x y: s3cret",
        "x:",
        "x: ${EMPTY}",
        "x: s3cret\n",
        "x: s3cret\r\ny: 1",
        "x: s3cret☃",
    ],
)
def test_what_is_no_header_is_refused_without_its_value(typed: str) -> None:
    with pytest.raises(Misuse) as refusal:
        parse_target("http://localhost", [typed], {"EMPTY": ""})
    assert "s3cret" not in str(refusal.value)


def test_a_header_is_given_once() -> None:
    with pytest.raises(Misuse, match="the header x is given 2 times"):
        parse_target("http://localhost", ["x: 1", "X: 2"], {})


def test_a_header_does_not_show_its_value_when_it_is_printed() -> None:
    assert "s3cret" not in repr(parse_target("http://localhost", ["x: s3cret"], {}))


def test_the_second_identity_has_variables_of_its_own() -> None:
    target = parse_target("http://localhost", ["x-api-key: 1", "other-a: 2"], {}, ["x-api-key: 3", "a: 4"])
    assert ["HYFN_X_API_KEY", "HYFN_OTHER_A"] == [header.variable for header in target.of(ONE)]
    assert ["HYFN_OTHER_X_API_KEY", "HYFN_OTHER_A_"] == [header.variable for header in target.of(OTHER)]
    assert () == target.of(NOBODY)


def test_without_headers_of_its_own_there_is_no_second_identity() -> None:
    assert (ONE,) == parse_target("http://localhost", ["x: 1"], {}).identities
    assert (ONE, OTHER) == parse_target("http://localhost", [], {}, ["x: 1"]).identities


def test_variables_work_for_the_second_identity_too() -> None:
    (header,) = parse_target("http://localhost", [], {"KEY": "s3cret"}, ["x: ${KEY}"]).other
    assert ("s3cret", False) == (header.value, "s3cret" in repr(header))
