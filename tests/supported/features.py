"""What documents have besides schemas: small documents, what to ask of each, and what comes back."""

from dataclasses import dataclass
from typing import Any

from tests.handlers.generic.api import answer, content
from tests.supported.keywords import ALL, NEW, TEXT, Schema

ANY: Any = object()
WHOLE: Schema = {"type": "integer"}
REFUSED = {"400": {"description": ""}}


@dataclass(frozen=True)
class Ask:
    """A request, the status of its answer, and the body, where that matters."""

    method: str
    target: str
    status: int = 200
    json: Any = ANY
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = ANY


@dataclass(frozen=True)
class Feature:
    """`more`: what the document has besides its paths."""

    paths: dict[str, Any]
    asks: tuple[Ask, ...]
    versions: tuple[str, ...] = ALL
    more: Any = None


def get(**more: Any) -> dict[str, Any]:
    """An operation that answers a text, or as told."""
    return {"responses": {"200": answer(TEXT), **REFUSED}, **more}


def query(name: str, schema: Schema, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


NUMBERS: Schema = {"type": "array", "items": WHOLE}
FLAT: Schema = {"type": "object", "properties": {"n": WHOLE}, "required": ["n"]}
FORM = {"application/x-www-form-urlencoded": {"schema": {**FLAT, "additionalProperties": False}}}
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "basic": {"type": "http", "scheme": "basic"},
    "id": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/id"},
    "login": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}},
}
DEVICE = {
    "type": "oauth2",
    "flows": {
        "deviceAuthorization": {"deviceAuthorizationUrl": "/device", "tokenUrl": "/token", "scopes": {}}
    },
}
HOT = {"hot": {"method": "POST", "summary": "", "body": "hot"}}
HOOK = {"post": {"requestBody": content({"const": "hot"}), "responses": {"204": {"description": ""}}}}

