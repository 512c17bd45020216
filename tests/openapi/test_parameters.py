"""Parameters are read as OpenAPI's table of styles has them, and nothing is guessed."""

from collections.abc import Callable
from typing import Any

import pytest

from openapi.document import Document
from openapi.explain import Problem
from openapi.form import Undecodable, percent_decode, split_query
from openapi.media import FORM
from openapi.parameters import Decoder, compile_parameters, known_query_names
from openapi.schema import Schemas
from openapi.source import Source
from openapi.style import ABSENT

Schema = Any

ARRAY: Schema = {"type": "array", "items": {"type": "string"}}
OBJECT: Schema = {"type": "object", "properties": {name: {"type": "integer"} for name in "RGB"}}
STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}


def compiled(*parameters: dict[str, Any], **more: Any) -> tuple[tuple[Decoder, ...], Callable[[str], bool]]:
    """The decoders of an operation with these parameters, and which query names it knows."""
    paths = {"/a": {"get": {"parameters": list(parameters)}}}
    document = Document(Source("made", "", {"openapi": "3.1.0", "paths": paths, **more}))
    (operation,) = document.operations
    schemas = Schemas(document, "request")
    return (
        compile_parameters(operation.parameters, document, schemas),
        known_query_names(operation.parameters, schemas),
    )


def decoded(parameter: dict[str, Any], sent: str | None, *others: dict[str, Any]) -> tuple[Any, list[str]]:
    """(value, problems) of a parameter for a query, or for the text of a path segment, header or cookie."""
    decoders, _ = compiled({"name": "color", "in": "query", **parameter}, *others)
    pairs = split_query(sent or "") if decoders[0].location == "query" else {}
    raw = pairs.get("color", []) if decoders[0].location == "query" else [] if sent is None else [sent]
    problems: list[Problem] = []
    value = decoders[0].decode(raw, pairs, problems)
    return value, [str(problem) for problem in problems]


BLUES = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}

# OpenAPI 3.1.1, Parameter Object, "Style Examples"; the empty column is that of an empty string.
STYLES: dict[str, tuple[str, bool, str, Schema, Any]] = {
    "matrix, empty": ("matrix", False, ";color", STRING, ""),
    "matrix, string": ("matrix", False, ";color=blue", STRING, "blue"),
    "matrix, array": ("matrix", False, ";color=blue,black,brown", ARRAY, BLUES),
    "matrix, object": ("matrix", False, ";color=R,100,G,200,B,150", OBJECT, RGB),
    "matrix exploded, empty": ("matrix", True, ";color", STRING, ""),
    "matrix exploded, string": ("matrix", True, ";color=blue", STRING, "blue"),
    "matrix exploded, array": ("matrix", True, ";color=blue;color=black;color=brown", ARRAY, BLUES),
    "matrix exploded, object": ("matrix", True, ";R=100;G=200;B=150", OBJECT, RGB),
    "label, empty": ("label", False, ".", STRING, ""),
    "label, string": ("label", False, ".blue", STRING, "blue"),
    "label, array": ("label", False, ".blue,black,brown", ARRAY, BLUES),
    "label, object": ("label", False, ".R,100,G,200,B,150", OBJECT, RGB),
    "label exploded, empty": ("label", True, ".", STRING, ""),
    "label exploded, string": ("label", True, ".blue", STRING, "blue"),
    "label exploded, array": ("label", True, ".blue.black.brown", ARRAY, BLUES),
    "label exploded, object": ("label", True, ".R=100.G=200.B=150", OBJECT, RGB),
    "simple, empty": ("simple", False, "", STRING, ""),
    "simple, string": ("simple", False, "blue", STRING, "blue"),
    "simple, array": ("simple", False, "blue,black,brown", ARRAY, BLUES),
    "simple, object": ("simple", False, "R,100,G,200,B,150", OBJECT, RGB),
    "simple exploded, empty": ("simple", True, "", STRING, ""),
    "simple exploded, string": ("simple", True, "blue", STRING, "blue"),
    "simple exploded, array": ("simple", True, "blue,black,brown", ARRAY, BLUES),
    "simple exploded, object": ("simple", True, "R=100,G=200,B=150", OBJECT, RGB),
    "form, empty": ("form", False, "color=", STRING, ""),
    "form, string": ("form", False, "color=blue", STRING, "blue"),
    "form, array": ("form", False, "color=blue,black,brown", ARRAY, BLUES),
    "form, object": ("form", False, "color=R,100,G,200,B,150", OBJECT, RGB),
    "form exploded, empty": ("form", True, "color=", STRING, ""),
    "form exploded, string": ("form", True, "color=blue", STRING, "blue"),
    "form exploded, array": ("form", True, "color=blue&color=black&color=brown", ARRAY, BLUES),
    "form exploded, object": ("form", True, "R=100&G=200&B=150", OBJECT, RGB),
    "spaceDelimited, array": ("spaceDelimited", False, "color=blue%20black%20brown", ARRAY, BLUES),
    "spaceDelimited, object": ("spaceDelimited", False, "color=R%20100%20G%20200%20B%20150", OBJECT, RGB),
    "pipeDelimited, array": ("pipeDelimited", False, "color=blue%7Cblack%7Cbrown", ARRAY, BLUES),
    "pipeDelimited, object": ("pipeDelimited", False, "color=R%7C100%7CG%7C200%7CB%7C150", OBJECT, RGB),
    "deepObject, object": (
        "deepObject", True, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150", OBJECT, RGB,
    ),
}  # fmt: skip
PATH_STYLES = ("matrix", "label", "simple")


