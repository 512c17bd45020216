"""Where openapi-core, the second judge, is known to differ from what the standards say, or from what we
read in them. A disagreement outside this table is a fault of ours."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass

from contract_tests.engines.complaints import BODILESS, Complaint
from contract_tests.engines.quarrel import Quarrel
from contract_tests.probing.refusals import ANY_SERVER
from openapi import codec
from openapi.codec import Json
from openapi.media import is_json

_NEW = {
    "const", "patternProperties", "propertyNames", "contains", "if", "prefixItems", "dependentRequired",
    "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "contentSchema",
}  # fmt: skip
"""Keywords of JSON Schema 2020-12 that OpenAPI 3.0 does not have."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A known limit. `explains`: whether it can be the reason of one complaint of either judge."""

    sentence: str
    explains: Callable[[Quarrel, Complaint], bool]


def limit_of(quarrel: Quarrel, complaints: list[Complaint]) -> str | None:
    """The name of the first limit among those that explain every complaint of the judge that has some; None
    where one complaint has no explanation."""
    names = [
        next((name for name, limit in LIMITS.items() if limit.explains(quarrel, each)), None)
        for each in complaints
    ]
    return names[0] if names and None not in names else None


def _loosely(quarrel: Quarrel, complaint: Complaint) -> bool:
    try:
        codec.decode(quarrel.answer.body)
    except codec.DecodeError:
        return complaint.kind == "body" and is_json(quarrel.answer.media_type)
    return False


def _repeated(quarrel: Quarrel, complaint: Complaint) -> bool:
    def note(pairs: list[tuple[str, Json]]) -> None:
        seen.append(len({name for name, _ in pairs}) < len(pairs))

    seen: list[bool] = []
    try:
        json.loads(quarrel.answer.body, object_pairs_hook=note)
    except (ValueError, RecursionError):
        return False
    return complaint.kind == "body" and any(seen)


def _no_body(quarrel: Quarrel, complaint: Complaint) -> bool:
    empty = quarrel.method == "HEAD" or quarrel.answer.status in BODILESS
    undeclared = quarrel.response is not None and not quarrel.response.content
    return complaint.kind in ("body", "media type") and (empty or undeclared)


def _is_whole(value: Json) -> bool:
    return isinstance(value, float) and math.isfinite(value) and value.is_integer()


def _int_bounds(quarrel: Quarrel, complaint: Complaint) -> bool:
    ranged = {"int32", "int64"} & {
        value for value in quarrel.keywords.get("format", ()) if isinstance(value, str)
    }
    big = any(isinstance(value, float) and abs(value) >= 2**31 for value in quarrel.values)
    return bool(ranged) and big and quarrel.blames(complaint, "minimum", "maximum", "format")


def _write_only(quarrel: Quarrel, complaint: Complaint) -> bool:
    hidden = True in quarrel.keywords.get("writeOnly", ())
    return hidden and quarrel.blames(complaint, "writeOnly", "required", "falseSchema", "properties")


def _spelling(quarrel: Quarrel, complaint: Complaint) -> bool:
    return complaint.kind == "status" and any(str(key)[1:] == "xx" for key in quarrel.keys)


def _ranges(quarrel: Quarrel, complaint: Complaint) -> bool:
    return (
        complaint.kind == "media type" and any("*" in name for name in quarrel.response.content)
        if quarrel.response
        else False
    )


