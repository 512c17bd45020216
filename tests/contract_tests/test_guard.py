"""What may leave, and what may not: decided from method and raw path alone."""

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.contract import Contract
from contract_tests.guard import Guard, Held
from contract_tests.profile import Permissions, Profile
from contract_tests.safety.ownership import Ownership, Record, scalars
from openapi.document import Document
from tests.contract_tests.recording import document, things

READ_ONLY = Permissions(Profile.READ_ONLY)
SANDBOXED = Permissions(Profile.SANDBOXED, loopback=True)
FULL = Permissions(Profile.FULL, loopback=True)
OURS = "/things/ours"


def guard(permissions: Permissions = SANDBOXED, described: Document | None = None) -> Guard:
    """A guard of things; the thing `ours` and its part `p` are of this run."""
    contract = Contract(described or document())
    ownership = Ownership(scalars(contract.document.data))
    ownership.add(Record(OURS, "/things"))
    ownership.add(Record(f"{OURS}/parts/p", "/things/{thingId}/parts"))
    return Guard(contract, permissions, ownership)


def passes(found: Guard, method: str, path: str, **more: Any) -> bool:
    """Whether a request may leave, perhaps after a proof."""
    try:
        found.plan(method, path, **more)
    except Held:
        return False
    return True


def marked(operation: str, **values: Any) -> Document:
    """The document, with something more said of an operation."""
    paths = things()
    for there in paths.values():
        for each in there.values():
            if isinstance(each, dict) and each.get("operationId") == operation:
                each.update(values)
    return document(paths)


EVERYTHING = [
    (method, path)
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "FOO")
    for path in ("/things", OURS, "/things/x", f"{OURS}/close", f"{OURS}/parts", f"{OURS}/parts/p",
                 "/settings", "/recount", "/nowhere", "/things/", "//things", "/things/x/", "/", "")
]  # fmt: skip


def test_read_only_lets_nothing_pass_but_documented_gets() -> None:
    found = guard(READ_ONLY)
    passed = {f"{method} {path}" for method, path in EVERYTHING if passes(found, method, path)}
    assert {
        "GET /things", f"GET {OURS}", "GET /things/x", "GET /things/", f"GET {OURS}/parts",
        f"GET {OURS}/parts/p", "GET /settings",
    } == passed  # fmt: skip


def test_sandboxed_writes_to_what_the_run_created() -> None:
    found = guard()
    passed = {
        f"{m} {p}" for m, p in EVERYTHING if m in ("POST", "PUT", "PATCH", "DELETE") and passes(found, m, p)
    }
    assert {
        "POST /things", f"POST {OURS}", f"PUT {OURS}", f"PATCH {OURS}", f"DELETE {OURS}",
        f"POST {OURS}/close", f"PUT {OURS}/close", f"PATCH {OURS}/close", f"DELETE {OURS}/close",
        f"POST {OURS}/parts", f"PUT {OURS}/parts", f"PATCH {OURS}/parts", f"DELETE {OURS}/parts",
        f"POST {OURS}/parts/p", f"PUT {OURS}/parts/p", f"PATCH {OURS}/parts/p", f"DELETE {OURS}/parts/p",
    } == passed  # fmt: skip


@pytest.mark.parametrize("profile", [SANDBOXED, FULL])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "FOO"])
@pytest.mark.parametrize(
    "path",
    [
        "/things/foreign", "/things/foreign/", "//things/foreign", "/things//foreign", "/Things/foreign",
        "/things%2Fforeign", "/things/foreign/close", "/things/foreign/parts/p", "/things/ours/parts/foreign",
        "/things/ours%2F..%2Fforeign", "/things/ours/../foreign", "/things/ours%2Fforeign", "/things/.",
        "/things/", "/things/foreign?x=1", "/things/%66oreign", "/things/ours/%2e%2e/foreign",
        "/things/ours%5Cforeign",
    ],
)  # fmt: skip
def test_no_spelling_of_a_foreign_item_is_written_to(profile: Permissions, method: str, path: str) -> None:
    assert not passes(guard(profile), method, path)


@pytest.mark.parametrize("profile", [READ_ONLY, SANDBOXED, FULL])
@pytest.mark.parametrize(
    "path",
    ["/../other", "/things/../../other", "/things/%2e%2e/%2E%2E/x", "//elsewhere/things",
     "http://elsewhere/things", "/things/..%2f..", "/things/%252e%252e/x", "/things\\..\\..", "things",
     "/things\r\nX: y", "/thi ngs", "/things#x", "/thíngs"],
)  # fmt: skip
def test_no_path_leads_out_of_the_base_path(profile: Permissions, path: str) -> None:
    assert not passes(guard(profile), "GET", path)


