"""The resource model, read from the document alone. So far: who the tenant is."""

import re

from openapi.document import Document
from openapi.shape import shape
from openapi.source import look_up


def tenant_scheme(document: Document) -> str | None:
    """The security scheme whose value names the caller's organization, or None.

    It is the API key that has the name of a property of the component schemas, modulo case, punctuation and a
    leading `x-` (`x-org-id`, `orgId`): the document returns it in its records, so it is a name and no secret
    (facts: conformance.md section 3, tenant_field).
    """
    properties = _property_names(document)
    for name, scheme in document.security_schemes.items():
        key = str(scheme.get("name", "")) if scheme.get("type") == "apiKey" else ""
        if key and _plain(key.lower().removeprefix("x-")) in properties:
            return name
    return None


def _property_names(document: Document) -> set[str]:
    tree = document.schemas("response")
    schemas = look_up(tree, "#/components/schemas")
    found = schemas.values() if isinstance(schemas, dict) else ()
    return {_plain(name) for schema in found for name in shape(tree, schema).properties}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
