"""The list of requirements of any document, and which of it a run may ask."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.check import Check, Level, Requirement
from contract_tests.checks import NAMES, load_checks
from contract_tests.contract import Contract
from contract_tests.guard import Guard
from contract_tests.probing.credentials import Credentials
from contract_tests.problems import Inconclusive
from contract_tests.profile import Permissions, Profile
from contract_tests.requirements import Planned, part, plan, select
from contract_tests.target import Target, make_headers
from openapi.document import BUNDLED, load

SERVERS = Path(__file__).parent.parent / "servers"
DOCUMENTS = [BUNDLED, *(SERVERS / f"{name}.yaml" for name in ("library", "ledgerly", "depot"))]


def planned(path: Path, profile: Profile, other: bool = True) -> dict[str, str | None]:
    """Id of each requirement -> why it is barred."""
    contract = Contract(load(path))
    one = make_headers({"x-api-key": "k1", "x-org-id": "o1"}.items())
    target = Target("http://127.0.0.1:1", one, one if other else ())
    guard = Guard(contract, Permissions(profile, loopback=True))
    found = plan(contract, load_checks(), guard, Credentials(target, contract.document))
    return {each.requirement.id: each.barred for each in found if not each.requirement.impossible}


def test_names_are_the_files_of_the_folder() -> None:
    folder = Path(__file__).parents[2] / "contract_tests" / "checks"
    assert sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__") == sorted(NAMES)


def test_each_check_has_the_name_of_its_file_and_is_asked_in_one_way() -> None:
    for name, check in zip(NAMES, load_checks(), strict=True):
        assert name == check.name
        assert (check.ask is None) is not (check.judge is None), name
        assert check.asks.endswith("?"), name
        assert check.source, name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_pointer_names_something_and_every_id_is_its_own(path: Path) -> None:
    contract = Contract(load(path))
    found = [each for check in load_checks() for each in check.derive(contract)]
    assert len(found) == len({each.id for each in found})
    for each in found:
        assert contract.document.at(each.pointer).value is not None, each.id


def test_an_id_is_a_pointer_and_the_name_of_the_check() -> None:
    ids = planned(BUNDLED, Profile.SANDBOXED)
    assert "#/paths/~1work_items/post/responses/201 · create_then_get_returns_it" in ids


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_statuses_that_any_server_has_make_no_requirement(path: Path) -> None:
    for identifier in planned(path, Profile.FULL):
        assert not any(f"/responses/{status}" in identifier for status in (405, 413, 500)), identifier


def test_full_admits_more_than_sandboxed_and_read_only_no_write() -> None:
    free = {p: {i for i, why in planned(BUNDLED, p).items() if why is None} for p in Profile}
    assert free[Profile.READ_ONLY] < free[Profile.SANDBOXED] < free[Profile.FULL]
    assert not any("/post" in identifier for identifier in free[Profile.READ_ONLY])


def test_without_a_second_identity_nothing_of_it_is_asked() -> None:
    why = {i: barred for i, barred in planned(BUNDLED, Profile.SANDBOXED, other=False).items() if barred}
    of_others = [i for i in why if "other_organization" in i]
    assert "no second identity was given (--other-header)" in {why[i] for i in of_others}
    assert all(why[i].startswith(("no second identity", "profile sandboxed")) for i in of_others)


def test_checks_are_chosen_by_name_and_pattern() -> None:
    found = [check.name for check in select(load_checks(), ["list_*", "deleted_is_gone"], ["list_is_*"])]
    assert "deleted_is_gone" in found
    assert "list_items_equal_their_get" in found
    assert "list_is_stable" not in found


def test_a_part_is_what_was_chosen_and_what_is_asked_together_with_it() -> None:
    def planned(pointer: str, check: str, subject: str) -> Planned:
        return Planned(Requirement(pointer, check, Level.HTTP, "/x", subject=subject), None)

    one, same = planned("#/a", "first", "s"), planned("#/b", "first", "s")
    others = [planned("#/c", "first", "t"), planned("#/d", "second", "s")]
    assert [one, same] == part([one, *others, same], frozenset({same.requirement.id}))


def test_two_requirements_with_one_id_are_a_fault_of_ours() -> None:
    def derive(_contract: Any) -> Iterator[Requirement]:
        yield from [Requirement("#/info", "twice", Level.DOCUMENT, "/x")] * 2

    contract = Contract(load())
    guard = Guard(contract, Permissions(Profile.FULL, loopback=True))
    credentials = Credentials(Target("http://127.0.0.1:1"), contract.document)
    with pytest.raises(Inconclusive, match="two requirements have the id #/info"):
        plan(contract, [Check("twice", Level.DOCUMENT, "?", "", derive)], guard, credentials)
