"""Each violation breaks one rule and nothing else; and each keyword can be broken."""

from typing import Any

import pytest

from openapi.document import Document
from openapi.explain import Problem
from openapi.form import split_query
from openapi.operation import Place
from openapi.parameter_violations import parameter_violations, schema_place
from openapi.parameters import compile_parameters
from openapi.resources import ABSENT
from openapi.schema import Schemas
from openapi.source import Source, look_up
from openapi.spots import placed
from openapi.violations import Violation, violations
from openapi.written import written_at

Schema = Any
AT = "#/components/schemas/It"


def made(schema: Schema, version: str = "3.1.0", **components: Schema) -> Document:
    schemas = {"It": schema, **components}
    return Document(Source("made", "", {"openapi": version, "components": {"schemas": schemas}}))


def broken(schema: Schema, valid: Any, version: str = "3.1.0", **components: Schema) -> list[Violation]:
    """Every violation; on the way it is asserted that each is one, and that its pointer names something."""
    document = made(schema, version, **components)
    schemas = Schemas(document, "request")
    judge = schemas.at(AT).is_valid
    assert judge(valid)
    found = list(violations(Place(AT, schemas.resolve(AT)), schemas, valid, judge, document))
    assert [] == [violation for violation in found if judge(violation.value)]
    assert [] == [v.pointer for v in found if look_up(document.data, v.pointer) is None]
    assert found == list(violations(Place(AT, schemas.resolve(AT)), schemas, valid, judge, document))
    return found


def values(schema: Schema, valid: Any, keyword: str, **components: Schema) -> list[Any]:
    """What breaks one keyword."""
    found = broken(schema, valid, **components)
    return [violation.value for violation in found if violation.keyword == keyword]


FACE = "\N{GRINNING FACE}"
ACCENT = "e\N{COMBINING ACUTE ACCENT}"

