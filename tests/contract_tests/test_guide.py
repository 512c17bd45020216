"""What `hyfn explain` and docs/checks.md say of the checks."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contract_tests import guide
from contract_tests.check import Check
from contract_tests.checks import NAMES, load_checks
from contract_tests.commands.check import check
from contract_tests.commands.explain import explain

CHECKS = load_checks()
KILLERS = Path(__file__).parent.parent / "matrix" / "killers.txt"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(explain, arguments)


@pytest.mark.parametrize("each", CHECKS, ids=NAMES)
def test_a_check_says_how_it_asks_and_what_fails_it(each: Check) -> None:
    assert 40 < len(each.how) < 420 and each.how.endswith((".", ")"))
    assert 40 < len(each.example) < 200 and each.example.endswith(".")
    assert any(method in each.example for method in ("GET ", "POST ", "PUT ", "PATCH ", "DELETE ", "HEAD "))


def test_no_two_checks_say_the_same() -> None:
    assert len(CHECKS) == len({each.how for each in CHECKS}) == len({each.example for each in CHECKS})


def test_a_fault_that_is_named_is_one_that_the_check_finds() -> None:
    rows = [line.split() for line in KILLERS.read_text().splitlines()]
    kills = {fault: checks for server, fault, *checks in rows if server == "hyfn"}
    for each in CHECKS:
        assert not each.fault or each.name in kills[each.fault], each.name
        assert each.fault or not any(each.name in checks for checks in kills.values()), each.name


def test_the_page_is_up_to_date() -> None:
    """`make docs` writes it."""
    assert guide.page() == guide.PAGE.read_text()


def test_explain_tells_of_one_check() -> None:
    done = run("create_then_get_returns_it")
    assert 0 == done.exit_code
    assert [
        "create_then_get_returns_it",
        "  asks    Does GET return what was just created, as the create answered it?",
        "  level   lifecycle: the plain meaning of create, read, update, delete and list",
    ] == done.output.splitlines()[:3]
    assert "  fails   POST /things answers 201 with id 7; GET /things/7 answers 404." in done.output
    assert done.output.endswith("  see it  hyfn mock --fault create_is_not_stored\n")


def test_explain_fits_its_terminal() -> None:
    done = CliRunner(env={"COLUMNS": "60"}).invoke(explain, ["*"])
    long = [line for line in done.output.splitlines() if len(line) > 60 and "--fault" not in line]
    assert (0, []) == (done.exit_code, long)


def test_explain_of_several_tells_of_each() -> None:
    told = run("deleted_*,get_is_safe").output
    names = [line for line in told.splitlines() if line and not line.startswith(" ")]
    assert ["get_is_safe", "deleted_is_gone", "deleted_cannot_be_updated", "deleted_leaves_the_list"] == names


def test_an_unknown_check_is_answered_with_the_nearest() -> None:
    done = run("get_is_save")
    assert (2, "hyfn explain: get_is_save: there is no such check, did you mean get_is_safe?\n") == (
        done.exit_code,
        done.output,
    )


def test_explain_without_a_name_lists_them_all() -> None:
    listed = CliRunner().invoke(check, ["--list-checks"]).output
    assert listed == run().output
    assert list(NAMES) == [line.split()[0] for line in listed.splitlines()]