def test_our_own_items_may_be_spelled_in_any_way() -> None:
    assert passes(guard(), "PATCH", "/things/%6furs")


def test_a_write_to_a_foreign_item_is_an_error_of_the_check() -> None:
    with pytest.raises(Held) as held:
        guard().plan("DELETE", "/things/foreign")
    assert held.value.ours
    assert "/things/foreign is nothing that this run created or minted" == str(held.value)


def test_a_write_of_the_fuzz_engine_to_a_seen_item_is_held_back_without_blame() -> None:
    found = guard(FULL)
    found.ownership.hear(b'{"id": "foreign"}')
    with pytest.raises(Held) as held:
        found.plan("DELETE", "/things/foreign", fuzz=True)
    assert not held.value.ours


def test_a_write_of_the_fuzz_engine_elsewhere_needs_proof() -> None:
    (proof,) = guard(FULL).plan("DELETE", "/things/anything", fuzz=True).proofs
    assert ("/things/anything", True) == (proof.path, proof.absent)


def test_what_was_minted_needs_proof() -> None:
    found = guard()
    found.mint("/things/minted")
    (proof,) = found.plan("PATCH", "/things/minted").proofs
    assert ("/things/minted", True) == (proof.path, proof.absent)
    assert [True] == [p.absent for p in found.plan("POST", "/things/minted/parts").proofs]


@pytest.mark.parametrize("value", ["seen", "7", "listThings", "me", "a%2Fb", "%2e", "", "x%00"])
def test_what_was_heard_of_cannot_be_minted(value: str) -> None:
    """Neither what an answer held, nor what the document holds, nor what is no plain id."""
    found = guard()
    found.ownership.hear(b'{"items": [{"id": "seen", "n": 7}]}')
    with pytest.raises(Held):
        found.mint(f"/things/{value}")


def test_what_no_get_shows_cannot_be_minted() -> None:
    with pytest.raises(Held, match="no GET tells"):
        guard(described=document(things(without=("getThing",)))).mint("/things/minted")


def test_a_deleted_record_needs_proof() -> None:
    found = guard()
    found.ownership.end(("things", "ours"))
    assert [False] == [p.absent for p in found.plan("PATCH", OURS).proofs]
    assert [False, False] == [p.absent for p in found.plan("PATCH", f"{OURS}/parts/p").proofs]


def test_what_cannot_be_deleted_is_not_created() -> None:
    described = document(things(without=("deletePart",)))
    assert not passes(guard(described=described), "POST", f"{OURS}/parts")
    assert passes(guard(described=described), "POST", "/things")
    assert passes(guard(replace(SANDBOXED, allow_leftovers=True), described), "POST", f"{OURS}/parts")
    excluded = replace(SANDBOXED, excluded=frozenset({"deleteThing"}))
    assert not passes(guard(excluded), "POST", "/things")


def nameless(**answer: Any) -> Document:
    """Things whose create answers something else."""
    paths = things(without=("listThings",))
    paths["/things"]["post"]["responses"] = {"201": {"description": "Yes.", **answer}}
    return document(paths)


TEXT = {"content": {"application/json": {"schema": {"type": "string"}}}}
THING = {"content": {"application/json": {"schema": {"type": "object", "properties": {"id": {}}}}}}
LOCATION = {"headers": {"Location": {"schema": {"type": "string"}}}}


def test_what_nobody_would_be_told_the_id_of_is_not_created() -> None:
    assert not passes(guard(described=nameless()), "POST", "/things")
    assert passes(guard(replace(SANDBOXED, allow_leftovers=True), nameless()), "POST", "/things")


@pytest.mark.parametrize("answer", [TEXT, THING, LOCATION], ids=["a text", "the item", "Location"])
def test_what_an_answer_tells_the_id_of_is_created(answer: dict[str, Any]) -> None:
    assert passes(guard(described=nameless(**answer)), "POST", "/things")


def test_what_a_list_shows_is_created() -> None:
    paths = things()
    paths["/things"]["post"]["responses"] = {"201": {"description": "Yes."}}
    assert passes(guard(described=document(paths)), "POST", "/things")