KEYWORDS: list[tuple[str, Schema, Any, list[Any]]] = [
    ("type", {"type": "string"}, "a", [["text"], 12345, None]),
    ("type", {"type": "integer"}, 4, ["abc", 4.5, "4", None]),
    ("type", {"type": "integer", "maximum": 4}, 4, ["abc", 3.5, "4", None]),
    ("type", {"type": "number"}, 4, ["abc", {"a": 1}, "4", None]),
    ("type", {"type": "boolean"}, True, ["abc", 2, "true", None]),
    ("type", {"type": "array"}, [], [{"unexpected": "object"}, "abc", None]),
    ("type", {"type": "array"}, [1, 2], [{"unexpected": "object"}, 1, None]),
    ("type", {"type": "object"}, {"a": 1}, ["abc", [{"a": 1}], None]),
    ("type", {"type": ["integer", "null"]}, 4, ["abc", 4.5, "4"]),
    ("type", {"type": ["integer", "string"]}, 4, [[1], 4.5, None]),
    ("enum", {"enum": ["a", "b"]}, "a", ["A"]),
    ("enum", {"enum": ["1", "1x"], "maxLength": 2}, "1", ["x"]),
    ("enum", {"enum": [1, 5]}, 1, [6]),
    ("enum", {"enum": [None, True]}, None, [False]),
    ("const", {"const": "a"}, "a", ["A"]),
    ("minLength", {"minLength": 1}, "a", [""]),
    ("minLength", {"minLength": 3}, "abcd", ["ab", FACE * 2]),
    ("minLength", {"minLength": 3, "pattern": "^[A-Z]+$"}, "ABC", ["AA"]),
    ("minLength", {"minLength": 3, "pattern": "^(?=[A-Z])[A-Z0-9]+$"}, "B10", ["AA"]),
    ("minLength", {"minLength": 8, "format": "email"}, "ab@example.com", ["ab@exam"]),
    ("maxLength", {"maxLength": 3}, "abc", ["abcc", "aa" + ACCENT]),
    ("maxLength", {"maxLength": 3, "pattern": "^[A-Z]+$"}, "ABC", ["AAAA"]),
    ("maxLength", {"maxLength": 3, "pattern": "^(?=[A-Z])[A-Z0-9]+$"}, "B10", ["AAAA"]),
    ("maxLength", {"maxLength": 21, "format": "date-time"}, "2019-08-24T14:15:22Z",
     ["2019-08-24T14:15:22.0Z"]),
    ("pattern", {"pattern": "^[a-z]{2}$"}, "ab", ["!!", "ab!"]),
    ("pattern", {"pattern": "b", "minLength": 2}, "ab", ["!!"]),
    ("format", {"format": "uuid"}, "6310db44-39c9-4e4d-8b67-83c45700e545",
     ["not-a-uuid", "6310db44-39c9-4e4d-8b67-83c45700e54g"]),
    ("format", {"format": "date-time"}, "2019-08-24T14:15:22Z", ["yesterday", "2019-02-30T14:15:22Z"]),
    ("format", {"format": "date"}, "2019-08-24", ["yesterday", "2019-02-30"]),
    ("format", {"format": "time"}, "14:15:22Z", ["noon", "25:15:22Z"]),
    ("format", {"format": "email"}, "a@example.com", ["no-at-sign.example.com", "two@@example.com"]),
    ("format", {"format": "ipv4"}, "192.0.2.1", ["localhost", "192.168.0.256"]),
    ("format", {"format": "ipv6"}, "::1", ["localhost", "2001:db8::g"]),
    ("format", {"format": "uri"}, "http://example.com", ["not a uri", "example.com/no-scheme"]),
    ("format", {"format": "uri", "pattern": "^https?:"}, "http://example.com", ["https://not a uri"]),
    ("format", {"format": "hostname"}, "example.com", ["not a host name!", "-a.example.com"]),
    ("minimum", {"type": "integer", "minimum": 5}, 7, [4]),
    ("minimum", {"type": "number", "minimum": 5}, 7, [4.99]),
    ("minimum", {"minimum": 4, "multipleOf": 3}, 6, [3]),
    ("minimum", {"type": "integer", "minimum": -(2**63)}, 0, [-(2**63) - 1]),
    ("maximum", {"type": "integer", "maximum": 5}, 3, [6]),
    ("maximum", {"type": "number", "maximum": 0.5}, 0.1, [0.51]),
    ("maximum", {"type": "number", "maximum": 1e30}, 1, [10**30 + 1]),
    ("exclusiveMinimum", {"exclusiveMinimum": 0}, 1, [0]),
    ("exclusiveMaximum", {"exclusiveMaximum": 9.5}, 1, [9.5]),
    ("multipleOf", {"type": "integer", "multipleOf": 5}, 10, [11]),
    ("multipleOf", {"multipleOf": 0.01}, 0.07, [0.075]),
    ("minItems", {"minItems": 2}, [1, 2, 3], [[1]]),
    ("maxItems", {"maxItems": 2}, [1], [[1, 1, 1]]),
    ("maxItems", {"maxItems": 1, "items": {"type": "string"}}, [], [["string", "string"]]),
    ("uniqueItems", {"uniqueItems": True, "maxItems": 2}, [1, 2], [[1, 1]]),
    ("uniqueItems", {"uniqueItems": True, "items": {"type": "boolean"}}, [], [[True, True]]),
    ("contains", {"contains": {"type": "integer"}, "minItems": 1}, [1], [[None]]),
    ("items", {"prefixItems": [{}], "items": False}, [1], [[1, "value"]]),
    ("required", {"required": ["a", "b"]}, {"a": 1, "b": 2}, [{"b": 2}, {"a": 1}]),
    ("additionalProperties", {"properties": {"a": {}}, "additionalProperties": False}, {"a": 1},
     [{"a": 1, "unexpectedProperty": "value"}]),
    ("unevaluatedProperties", {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False},
     {"a": 1}, [{"a": 1, "unexpectedProperty": "value"}]),
    ("minProperties", {"minProperties": 2, "required": ["b"]}, {"a": 1, "b": 2}, [{"b": 2}]),
    ("maxProperties", {"maxProperties": 2, "additionalProperties": {"type": "integer"}}, {"a": 1},
     [{"a": 1, "property1": 0, "property2": 0}]),
    ("maxProperties", {"maxProperties": 1, "properties": {"a": {"const": 1}, "b": {"const": 2}}}, {"a": 1},
     [{"a": 1, "b": 2}]),
    ("dependentRequired", {"dependentRequired": {"a": ["b"]}}, {"b": 2}, [{"a": "value"}]),
    ("propertyNames", {"propertyNames": {"pattern": "^[a-z]+$"}}, {"a": 1}, [{"a": 1, "not a name!": 1}]),
    ("not", {"not": {"type": "null"}}, 1, [None]),
    ("not", {"type": "string", "not": {"const": "admin"}}, "a", ["admin"]),
    ("not", {"not": {"required": ["a", "b"]}}, {"a": 1}, [{"a": None, "b": None}]),
    ("anyOf", {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1, "b": 2, "c": 3}, [{"c": 3}]),
    ("type", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, 1, [[1], 1.5, None]),
    ("oneOf", {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1}, [{}, {"a": 1, "b": None}]),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "schema", "valid", "expected"), KEYWORDS)
