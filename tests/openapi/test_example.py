"""A sample fits its schema, with and without chance, and without chance it is always the same."""

import json
import re
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from openapi.dialect import Schema
from openapi.example import sample
from openapi.pattern import matching
from openapi.text import text


def nothing(reference: str) -> Schema:
    raise AssertionError(f"nobody should ask for {reference}")


def made(schema: Schema, name: str = "", **components: Schema) -> Any:
    return sample(schema, components.__getitem__, name=name)


# As openapi-sampler 1.7.10 gives it.
LIKE_THE_SAMPLER: list[tuple[Schema, Any]] = [
    ({"type": "string"}, "string"),
    ({"type": "string", "minLength": 10}, "stringstri"),
    ({"type": "string", "maxLength": 3}, "str"),
    ({"type": "integer"}, 0),
    ({"type": "integer", "minimum": -5, "maximum": 5}, -5),
    ({"type": "integer", "exclusiveMinimum": 3}, 4),
    ({"type": "integer", "maximum": 10}, 10),
    ({"type": "number"}, 0),
    ({"type": "number", "format": "double"}, 0.1),
    ({"type": "number", "minimum": 0.5, "maximum": 0.7}, 0.5),
    ({"type": "boolean"}, True),
    ({"type": "null"}, None),
    ({}, None),
    (True, None),
    ({"type": ["string", "null"]}, "string"),
    ({"type": "array"}, []),
    ({"type": "array", "items": {"type": "string"}}, ["string"]),
    ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["string", "string"]),
    ({"type": "array", "items": {"type": "string"}, "maxItems": 0}, []),
    ({"prefixItems": [{"type": "string"}, {"type": "integer"}]}, ["string", 0]),
    ({"type": "object"}, {}),
    ({"type": "object", "additionalProperties": True}, {}),
    ({"additionalProperties": {"type": "integer"}}, {"property1": 0, "property2": 0}),
    ({"properties": {"a": {"minimum": 3}}}, {"a": 3}),
    ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 0),
    ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "string"),
    ({"properties": {"a": {}}, "oneOf": [{"properties": {"b": {}}}]}, {"a": None, "b": None}),
    (
        {
            "properties": {"c": {"type": "string"}},
            "allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {}}}],
        },
        {"c": "string", "a": "string", "b": None},
    ),
    (
        {"allOf": [{"example": {"a": "x"}, "properties": {"d": {}}}, {"properties": {"b": {}}}]},
        {"a": "x", "b": None},
    ),
    ({"type": "string", "format": "date-time"}, "2019-08-24T14:15:22Z"),
    ({"type": "string", "format": "date"}, "2019-08-24"),
    ({"type": "string", "format": "time"}, "14:15:22Z"),
    ({"type": "string", "format": "email"}, "user@example.com"),
    ({"type": "string", "format": "uri"}, "http://example.com"),
    ({"type": "string", "format": "hostname"}, "example.com"),
    ({"type": "string", "format": "ipv4"}, "192.168.0.1"),
    ({"type": "string", "format": "ipv6"}, "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
    ({"type": "string", "format": "password"}, "pa$$word"),
    ({"type": "string", "format": "not-known"}, "string"),
]

