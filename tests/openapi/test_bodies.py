"""What a body is written as, it is read as; hostile bytes give one sentence and nothing else."""

import json
from typing import Any
from xml.dom import minidom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi import media
from openapi.body_reader import Reading, reading
from openapi.body_writer import writing
from openapi.codec import DecodeError
from openapi.form import Undecodable
from openapi.multipart import Part, join, split
from openapi.operation import Place
from openapi.patch import Inapplicable, NoPatch, merged, patched

DEEPEST = 128
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
INNER = {
    "type": "object",
    "required": ["list"],
    "properties": {
        "text": TEXT,
        "list": {"type": "array", "items": WHOLE},
        "wrapped": {"type": "array", "items": {**TEXT, "xml": {"name": "one"}}, "xml": {"wrapped": True}},
    },
}
OUTER = {
    "type": "object",
    "xml": {"name": "outer", "prefix": "o", "namespace": "urn:o"},
    "properties": {
        "flag": {"type": "boolean", "xml": {"attribute": True, "name": "is-flag"}},
        "number": {"type": "number"},
        "inner": INNER,
        "inners": {"type": "array", "items": INNER, "xml": {"wrapped": True}},
        "a b": TEXT,
    },
}
texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
inners = st.fixed_dictionaries(
    {"list": st.lists(st.integers(-99, 99), min_size=1)},
    optional={"text": texts, "wrapped": st.lists(texts)},
)
outers = st.fixed_dictionaries(
    {"inner": inners},
    optional={
        "flag": st.booleans(),
        "number": st.integers(),
        "inners": st.lists(inners),
        "a b": texts,
    },
)


def both_ways(name: str, schema: Any) -> tuple[Reading, Any]:
    data = {"content": {name: {"schema": schema}}}
    place = Place("#/content/" + name.replace("/", "~1"), data["content"][name])
    kind = media.kind(name)
    return reading(data, name, place, name, DEEPEST), writing(data, place, kind)


@given(outers)
def test_xml_is_read_as_it_was_written(value: dict[str, Any]) -> None:
    read, write = both_ways("application/xml", OUTER)
    raw, _ = write(value, "application/xml")
    assert minidom.parseString(raw).getElementsByTagNameNS("urn:o", "outer")
    assert value == read.decode(raw, "application/xml")


@given(inners | st.fixed_dictionaries({"list": st.lists(st.integers(-99, 99), min_size=1)}))
def test_a_multipart_body_is_read_as_it_was_written(value: dict[str, Any]) -> None:
    read, write = both_ways("multipart/form-data", INNER)
    shown = {name: each for name, each in value.items() if each != []}
    assert shown == read.decode(*write(shown, "multipart/form-data"))


@given(inners)
def test_a_form_is_read_as_it_was_written(value: dict[str, Any]) -> None:
    read, write = both_ways("application/x-www-form-urlencoded", INNER)
    shown = {name: each for name, each in value.items() if each != []}
    assert shown == read.decode(*write(shown, "application/x-www-form-urlencoded"))


@given(st.lists(st.tuples(texts, st.binary(), st.none() | texts), max_size=5))
def test_parts_are_split_as_they_were_joined(found: list[tuple[str, bytes, str | None]]) -> None:
    parts = [Part(name, data, None, filename) for name, data, filename in found if "\\" not in name]
    body, boundary = join(parts)
    if parts:
        assert [(p.name, p.data) for p in parts] == [(p.name, p.data) for p in split(body, boundary)]


READERS = ["application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain"]
HEADERS = st.sampled_from(["", "; boundary=b", "; charset=utf-16", "; charset=latin1", "; charset=rot13"])


@given(st.sampled_from(READERS), HEADERS, st.binary() | texts.map(str.encode))
def test_any_bytes_are_read_or_refused_in_a_sentence(name: str, parameter: str, raw: bytes) -> None:
    read, _ = both_ways(name, OUTER)
    for each in (raw, b"--b\r\n" + raw + b"\r\n--b--", b"<outer>" + raw + b"</outer>"):
        try:
            json.dumps(read.decode(each, name + parameter))
        except (Undecodable, DecodeError) as error:
            assert len(str(error)) < 300 + len(raw)


def many(item: dict[str, Any], **xml: Any) -> dict[str, Any]:
    """An object with a list `animals` whose items, and which itself, look so in XML."""
    return {"animals": {"type": "array", "items": {**TEXT, "xml": item}, "xml": xml}}


