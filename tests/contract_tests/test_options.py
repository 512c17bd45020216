"""What is typed for `hyfn check`, made into a question."""

from typing import Any

import pytest

from contract_tests.options import Filters, check_names, nearest, question, report_kinds
from contract_tests.problems import Misuse
from contract_tests.profile import Profile
from contract_tests.question import Question
from contract_tests.reports.kinds import KINDS
from contract_tests.target import parse_target

EVERYTHING = Filters()
HERE, ELSEWHERE = "http://127.0.0.1:1", "http://api.example.invalid"


def asked(
    url: str = HERE,
    include: Filters = EVERYTHING,
    exclude: Filters = EVERYTHING,
    **more: Any,
) -> Question:
    profile = more.pop("profile", None)
    target = parse_target(url, more.pop("one", ()), {}, more.pop("other", ()))
    return question(target, None, include, exclude, profile, **more)


def wanted(found: Question) -> set[str]:
    return {operation.id for operation in found.document.operations if found.wanted(operation)}


@pytest.mark.parametrize(
    ("url", "profile"),
    [(HERE, Profile.SANDBOXED), ("http://[::1]:5000", Profile.SANDBOXED), (ELSEWHERE, Profile.READ_ONLY)],
)
def test_another_machine_is_only_read_unless_it_is_asked_for(url: str, profile: Profile) -> None:
    assert profile is asked(url).permissions.profile
    assert Profile.FULL is asked(url, profile="full").permissions.profile


def test_a_seed_is_drawn_where_none_is_given() -> None:
    assert (7, True) == (asked(seed=7).seed, asked().seed != asked().seed)


@pytest.mark.parametrize(
    ("include", "exclude", "ids"),
    [
        (Filters(path=("/agents",)), Filters(), {"createAgent", "listAgents"}),
        (Filters(path=("/agents",), method=("post",)), Filters(), {"createAgent"}),
        (Filters(tag=("Agents",)), Filters(method=("GET", "PATCH", "DELETE")), {"createAgent"}),
        (Filters(operation_id=("listJobs", "listAgents")), Filters(path=("/jobs",)), {"listAgents"}),
    ],
)
def test_kinds_of_filters_are_joined_by_and_exclusions_by_or(
    include: Filters, exclude: Filters, ids: set[str]
) -> None:
    assert ids == wanted(asked(include=include, exclude=exclude))


def test_what_is_excluded_is_never_sent_what_is_named_may_be_dangerous() -> None:
    found = asked(include=Filters(operation_id=("deleteAgent",)), exclude=Filters(method=("PATCH",)))
    assert {"deleteAgent"} == found.permissions.included
    assert {
        "updateAgent",
        "updateJob",
        "updateKnowledgeSource",
        "updateWorkItem",
    } == found.permissions.excluded


@pytest.mark.parametrize(
    ("include", "said"),
    [
        (Filters(path=("/agent",)), "--include-path /agent: the document has none, did you mean /agents\\?"),
        (Filters(method=("GTE",)), "--include-method GTE: the document has none, did you mean GET\\?"),
        (Filters(tag=("Agent",)), "--include-tag Agent: the document has none, did you mean Agents\\?"),
        (Filters(operation_id=("listAgent",)), "--include-operation-id listAgent: .* listAgents\\?"),
        (Filters(path=("/agents",), tag=("Jobs",)), "no operation is left"),
    ],
)
def test_a_filter_that_fits_nothing_is_told_with_the_nearest(include: Filters, said: str) -> None:
    with pytest.raises(Misuse, match=said):
        asked(include=include)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["x-api-key: abcd", "x-org-id: efgh"], ["x-api-key: abcd", "x-org-id: efgh"]),
        (["x-api-key: abcd", "x-org-id: efgh"], ["X-API-Key: abcd", "X-Org-Id: efgh", "x-trace: 1"]),
        (["x-api-key: abcd", "x-org-id: efgh"], ["x-api-key: abcd"]),
        (["x-tenant: abcd"], ["x-tenant: abcd"]),
    ],
)
def test_two_identities_must_be_two(one: list[str], other: list[str]) -> None:
    with pytest.raises(Misuse, match="both identities are the same"):
        asked(one=one, other=other)


def test_two_identities_may_share_a_part() -> None:
    found = asked(one=["x-api-key: abcd", "x-org-id: efgh"], other=["x-api-key: abcd", "x-org-id: ijkl"])
    assert Profile.SANDBOXED is found.permissions.profile


def test_names_of_checks_may_be_listed_and_have_stars() -> None:
    typed = ["deleted_is_gone,head_matches_get", "filters_* ids_are_unique"]
    assert ("deleted_is_gone", "head_matches_get", "filters_*", "ids_are_unique") == check_names(
        typed, "--checks"
    )
    assert ("*",) == check_names(["all"], "--checks")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "deleted_is_gon",
            "--checks deleted_is_gon: there is no such check, did you mean deleted_is_gone\\?",
        ),
        ("zebra_*", "--checks zebra_\\*: there is no such check$"),
    ],
)
def test_an_unknown_check_is_told_with_the_nearest(typed: str, said: str) -> None:
    with pytest.raises(Misuse, match=said):
        check_names([typed], "--checks")


def test_what_is_near_nothing_has_no_nearest() -> None:
    assert ("", ", did you mean abc?") == (nearest("xyz", ["abc"]), nearest("abd", ["abc", "zzz"]))


def test_reports_are_named_by_kind() -> None:
    assert ("junit", "sarif", "har") == report_kinds(["junit,sarif", "har"])
    assert tuple(KINDS) == report_kinds(["json", "all"])
    with pytest.raises(Misuse, match=r"--report sarf: there is no such report, did you mean sarif\?"):
        report_kinds(["sarf"])
