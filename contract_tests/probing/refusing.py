"""Writes that have to be refused, as tempting as they can be: everything in them is right but for one
thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from contract_tests.probing.asking import Asking
from contract_tests.probing.bodies import Form
from contract_tests.probing.compare import same
from contract_tests.probing.inputs import schema_place
from contract_tests.probing.values import typed
from openapi import codec
from openapi.codec import Json
from openapi.media import match
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource
from openapi.spots import placed
from openapi.violations import Violation, violations

VIOLATION, MALFORMED, MEDIA_TYPE = (
    "one value that does not fit",
    "a body cut short",
    "an undeclared media type",
)

REFERENCE = "a reference to nothing"

KINDS = (VIOLATION, MALFORMED, MEDIA_TYPE)
"""What is wrong with a write, whatever it writes. `REFERENCE` takes a property that refers to another
record."""

_OTHERS = ("text/plain", "application/xml", "application/octet-stream")
_MOST_LOOKED_AT = 200
_TEMPTING = ("type", "enum", "maximum", "minimum", "maxLength", "minLength", "pattern", "format", "const")


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What to send in place of a valid body."""

    raw: bytes
    media_type: str
    says: str
    valid: bool = False
    """Whether the document allows it: that a reference leads nowhere, no schema says."""


def undeclared(operation: Operation) -> str | None:
    """A media type that an operation's body may not have, or None."""
    content = operation.body.content if operation.body else {}
    return next((name for name in _OTHERS if not match(name, content)), None)


def spoil(
    asking: Asking, operation: Operation, form: Form, body: Json, kind: str, keep: Mapping[str, Json]
) -> Spoiled | None:  # fmt: skip
    """A valid body, spoiled in one way; None where it cannot be.

    keep: properties of the item of which one at least stays in it as it is here.
    """
    raw, usual = codec.encode(body), form.media_type
    if kind == MALFORMED:
        return Spoiled(raw[:-1], usual, kind)
    if kind == MEDIA_TYPE:
        other = undeclared(operation)
        return Spoiled(raw, other, f"the media type {other}") if other else None
    found = _breach(asking, form, body, keep)
    return Spoiled(codec.encode(_last(form, found)), usual, found.says) if found else None


def reference_in(resource: Resource, role: str) -> str | None:
    """A property of the body of an operation that refers to another record, or None."""
    named = (each for each in resource.properties.values() if each.reference and each.role == "plain")
    found = (
        each.name for each in named if (each.create is not None if role == "create" else role in each.update)
    )
    return next(found, None)


def misdirect(asking: Asking, resource: Resource, role: str, form: Form, body: Json) -> Spoiled | None:
    """A valid body that refers to a record that does not exist; None where it cannot."""
    name, inner = reference_in(resource, role), form.envelope.find(body)
    if name is None or not isinstance(inner, dict):
        return None
    found = resource.properties[name]
    target = asking.contract.model.resources[found.reference or ""]
    schema = found.create if role == "create" else found.update[role]
    inner[name] = typed(asking.unused(target), schema, asking.contract)
    fits = form.validator.is_valid(body)
    return (
        Spoiled(codec.encode(body), form.media_type, f"{name} refers to nothing", valid=True)
        if fits
        else None
    )


def _breach(asking: Asking, form: Form, body: Json, keep: Mapping[str, Json]) -> Violation | None:
    """The most tempting way to break one rule of a body: one property is wrong, one of `keep` is not."""
    contract, depth = asking.contract, len(form.envelope.path)
    every = violations(
        schema_place(contract, form), contract.requests, body, form.validator.is_valid, contract.document
    )
    fitting = [each for each in islice(every, _MOST_LOOKED_AT) if _keeps(form, each, keep)]
    inside = [each for each in fitting if len(each.path) == depth + 1 and each.keyword in _TEMPTING]
    return min(inside or fitting, key=_rank, default=None)


def _rank(found: Violation) -> int:
    return _TEMPTING.index(found.keyword) if found.keyword in _TEMPTING else len(_TEMPTING)


def _keeps(form: Form, found: Violation, keep: Mapping[str, Json]) -> bool:
    inner = form.envelope.find(found.value)
    kept = (
        any(same(inner.get(name, ABSENT), value) for name, value in keep.items())
        if isinstance(inner, dict)
        else False
    )
    return kept or not keep


def _last(form: Form, found: Violation) -> Json:
    """The broken body, its broken property at the end: who carries out as he reads is caught."""
    inner, depth = form.envelope.find(found.value), len(form.envelope.path)
    if not isinstance(inner, dict) or len(found.path) <= depth or found.path[depth] not in inner:
        return found.value
    name = str(found.path[depth])
    ordered = {**{n: v for n, v in inner.items() if n != name}, name: inner[name]}
    return placed(found.value, form.envelope.path, ordered)


def marked_in(asking: Asking, resource: Resource, form: Form, body: Json) -> Mapping[str, Json]:
    """The one property of a new item that tells it from all others, where answers show it; {} where none
    does. It is put into the body where it is not there yet."""
    inner = form.envelope.find(body)
    shown = [
        name for name, each in resource.properties.items() if each.read is not None and each.role == "plain"
    ]
    known = inner if isinstance(inner, dict) else {}
    for name in shown:
        if isinstance(known.get(name), str) and asking.bodies.marker in known[name]:
            return {name: known[name]}
    for name in shown:
        before = known.get(name, ABSENT)
        if not isinstance(before, str) or resource.properties[name].reference:
            continue
        known[name] = asking.bodies.unique_text()
        if form.validator.is_valid(body):
            return {name: known[name]}
        known[name] = before
    return {}
