"""Whatever a document holds, its model is read; what cannot be told is left out."""

import time
from typing import Any

import pytest

from openapi.inference.naming import alike, is_plural, plain, singulars
from openapi.inference.view import View
from tests.openapi.describing import PET, TEXT, Json, asks, read, several, thing

LOOP: Json = {"$ref": "#/components/schemas/Loop"}
NONSENSE: dict[str, Any] = {
    "a loop": LOOP,
    "a schema inside itself": {"$ref": "#/components/schemas/Inside"},
    "nothing there": {"$ref": "#/components/schemas/None"},
    "no reference": {"$ref": 5},
    "a long chain": {"$ref": "#/components/schemas/Chain0"},
    "no properties": {"properties": 5, "required": 5},
    "no schemas inside": {"properties": {"id": 5, "x": None}, "required": [5, "id"]},
    "no branches": {"allOf": 5, "anyOf": {}, "oneOf": [None, 5, {"type": "null"}]},
    "no types": {"type": 5, "enum": 5},
    "no items": {"type": "array", "items": 5, "prefixItems": {}},
    "nothing at all": False,
    "anything": True,
    "text": "text",
}
SCHEMAS: Json = {
    "Loop": LOOP,
    "Inside": {
        "type": "object",
        "allOf": [{"$ref": "#/components/schemas/Inside"}],
        "properties": {"id": LOOP},
    },
    **{f"Chain{n}": {"allOf": [{"$ref": f"#/components/schemas/Chain{n + 1}"}]} for n in range(400)},
}


@pytest.mark.parametrize("schema", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_is_read(schema: Any) -> None:
    """Every operation has a role, whatever stands where a schema should."""
    operation = {**asks(schema, schema), "parameters": [{"name": "limit", "in": "query", "schema": schema}]}
    item = {"get": operation, "put": operation, "delete": operation, "parameters": []}
    paths = {"/a": {"get": operation, "post": operation}, "/a/{b}": item, "/a/{b}/c": {"post": operation}}
    model = read(paths, SCHEMAS)
    assert {
        "GET /a",
        "POST /a",
        "GET /a/{b}",
        "PUT /a/{b}",
        "DELETE /a/{b}",
        "POST /a/{b}/c",
    } == model.roles.keys()


def test_empty_documents() -> None:
    assert ({}, {}, ()) == (read({}).resources, read({}).roles, read({}).singletons)


def test_a_parameter_that_only_the_path_names() -> None:
    found = read({"/pets/{petId}": {"get": asks(PET), "parameters": []}}).resources["/pets/{petId}"]
    assert found.id is not None
    assert ("petId", "path", None) == (
        found.id.parameter.name,
        found.id.parameter.location,
        found.id.parameter.schema,
    )


def test_a_large_document_is_read_at_once() -> None:
    """200 resources of 100 properties that refer to one another: well below a second on a quiet machine."""
    names = [f"thing{number}" for number in range(200)]
    big = thing(id=TEXT, **{f"{name}Id": TEXT for name in names[:100]})
    component = {"$ref": "#/components/schemas/Big"}
    paths: Json = {}
    for name in names:
        paths[f"/{name}s"] = {"get": asks(several(component)), "post": asks(component, component)}
        paths[f"/{name}s/{{id}}"] = {"get": asks(component), "patch": asks(component, component)}
    start = time.perf_counter()
    found = read(paths, {"Big": big}).resources
    assert time.perf_counter() - start < 10
    assert ["/thing1s"] * 199 == [
        each.properties["thing1Id"].reference for key, each in found.items() if key != "/thing1s"
    ]


def test_names() -> None:
    """One thing has one name, in the singular and the plural."""
    assert "workitems" == plain("work_items") == plain("workItems") == plain("Work-Items")
    pairs = [
        ("pets", "pet"), ("companies", "company"), ("movies", "movie"), ("boxes", "box"),
        ("people", "person"),
        ("addresses", "address"), ("children", "child"), ("knives", "knife"), ("indices", "index"),
        ("invoices", "invoice"),
        ("statuses", "status"), ("analyses", "analysis"), ("archives", "archive"), ("workItems", "work_item"),
    ]  # fmt: skip
    assert all(alike(many, singulars(one)) and is_plural(many) for many, one in pairs)
    assert not any(is_plural(name) for name in ("status", "address", "pet", "as", ""))
    assert not alike("pet", singulars("petals"))


def test_schemas_of_one_meaning() -> None:
    """A reference is the same in both directions, alone, in a lone branch, or beside null."""
    view = View({"components": {"schemas": {"Pet": PET, "Alias": {"$ref": "#/components/schemas/Pet"}}}})
    reference = {"$ref": "#/components/schemas/Pet"}
    wrapped: list[Json] = [
        {"allOf": [reference]}, {"anyOf": [reference, {"type": "null"}]},
        {"$ref": "#/components/schemas/Alias"},
        {**reference, "description": "a pet"},
    ]  # fmt: skip
    assert {"#/components/schemas/Pet"} == {view.target(schema) for schema in (reference, *wrapped)}
    assert view.target({"allOf": [reference, {"required": ["id"]}]}) != view.target(reference)
    assert view.target(None) is None
