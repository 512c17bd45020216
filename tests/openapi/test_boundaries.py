"""Each boundary fits, stands at an edge of its schema, and has a name that stays the same."""

from time import process_time
from typing import Any

import pytest

from openapi.boundaries import Boundary, boundaries, placed
from openapi.document import Document
from openapi.operation import Place
from openapi.resources import ABSENT
from openapi.schema import Schemas
from openapi.source import Source, look_up
from openapi.violations import violations

Schema = Any
AT = "#/components/schemas/It"


def found(schema: Schema, valid: Any, version: str = "3.1.0", **components: Schema) -> list[Boundary]:
    """Every boundary; on the way it is asserted that each fits, and that its pointer names something."""
    data = {"openapi": version, "components": {"schemas": {"It": schema, **components}}}
    document = Document(Source("made", "", data))
    schemas = Schemas(document, "request")
    judge = schemas.at(AT).is_valid
    assert judge(valid)
    made = list(boundaries(Place(AT, schemas.resolve(AT)), schemas, valid, judge, document))
    assert [] == [each for each in made if not judge(placed(valid, each.path, each.value_here))]
    assert [] == [each.pointer for each in made if look_up(document.data, each.pointer) is None]
    assert made == list(boundaries(Place(AT, schemas.resolve(AT)), schemas, valid, judge, document))
    return made


def kinds(schema: Schema, valid: Any, version: str = "3.1.0", **components: Schema) -> dict[str, Any]:
    """Values by kind, those at the root alone."""
    made = found(schema, valid, version, **components)
    return {each.kind: each.value_here for each in made if not each.path}


FACE = "\N{GRINNING FACE}"
ACCENT = "e\N{COMBINING ACUTE ACCENT}"


def test_lengths_are_code_points() -> None:
    """The longest and the shortest text, in letters of one byte, of four, and with marks."""
    made = kinds({"type": "string", "minLength": 3, "maxLength": 5}, "abcd")
    assert ("abc", FACE * 3, ACCENT + "e") == tuple(
        made[f"shortest{letters}"] for letters in ("", "_unicode", "_combining")
    )
    assert ("abcdd", FACE * 5, ACCENT * 2 + "e") == tuple(
        made[f"longest{letters}"] for letters in ("", "_unicode", "_combining")
    )
    assert not {"empty", "long"} & made.keys()
    assert {5} == {len(made[kind]) for kind in ("unicode", "combining", "blanks", "quotes", "lines")}


def test_texts_without_bounds() -> None:
    """Empty, long, and of letters that get lost on the way."""
    made = kinds({"type": "string"}, "a")
    assert ("", 10_000) == (made["empty"], len(made["long"]))
    assert 10_000 == len(kinds({"type": "string", "maxLength": 10**9}, "a")["long"])
    assert "  blanks  " == made["blanks"]
    assert "\x00" in made["nul"]
    assert all(letter in made["quotes"] for letter in "\"'\\")
    assert all(letter in made["lines"] for letter in "\n\t")
    assert len(made["combining"]) > 3
    assert not made["unicode"].isascii()
    assert any(ord(letter) > 0xFFFF for letter in made["emoji"])


def test_a_pattern_keeps_letters_out() -> None:
    """Only what matches comes."""
    made = kinds({"type": "string", "pattern": "^[a-z]+$", "maxLength": 4}, "ab")
    assert {"longest", "pattern_shortest", "pattern_longest"} == made.keys()
    assert "aaaa" == made["longest"]


@pytest.mark.parametrize(
    ("pattern", "places"),
    [(r"^\d+(\.\d{1,2})?$", [0, 1, 2]), (r"^-?\d{1,9}\.\d{2,3}$", [2, 3]), (r"^\d+(?:\.\d{0,1})?$", [0, 1])],
)
def test_every_decimal_place_of_a_pattern(pattern: str, places: list[int]) -> None:
    """With as many digits behind the point as the pattern allows, and no zeros in front."""
    made = kinds({"type": "string", "pattern": pattern}, "1.00" if places[0] else "1")
    assert [f"decimals_{count}" for count in places] == [kind for kind in made if kind.startswith("decimals")]
    assert places == [len(made[f"decimals_{count}"].partition(".")[2]) for count in places]


def test_alternatives_of_a_pattern_are_not_made_up() -> None:
    """A crontab that matches is not one that is meant."""
    cron = r"^(\*|([0-9]|[1-5][0-9])) (\*|([0-9]|1[0-9]))$"
    assert {} == kinds({"type": "string", "pattern": cron}, "* *")