# Where the sampler's value would not fit, or would say less.
UNLIKE_THE_SAMPLER: list[tuple[Schema, Any]] = [
    ({"type": ["null", "string"]}, "string"),
    ({"type": "integer", "minimum": 3, "multipleOf": 5}, 5),
    ({"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1, "format": "int32"}, 0),
    ({"items": {"enum": ["a", "b"]}, "minItems": 2, "uniqueItems": True}, ["a", "b"]),
    ({"properties": {"a": False, "b": {"type": "string"}}}, {"b": "string"}),
    ({"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"}, "AA-000"),
    ({"type": "string", "maxLength": 0}, ""),
    ({"type": "string", "format": "byte"}, "c3RyaW5n"),
    ({"type": "string", "format": "decimal"}, "0.00"),
    ({"additionalProperties": {"type": "integer"}, "maxProperties": 1}, {"property1": 0}),
    ({"type": "string", "default": None}, "string"),
    ({"type": "string", "enum": ["a"], "example": "b"}, "a"),
    ({"type": "object", "required": ["a"], "default": {}}, {"a": None}),
    ({"enum": [None, "a"]}, "a"),
    ({"enum": [1, "a"], "type": "string"}, "a"),
    ({"oneOf": [False, {"type": "integer"}]}, 0),
    ({"type": "string", "anyOf": [{"type": "integer"}, {"minLength": 7}]}, "strings"),
    (
        {
            "properties": {"b": {}},
            "allOf": [{"properties": {"a": {}}, "additionalProperties": False}],
        },
        {"a": None},
    ),
]

FITTING: list[dict[str, Any]] = [
    *(schema for schema, _ in [*LIKE_THE_SAMPLER, *UNLIKE_THE_SAMPLER] if isinstance(schema, dict)),
    {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 0.7},
    {"type": "number", "multipleOf": 0.25, "minimum": 1.1},
    {"type": "integer", "multipleOf": 1.5, "minimum": 1},
    {"type": "string", "minLength": 40, "maxLength": 45},
    {"type": "string", "minLength": 2, "maxLength": 2},
    {"type": "string", "format": "uuid"},
    {"items": {"type": "integer"}, "minItems": 5, "uniqueItems": True},
    {"minProperties": 3, "properties": {"a": {"type": "string"}}, "required": ["z"]},
    {"maxProperties": 1, "properties": {"a": {}, "b": {}, "c": {}}, "required": ["c"]},
    {"allOf": [{"type": "number", "minimum": 3}, {"type": "integer", "maximum": 4}]},
    {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
    {"anyOf": [{"const": 1}, {"const": "x"}], "oneOf": [{"type": "string"}, {"type": "integer"}]},
]

LEAF_OR_PAIR: Schema = {
    "oneOf": [
        {
            "type": "object",
            "required": ["left", "right"],
            "properties": {"left": {"$ref": "tree"}, "right": {"$ref": "tree"}},
        },
        {"type": "integer"},
    ]
}


def shown(schema: Schema) -> str:
    return json.dumps(schema)[:60]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [*LIKE_THE_SAMPLER, *UNLIKE_THE_SAMPLER],
    ids=lambda part: str(part)[:60],
)
def test_without_chance_the_value_is_known(schema: Schema, expected: Any) -> None:
    """Each kind of schema has one value, and it does not change between calls."""
    first, second = (sample(schema, nothing) for _ in range(2))

    assert expected == first
    assert type(expected) is type(first)
    assert expected == second


@pytest.mark.parametrize("schema", FITTING, ids=shown)
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
@pytest.mark.parametrize("written", [True, False])
def test_the_value_fits(schema: dict[str, Any], seed: int | None, written: bool) -> None:
    """Whatever is chosen, a validator accepts it."""
    choose = Random(seed) if seed else None
    value = sample(schema, nothing, written=written, choose=choose)

    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value), value


@pytest.mark.parametrize("kind", ["date-time", "date", "email", "uri", "hostname", "ipv4", "ipv6"])
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_a_format_is_kept(kind: str, seed: int | None) -> None:
    """Texts with a format are texts of that format."""
    schema = {"type": "string", "format": kind}
    value = sample(schema, nothing, choose=Random(seed) if seed else None)

    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value), value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("id", "497f6eca-6276-4993-bfeb-53cbbbba6f08"),
        ("", "497f6eca-6276-4993-bfeb-53cbbbba6f08"),
        ("agentId", "bc309ecf-5f66-4057-93c5-6611cc9cb7b2"),
        ("jobId", "9d222c6d-893e-4e79-8201-3c9ca16a0f39"),
        ("a longer name with é and 😀", "4e35b467-647c-408a-bb9f-d22528b7fa81"),
    ],
)
def test_a_uuid_comes_from_the_property_name(name: str, expected: str) -> None:
    """The published samples show these uuids; the last one is the sampler's."""
    schema: Schema = {"type": "string", "format": "uuid"}

    assert expected == made(schema, name)
    if name:
        assert {name: expected} == made({"properties": {name: schema}})