@pytest.mark.parametrize(("style", "explode", "sent", "schema", "value"), STYLES.values(), ids=STYLES.keys())
def test_style_examples(style: str, explode: bool, sent: str, schema: Schema, value: Any) -> None:
    """Every cell of the table that is defined is read back to the value that it stands for."""
    where = "path" if style in PATH_STYLES else "query"
    parameter = {"in": where, "style": style, "explode": explode, "schema": schema}
    assert (value, []) == decoded(parameter, sent)


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize("name", [name for name in STYLES if name.startswith("simple,")])
def test_simple_style_in_headers(name: str, explode: bool) -> None:
    """Headers are written in the simple style."""
    _, _, sent, schema, value = STYLES[name.replace("simple", "simple exploded") if explode else name]
    assert (value, []) == decoded({"in": "header", "explode": explode, "schema": schema}, sent)


@pytest.mark.parametrize("style", ["form", "cookie"])
def test_styles_of_cookies(style: str) -> None:
    """A cookie holds a scalar, a list, or the flat form of an object."""
    parameter = {"in": "cookie", "style": style, "explode": False}
    assert (5, []) == decoded({**parameter, "schema": INTEGER}, "5")
    assert (BLUES, []) == decoded({**parameter, "schema": ARRAY}, "blue,black,brown")
    assert (RGB, []) == decoded({**parameter, "schema": OBJECT}, "R,100,G,200,B,150")


def query(schema: Schema, **more: Any) -> dict[str, Any]:
    return {"schema": schema, **more}


def flat(schema: Schema) -> dict[str, Any]:
    return query(schema, explode=False)


def deep(schema: Schema) -> dict[str, Any]:
    return query(schema, style="deepObject", explode=True)


NUMBERS: Schema = {"type": "array", "items": {"type": "integer"}}
ANY: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
CLOSED: Schema = {**OBJECT, "additionalProperties": False}
EITHER: Schema = {"oneOf": [{"type": "integer", "maximum": 10}, {"type": "string", "pattern": "^[0-9]+$"}]}
TEXT_OR_LIST: Schema = {"anyOf": [STRING, ARRAY]}
INTEGER_OR_RANGE: Schema = {"anyOf": [INTEGER, {"type": "object", "properties": {"gt": INTEGER}}]}
LISTS: Schema = {"type": "object", "properties": {"ids": NUMBERS}}

