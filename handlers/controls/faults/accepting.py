"""Input that the document does not allow, and that is taken all the same."""

from functools import partial
from typing import Any

from handlers.controls.faults.fault import Fault
from handlers.controls.faults.loosened import (
    Change,
    Roots,
    bodies,
    body_of,
    changes_anything,
    parameters,
    without,
)
from handlers.controls.faults.scene import CHANGES, Spot
from handlers.controls.faults.spoils import Arriving, Loosely
from handlers.exchange import Exchange
from openapi import codec, media
from openapi.document import Document
from openapi.inference import infer

_fault = partial(Fault, "input")

_BODY = "A body that breaks its schema is refused."
_PARAMETER = "A parameter that breaks its schema is refused."
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LENGTHS = ("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties")


def _loose(name: str, says: str, breaks: str, roots: Roots, change: Change) -> Fault:
    """A fault that does not look at some keywords; it shows where the document has them."""
    return _fault(
        name, says, breaks, Loosely(roots, change), lambda document: changes_anything(document, roots, change)
    )


def _updates(document: Document) -> list[str]:
    """The pointers of the bodies of the operations that change an item."""
    roles = infer(document).roles
    changing = (o for o in document.operations if o.id in roles and roles[o.id].kind in CHANGES)
    return [pointer for operation in changing for pointer in body_of(operation)]


def _all_but_type(schema: dict[str, Any]) -> None:
    """A parameter keeps its type, by which its text is read."""
    for keyword in schema.keys() - {"type", "items", "properties", "$ref"}:
        del schema[keyword]


def _optional_ones(schema: dict[str, Any]) -> None:
    """Everything fits an optional property."""
    if isinstance(schema.get("properties"), dict):
        required = schema.get("required") or ()
        schema["properties"] = {n: s if n in required else {} for n, s in schema["properties"].items()}


def _tells_a_malformed_path(document: Document) -> bool:
    """Whether a path that breaks its schema can be told from one that names nothing: both may be 404."""
    told = [o for o in document.operations if "{" in o.path and o.response(404) is None]
    return bool(told) and changes_anything(document, parameters("path"), _all_but_type)


def _further_ones(schema: dict[str, Any]) -> None:
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if schema.get(keyword) is False:
            del schema[keyword]


def _is_json(now: Exchange) -> bool:
    return media.is_json(media.essence(now.headers.get(b"content-type", b"").decode("latin-1")))


def _readable(_spot: Spot, now: Exchange, raw: bytes) -> bytes:
    """Malformed JSON as an empty object."""
    if raw and _is_json(now):
        try:
            codec.decode(raw)
        except codec.DecodeError:
            return b"{}"
    return raw


def _decodable(_spot: Spot, now: Exchange, raw: bytes) -> bytes:
    return raw.decode(errors="replace").encode() if _is_json(now) else raw


def _present(_spot: Spot, now: Exchange, raw: bytes) -> bytes:
    """No body as an empty object."""
    if not raw:
        now.headers[b"content-type"] = b"application/json"
    return raw or b"{}"


def _as_declared(spot: Spot, now: Exchange, raw: bytes) -> bytes:
    """Whatever is sent as the media type that the operation declares."""
    content = spot.operation.body.content if spot.operation.body else {}
    sent = media.essence(now.headers.get(b"content-type", b"").decode("latin-1"))
    if raw and content and media.match(sent, content) is None:
        now.headers[b"content-type"] = (media.preferred(content) or "").encode()
    return raw


FAULTS = (
    _loose("body_is_not_checked", "Any JSON is taken for a body.", _BODY, bodies, dict.clear),
    _loose("update_is_not_checked",
           "Any JSON is taken for the body of an update.", _BODY, _updates, dict.clear),
    _loose("required_is_not_checked",
           "A body may lack its required properties.", _BODY, bodies, without("required")),
    _loose("type_is_not_checked", "A value in a body may have any type.", _BODY, bodies, without("type")),
    _loose("enum_is_not_checked", "A value in a body may be no member of its enum.", _BODY, bodies,
           without("enum", "const")),
    _loose("format_is_not_checked",
           "A text in a body may have any format.", _BODY, bodies, without("format")),
    _loose("pattern_is_not_checked",
           "A text in a body may break its pattern.", _BODY, bodies, without("pattern")),
    _loose("length_is_not_checked", "A text or a list in a body may have any length.", _BODY, bodies,
           without(*_LENGTHS)),
    _loose("bounds_are_not_checked",
           "A number in a body may be of any size.", _BODY, bodies, without(*_BOUNDS)),
    _loose("optional_property_is_not_checked",
           "An optional property of a body may hold anything.", _BODY, bodies,
           _optional_ones),
    _loose("further_property_is_accepted",
           "A body may hold properties that its schema excludes.", _BODY, bodies,
           _further_ones),
    _fault("path_parameter_is_not_checked", "A parameter in the path may be any text.", _PARAMETER,
           Loosely(parameters("path"), _all_but_type), _tells_a_malformed_path),
    _loose("query_parameter_is_not_checked",
           "A parameter in the query may have any value of its type.", _PARAMETER,
           parameters("query"), _all_but_type),
    _loose("header_parameter_is_not_checked",
           "A header parameter may have any value of its type.", _PARAMETER,
           parameters("header"), _all_but_type),
    _fault("malformed_json_is_read_as_an_empty_object", "A body that is no JSON counts as {}.",
           "A body that is no JSON is refused.", Arriving(_readable)),
    _fault("undecodable_text_is_repaired", "Bytes of a body that are no UTF-8 are replaced.",
           "A body that is not UTF-8 is refused (RFC 8259 section 8.1).", Arriving(_decodable)),
    _fault("missing_body_is_read_as_an_empty_object", "No body counts as {}.",
           "A body that the document requires is there, or the request is refused.", Arriving(_present)),
    _fault("undeclared_media_type_is_read", "A body of any media type is read as the declared one.",
           "A body of a media type that the document does not declare is refused (RFC 9110 section 15.5.16).",
           Arriving(_as_declared)),
)  # fmt: skip
