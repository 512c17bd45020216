"""An update on the collection's path, whose body says which item is meant: `PUT /pets`."""

import pytest

from contract_tests.contract import Contract
from contract_tests.guard import Guard, Held
from contract_tests.profile import Permissions, Profile
from contract_tests.safety.ownership import Ownership, Record
from openapi.document import Document
from openapi.source import Source
from tests.openapi.describing import PET, TEXT, Json, asks, read, several, thing

NAMELESS = thing(name=TEXT)


def paths(body: Json, **item: Json) -> Json:
    """Pets, with PUT on the collection's path."""
    return {
        "/pets": {"post": asks(PET, NAMELESS, "201"), "put": asks(PET, body, operationId="change")},
        "/pets/{petId}": {"get": asks(PET), "delete": asks(status="204"), **item},
    }


def test_a_put_whose_body_holds_the_id_replaces_an_item() -> None:
    model = read(paths(PET))
    found = model.resources["/pets"]
    assert ("/pets", True) == (found.operations["replace"].path, found.is_by_body("replace"))
    assert "PUT on the path of the collection, the id in its body" in model.roles["change"].why


@pytest.mark.parametrize(
    ("body", "item"),
    [(NAMELESS, {}), (several(PET), {}), (PET, {"put": asks(PET, NAMELESS)})],
    ids=["no id", "many items", "the item has a PUT"],
)
def test_any_other_put_there_is_none(body: Json, item: Json) -> None:
    found = read(paths(body, **item)).resources["/pets"]
    assert not found.is_by_body("replace")


def guard() -> Guard:
    """A guard of pets; the pets 1 and 2 are of this run, 2 is deleted."""
    made = paths(PET)
    made["/pets/{petId}"]["parameters"] = [{"name": "petId", "in": "path", "required": True, "schema": TEXT}]
    ownership = Ownership(())
    for own in ("1", "2"):
        ownership.add(Record(f"/pets/{own}", "/pets"))
    ownership.end(("pets", "2"))
    document = Document(Source("made", "", {"openapi": "3.1.0", "paths": made}))
    return Guard(Contract(document), Permissions(Profile.SANDBOXED, loopback=True), ownership)


def test_the_guard_lets_it_pass_for_an_item_of_the_run() -> None:
    plan = guard().plan("PUT", "/pets", body=b'{"id":"1","name":"x"}')
    assert (("pets", "1"), False) == (plan.item, plan.creates)


@pytest.mark.parametrize(
    "body",
    [
        None, b"", b"{}", b"[]", b'{"name":"x"}', b'{"id":"3"}', b'{"id":null}', b'{"id":"1",',
        b'{"id":["1"]}', b'{"id":"2"}', b'{"id":"3","id":"1"}', b'{"id":"1","ID":"3"}',
    ],
)  # fmt: skip
def test_the_guard_holds_every_other(body: bytes | None) -> None:
    """Nobody's, somebody else's, one that is deleted, and what could be read in two ways."""
    with pytest.raises(Held) as held:
        guard().plan("PUT", "/pets", body=body)
    assert not held.value.ours