def test_each_keyword_is_broken(keyword: str, schema: Schema, valid: Any, expected: list[Any]) -> None:
    """The values that break it, the plain ones first."""
    found = values(schema, valid, keyword)
    assert expected == found
    assert [type(value) for value in expected] == [type(value) for value in found]


@pytest.mark.parametrize(
    "schema", [{}, {"description": "a"}, {"title": "a", "default": 1}, {"format": "unheard-of"}]
)
def test_nothing_is_broken_where_nothing_is_said(schema: Schema) -> None:
    """A schema that allows everything has no violation."""
    assert [] == broken(schema, "a")


def test_one_rule_is_broken_alone() -> None:
    """All other rules of the same string are kept, as the engine sees it."""
    schema = {"type": "string", "minLength": 3, "maxLength": 8, "pattern": "^[a-z]+(-[a-z]+)*$"}
    document = made(schema)
    validator = Schemas(document, "request").at(AT)
    found = broken(schema, "ab-cd")
    assert {"type", "minLength", "maxLength", "pattern"} == {violation.keyword for violation in found}
    for violation in found:
        problems: list[Problem] = list(validator.problems(violation.value, "it"))
        assert (True, 1) == (violation.alone, len(problems))


def test_rules_that_cannot_be_broken_alone_say_so() -> None:
    """Six capital letters are not one of two capital letters either."""
    schema = {"pattern": "^[A-Z]{2}$", "maxLength": 2}
    assert [("pattern", True), ("maxLength", False)] == [(v.keyword, v.alone) for v in broken(schema, "AB")]


def test_what_is_listed_has_no_length() -> None:
    """Where every value is written out, a length or a pattern beside them adds nothing."""
    found = broken({"enum": ["a", "b"], "maxLength": 1, "pattern": "^[a-z]$"}, "a")
    assert ["enum"] == [violation.keyword for violation in found]


NESTED: Schema = {
    "type": "object",
    "properties": {
        "owner": {"$ref": "#/components/schemas/Owner"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 1}},
        "pair": {"type": "array", "prefixItems": [{"minimum": 1}, {"maximum": 2}]},
        "more": {"type": "object", "additionalProperties": {"minimum": 3}},
    },
}
OWNER: Schema = {
    "allOf": [{"required": ["name"]}, {"properties": {"name": {"type": "string", "minLength": 1}}}]
}