FORMATS: dict[str, tuple[str, set[str]]] = {
    "date-time": ("2019-08-24T14:15:22Z", {"offset", "milliseconds", "nanoseconds", "lower", "leap_day"}),
    "date": ("2019-08-24", {"leap_day", "old", "far"}),
    "time": ("14:15:22Z", {"offset", "microseconds", "midnight"}),
    "uuid": ("6310db44-39c9-4e4d-8b67-83c45700e545", {"upper", "nil", "version_7"}),
    "email": ("a@example.com", {"plus", "upper", "hyphens", "quoted"}),
    "ipv4": ("192.0.2.1", {"zero", "highest"}),
    "ipv6": ("::2", {"short", "mapped", "upper"}),
    "uri": ("http://example.com", {"every_part", "urn", "upper"}),
    "hostname": ("example.com", {"label", "punycode", "digits"}),
    "duration": ("P3D", {"every_part", "weeks", "nothing"}),
    "byte": ("c3RyaW5n", {"padding", "signs"}),
}


@pytest.mark.parametrize(("name", "case"), FORMATS.items())
def test_formats_have_unusual_spellings(name: str, case: tuple[str, set[str]]) -> None:
    """Each is valid; and no other text comes, not even where nobody checks the format."""
    valid, expected = case
    made = kinds({"type": "string", "format": name}, valid)
    assert {f"format_{kind}" for kind in expected} <= made.keys()
    assert [] == [kind for kind in made if not kind.startswith("format_")]


def test_an_unknown_format_is_left_alone() -> None:
    """Nobody knows what fits."""
    assert {} == kinds({"type": "string", "format": "phone"}, "1")
    assert "empty" in kinds({"type": "string", "format": "password"}, "1")


NUMBERS: list[tuple[Schema, Any, dict[str, Any]]] = [
    ({"type": "integer", "minimum": 2, "maximum": 9}, 4, {"minimum": 2, "maximum": 9}),
    ({"type": "integer", "exclusiveMinimum": 2, "exclusiveMaximum": 9}, 4, {"minimum": 3, "maximum": 8}),
    ({"type": "integer", "minimum": 2, "maximum": 9, "multipleOf": 4}, 4, {"minimum": 4, "maximum": 8}),
    ({"type": "integer", "exclusiveMinimum": 4, "multipleOf": 4, "maximum": 9}, 8, {"minimum": 8}),
    ({"type": "integer", "format": "int32"}, 4, {"minimum": -(2**31), "maximum": 2**31 - 1, "zero": 0}),
    ({"type": "integer", "format": "int64"}, 4, {"integer_2_31": 2**31, "integer_2_53": 2**53 + 1}),
    ({"type": "number", "minimum": 0.5, "maximum": 2}, 1, {"minimum": 0.5, "maximum": 2}),
    ({"type": "number", "exclusiveMinimum": 0}, 1, {"minimum": 0.01}),
    ({"type": "number", "multipleOf": 0.01}, 1, {"decimals_1": 1.1, "decimals_2": 1.07}),
    ({"type": "number"}, 3, {"zero": 0, "negative": -1, "decimals_1": 3.1, "decimals_3": 3.125}),
]


@pytest.mark.parametrize(("schema", "valid", "expected"), NUMBERS)
def test_numbers_at_the_edges(schema: Schema, valid: Any, expected: dict[str, Any]) -> None:
    """The bounds, or the nearest numbers inside them."""
    made = kinds(schema, valid)
    assert expected == {kind: made.get(kind) for kind in expected}


def test_integers_without_bounds() -> None:
    """As big as they come, exactly."""
    made = kinds({"type": "integer"}, 3)
    assert (2**31, 2**53 + 1, 2**63, 10**30) == tuple(
        made[f"integer_{size}"] for size in ("2_31", "2_53", "2_63", "10_30")
    )
    assert isinstance(made["integer_with_point"], float)


def test_no_number_comes_where_its_kind_is_none() -> None:
    """Bounded integers are not big."""
    made = kinds({"type": "integer", "minimum": 1, "maximum": 9}, 4)
    assert {"minimum", "maximum", "integer_with_point"} == made.keys()
    assert not [kind for kind in kinds({"multipleOf": 1, "type": "number"}, 4) if kind.startswith("decimals")]


def test_enums_and_booleans() -> None:
    """Each member once."""
    made = found({"enum": ["a", "b", None]}, "a")
    assert [("null", None), ("enum_member", "a"), ("enum_member", "b")] == [
        (m.kind, m.value_here) for m in made
    ]
    assert {"true": True, "false": False} == kinds({"type": "boolean"}, True)


@pytest.mark.parametrize(
    ("schema", "version"),
    [
        ({"type": ["integer", "null"]}, "3.1.0"),
        ({"type": "string", "nullable": True}, "3.0.3"),
        ({"allOf": [{"type": "integer"}], "nullable": True}, "3.0.3"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "3.1.0"),
    ],
)
def test_null_where_it_is_allowed(schema: Schema, version: str) -> None:
    """However it is written."""
    valid = "a" if schema.get("type") == "string" else 1
    assert None is kinds(schema, valid, version)["null"]


def test_null_where_nobody_said_so() -> None:
    """What allows null only because it has no type comes under another name."""
    assert "null" not in kinds({"type": "integer"}, 1)
    assert {"null"} < kinds({"minLength": 1}, "a").keys() ^ {"null", "anything_null"}
    assert "anything_null" in kinds({"description": "anything"}, 1)