READ: dict[str, tuple[dict[str, Any], str, Any]] = {
    "nothing": (query(INTEGER), "", ABSENT),
    "a default": (query({**INTEGER, "default": 7}), "", 7),
    "a default of null": (query({"type": ["integer", "null"], "default": None}), "", None),
    "an empty part": (query(INTEGER), "&color=1&", 1),
    "an encoded name": (query(INTEGER), "col%6Fr=1", 1),
    "a plus as a space": (query(STRING), "color=a+b%2Bc", "a b+c"),
    "unencoded UTF-8": (query(STRING), "color=é".encode().decode("latin-1"), "é"),
    "an equal sign in a value": (query(STRING), "color=a=b", "a=b"),
    "a name without an equal sign": (query(STRING), "color", ""),
    "a whole number": (query({"type": "number"}), "color=5", 5),
    "a number": (query({"type": "number"}), "color=-1.5e3", -1500.0),
    "minus zero": (query(INTEGER), "color=-0", 0),
    "an integer above 64 bits": (query(INTEGER), "color=" + "9" * 30, int("9" * 30)),
    "a boolean": (query({"type": "boolean"}), "color=true", True),
    "digits for a string": (query(STRING), "color=007", "007"),
    "digits for a string by its pattern": (query({"pattern": "^[0-9]+$"}), "color=7", "7"),
    "digits for a string by its enum": (query({"enum": ["1", "2"]}), "color=1", "1"),
    "integer or string: an integer": (query(EITHER), "color=7", 7),
    "integer or string: a string that looks like one": (query(EITHER), "color=12", "12"),
    "anything": (query({}), "color=a", "a"),
    "anything, repeated": (query({}), "color=a&color=b", ["a", "b"]),
    "no schema": ({}, "color=a", "a"),
    "commas inside items": (flat(ARRAY), "color=a%2Cb,c", ["a,b", "c"]),
    "commas inside exploded items": (query(ARRAY), "color=a,b&color=c", ["a,b", "c"]),
    "pipes around commas": (query(ARRAY, style="pipeDelimited", explode=False), "color=a,b|c", ["a,b", "c"]),
    "an empty list": (flat(ARRAY), "color=", []),
    "an empty list with pipes": (query(ARRAY, style="pipeDelimited", explode=False), "color=", []),
    "one empty item": (query(ARRAY), "color=", [""]),
    "repeated, though delimited": (
        query(ARRAY, style="pipeDelimited", explode=True), "color=a&color=b", ["a", "b"],
    ),
    "text or list: one": (query(TEXT_OR_LIST), "color=a", "a"),
    "text or list: two": (query(TEXT_OR_LIST), "color=a&color=b", ["a", "b"]),
    "a list in brackets": (deep(ARRAY), "color[]=a&color[1]=b&colors[]=c", ["a", "b"]),
    "no list in brackets": (deep(ARRAY), "", ABSENT),
    "no object": (deep(OBJECT), "R=1", ABSENT),
    "an empty object": (flat(OBJECT), "color=", {}),
    "members that nobody declared": (deep(ANY), "color[a]=1&color[b]=true", {"a": "1", "b": "true"}),
    "a member that is a list": (deep(LISTS), "color[ids]=1&color[ids]=2", {"ids": [1, 2]}),
    "a spread member that is a list": (query(LISTS), "ids=1&ids=2", {"ids": [1, 2]}),
    "a member with an encoded name": (deep(ANY), "color[%2561]=x", {"%61": "x"}),
    "integer or range: integer": (deep(INTEGER_OR_RANGE), "color=5", 5),
    "integer or range: range": (deep(INTEGER_OR_RANGE), "color[gt]=5", {"gt": 5}),
    "integer or range: neither": (deep(INTEGER_OR_RANGE), "", ABSENT),
    "only declared members are taken": (query(OBJECT), "R=1&other=x", {"R": 1}),
    "all members are taken": (query(ANY), "a=1&other=x", {"a": "1", "other": "x"}),
    "empty, where that is allowed": (query(INTEGER, allowEmptyValue=True), "color=", ""),
}  # fmt: skip


