"""What is written is read back as the same value, and looks as OpenAPI's table of styles has it."""

from itertools import product
from typing import Any

import pytest

from openapi import wire
from openapi.document import Document
from openapi.explain import Problem
from openapi.form import split_query
from openapi.operation import Parameter
from openapi.parameters import Decoder, compile_parameters
from openapi.schema import Schemas
from openapi.source import Source
from openapi.wire import Unspellable, cookie_pairs, header_text, path_text, query_pairs, spelled, url_path

Schema = Any

ARRAY: Schema = {"type": "array", "items": {"type": "string"}}
NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}
OBJECT: Schema = {"type": "object", "properties": {name: {"type": "integer"} for name in "RGB"}}
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
LISTS: Schema = {"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "integer"}}}}
STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}

BLUES = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}
HARD = "a b+c%2C,d;e=f&g|h/i?j#k.é😀\"'\\\x00"


def parameter(where: str, schema: Schema = STRING, **more: Any) -> Parameter:
    return compiled(where, schema, **more)[0]


def compiled(where: str, schema: Schema, **more: Any) -> tuple[Parameter, Decoder]:
    written = {"name": "color", "in": where, **({} if "content" in more else {"schema": schema}), **more}
    paths = {"/a": {"get": {"parameters": [written]}}}
    document = Document(Source("made", "", {"openapi": "3.1.0", "paths": paths}))
    (found,) = document.operations[0].parameters
    (decoder,) = compile_parameters([found], document, Schemas(document, "request"))
    return found, decoder


def read_back(where: str, schema: Schema, value: Any, **more: Any) -> Any:
    """What the decoder of the parameter makes of the text of `value`."""
    written, decoder = compiled(where, schema, **more)
    pairs = spelled(written, value)
    query = split_query("&".join("=".join(pair) for pair in pairs)) if where == "query" else {}
    raw = query.get("color", []) if where == "query" else [text for _, text in pairs]
    problems: list[Problem] = []
    found = decoder.decode(raw, query, problems)
    assert [] == problems
    return found


# OpenAPI 3.1.1, Parameter Object, "Style Examples".
PATHS: dict[str, tuple[str, bool, Any]] = {
    ";color": ("matrix", False, ""),
    ";color=blue": ("matrix", False, "blue"),
    ";color=blue,black,brown": ("matrix", False, BLUES),
    ";color=R,100,G,200,B,150": ("matrix", False, RGB),
    ";color=blue;color=black;color=brown": ("matrix", True, BLUES),
    ";R=100;G=200;B=150": ("matrix", True, RGB),
    ".blue": ("label", False, "blue"),
    ".blue,black,brown": ("label", False, BLUES),
    ".R,100,G,200,B,150": ("label", False, RGB),
    ".blue.black.brown": ("label", True, BLUES),
    ".R=100.G=200.B=150": ("label", True, RGB),
    "": ("simple", False, ""),
    "blue": ("simple", False, "blue"),
    "blue,black,brown": ("simple", False, BLUES),
    "R,100,G,200,B,150": ("simple", False, RGB),
    "R=100,G=200,B=150": ("simple", True, RGB),
}


@pytest.mark.parametrize(("text", "case"), PATHS.items())
def test_paths_look_as_in_the_table_of_styles(text: str, case: tuple[str, bool, Any]) -> None:
    """Every cell of the table that a path can have."""
    style, explode, value = case
    assert text == path_text(parameter("path", style=style, explode=explode), value)


QUERIES: dict[str, tuple[str, bool, Any]] = {
    "color=": ("form", False, ""),
    "color=blue": ("form", False, "blue"),
    "color=blue,black,brown": ("form", False, BLUES),
    "color=R,100,G,200,B,150": ("form", False, RGB),
    "color=blue&color=black&color=brown": ("form", True, BLUES),
    "R=100&G=200&B=150": ("form", True, RGB),
    "color=blue%20black%20brown": ("spaceDelimited", False, BLUES),
    "color=R%20100%20G%20200%20B%20150": ("spaceDelimited", False, RGB),
    "color=blue%7Cblack%7Cbrown": ("pipeDelimited", False, BLUES),
    "color=R%7C100%7CG%7C200%7CB%7C150": ("pipeDelimited", False, RGB),
    "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150": ("deepObject", True, RGB),
    "color%5B%5D=a&color%5B%5D=b": ("deepObject", True, ["a", "b"]),
}


@pytest.mark.parametrize(("text", "case"), QUERIES.items())
def test_queries_look_as_in_the_table_of_styles(text: str, case: tuple[str, bool, Any]) -> None:
    """Every cell of the table that a query can have."""
    style, explode, value = case
    pairs = query_pairs(parameter("query", style=style, explode=explode), value)
    assert text == "&".join("=".join(pair) for pair in pairs)


VALUES: list[tuple[Schema, Any]] = [
    (STRING, "blue"), (STRING, HARD), (STRING, "007"), (STRING, "null"),
    (INTEGER, -5), (INTEGER, 10**30), (NUMBER, 0.25), (NUMBER, 1e-7), (NUMBER, 1e300), (BOOLEAN, True),
    (BOOLEAN, False), (ARRAY, BLUES), (ARRAY, ["a,b", "c=d", "e.f", "100%"]), (ARRAY, ["alone"]),
    (NUMBERS, [1.5, 2, -0.5]), (OBJECT, RGB), (TEXTS, {"a=b": "c,d", "e.f": "g;h"}),
]  # fmt: skip
STYLES = [
    *product(("path",), ("matrix", "label", "simple"), (False, True)),
    *product(("query",), ("form", "spaceDelimited", "pipeDelimited"), (False, True)),
    *product(("cookie",), ("form",), (False,)),
]


