"""Who the tenant is can be read from the document."""

from typing import Any

import pytest

from openapi.document import Document, load
from openapi.inference.tenant import tenant_scheme
from openapi.source import Source

Schemes = dict[str, dict[str, str]]


def tenant(schemes: Schemes, schemas: Any) -> str | None:
    components = {"securitySchemes": schemes, "schemas": schemas}
    return tenant_scheme(Document(Source("made", "", {"openapi": "3.1.0", "components": components})))


def key(name: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "header", "name": name}


RECORD: Any = {"properties": {"orgId": {}, "name": {}}}
FOUND: dict[str, tuple[Schemes, Any, str | None]] = {
    "by another spelling": ({"secret": key("x-api-key"), "org": key("X-Org-Id")}, {"R": RECORD}, "org"),
    "by the same": ({"org": key("orgId")}, {"R": RECORD}, "org"),
    "by a property of a branch": ({"org": key("org_id")}, {"R": {"allOf": [{"oneOf": [RECORD]}]}}, "org"),
    "by a property behind a reference": (
        {"org": key("org-id")},
        {"R": {"$ref": "#/components/x/a~1b"}, "a/b%20c": RECORD},
        "org",
    ),
    "not by a property of a property": ({"org": key("org-id")}, {"R": {"properties": {"a": RECORD}}}, None),
    "not by a secret that a log-in returns": (
        {"secret": key("x-api-key"), "token": key("X-Auth-Token")},
        {"R": {"properties": {"apiKey": {}, "authToken": {}}}}, None,
    ),
    "by an author": ({"who": key("X-Author")}, {"R": {"properties": {"author": {}}}}, "who"),
    "not by a secret": ({"secret": key("x-api-key")}, {"R": RECORD}, None),
    "not by another kind of scheme": (
        {"name": {"type": "http", "scheme": "bearer", "name": "name"}}, {"R": RECORD}, None,
    ),
    "not by a scheme without a name": (
        {"org": {"type": "apiKey"}}, {"R": {"properties": {"none": {}, "": {}}}}, None,
    ),
    "not without schemas": ({"org": key("x-org-id")}, None, None),
    "not without schemes": ({}, {"R": RECORD}, None),
    "not by what is no schema": (
        {"org": key("x-org-id")}, {"R": None, "S": True, "T": {"properties": 7}}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schemes", "schemas", "name"), FOUND.values(), ids=FOUND.keys())
def test_tenant_scheme(schemes: Schemes, schemas: Any, name: str | None) -> None:
    """The tenant is the API key that has the name of a property of the records."""
    assert name == tenant(schemes, schemas)


def test_schemas_that_are_no_components() -> None:
    """Where no component has the name, what answers hold counts, in envelopes too; what is asked does not."""
    pets = {"type": "object", "properties": {"pets": {"type": "array", "items": RECORD}}}
    body = {"content": {"application/json": {"schema": pets}}}
    answers: Any = {"responses": {"200": body}}
    asks: Any = {"requestBody": body, "responses": {}}
    for operation, name in ((answers, "org"), (asks, None)):
        data = {
            "openapi": "3.1.0",
            "paths": {"/pets": {"post": operation}},
            "components": {"securitySchemes": {"org": key("X-Org-Id")}},
        }
        assert name == tenant_scheme(Document(Source("made", "", data)))


def test_the_bundled_document() -> None:
    """In the contract that this kit carries, `x-org-id` names the organization."""
    document = load()
    name = tenant_scheme(document)
    assert name is not None
    assert "x-org-id" == document.security_schemes[name].get("name")