def test_written_values_come_in_the_samplers_order() -> None:
    """`example` before `examples` before `enum` before `default`."""
    schema: dict[str, Any] = {"example": 1, "examples": [2], "enum": [3, 1, 2], "default": 4}
    found = []
    while schema:
        found.append(made(schema))
        del schema[next(iter(schema))]

    assert [1, 2, 3, 4] == found


def test_const_wins_over_everything_that_differs() -> None:
    """A written value that the schema itself rules out is not taken."""
    assert made({"const": 5, "default": 1}) == 5


def test_what_is_written_can_be_left_aside() -> None:
    """Without `written` only what the schema demands is kept: `enum` and `const`."""
    schema = {
        "properties": {
            "a": {"type": "string", "example": "x"},
            "b": {"type": "integer", "default": 7},
            "c": {"enum": ["only"]},
        }
    }

    assert {"a": "string", "b": 0, "c": "only"} == sample(schema, nothing, written=False)


def test_a_written_value_is_a_copy() -> None:
    """Who changes a sample does not change the document."""
    schema: dict[str, Any] = {"example": {"a": [1]}}
    made(schema)["a"].append(2)

    assert {"a": [1]} == schema["example"]


def test_a_reference_is_followed_with_its_siblings() -> None:
    """What stands beside a `$ref` holds as well."""
    schema: Schema = {"$ref": "text", "minLength": 8}

    assert made(schema, text={"type": "string"}) == "stringst"


def test_an_optional_repetition_is_left_out() -> None:
    """A schema inside itself ends at once: no property, no items, null."""
    node: Schema = {
        "required": ["value", "next"],
        "properties": {
            "value": {"type": "integer"},
            "next": {"anyOf": [{"$ref": "node"}, {"type": "null"}]},
            "parent": {"$ref": "node"},
            "children": {"type": "array", "items": {"$ref": "node"}},
            "by_name": {"type": "object", "additionalProperties": {"$ref": "node"}},
        },
    }
    expected: dict[str, Any] = {"value": 0, "next": None, "children": [], "by_name": {}}

    assert expected == made({"$ref": "node"}, node=node)


@pytest.mark.parametrize("seed", range(5))
def test_a_required_repetition_takes_the_way_out(seed: int) -> None:
    """Of the branches of a tree, the one that ends is taken."""
    value = sample({"$ref": "tree"}, {"tree": LEAF_OR_PAIR}.__getitem__, choose=Random(seed))

    assert isinstance(value, int)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "loop"},
        {"allOf": [{"$ref": "loop"}]},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"oneOf": [False]},
        False,
    ],
)
def test_where_nothing_fits_there_is_none(schema: Schema) -> None:
    """A schema that can never be met gives None, and gives it soon."""
    assert made(schema, loop={"allOf": [{"$ref": "loop"}]}) is None


def test_one_impossible_property_spoils_no_other() -> None:
    """A careless document still gets its objects, with null where nothing fits."""
    schema: Schema = {
        "required": ["a", "b"],
        "properties": {"a": {"type": "integer", "enum": ["1"]}, "b": {"type": "string"}},
    }
    expected = {"a": None, "b": "string"}

    assert expected == made(schema)