FEATURES: dict[str, Feature] = {
    "path item `$ref`": Feature(
        {"/a": {"$ref": "#/paths/~1b"}, "/b": {"get": get()}}, (Ask("GET", "/a"), Ask("POST", "/a", 405))
    ),
    "`components.pathItems`": Feature(
        {"/a": {"$ref": "#/components/pathItems/A"}}, (Ask("GET", "/a"),), NEW,
        {"components": {"pathItems": {"A": {"get": get()}}}},
    ),
    "`components.mediaTypes`": Feature(
        {"/a": {"get": {"responses": {
            "200": {"description": "", "content": {"application/json": {"$ref": "#/components/mediaTypes/A"}}}
        }}}},
        (Ask("GET", "/a", 200, "b"),), ("3.2",), {"components": {"mediaTypes": {"A": {"example": "b"}}}},
    ),
    "several servers, server variables": Feature(
        {"/a": {"get": get()}}, (Ask("GET", "/v2/a"), Ask("GET", "/v3/a"), Ask("GET", "/v4/a", 404)), ALL,
        {"servers": [
            {"url": "https://x.example/{v}", "variables": {"v": {"default": "v2", "enum": ["v2", "v4"]}}},
            {"url": "/v3"},
        ]},
    ),
    "every `style` and `explode`": Feature(
        {"/a": {"get": get(parameters=[
            query("l", NUMBERS, style="pipeDelimited", explode=False), query("d", FLAT, style="deepObject"),
        ])}},
        (Ask("GET", "/a?l=1|2&d[n]=3"), Ask("GET", "/a?l=x", 400), Ask("GET", "/a?d[n]=x", 400)),
    ),
    "`content`": Feature(
        {"/a": {"get": get(parameters=[{"name": "c", "in": "query", **content(FLAT)}])}},
        (Ask("GET", "/a?c=%7B%22n%22%3A1%7D"), Ask("GET", "/a?c=%7B%7D", 400)),
    ),
    "`allowReserved`": Feature(
        {"/a": {"get": get(parameters=[query("p", {"pattern": "^/b:c\\?$"}, allowReserved=True)])}},
        (Ask("GET", "/a?p=/b:c?"), Ask("GET", "/a?p=%2Fb%3Ac%3F"), Ask("GET", "/a?p=x", 400)),
    ),
    "`in: querystring`": Feature(
        {"/a": {"get": get(parameters=[
            {"name": "q", "in": "querystring", "required": True, "content": FORM},
        ])}},
        (Ask("GET", "/a?n=1"), *(Ask("GET", f"/a{wrong}", 400) for wrong in ("", "?n=x", "?n=1&m=2"))),
        ("3.2",),
    ),
    "`style: cookie`": Feature(
        {"/a": {"get": get(parameters=[
            {"name": "c", "in": "cookie", "style": "cookie", "schema": {"enum": ["a%20b"]}},
        ])}},
        (
            Ask("GET", "/a", headers=(("cookie", "c=a%20b"),)),
            Ask("GET", "/a", 400, headers=(("cookie", "c=a b"),)),
        ),
        ("3.2",),
    ),
    "`query` operations": Feature(
        {"/a": {"query": get(requestBody={"required": True, **content(FLAT)})}},
        (Ask("QUERY", "/a", body={"n": 1}), Ask("QUERY", "/a", 400, body={}), Ask("GET", "/a", 405)),
        ("3.2",),
    ),
    "`additionalOperations`": Feature(
        {"/a": {"additionalOperations": {"PURGE": get()}}}, (Ask("PURGE", "/a"), Ask("GET", "/a", 405)),
        ("3.2",),
    ),
    "`example`, `examples`": Feature(
        {
            "/a": {"get": get(responses={"200": answer() | content(TEXT, example="b")})},
            "/c": {"get": get(responses={"200": answer() | content(TEXT, examples={"x": {"value": "d"}})})},
        },
        (Ask("GET", "/a", 200, "b"), Ask("GET", "/c", 200, "d")),
    ),
    "`dataValue`, `serializedValue`": Feature(
        {
            "/a": {"get": get(responses={
                "200": answer() | content(TEXT, examples={"x": {"dataValue": "b", "serializedValue": "c"}})
            })},
            "/c": {"get": get(responses={
                "200": answer() | content(FLAT, examples={"x": {"serializedValue": '{"n":1}'}})
            })},
        },
        (Ask("GET", "/a", 200, "b"), Ask("GET", "/c", 200, {"n": 1})), ("3.2",),
    ),
    "`itemSchema`": Feature(
        {"/a": {"get": get(responses={
            "200": {"description": "", "content": {"application/jsonl": {"itemSchema": {"type": "object"}}}}
        })}},
        (Ask("GET", "/a"),), ("3.2",),
    ),
    "webhooks": Feature(
        {},
        (Ask("GET", "/_mock/webhooks", 200, HOT, (("host", "127.0.0.1"),)),), NEW,
        {"webhooks": {"hot": HOOK}},
    ),
    "callbacks": Feature(
        {"/a": {"post": get(
            requestBody=content({"type": "object"}), callbacks={"c": {"{$request.body#/url}": HOOK}}
        )}},
        (Ask("POST", "/a", body={}),),
    ),
    "API keys, HTTP, OAuth 2, OpenID Connect": Feature(
        {f"/{name}": {"get": get(security=[{name: []}])} for name in SCHEMES},
        (
            *(Ask("GET", f"/{name}", 401) for name in SCHEMES),
            Ask("GET", "/key", headers=(("x-key", "demo-key-123"),)),
            *(Ask("GET", f"/{name}", headers=(("authorization", "Bearer demo-key-123"),))
              for name in ("id", "login")),
        ),
        ALL, {"components": {"securitySchemes": SCHEMES}},
    ),
    "`deviceAuthorization`": Feature(
        {"/a": {"get": get(security=[{"login": []}])}},
        (
            Ask("GET", "/a", 401), Ask("GET", "/a", headers=(("authorization", "Bearer demo-key-123"),)),
        ),
        ("3.2",), {"components": {"securitySchemes": {"login": DEVICE}}},
    ),
    "`$self`": Feature(
        {"/a": {"get": get(responses={"200": answer({"$ref": "https://example.com/a#/components/schemas/B"})})}},
        (Ask("GET", "/a", 200, "b"),), ("3.2",),
        {"$self": "https://example.com/a", "components": {"schemas": {"B": {"const": "b"}}}},
    ),
}  # fmt: skip