@pytest.mark.parametrize(("where", "style", "explode"), STYLES)
@pytest.mark.parametrize(("schema", "value"), VALUES)
def test_values_come_back(where: str, style: str, explode: bool, schema: Schema, value: Any) -> None:
    """Whatever is in a value: what is read is what was written."""
    found = read_back(where, schema, value, style=style, explode=explode)
    assert (type(value), value) == (type(found), found)


@pytest.mark.parametrize("value", [{"ids": [1, 2]}, {"ids": [1]}])
def test_members_that_are_lists_come_back(value: Any) -> None:
    """A list inside an object is repeated, where the style has room for it."""
    assert value == read_back("query", LISTS, value)
    assert value == read_back("query", LISTS, value, style="deepObject", explode=True)


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize(
    ("schema", "value"),
    [(STRING, "a, b;c=%20"), (INTEGER, 7), (ARRAY, ["a", "b=c"]), (OBJECT, RGB)],
)
def test_headers_come_back(schema: Schema, value: Any, explode: bool) -> None:
    """A header is not encoded."""
    assert value == read_back("header", schema, value, explode=explode)


@pytest.mark.parametrize("where", ["path", "query", "header", "cookie"])
@pytest.mark.parametrize("value", [{"a": [1, None, "é\x00 b"]}, 'a"b', None, 1.5, []])
def test_json_comes_back(where: str, value: Any) -> None:
    """Of a parameter with `content` any value can be sent."""
    assert value == read_back(where, None, value, content={"application/json": {}})


def test_text_as_content() -> None:
    """Content that is no JSON is text."""
    written = parameter("query", content={"text/plain": {}})
    assert [("color", "a%20b")] == query_pairs(written, "a b")


def test_names_are_encoded() -> None:
    """A name is text as well."""
    assert [("a%5Bb%5D%20%26", "1")] == query_pairs(parameter("query", name="a[b] &"), 1)
    assert ";a%3Db=1" == path_text(parameter("path", name="a=b", style="matrix"), 1)


@pytest.mark.parametrize(("text", "value"), [("%2E", "."), ("%2E%2E", ".."), ("...", "..."), ("a.b", "a.b")])
def test_dots_are_no_steps(text: str, value: str) -> None:
    """`.` and `..` alone would be taken away before the request is sent (RFC 3986 section 5.2.4)."""
    assert text == path_text(parameter("path"), value)


def test_nothing_but_what_is_unreserved_stands_in_a_path() -> None:
    """Slashes and question marks of a value are not those of the URL."""
    assert "a%2Fb%3Fc%23d%25e%20f~g_h-i.j" == path_text(parameter("path"), "a/b?c#d%e f~g_h-i.j")


def test_cookies() -> None:
    """Each in a pair of its own; in the style `cookie` as it stands."""
    assert [("color", "a%3Bb")] == cookie_pairs(parameter("cookie"), "a;b")
    assert [("color", "a"), ("color", "b")] == cookie_pairs(parameter("cookie"), ["a", "b"])
    assert [("R", "100"), ("G", "200"), ("B", "150")] == cookie_pairs(parameter("cookie"), RGB)
    assert [("color", "a=b")] == cookie_pairs(parameter("cookie", style="cookie"), "a=b")


UNSPELLABLE: dict[str, tuple[str, dict[str, Any], Any]] = {
    "null": ("query", {}, None),
    "null in a list": ("path", {}, ["a", None]),
    "a list in a list": ("query", {}, [["a"]]),
    "an object in an object": ("query", {"style": "deepObject"}, {"a": {"b": 1}}),
    "a list in one text": ("query", {"explode": False}, {"a": [1]}),
    "no item of several names": ("query", {}, []),
    "no member of several names": ("query", {}, {}),
    "an empty list in an object": ("query", {}, {"a": []}),
    "one empty item in one text": ("query", {"explode": False}, [""]),
    "a blank between blanks": ("query", {"style": "spaceDelimited", "explode": False}, ["a b", "c"]),
    "a pipe between pipes": ("query", {"style": "pipeDelimited", "explode": False}, ["a|b", "c"]),
    "an empty label": ("path", {"style": "label"}, ""),
    "a header beyond ASCII": ("header", {}, "é"),
    "a header with a line break": ("header", {}, "a\r\nb"),
    "a header with blanks at its ends": ("header", {}, " a"),
    "a comma in an item of a header": ("header", {}, ["a,b"]),
    "a cookie with a semicolon": ("cookie", {"style": "cookie"}, "a;b"),
    "a list as a form": ("querystring", {"content": {"application/x-www-form-urlencoded": {}}}, [1]),
    "half a surrogate pair": ("query", {}, "\ud800"),
}


@pytest.mark.parametrize(("where", "more", "value"), UNSPELLABLE.values(), ids=UNSPELLABLE.keys())
def test_what_no_text_stands_for(where: str, more: dict[str, Any], value: Any) -> None:
    """What would be read as something else is refused."""
    written = {"name": "color", "in": where, **({} if "content" in more else {"schema": {}}), **more}
    data = {"openapi": "3.2.0", "paths": {"/a": {"get": {"parameters": [written]}}}}
    (found,) = Document(Source("made", "", data)).operations[0].parameters
    with pytest.raises(Unspellable):
        spelled(found, value)


def test_url_paths() -> None:
    """Raw texts take the places of the names."""
    values = {"id": "a%2Fb", "v": ";v=1"}
    assert "/a/a%2Fb;v=1/c.json" == url_path("/a/{id}{v}/c.json", values)
    with pytest.raises(KeyError):
        url_path("/a/{id}", {})


def test_header_text_is_plain() -> None:
    """A list has a comma between its items."""
    assert "a,b c" == header_text(parameter("header"), ["a", "b c"])
    assert "1.5" == wire.scalar_text(1.5)