OR_NULL = {"type": ["integer", "null"]}
NULL = '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
IN_32 = {"a": {**WHOLE, "xml": {"nodeType": "attribute"}}, "b": {**TEXT, "xml": {"nodeType": "text"}}}
XML: dict[str, tuple[Any, Any, str]] = {
    "names of items": (many({"name": "animal"}), {"animals": ["a"]}, "<it><animal>a</animal></it>"),
    "the outer name is not used": (
        many({"name": "animal"}, name="aliens"),
        {"animals": ["a"]},
        "<it><animal>a</animal></it>",
    ),
    "wrapped": (
        many({}, wrapped=True),
        {"animals": ["a", "b"]},
        "<it><animals><animals>a</animals><animals>b</animals></animals></it>",
    ),
    "wrapped with a name": (
        many({}, wrapped=True, name="aliens"),
        {"animals": ["a"]},
        "<it><aliens><aliens>a</aliens></aliens></it>",
    ),
    "3.2 wrapped": (many({}, nodeType="element"), {"animals": []}, "<it><animals></animals></it>"),
    "3.2 text": (IN_32, {"a": 1, "b": "x"}, '<it a="1">x</it>'),
    "null": ({"a": OR_NULL}, {"a": None}, f"<it>{NULL}</it>"),
    "a namespace of a member": (
        {"a": {**TEXT, "xml": {"namespace": "urn:a"}}},
        {"a": "x"},
        '<it><a xmlns="urn:a">x</a></it>',
    ),
}


@pytest.mark.parametrize("kind", XML)
def test_the_xml_keyword(kind: str) -> None:
    properties, value, wanted = XML[kind]
    schema = {"type": "object", "properties": properties, "xml": {"name": "it"}}
    read, write = both_ways("application/xml", schema)
    raw, _ = write(value, "application/xml")
    assert wanted == raw.decode().partition("\n")[2]
    assert value == read.decode(raw, "application/xml")


def test_what_xml_cannot_hold_is_replaced() -> None:
    _, write = both_ways("application/xml", {"type": "object"})
    raw, _ = write({"1 <": "\0<"}, "application/xml")
    assert raw.decode().endswith("<data><_1__>\ufffd&lt;</_1__></data>")


def test_a_list_as_a_root_is_read_back() -> None:
    read, write = both_ways("application/xml", {"type": "array", "items": {**WHOLE, "xml": {"name": "n"}}})
    raw, _ = write([1, 2], "application/xml")
    assert b"<data><n>1</n><n>2</n></data>" in raw
    assert [1, 2] == read.decode(raw, "application/xml")


PATCHES: dict[str, tuple[Any, Any, Any]] = {
    "add a member": ({"a": 1}, [{"op": "add", "path": "/b", "value": [1]}], {"a": 1, "b": [1]}),
    "add an item": ([1, 2], [{"op": "add", "path": "/1", "value": 3}], [1, 3, 2]),
    "remove": ({"a": 1, "b": 2}, [{"op": "remove", "path": "/a"}], {"b": 2}),
    "replace all": ({"a": 1}, [{"op": "replace", "path": "", "value": 2}], 2),
    "move": ({"a": {"b": 1}}, [{"op": "move", "from": "/a/b", "path": "/c"}], {"a": {}, "c": 1}),
    "escapes": ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    "numbers are equal": ({"a": 1}, [{"op": "test", "path": "/a", "value": 1.0}], {"a": 1}),
    "a test of another type": ({"~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], Inapplicable),
    "true is not 1": ({"a": 1}, [{"op": "test", "path": "/a", "value": True}], Inapplicable),
    "no such member": ({"a": 1}, [{"op": "add", "path": "/b/c", "value": 1}], Inapplicable),
    "no such item": ([1], [{"op": "add", "path": "/2", "value": 1}], Inapplicable),
    "an index with a zero": ([1, 2], [{"op": "remove", "path": "/01"}], Inapplicable),
    "into itself": ({"a": {}}, [{"op": "move", "from": "/a", "path": "/a/b"}], Inapplicable),
    "under a text": ({"a": "x"}, [{"op": "add", "path": "/a/b", "value": 1}], Inapplicable),
    "no pointer": ({"a": 1}, [{"op": "remove", "path": "a"}], NoPatch),
    "no value": ({"a": 1}, [{"op": "add", "path": "/b"}], NoPatch),
    "no list": ({"a": 1}, {"op": "add"}, NoPatch),
    "an op in a list": ({"a": 1}, [{"op": ["add"], "path": "/b"}], NoPatch),
    "too many": ({}, [{"op": "test", "path": "", "value": {}}] * 1001, NoPatch),
    "doubling": ({"a": [1]}, [{"op": "copy", "from": "", "path": "/a/-"}] * 1000, Inapplicable),
}  # fmt: skip


@pytest.mark.parametrize("kind", PATCHES)
def test_json_patch(kind: str) -> None:
    value, steps, wanted = PATCHES[kind]
    before = json.dumps(value)
    if isinstance(wanted, type):
        with pytest.raises(wanted):
            patched(value, steps)
    else:
        assert wanted == patched(value, steps)
    assert before == json.dumps(value)


MERGED = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}), ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}), ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}), ({"a": "foo"}, None, None),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}), ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "patch", "wanted"), MERGED)
def test_merge_patch(value: Any, patch: Any, wanted: Any) -> None:
    """The examples of RFC 7396, appendix A."""
    assert wanted == merged(value, patch)