def test_violations_come_from_every_depth() -> None:
    """Members, items, tuples and maps; what differs from the valid instance is at the path."""
    valid = {"owner": {"name": "a"}, "tags": ["a", "b"], "pair": [1, 2], "more": {"x": 3}}
    found = broken(NESTED, valid, Owner=OWNER)
    by_place = {(violation.keyword, violation.path): violation for violation in reversed(found)}
    assert {"name": ""} == by_place["minLength", ("owner", "name")].value["owner"]
    assert {} == by_place["required", ("owner", "name")].value["owner"]
    assert ["aa", "b"] == by_place["maxLength", ("tags", 0)].value["tags"]
    assert [1, 2.01] == by_place["maximum", ("pair", 1)].value["pair"]
    assert {"x": 2.99} == by_place["minimum", ("more", "x")].value["more"]
    inner = [violation for violation in found if violation.path]
    mended = [placed(each.value, each.path[:1], valid[str(each.path[0])]) for each in inner]
    assert [valid] * len(inner) == mended


def test_pointers_go_through_references() -> None:
    """A rule is where it is written, not where it is used."""
    found = broken(NESTED, {"owner": {"name": "a"}}, Owner=OWNER)
    (pointer,) = {v.pointer for v in found if v.keyword == "minLength"}
    assert "#/components/schemas/Owner/allOf/1/properties/name/minLength" == pointer


def test_members_that_are_not_there_are_broken_too() -> None:
    """An optional member is added, with a wrong value; and an item to an empty list."""
    found = broken(NESTED, {}, Owner=OWNER)
    by_place = {(violation.keyword, violation.path): violation.value for violation in found}
    assert {"owner": {"name": ""}} == by_place["minLength", ("owner", "name")]
    assert {"property1": 2.99, "property2": 3} == by_place["minimum", ("more", "property1")]["more"]
    assert ("maxLength", ("tags", 0)) in by_place


def test_branches() -> None:
    """Only the rules of the branch that the instance takes are broken, and no other branch may fit."""
    branches = [
        {"properties": {"kind": {"const": "a"}, "size": {"maximum": 2}}, "required": ["kind"]},
        {"properties": {"kind": {"const": "b"}, "size": {"minimum": 5}}, "required": ["kind"]},
    ]
    found = broken({"oneOf": branches}, {"kind": "b", "size": 5})
    pointers = {violation.pointer for violation in found if violation.path == ("size",)}
    assert {f"{AT}/oneOf/1/properties/size/minimum"} == pointers


def test_conditions() -> None:
    """`then` counts where `if` fits, and `else` elsewhere."""
    schema = {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}
    assert [{"a": 1}] == values(schema, {"a": 1, "b": 2}, "required")
    assert [{}] == values(schema, {"c": 1}, "required")


TREE: Schema = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        **{key: {"$ref": AT} for key in ("left", "right", "up", "down")},
        "children": {"type": "array", "items": {"$ref": AT}},
    },
}


def test_a_schema_inside_itself_ends() -> None:
    """Its rules are broken once, however deep the instance is."""
    valid = {"name": "a", "children": [{"name": "b", "children": [{"name": "c"}]}]}
    found = broken(TREE, valid)
    assert 1 == len([violation for violation in found if violation.keyword == "required"])
    assert max(len(violation.path) for violation in found) < 3


def test_deep_and_wide_schemas_are_cut() -> None:
    """At most 300 violations, none deeper than six steps."""
    deep: Schema = {"type": "string"}
    for _ in range(10):
        deep = {"type": "object", "properties": {"a": deep}}
    assert 6 == max(len(violation.path) for violation in broken(deep, {}))
    wide = {"properties": {f"p{number}": {"type": "string"} for number in range(200)}}
    assert 300 == len(broken(wide, {}))


def test_a_read_only_property_is_sent() -> None:
    """With a value of its own kind, so that only its being there is wrong."""
    schema = {"properties": {"id": {"type": "integer", "readOnly": True}, "name": {}}}
    (found,) = broken(schema, {"name": "a"})
    assert ("false", ("id",), {"name": "a", "id": 0}) == (found.keyword, found.path, found.value)
    assert f"{AT}/properties/id/readOnly" == found.pointer