def test_lists_at_the_edges() -> None:
    """As few and as many items as allowed; different ones where they have to be."""
    made = kinds({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}, [1, 2])
    assert ([1], [1, 2, 1], [1, 1]) == (made["fewest"], made["most"], made["duplicates"])
    unique = kinds({"type": "array", "uniqueItems": True, "maxItems": 3, "items": {"type": "integer"}}, [1])
    assert [] == unique["empty"]
    assert 3 == len(set(unique["most"]))
    assert "duplicates" not in unique


def test_objects_at_the_edges() -> None:
    """Empty, with what is required alone, and with as many members as allowed."""
    made = kinds({"type": "object", "required": ["a"], "properties": {"a": {}, "b": {}}}, {"a": 1, "b": 2})
    assert {"required_only": {"a": 1}} == made
    counted = kinds(
        {"minProperties": 1, "maxProperties": 3, "properties": {"a": {}, "b": {}}}, {"a": 1, "b": 2}
    )
    assert (1, 3) == (len(counted["fewest_properties"]), len(counted["most_properties"]))


def test_free_objects() -> None:
    """What may hold anything holds nested objects, nulls, and members with strange names."""
    made = kinds({"type": "object"}, {"a": 1})
    assert {} == made["empty"]
    assert {"nested", "null_inside", "unusual_names"} < made.keys()
    maps = kinds({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 7})
    assert {7} == set(maps["unusual_names"].values())
    assert "null_inside" not in maps


def test_every_form_of_a_choice() -> None:
    """A value for each branch of `oneOf`."""
    forms = [{"type": "string", "enum": ["a"]}, {"type": "object", "required": ["b"]}]
    made = kinds({"oneOf": forms}, "a")
    assert {"b": None} == made["form_1"]


def test_values_are_at_their_paths() -> None:
    """Members, members that the instance lacks, items; and nothing inside of what it lacks."""
    schema = {
        "type": "object",
        "properties": {
            "name": {"$ref": "#/components/schemas/Name"},
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 2}},
            "owner": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    }
    made = found(schema, {"tags": ["a"]}, Name={"type": "string", "maxLength": 9})
    longest = {each.path: each for each in made if each.kind == "longest"}
    assert {("name",): 9, ("tags", 0): 2} == {path: len(each.value_here) for path, each in longest.items()}
    assert "#/components/schemas/Name/maxLength" == longest["name",].pointer
    assert {(), ("name",), ("tags",), ("owner",), ("tags", 0)} == {each.path for each in made}


def test_no_value_comes_twice_at_one_place() -> None:
    """The lowest number allowed may be zero: then it is the minimum alone."""
    made = kinds({"type": "integer", "minimum": 0, "maximum": 0}, 0)
    assert "minimum" in made
    assert not {"maximum", "zero"} & made.keys()


PLACED: list[tuple[Any, tuple[str | int, ...], Any, Any]] = [
    ({"a": 1}, (), 2, 2),
    ({"a": 1, "b": 2}, ("a",), 3, {"a": 3, "b": 2}),
    ({"a": 1}, ("b",), None, {"a": 1, "b": None}),
    ({"a": 1, "b": 2}, ("a",), ABSENT, {"b": 2}),
    ({"a": [1, {"b": 2}]}, ("a", 1, "b"), 3, {"a": [1, {"b": 3}]}),
    ([1], (1,), 2, [1, 2]),
    ([1, 2], (0,), ABSENT, [2]),
]


@pytest.mark.parametrize(("instance", "path", "value", "expected"), PLACED)
def test_placing(instance: Any, path: tuple[str | int, ...], value: Any, expected: Any) -> None:
    """One place is another, and what was given stays as it was."""
    before = repr(instance)
    assert expected == placed(instance, path, value)
    assert before == repr(instance)


@pytest.mark.parametrize("path", [("a", "b"), ("x", "y"), ("a", 0)])
def test_placing_where_nothing_is(path: tuple[str | int, ...]) -> None:
    """Only the last step may lead to something new."""
    with pytest.raises(LookupError):
        placed({"a": 1}, path, 2)


def test_an_ordinary_schema_takes_no_time() -> None:
    """Ten properties: all violations and all boundaries in less than 20 ms each, and room to breathe."""
    properties: Schema = {f"text{number}": {"type": "string", "maxLength": 100} for number in range(5)}
    properties |= {f"number{number}": {"type": "integer", "minimum": 0} for number in range(3)}
    properties |= {"id": {"type": "string", "format": "uuid"}, "price": {"pattern": r"^\d+(\.\d{1,2})?$"}}
    data = {
        "openapi": "3.1.0",
        "components": {"schemas": {"It": {"type": "object", "properties": properties}}},
    }
    document = Document(Source("made", "", data))
    schemas = Schemas(document, "request")
    judge = schemas.at(AT).is_valid
    place = Place(AT, schemas.resolve(AT))
    for maker in (violations, boundaries):
        list(maker(place, schemas, {}, judge, document))
        start = process_time()
        assert len(list(maker(place, schemas, {}, judge, document))) > 30
        assert process_time() - start < 0.1