def test_many_schemas_that_name_each_other_come_to_an_end() -> None:
    """In a mesh of sixty schemas, optional properties stop somewhere and required ones do not."""
    mesh: dict[str, Schema] = {
        f"s{i}": {
            "required": ["id"],
            "properties": {
                "id": {"type": "integer"},
                **{f"p{j}": {"$ref": f"s{(i * 7 + j * 13) % 60}"} for j in range(25)},
            },
        }
        for i in range(60)
    }
    value = sample({"$ref": "s1"}, mesh.__getitem__)

    assert value["id"] == 0
    assert value["p1"]["id"] == 0
    assert len(json.dumps(value)) < 100_000


def test_the_same_seed_gives_the_same_value() -> None:
    """Chance is repeatable, and different seeds differ."""
    schema = {
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "at": {"type": "string", "format": "date-time"},
            "title": {"type": "string"},
            "size": {"type": "integer", "minimum": 1, "maximum": 1000},
        }
    }
    first, again, other = (sample(schema, nothing, choose=Random(seed)) for seed in (1, 1, 2))

    assert first == again
    assert not {*first.values()} & {*other.values()}


def test_chance_takes_every_member_of_an_enum() -> None:
    """A random sample is not stuck at the first member."""
    choose = Random(1)

    assert {"a", "b", "c"} == {sample({"enum": ["a", "b", "c"]}, nothing, choose=choose) for _ in range(50)}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^[A-Z]{3}-\d{4}$", "AAA-0000"),
        (r"^(foo|bar)x?$", "foo"),
        (r"^\+?[1-9]\d{1,14}$", "10"),
        (r"^[\w.\-]+@[a-z]+\.(?:com|org)$", "a@a.com"),
        (r"^(()|[a-z])$", ""),
        (r"^/v\d+/.*$", "/v0/"),
        (r"^(?=a)b", None),
        (r"^[^a]$", "b"),
        (r"^[^\x00-\x7F]$", "é"),
        (r"^/things/([a-f\d]{24}|([a-z0-9-_ ]|[^\\x00-\\x7F])+)$", "/things/" + "a" * 24),
        (r"^(?!test)[a-z]+\u002F\S$", "a/a"),
        (r"^(?P<year>\d{4})\_[[a]$", "0000_["),
        (r"^[\s\S]\D\W$", " a-"),
        (r"^(a)\1$", None),
        (r"^\p{L}+$", "a"),
        (r"^\p{Han}\P{L}$", "漢0"),
        ("(", None),
        ("[", None),
    ],
)
def test_simple_patterns_have_a_text(pattern: str, expected: str | None) -> None:
    """Literals, classes, groups, alternatives and repeats are understood; the rest is declined."""
    assert expected == matching(pattern, 0, 100)


@pytest.mark.parametrize("choose", [None, Random(1)])
@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        (r"^[a-f0-9]+$", 40),
        (r"^st-[^\s]+$", 26),
        (r"^arn:", 20),
        (r"[A-Z]", 24),
        (r"^(?=.*[A-Z])(?=.*\d)[a-zA-Z\d]+$", 9),
    ],
)
def test_a_pattern_is_kept_in_an_exact_length(pattern: str, size: int, choose: Random | None) -> None:
    """A repeat without an end fills what is lacking, and so does what a pattern leaves open."""
    found = matching(pattern, size, size, choose)

    assert found is not None
    assert re.search(pattern, found)
    assert len(found) == size


@pytest.mark.parametrize("seed", range(5))
def test_chance_keeps_to_the_pattern(seed: int) -> None:
    """A random text is matched by its pattern too, in the length asked for."""
    pattern = r"^(?:[a-f0-9]{2}:)+x[*/-]?$"
    found = matching(pattern, 12, 40, Random(seed))

    assert found is not None
    assert re.search(pattern, found)
    assert 12 <= len(found) <= 40


def test_a_text_that_fits_the_pattern_already_stays() -> None:
    """The usual text is replaced only where the pattern refuses it."""
    assert text({"pattern": "^[a-z]+$"}) == "string"
    assert text({"pattern": "(?=never)x"}) == "string"