@pytest.mark.parametrize(("parameter", "sent", "value"), READ.values(), ids=READ.keys())
def test_queries(parameter: dict[str, Any], sent: str, value: Any) -> None:
    """What the schema admits is read as the value that it means."""
    found, problems = decoded(parameter, sent)
    assert (type(value), value, []) == (type(found), found, problems)


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "missing": (query(INTEGER, required=True), "", "query.color: required, but missing"),
    "a leading zero": (query(INTEGER), "color=007", 'query.color: expected an integer, got "007"'),
    "a plus sign": (query(INTEGER), "color=%2B5", 'query.color: expected an integer, got "+5"'),
    "a fraction of zero": (query(INTEGER), "color=5.0", 'query.color: expected an integer, got "5.0"'),
    "digits of another script": (
        query(INTEGER), "color=%D9%A5", 'query.color: expected an integer, got "\u0665"',
    ),
    "NaN": (query({"type": "number"}), "color=NaN", 'query.color: expected a number, got "NaN"'),
    "beyond all floats": (
        query({"type": "number"}), "color=1e400", 'query.color: expected a number, got "1e400"',
    ),
    "a boolean in capitals": (
        query({"type": "boolean"}), "color=True", 'query.color: expected true or false, got "True"',
    ),
    "a scalar twice": (query(INTEGER), "color=1&color=2", "query.color: expected one value, got 2"),
    "a scalar twice, though the same": (
        query(INTEGER), "color=1&color=1", "query.color: expected one value, got 2",
    ),
    "a bad percent sign": (
        query(STRING), "color=100%", "query.color: a percent sign without two hexadecimal digits",
    ),
    "no UTF-8": (query(STRING), "color=%FF", "query.color: bytes that are not UTF-8"),
    "an encoded surrogate": (query(STRING), "color=%ED%A0%80", "query.color: bytes that are not UTF-8"),
    "unencoded Latin-1": (query(STRING), "color=é", "query.color: bytes that are not UTF-8"),
    "out of bounds": (
        query({**INTEGER, "maximum": 9}), "color=10", "query.color: expected at most 9, got 10",
    ),
    "an item of another type": (flat(NUMBERS), "color=1,x", 'query.color[1]: expected an integer, got "x"'),
    "a list twice": (flat(ARRAY), "color=a&color=b", "query.color: expected one value, got 2"),
    "half a pair": (
        flat(OBJECT), "color=R,1,G", "query.color: expected pairs of name and value, got 3 parts",
    ),
    "a member twice": (flat(OBJECT), "color=R,1,R,2", "query.color: R: expected one value, got several"),
    "a deep member twice": (
        deep(OBJECT), "color[R]=1&color[R]=2", "query.color: R: expected one value, got 2",
    ),
    "a deep object without brackets": (
        deep(OBJECT), "color=R", 'query.color: expected members as color[member]=value, got "R"',
    ),
    "a member that may not be": (
        deep(CLOSED), "color[X]=1", "query.color.X: no such property is allowed here",
    ),
    "brackets in brackets": (
        deep(CLOSED), "color[R][x]=1", "query.color.R][x: no such property is allowed here",
    ),
    "empty": (query(INTEGER), "color=", 'query.color: expected an integer, got ""'),
    "not empty, where that is allowed": (
        query(INTEGER, allowEmptyValue=True), "color=x", 'query.color: expected an integer, got "x"',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parameter", "sent", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_queries_refused(parameter: dict[str, Any], sent: str, sentence: str) -> None:
    """What the schema does not admit is one sentence."""
    assert [sentence] == decoded(parameter, sent)[1]


PATHS: dict[str, tuple[dict[str, Any], str, Any]] = {
    "an encoded slash": ({"schema": STRING}, "a%2Fb", "a/b"),
    "a plus, which is a plus": ({"schema": STRING}, "a+b", "a+b"),
    "commas inside items": ({"schema": ARRAY}, "a%2Cb,c", ["a,b", "c"]),
    "an empty label": ({"schema": ARRAY, "style": "label"}, ".", []),
    "an empty matrix": ({"schema": ARRAY, "style": "matrix"}, ";color", []),
    "a matrix object with an empty member": (
        {"schema": {"type": "object", "properties": {"a": STRING}}, "style": "matrix", "explode": True},
        ";a",
        {"a": ""},
    ),
    "an empty object": ({"schema": OBJECT, "explode": True}, "", {}),
    "encoded members": ({"schema": ANY, "explode": True}, "a%3D=b%2C", {"a=": "b,"}),
}


@pytest.mark.parametrize(("parameter", "sent", "value"), PATHS.values(), ids=PATHS.keys())
def test_paths(parameter: dict[str, Any], sent: str, value: Any) -> None:
    """A segment is split as it was sent, and decoded after that."""
    assert (value, []) == decoded({"in": "path", **parameter}, sent)


BAD_PATHS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a label without its dot": (
        {"schema": STRING, "style": "label"}, "a", "path.color: expected '.' in front, got \"a\"",
    ),
    "a matrix of another name": (
        {"schema": STRING, "style": "matrix"},
        ";c=a",
        "path.color: expected ';color=' in front, got \";c=a\"",
    ),
    "a member without a value": (
        {"schema": OBJECT, "explode": True}, "R", 'path.color: expected name=value, got "R"',
    ),
    "a bad percent sign": (
        {"schema": STRING}, "%2", "path.color: a percent sign without two hexadecimal digits",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parameter", "sent", "sentence"), BAD_PATHS.values(), ids=BAD_PATHS.keys())
def test_paths_refused(parameter: dict[str, Any], sent: str, sentence: str) -> None:
    """A segment in another style is refused."""
    assert [sentence] == decoded({"in": "path", **parameter}, sent)[1]


def test_headers_are_not_encoded() -> None:
    """A header is text as it is, without the space around its items."""
    assert ("100%", []) == decoded({"in": "header", "schema": STRING}, "100%")
    assert ([1, 2], []) == decoded({"in": "header", "schema": NUMBERS}, "1 , 2")
    assert ({"R": 1}, []) == decoded({"in": "header", "schema": OBJECT}, "R, 1")


def test_headers_that_openapi_ignores() -> None:
    """A parameter may not describe Accept, Content-Type or Authorization (Parameter Object, `name`)."""
    names = ("Accept", "content-type", "AUTHORIZATION", "X-A")
    decoders, _ = compiled(*({"name": name, "in": "header"} for name in names))
    assert ["X-A"] == [decoder.name for decoder in decoders]


def content(media_type: str, where: str = "query", **media: Any) -> dict[str, Any]:
    return {"in": where, "content": {media_type: media}}


CONTENT: dict[str, tuple[dict[str, Any], str, Any, list[str]]] = {
    "JSON": (content("application/json", schema=NUMBERS), "color=%5B1,2%5D", [1, 2], []),
    "JSON without schema": (content("application/vnd.a+json; v=1"), "color=%22a+b%22", "a b", []),
    "text": (content("text/plain", schema={"maxLength": 3}), "color=a%20b", "a b", []),
    "JSON in a path": (content("application/json", "path"), '"a+b"', "a+b", []),
    "JSON in a header": (content("application/json", "header", schema=OBJECT), '{"R":1}', {"R": 1}, []),
    "JSON that does not fit": (
        content("application/json", schema=NUMBERS),
        "color=[null]",
        [None],
        ["query.color[0]: expected an integer, got null"],
    ),
    "no JSON": (
        content("application/json"),
        "color=[NaN]",
        ABSENT,
        ["query.color: not valid JSON: invalid character at byte 1"],
    ),
    "twice": (content("text/plain"), "color=a&color=b", ABSENT, ["query.color: expected one value, got 2"]),
    "absent": (content("text/plain"), "", ABSENT, []),
}


@pytest.mark.parametrize(("parameter", "sent", "value", "problems"), CONTENT.values(), ids=CONTENT.keys())
def test_content(parameter: dict[str, Any], sent: str, value: Any, problems: list[str]) -> None:
    """A parameter may be a document of its own media type."""
    assert (value, problems) == decoded(parameter, sent)


def q(name: str, schema: Schema, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


KNOWN: dict[str, tuple[list[dict[str, Any]], list[str], list[str]]] = {
    "none": ([], [], ["a", ""]),
    "a scalar": ([q("a", STRING)], ["a"], ["A", "b", "a[b]"]),
    "of another place": ([{"name": "a", "in": "header"}], [], ["a"]),
    "a deep object": ([q("a", OBJECT, style="deepObject")], ["a[R]", "a[X]"], ["R", "b[R]", "a[R", "[R]"]),
    "a spread object": ([q("a", CLOSED)], ["R", "G"], ["a", "X"]),
    "a spread object with others": ([q("a", OBJECT)], ["R", "X"], []),
    "an object in one value": ([q("a", OBJECT, explode=False)], ["a"], ["R"]),
    "an object with pipes": ([q("a", OBJECT, style="pipeDelimited")], ["a"], ["R"]),
    "an object as JSON": (
        [{"name": "a", "in": "query", "content": {"application/json": {"schema": OBJECT}}}], ["a"], ["R"],
    ),
    "an object that forbids the unevaluated": (
        [q("a", {"allOf": [OBJECT], "unevaluatedProperties": False})], ["R"], ["X"],
    ),
    "anything": ([q("a", {})], ["a"], ["b"]),
    "the whole query": (
        [{"name": "a", "in": "querystring", "content": {"text/plain": {}}}], ["anything"], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "known", "unknown"), KNOWN.values(), ids=KNOWN.keys())
def test_known_query_names(parameters: list[dict[str, Any]], known: list[str], unknown: list[str]) -> None:
    """A query name is known when a parameter, or a member of one, has it."""
    _, knows = compiled(*parameters)
    assert known == [name for name in known if knows(name)]
    assert [] == [name for name in unknown if knows(name)]


def test_a_name_of_many_brackets_is_judged_at_once() -> None:
    """A hostile name costs no more than its length."""
    _, knows = compiled(q("a", OBJECT, style="deepObject"))
    assert not knows("a" + "[" * 1_000_000)


def test_a_spread_object_leaves_others_their_names() -> None:
    """What another parameter or an API key is called is no member of an object that takes every name."""
    others = [q("page", INTEGER), q("deep", OBJECT, style="deepObject")]
    schemes = {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}
    decoders, _ = compiled(q("all", ANY), *others, components={"securitySchemes": schemes})
    pairs = split_query("a=1&page=2&deep[R]=3&api_key=secret")
    assert {"a": "1"} == decoders[0].decode([], pairs, [])


@pytest.mark.parametrize(
    ("media_type", "query", "value"),
    [
        (FORM, "G=1&R=%31&api_key=secret", {"G": 1, "R": 1}),
        (FORM, "R=x", ['querystring.a.R: expected an integer, got "x"']),
        (FORM, "", ["querystring.a: required, but missing"]),
        ("application/json", "%7B%22R%22:1%7D&api_key=secret", {"R": 1}),
        ("application/json", "{", ["querystring.a: not valid JSON: input data was truncated"]),
        ("text/plain", "a=b&c", "a=b&c"),
    ],
)
def test_the_whole_query_is_one_value(media_type: str, query: str, value: Any) -> None:
    """`in: querystring` of OpenAPI 3.2: a form, JSON or text; API keys are no part of it."""
    schema = {} if media_type == "text/plain" else OBJECT
    written = {
        "name": "a",
        "in": "querystring",
        "required": True,
        "content": {media_type: {"schema": schema}},
    }
    schemes = {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}
    (decoder,), _ = compiled(written, components={"securitySchemes": schemes})
    problems: list[Problem] = []
    found = decoder.decode([], split_query(query), problems)
    assert value == ([str(problem) for problem in problems] or found)


def test_a_mixed_tuple() -> None:
    """Items with a place of their own are read by their own schemas."""
    schema = {"type": "array", "prefixItems": [INTEGER, STRING], "items": {"type": "boolean"}}
    assert ([1, "2", True], []) == decoded(flat(schema), "color=1,2,true")


def test_split_query() -> None:
    """Names are decoded, values are left as sent, empty parts are skipped."""
    assert {"a b": ["%20", "2"], "c": [""], "": ["3"]} == split_query("a+b=%20&&a%20b=2&c&=3&")
    assert {} == split_query("")


@pytest.mark.parametrize("text", ["%", "%2", "%zz", "%ff", "é"])
def test_percent_decode_refuses(text: str) -> None:
    """A percent sign escapes two digits, and bytes are UTF-8."""
    with pytest.raises(Undecodable):
        percent_decode(text)
