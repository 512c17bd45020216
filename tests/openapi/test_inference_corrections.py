"""What people say of paths wins over what the model finds."""

from pathlib import Path
from typing import Any

import pytest

from openapi.codec import encode
from openapi.document import Document
from openapi.inference import infer
from openapi.resources import Model
from openapi.source import SourceError, parse

THING = {"type": "object", "properties": {"id": {"type": "string"}, "ownerId": {"type": "string"}}}

MANY = {"type": "array", "items": THING}


def gets(schema: Any) -> dict[str, Any]:
    return {
        "get": {
            "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}
        }
    }


def inferred(paths: dict[str, Any], **said: dict[str, str]) -> Model:
    """The model of a document; `said` by the name of the path's last word."""
    for path, item in paths.items():
        words = [word for word in path.split("/") if word and "{" not in word]
        name = words[-1] + ("_item" if path.endswith("}") else "")
        if name in said:
            item["x-resource"] = said[name]
    data = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    return infer(Document(parse(str(Path("t.json")), encode(data))))


def paths() -> dict[str, Any]:
    return {
        "/owners": gets(MANY),
        "/owners/{id}": gets(THING),
        "/zones/{zone}/pets": gets({"type": "object", "properties": {"pets": MANY, "more": MANY}}),
        "/zones/{zone}/pets/{id}": gets(THING),
        "/report": gets(MANY),
    }  # fmt: skip


def kinds(model: Model) -> dict[str, str]:
    return {name.removeprefix("GET "): role.kind for name, role in model.roles.items()}


def test_nothing_said() -> None:
    """What the next tests change."""
    model = inferred(paths())
    assert {"/owners", "/zones/{zone}/pets", "/report"} == set(model.resources)
    assert (None,) == tuple(each.resource for each in model.resources["/zones/{zone}/pets"].parents)


@pytest.mark.parametrize(
    ("role", "kind"), [("none", "other"), ("singleton", "other"), ("collection", "list")]
)
def test_the_role_of_a_path(role: str, kind: str) -> None:
    """`none` and `singleton` take a path out of the collections; why it is so is told."""
    model = inferred(paths(), report={"role": role})
    assert (role == "collection") == ("/report" in model.resources)
    assert kind == kinds(model)["/report"]
    assert model.roles["GET /report"].why.startswith("x-resource says so")


def test_an_object_is_a_singleton_or_a_collection_as_told() -> None:
    """A path that GET answers with an object."""
    made = {"/box": gets({"type": "object", "properties": {"rows": MANY}})}
    assert "singleton" == kinds(inferred({**made}, box={"role": "singleton"}))["/box"]
    model = inferred({**made}, box={"role": "collection", "envelope": "rows"})
    assert ("rows",) == model.resources["/box"].envelopes["list"].path


def test_an_item_and_its_neighbours() -> None:
    """No item: its collection stays."""
    model = inferred(paths(), owners_item={"role": "none"})
    assert ("list", "other") == (kinds(model)["/owners"], kinds(model)["/owners/{id}"])


def test_parent_envelope_and_id() -> None:
    """The parent of another path, the other list, another property."""
    said = {"parent": "/owners", "envelope": "more"}
    model = inferred(paths(), pets=said, pets_item={"id": "ownerId"})
    pets = model.resources["/zones/{zone}/pets"]
    assert "/owners" == pets.parents[-1].resource
    assert ("more",) == pets.envelopes["list"].path
    assert pets.id
    assert "ownerId" == pets.id.property


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"parent": "/report"}, "parent: /report is no collection with items"),
        ({"envelope": "x"}, "answers no x"),
    ],
)
def test_what_cannot_be(said: dict[str, str], words: str) -> None:
    """SourceError, with the place."""
    with pytest.raises(SourceError, match=words):
        inferred(paths(), pets=said)