@pytest.mark.parametrize(
    ("schema", "keyword", "pointer"),
    [
        ({"type": "integer", "format": "int32"}, "maximum", "/format"),
        ({"type": "integer", "format": "int32", "maximum": 9}, "maximum", "/maximum"),
        ({"type": "string", "format": "decimal"}, "pattern", "/format"),
        ({"allOf": [{"maximum": 2}], "nullable": True}, "maximum", "/allOf/0/maximum"),
        ({"maximum": 2, "exclusiveMaximum": True}, "exclusiveMaximum", "/exclusiveMaximum"),
    ],
)
def test_pointers_name_what_is_written(schema: Schema, keyword: str, pointer: str) -> None:
    """Even where the translation from 3.0 says it in other words."""
    valid = "1.00" if keyword == "pattern" else 1
    assert {AT + pointer} == {v.pointer for v in broken(schema, valid, "3.0.3") if v.keyword == keyword}


def test_null_is_fine_where_it_is_allowed() -> None:
    """`nullable` of 3.0, with and without other keywords."""
    for schema in ({"type": "string", "nullable": True}, {"allOf": [{"type": "string"}], "nullable": True}):
        assert [] == [violation for violation in broken(schema, "a", "3.0.3") if violation.value is None]


def test_a_null_makes_room_for_what_else_may_stand_there() -> None:
    """Of a nullable property that is null, the rules of its other type are broken."""
    schema = {"properties": {"a": {"type": ["string", "null"], "minLength": 4}}}
    assert {"a": "str"} == values(schema, {"a": None}, "minLength")[0]


def test_what_is_written_nowhere_is_what_is_around_it() -> None:
    """A pointer always names something."""
    assert "#/a" == written_at({"a": {"b": [1]}}, "#/a/x/y")
    assert "#/a/b/0" == written_at({"a": {"b": [1]}}, "#/a/b/0")
    assert "#/a/b" == written_at({"a": {"b": [1]}}, "#/a/b/7")


# ------------------------------------------------------------------------------------------- parameters


def misspelled(schema: Schema, valid: Any, where: str = "query", **more: Any) -> list[tuple[str, Any]]:
    """(keyword, text or pairs) of each violation; asserted on the way: a decoder refuses each."""
    written = {"name": "p", "in": where, "schema": schema, **more}
    if where == "path":
        written["required"] = True
    data = {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [written]}}}}
    document = Document(Source("made", "", data))
    schemas = Schemas(document, "request")
    (parameter,) = document.operations[0].parameters
    (decoder,) = compile_parameters([parameter], document, schemas)
    place = schema_place(parameter, schemas)
    judge = schemas.validator(place).is_valid if place else bool
    found = list(parameter_violations(parameter, schemas, valid, judge, document))
    for violation in found:
        text = "&".join("=".join(pair) for pair in violation.sent)
        query = split_query(text) if where == "query" else {}
        raw = query.get("p", []) if where == "query" else [part for _, part in violation.sent]
        problems: list[Problem] = []
        decoder.decode(raw, query, problems)
        assert problems, violation
    return [(v.keyword, v.sent[0][1] if len(v.sent) == 1 else list(v.sent)) for v in found]


INTEGER: Schema = {"type": "integer"}

