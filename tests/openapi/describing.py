"""Small documents for the tests of the resource model, written in few words."""

from typing import Any

from openapi.document import Document
from openapi.inference import infer
from openapi.resources import Model, Resource
from openapi.source import Source

Json = Any
TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "integer"}
MOMENT: Json = {"type": "string", "format": "date-time"}
PET: Json = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
PETS: Json = {"type": "array", "items": PET}


def thing(required: str = "", **properties: Json) -> Json:
    """An object schema; `required`: names, apart by blanks."""
    return {"type": "object", "properties": properties, "required": required.split()}


def several(items: Json) -> Json:
    """An array schema."""
    return {"type": "array", "items": items}


def content(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def asks(
    answer: Json = None, body: Json = None, status: str = "200", headers: str = "", **more: Json
) -> Json:
    """An operation: the schemas of its success and of its request body, and names of response headers."""
    response = {"description": "", "headers": {name: {"schema": TEXT} for name in headers.split()}}
    made = {"responses": {status: response | (content(answer) if answer is not None else {})}}
    return made | ({"requestBody": content(body)} if body is not None else {}) | more


def query(name: str, schema: Json = None, **more: Json) -> Json:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": NUMBER if schema is None else schema, **more}


def header(name: str) -> Json:
    """A header parameter."""
    return {"name": name, "in": "header", "schema": TEXT}


def read(paths: Json, schemas: Json = None, version: str = "3.1.0", **more: Json) -> Model:
    """The model of a document with these paths, whose path parameters are text where nothing else is said."""
    for path, item in paths.items():
        item.setdefault("parameters", [_path_parameter(piece) for piece in path.split("{")[1:]])
    components = {"schemas": schemas or {}, **more}
    return infer(Document(Source("made", "", {"openapi": version, "paths": paths, "components": components})))


def pets(
    listed: Json = None, one: Json = None, created: Json = None, body: Json = None, **more: Json
) -> Resource:
    """The resource of a document with `/pets` and `/pets/{petId}`."""
    paths = {
        "/pets": {
            "get": asks(PETS if listed is None else listed),
            "post": asks(one if created is None else created, body or thing(name=TEXT), "201"),
        },
        "/pets/{petId}": {"get": asks(PET if one is None else one), **more},
    }
    return read(paths).resources["/pets"]


def _path_parameter(piece: str) -> Json:
    return {"name": piece.partition("}")[0], "in": "path", "required": True, "schema": TEXT}
