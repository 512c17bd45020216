"""The grammar of OpenAPI documents: which objects there are, and what their members hold.

A member holds an object of a kind (`schema`), a map of them (`{schema}`), or a list (`[schema]`). What is
named but holds nothing of the kind is `None`; a member without a name here is unknown.
"""

from collections.abc import Iterator
from typing import Any

SECTIONS = {
    "schema": "schemas", "response": "responses", "parameter": "parameters", "example": "examples",
    "requestBody": "requestBodies", "header": "headers", "securityScheme": "securitySchemes", "link": "links",
    "callback": "callbacks", "pathItem": "pathItems", "mediaType": "mediaTypes",
}  # fmt: skip
"""Where in `components` the objects of a kind stand."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The fields of a Path Item Object that are operations; `query` came with OpenAPI 3.2."""


def _plain(names: str) -> dict[str, str | None]:
    return dict.fromkeys(names.split())


_ABOUT = _plain("summary description externalDocs deprecated example")
_VALUE = {"schema": "schema", "content": "{mediaType}", "examples": "{example}"} | _ABOUT
_SCHEMA_ONE = (
    "items additionalProperties not contains propertyNames if then else unevaluatedItems"
    " unevaluatedProperties contentSchema"
)
_SCHEMA_NAMED = "properties patternProperties $defs definitions dependentSchemas"
_SCHEMA_PLAIN = (
    "title description default example examples deprecated readOnly writeOnly externalDocs xml discriminator"
    " type enum const format nullable multipleOf maximum minimum exclusiveMaximum exclusiveMinimum maxLength"
    " minLength pattern maxItems minItems uniqueItems maxProperties minProperties required maxContains"
    " minContains dependentRequired contentEncoding contentMediaType $ref $comment"
    " $id $anchor $dynamicAnchor $dynamicRef $schema"
)

KINDS: dict[str, dict[str, str | None]] = {
    "document": {
        **_plain("openapi $self info servers security tags externalDocs jsonSchemaDialect"),
        "paths": "{pathItem}", "webhooks": "{pathItem}", "components": "components",
    },
    "components": {section: f"{{{kind}}}" for kind, section in SECTIONS.items()},
    "pathItem": {
        **_plain("$ref summary description"), "parameters": "[parameter]",
        **dict.fromkeys(METHODS, "operation"), "additionalOperations": "{operation}",
    },
    "operation": {
        **_ABOUT, **_plain("tags operationId security"), "parameters": "[parameter]",
        "requestBody": "requestBody", "responses": "{response}", "callbacks": "{callback}",
    },
    "parameter": {**_VALUE, **_plain("$ref name in required allowEmptyValue style explode allowReserved")},
    "header": {**_VALUE, **_plain("$ref required style explode")},
    "requestBody": {**_plain("$ref description required"), "content": "{mediaType}"},
    "response": {
        **_plain("$ref summary description"), "headers": "{header}", "content": "{mediaType}",
        "links": "{link}",
    },
    "mediaType": {
        **_plain("$ref description example"), "schema": "schema", "itemSchema": "schema",
        "examples": "{example}", "encoding": "{encoding}",
    },
    "encoding": {**_plain("contentType style explode allowReserved"), "headers": "{header}"},
    "schema": {
        **dict.fromkeys(_SCHEMA_ONE.split(), "schema"),
        **dict.fromkeys(_SCHEMA_NAMED.split(), "{schema}"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
        **_plain(_SCHEMA_PLAIN),
    },
    "example": _plain("$ref summary description value dataValue serializedValue"),
    "link": _plain("$ref operationRef operationId parameters requestBody description server"),
    "securityScheme": _plain(
        "$ref type description name in scheme bearerFormat flows openIdConnectUrl oauth2MetadataUrl"
        " deprecated"
    ),
}  # fmt: skip
"""The members of each kind of object that are honoured here."""


def members(kind: str, value: Any) -> Iterator[tuple[str | int, Any, str | None]]:
    """(key, value, kind) of what an object, a map or a list holds; the kind is None for plain data."""
    if kind == "callback":
        kind = "{pathItem}"
    if kind.startswith("[") and isinstance(value, list):
        yield from ((index, item, kind[1:-1]) for index, item in enumerate(value))
    elif isinstance(value, dict):
        inner = kind[1:-1] if kind.startswith("{") else None
        known = KINDS.get(kind, {})
        for key, item in value.items():
            named = inner and not (key.startswith("x-") and inner == "pathItem")
            yield key, item, inner if named else None if inner else known.get(key)


def unknown(kind: str, value: Any) -> list[str]:
    """The members of an object that nothing here honours; extensions (`x-`) are nobody's promise."""
    known = KINDS.get(kind)
    if known is None or not isinstance(value, dict):
        return []
    return [key for key in value if key not in known and not key.startswith("x-")]
