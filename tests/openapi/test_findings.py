"""What a person is told of a document that is served."""

from typing import Any

from openapi.document import Document
from openapi.findings import is_large, look_at_patterns, look_through, unhonoured
from openapi.kinds import members
from openapi.later import Later
from openapi.regex import matches
from openapi.source import Source, parse

TEXT = """\
openapi: 3.1.0
jsonSchemaDialect: https://example.com
paths:
  /a:
    servers: []
    get:
      x-note: 1
      responses:
        '200':
          content:
            application/json:
              schema:
                additionalItems: false
                nullable: true
                $schema: https://json-schema.org/draft/2020-12/schema
                properties:
                  default: {additionalItems: b, $schema: 'http://json-schema.org/draft-07/schema#'}
                  example: {type: file}
                default: {additionalItems: c}
"""


def test_keywords_that_are_not_honoured() -> None:
    """Each with its kind, how often, and the first place; names of properties and data are no keywords."""
    found = {
        (each.keyword, each.kind): (each.pointer, each.times)
        for each in unhonoured(Document(parse("d.yaml", TEXT.encode())))
    }
    schema = "#/paths/~1a/get/responses/200/content/application~1json/schema"
    assert {
        ("jsonSchemaDialect", "document"): ("#/jsonSchemaDialect", 1),
        ("servers", "pathItem"): ("#/paths/~1a/servers", 1),
        ("additionalItems", "schema"): (f"{schema}/additionalItems", 2),
        ("nullable", "schema"): (f"{schema}/nullable", 1),
        ("$schema", "schema"): (f"{schema}/properties/default/$schema", 1),
    } == found


def test_what_stands_beside_a_reference_in_3_0() -> None:
    """It is ignored there; what is only said to people needs no mention."""
    beside = {"$ref": "#/a", "nullable": True, "description": "b", "maxLength": 2}
    schemas = {"A": beside, "B": {"nullable": True, "properties": {"c": beside}}}
    document = Document(Source("made", "", {"openapi": "3.0.3", "components": {"schemas": schemas}}))
    found = {each.keyword: (each.pointer, each.times) for each in unhonoured(document)}
    at = "#/components/schemas/A"
    assert {
        "nullable beside $ref": (f"{at}/nullable", 2), "maxLength beside $ref": (f"{at}/maxLength", 2),
    } == found  # fmt: skip


def test_a_pattern_without_a_text_is_a_finding() -> None:
    """Each once, where it stands first."""
    schemas = {"A": {"pattern": "(?=a)b"}, "B": {"pattern": "^[^a]$"}, "C": {"pattern": "(?=a)b"}}
    document = Document(Source("made", "", {"openapi": "3.1.0", "components": {"schemas": schemas}}))
    look_at_patterns(document)
    (told,) = document.findings()
    assert "#/components/schemas/A/pattern" == told.pointer
    assert told.message.startswith('"(?=a)b": no text was found that it matches')


def test_looking_through_finds_all() -> None:
    """Schemas, too, and each once; the line is the file's."""
    document = Document(parse("d.yaml", TEXT.encode()))
    assert 0 == document.wrong
    look_through(document)
    assert [("d.yaml", 18)] == [(told.name, told.line) for told in document.findings()]
    assert not is_large(document)


def test_many_operations_make_a_large_document() -> None:
    """So do many bytes."""
    paths: dict[str, Any] = {f"/a{number}": {"get": {}} for number in range(501)}
    assert is_large(Document(Source("made", "", {"openapi": "3.1.0", "paths": paths})))
    assert is_large(Document(Source("made", " " * 3_000_000, {"openapi": "3.1.0"})))


def test_callbacks_hold_path_items() -> None:
    """Under whatever expression."""
    inner = list(members("callback", {"{$request.body#/url}": {"post": {}}}))
    assert [("{$request.body#/url}", {"post": {}}, "pathItem")] == inner


def test_values_are_made_later_and_once() -> None:
    """However they are asked for; a copy is plain."""
    made: list[int] = []

    def make(value: int) -> int:
        made.append(value)
        return value * 10

    later = Later({"a": 1, "b": 2, "c": 3}, make)
    assert [] == made
    assert (10, 20, None, [1, 2]) == (later["a"], later.get("b"), later.get("x"), made)
    assert {"a": 10, "b": 20, "c": 30} == {**later} == dict(later.items()) == later
    assert [1, 2, 3] == made


def test_patterns_of_documents() -> None:
    """What is no pattern matches nothing; one that takes too long neither."""
    assert matches(r"^\d+$", "123")
    assert not matches("(", "(")
    assert not matches(r"^(a|a)*\1?$", "a" * 60 + "!")
