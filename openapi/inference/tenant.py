"""Who the tenant is."""

import re
from collections.abc import Iterator

from openapi.dialect import Schema
from openapi.document import Document
from openapi.inference.naming import plain
from openapi.inference.reading import Reading
from openapi.inference.view import View
from openapi.source import look_up

_SECRET = re.compile(r"key\Z|token|secret|passw|signature|session|credential|auth(?!or)")
"""Names of what proves who asks. A log-in may return it; it names nobody."""

_DEEPEST = 2
"""Envelopes that are looked into."""


def tenant_scheme(document: Document) -> str | None:
    """The security scheme whose value names the caller's organization, or None.

    It is the API key that has the name of a property of the component schemas, else of what answers hold,
    modulo case, punctuation and a leading `x-` (`x-org-id`, `orgId`): the document returns it in its records,
    so it is a name and no secret (facts: conformance.md section 3, tenant_field).
    """
    keys = {name: scheme for scheme in document.security_schemes if (name := tenant_name(document, scheme))}
    for found in (_component_names, _answered_names) if keys else ():
        names = found(document)
        if told := next((scheme for name, scheme in keys.items() if name in names), None):
            return told
    return None


def tenant_name(document: Document, scheme: str | None) -> str | None:
    """The plain name of the property that repeats an API key: `orgid` for `X-Org-Id`; None for a secret."""
    place = document.security_schemes.get(scheme) if scheme else None
    if place is None or place.get("type") != "apiKey":
        return None
    name = plain(str(place.get("name", "")).lower().removeprefix("x-"))
    return name if name and not _SECRET.search(name) else None


def _component_names(document: Document) -> set[str]:
    tree = document.schemas("response")
    schemas = look_up(tree, "#/components/schemas")
    found, view = schemas.values() if isinstance(schemas, dict) else (), View(tree)
    return {plain(name) for schema in found for name in view.members(schema).properties}


def _answered_names(document: Document) -> set[str]:
    """The names of the properties of all success bodies, and of what stands in them."""
    reading = Reading(document)
    bodies = [reading.answer(operation) for operation in document.operations]
    return {name for body in bodies for name in _names(reading.responses, body, 0)}


def _names(view: View, schema: Schema | None, depth: int) -> Iterator[str]:
    if view.is_array(schema):
        schema = view.items(schema)
    for name, part in view.members(schema).properties.items():
        yield plain(name)
        if depth < _DEEPEST and (view.is_object(part) or view.is_array(part)):
            yield from _names(view, part, depth + 1)