LIMITS: dict[str, Limit] = {
    "no_body_is_looked_at": Limit(
        "It does not look at a body where none is declared, as under 204, and wants one of HEAD.", _no_body
    ),
    "json_is_read_loosely": Limit(
        "It takes NaN, Infinity, a byte order mark and lone surrogates, which are no JSON (RFC 8259).",
        _loosely,
    ),
    "repeated_keys_are_taken": Limit(
        "It takes an object with the same key twice, and so the last value.", _repeated
    ),
    "only_json_is_read": Limit(
        "It compares XML, CSV and the like with their schema as bytes or as another value.",
        lambda quarrel, complaint: complaint.kind == "body" and not is_json(quarrel.answer.media_type),
    ),
    "media_ranges_differ": Limit(
        "It takes application/*+json as a range, which it is not (RFC 9110).", _ranges
    ),
    "small_letters_are_no_range": Limit("It does not read 4xx as the range 4XX.", _spelling),
    "statuses_of_any_server": Limit(
        "It wants a document to declare 405, 413, 429 and 5xx, which any server may answer.",
        lambda quarrel, complaint: complaint.kind == "status" and quarrel.answer.status in ANY_SERVER,
    ),
    "headers_are_cast": Limit(
        "It casts the values of headers as Python does: 1_0 is an integer, nan a number, yes is true.",
        lambda _doubt, complaint: complaint.kind == "header",
    ),
    "integers_have_no_point": Limit(
        "In OpenAPI 3.0 it takes 1.0 for no integer; as JSON numbers 1.0 and 1 are the same.",
        lambda quarrel, complaint: (
            quarrel.old and any(map(_is_whole, quarrel.values)) and quarrel.blames(complaint, "type")
        ),
    ),
    "multiples_are_divided": Limit(
        "It finds multiples by dividing floats, so that 19.99 is no multiple of 0.01.",
        lambda quarrel, complaint: quarrel.blames(complaint, "multipleOf"),
    ),
    "null_wants_a_type": Limit(
        "In OpenAPI 3.0 it reads `nullable` beside `type` alone, and never together with `enum`.",
        lambda quarrel, complaint: (
            quarrel.old
            and "nullable" in quarrel.keywords
            and None in quarrel.values
            and complaint.kind == "body"
        ),
    ),
    "discriminators_judge": Limit(
        "It takes a discriminator for a rule; it is a hint, which the schemas beside it judge.",
        lambda quarrel, complaint: "discriminator" in quarrel.keywords and complaint.kind == "body",
    ),
    "formats_differ": Limit(
        "It does not know some formats (uri, hostname, decimal), and reads others in its own way.",
        lambda quarrel, complaint: (
            quarrel.blames(complaint, "format")
            or ("decimal" in quarrel.keywords.get("format", ()) and quarrel.blames(complaint, "pattern"))
        ),
    ),
    "patterns_are_python": Limit(
        "It reads patterns as Python's: $ fits before a line end, \\d and \\w fit letters beyond ASCII.",
        lambda quarrel, complaint: quarrel.blames(complaint, "pattern"),
    ),
    "int_formats_bound_integers_alone": Limit(
        "It does not apply int32 and int64 to numbers that are written with a point or an exponent.",
        _int_bounds,
    ),
    "write_only_is_not_read": Limit(
        "It hides writeOnly properties in OpenAPI 3.0 alone, and not where they stand behind a reference.",
        _write_only,
    ),
    "siblings_of_a_reference_are_lost": Limit(
        "It reads nothing beside a $ref at the root of a body's schema, as was right before OpenAPI 3.1.",
        lambda quarrel, complaint: not quarrel.old and quarrel.has_siblings and complaint.kind == "body",
    ),
    "twins_are_counted": Limit(
        "It counts branches of oneOf that say the same, so that nothing fits, which no server can help.",
        lambda quarrel, complaint: (
            quarrel.blames(complaint, "oneOf")
            and any(
                isinstance(each, list) and quarrel.twins(each) for each in quarrel.keywords.get("oneOf", ())
            )
        ),
    ),
    "old_documents_have_new_keywords": Limit(
        "In OpenAPI 3.0 it leaves out the keywords that came with 3.1; who writes them means them.",
        lambda quarrel, complaint: (
            quarrel.old and bool(quarrel.keywords.keys() & _NEW) and complaint.kind == "body"
        ),
    ),
}
"""By name. Each has a test that shows the disagreement."""