SPELLED: dict[str, tuple[list[tuple[str, Any]], dict[str, Any]]] = {
    "an integer": (
        [("type", "abc"), ("type", "4.5"), ("type", "")], {"schema": INTEGER, "valid": 4},
    ),
    "a number": ([("type", "abc"), ("type", "")], {"schema": {"type": "number"}, "valid": 4}),
    "a boolean": (
        [("type", "abc"), ("type", "2"), ("type", "")], {"schema": {"type": "boolean"}, "valid": True},
    ),
    "a string": ([], {"schema": {"type": "string"}, "valid": "a"}),
    "a string that is not empty": ([("minLength", "")], {"schema": {"minLength": 1}, "valid": "a"}),
    "a string that is not empty, in a path": (
        [], {"schema": {"minLength": 1}, "valid": "a", "where": "path"},
    ),
    "an integer in a path": (
        [("type", "abc"), ("type", "4.5")], {"schema": INTEGER, "valid": 4, "where": "path"},
    ),
    "an integer that may be empty": (
        [("type", "abc"), ("type", "4.5")], {"schema": INTEGER, "valid": 4, "allowEmptyValue": True},
    ),
    "bounds": (
        [("type", "abc"), ("type", "4.5"), ("maximum", "6")],
        {"schema": {"type": "integer", "maximum": 5}, "valid": 4, "where": "path"},
    ),
    "an enum": ([("enum", "A")], {"schema": {"enum": ["a", "b"]}, "valid": "a"}),
    "a uuid in a path": (
        [("format", "not-a-uuid"), ("format", "6310db44-39c9-4e4d-8b67-83c45700e54g")],
        {"schema": {"type": "string", "format": "uuid"}, "valid": "6310db44-39c9-4e4d-8b67-83c45700e545",
         "where": "path"},
    ),
    "items": (
        [("minItems", ""), ("type", "abc,2"), ("type", "1.5,2")],
        {"schema": {"type": "array", "items": INTEGER, "minItems": 1}, "valid": [1, 2], "explode": False},
    ),
    "too many items": (
        [("maxItems", [("p", "a"), ("p", "a")])],
        {"schema": {"type": "array", "items": {"type": "string"}, "maxItems": 1}, "valid": ["a"]},
    ),
    "members": (
        [("additionalProperties", [("p%5Ba%5D", "1"), ("p%5BunexpectedProperty%5D", "value")]),
         ("type", "abc"), ("type", "1.5")],
        {"schema": {"type": "object", "properties": {"a": INTEGER}, "additionalProperties": False},
         "valid": {"a": 1}, "style": "deepObject", "explode": True},
    ),
    "missing": (
        [("required", []), ("maxLength", "aaa")],
        {"schema": {"maxLength": 2}, "valid": "a", "required": True, "where": "header"},
    ),
    "a header": ([("maxLength", "aaa")], {"schema": {"maxLength": 2}, "valid": "a", "where": "header"}),
    "a pattern in a cookie": (
        [("pattern", "%21"), ("pattern", "a%21")],
        {"schema": {"pattern": "^[a-z]$"}, "valid": "a", "where": "cookie"},
    ),
    "content": (
        [("type", "%22abc%22"), ("type", "4.5"), ("type", "%224%22"), ("type", "null")],
        {"schema": {}, "valid": 4, "content": {"application/json": {"schema": INTEGER}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "case"), SPELLED.values(), ids=SPELLED.keys())
def test_parameters_are_broken_as_far_as_text_can(
    expected: list[tuple[str, Any]], case: dict[str, Any]
) -> None:
    """What text cannot say does not come, nor what a router takes for something else."""
    if "content" in case:
        case = {**case, "schema": None}
    assert expected == misspelled(**case)


def test_a_parameter_that_is_missing() -> None:
    """Its value is ABSENT, and its rule is `required` of the parameter."""
    written = {"name": "p", "in": "query", "required": True}
    data = {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [written]}}}}
    document = Document(Source("made", "", data))
    (parameter,) = document.operations[0].parameters
    (found,) = parameter_violations(parameter, Schemas(document, "request"), "a", bool, document)
    assert ("#/paths/~1a/get/parameters/0/required", ABSENT, ()) == (found.pointer, found.value, found.sent)


def test_what_openapi_ignores_is_not_broken() -> None:
    """A parameter cannot describe Accept (Parameter Object, `name`)."""
    written = {"name": "Accept", "in": "header", "required": True, "schema": INTEGER}
    data = {"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [written]}}}}
    document = Document(Source("made", "", data))
    (parameter,) = document.operations[0].parameters
    assert [] == list(parameter_violations(parameter, Schemas(document, "request"), 1, bool, document))
