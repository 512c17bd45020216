"""The resource model, read from the document alone. So far: who the tenant is."""

import re

from openapi.document import Document
from openapi.shape import shape_of


def tenant_scheme(document: Document) -> str | None:
    """The security scheme whose value names the caller's organization, or None.

    It is the one whose header has the name of a property of the component schemas, modulo case, punctuation and a leading
    `x-` (`x-org-id`, `orgId`): the document returns it in its records, so it is a name and no secret
    (facts: conformance.md section 3, tenant_field).
    """
    properties = _property_names(document)
    for name, scheme in document.security_schemes.items():
        if (
            scheme.get("type") == "apiKey"
            and _plain(str(scheme.get("name")).lower().removeprefix("x-")) in properties
        ):
            return name
    return None


def _property_names(document: Document) -> set[str]:
    tree = document.schemas("response")
    names = (tree.get("components") or {}).get("schemas") or {}
    return {
        _plain(prop) for name in names for prop in shape_of(tree, f"#/components/schemas/{name}").properties
    }


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