def test_no_more_is_created_than_there_are_ids() -> None:
    paths = things()
    few = {"type": "integer", "minimum": 1, "maximum": 2}
    paths["/things/{thingId}"]["parameters"][0]["schema"] = few
    found = guard(described=document(paths))
    assert passes(found, "POST", "/things")
    found.ownership.add(Record("/things/2", "/things"))
    assert not passes(found, "POST", "/things")
    found.ownership.end(("things", "2"))
    assert passes(found, "POST", "/things")


def test_what_is_billed_is_not_created_elsewhere() -> None:
    described = marked("createThing", **{"x-hyfn-effect": "billing"})
    there = replace(SANDBOXED, loopback=False)
    assert passes(guard(SANDBOXED, described), "POST", "/things")
    assert not passes(guard(there, described), "POST", "/things")
    assert passes(guard(replace(there, allow_billing=True), described), "POST", "/things")


def test_what_is_excluded_is_not_sent() -> None:
    assert not passes(guard(replace(READ_ONLY, excluded=frozenset({"listThings"}))), "GET", "/things")


@pytest.mark.parametrize("profile", [READ_ONLY, SANDBOXED, FULL])
def test_a_log_out_is_sent_only_when_it_is_named(profile: Permissions) -> None:
    assert not passes(guard(profile), "GET", "/logout")
    assert passes(guard(replace(profile, included=frozenset({"logOut"}))), "GET", "/logout")


@pytest.mark.parametrize("profile", [SANDBOXED, FULL])
@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/settings"), ("POST", "/recount"), ("DELETE", "/things"), ("DELETE", "/nowhere")],
)
def test_what_names_no_id_is_not_written_to(profile: Permissions, method: str, path: str) -> None:
    assert not passes(guard(profile), method, path)


def test_undocumented_methods_go_to_items_of_the_run_only() -> None:
    described = document(things(without=("replaceThing",)))
    assert passes(guard(described=described), "PUT", OURS)
    assert passes(guard(described=described), "OPTIONS", OURS)
    assert not passes(guard(described=described), "OPTIONS", "/things")
    assert not passes(guard(described=described), "HEAD", "/things/foreign")
    assert not passes(guard(described=described), "GET", "/nowhere")


def test_full_sends_undocumented_methods_to_collections_but_for_delete() -> None:
    found = guard(FULL)
    asked = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "PURGE", "MOVE")
    assert ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH"] == [
        m for m in asked if passes(found, m, "/things")
    ]


@pytest.mark.parametrize("profile", [SANDBOXED, FULL])
def test_a_request_in_disguise_is_not_sent(profile: Permissions) -> None:
    found = guard(profile)
    assert not passes(found, "POST", "/things", headers=(("X-HTTP-Method-Override", "DELETE"),))
    assert not passes(found, "GET", "/things", headers=(("x-original-url", "/admin"),))
    assert not passes(found, "POST", "/things?_method=DELETE")
    assert not passes(found, "POST", "/things?%5fmethod=DELETE")
    assert not passes(found, "delete", "/things/ours")


def test_put_creates_only_where_the_client_chooses_an_id_that_is_free() -> None:
    found = guard()
    found.mint("/things/minted")
    assert found.plan("PUT", "/things/minted").creates
    assert not found.plan("PUT", OURS).creates
    assert not found.plan("DELETE", "/things/minted").creates


def test_what_nothing_creates_may_lie_above_a_create() -> None:
    """An organization in the path is no record that the run could own."""
    paths = {f"/orgs/{{org}}{path}": value for path, value in things().items() if path.startswith("/things")}
    for there in paths.values():
        there["parameters"] = [
            {"name": "org", "in": "path", "required": True, "schema": {"type": "string"}},
            *there.get("parameters", []),
        ]
    found = guard(described=document(paths))
    found.ownership.add(Record("/orgs/acme/things/mine", "/orgs/{org}/things"))
    assert passes(found, "POST", "/orgs/acme/things")
    assert passes(found, "PATCH", "/orgs/acme/things/mine")
    assert not passes(found, "PATCH", "/orgs/other/things/mine")


def test_a_custom_method_after_a_colon_is_aimed_at_its_item() -> None:
    paths = things()
    paths = {"/things/{thingId}:close": paths.pop("/things/{thingId}/close"), **paths}
    found = guard(described=document(paths))
    assert passes(found, "POST", f"{OURS}:close")
    assert not passes(found, "POST", "/things/foreign:close")
