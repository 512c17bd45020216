"""Files are read as YAML 1.2 or JSON, and what is wrong with one is said with its line."""

from pathlib import Path
from typing import Any

import pytest

from openapi.limits import MAX_DEPTH
from openapi.source import Source, SourceError, join_pointer, locate, look_up, parse, read, split_pointer

SCALARS: dict[str, Any] = {
    "no": "no",
    "yes": "yes",
    "true": True,
    "False": False,
    "2024-01-01": "2024-01-01",
    "010": 10,
    "0o10": 8,
    "0x1F": 31,
    "+5": 5,
    "-0": 0,
    "1_000": "1_000",
    "1:30": "1:30",
    "1e3": 1000.0,
    ".5": 0.5,
    "5.": 5.0,
    ".nan": ".nan",
    "-.inf": "-.inf",
    "~": None,
    "null": None,
    "": None,
    "'5'": "5",
    "!!str 5": "5",
    "=": "=",
}


@pytest.mark.parametrize(("text", "value"), SCALARS.items())
def test_scalars_are_those_of_yaml_1_2(text: str, value: Any) -> None:
    """Plain scalars have the types of the core schema."""
    found = parse("f.yaml", f"a: {text}\n".encode()).data["a"]
    assert (type(value), value) == (type(found), found)


def test_keys_are_text_as_written() -> None:
    """A key that looks like another type is still the text that stands there."""
    text = b"200: a\n010: b\n1.10: c\ntrue: d\nNull: e\n0x1F: f\n~: g\n"
    assert ["200", "010", "1.10", "true", "Null", "0x1F", "~"] == list(parse("f.yaml", text).data)


READ: dict[str, tuple[bytes, Any]] = {
    "JSON": (b'{"a": [1, null]}', {"a": [1, None]}),
    "JSON with tabs": (b'{\n\t"a":\t1\n}', {"a": 1}),
    "JSON with a trailing comma, which YAML has": (b'{"a": 1,}', {"a": 1}),
    "flow style": (b"{a: 1, b: [x]}", {"a": 1, "b": ["x"]}),
    "a byte order mark": (b"\xef\xbb\xbfa: 1", {"a": 1}),
    "nothing": (b"", None),
    "a comment alone": (b"# nothing\n", None),
    "an alias": (b"a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
    "a merge": (b"a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
    "a merge of a merge that wins": (
        b"a: &a {k: 1}\nb: &b {<<: *a, k: 2}\nc: {<<: *b}\n",
        {"a": {"k": 1}, "b": {"k": 2}, "c": {"k": 2}},
    ),
    "a merge into itself": (b"a: &a\n  <<: *a\n  b: 1\n", {"a": {"b": 1}}),
}


@pytest.mark.parametrize(("text", "value"), READ.values(), ids=READ.keys())
def test_parse(text: bytes, value: Any) -> None:
    """JSON and YAML both become plain data."""
    assert value == parse("f.yaml", text).data


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
DEEP = f"nested deeper than {MAX_DEPTH} levels"
REFUSED = {
    "a key twice": (b"a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice"),
    "a key twice, as text and as a number": (b"1: x\n'1': y\n", 2, "the key '1' stands twice"),
    "a key twice in JSON": (b'{\n"a": 1,\n"a": 2}', 3, "the key 'a' stands twice"),
    "a key twice deep in JSON": (b'{"b": [{"a": 1,\n"a": 2}]}', 2, "the key 'a' stands twice"),
    "a list as a key": (b"? [a]\n: 1\n", 1, "expected text as a key, found a list or an object"),
    "not UTF-8": (b"a: 1\nb: \xff\n", 2, "not UTF-8 text, expected JSON or YAML"),
    "a NUL": (b"\x00\x01", None, "control characters are not allowed"),
    "UTF-16": ("a: 1".encode("utf-16"), 1, "not UTF-8 text"),
    "half a list": (b"a: [1, 2\n", 2, "did not find expected ',' or ']'"),
    "half an object in JSON": (b'{"a": 1', 2, "did not find expected ',' or '}'"),
    "a tab as indentation": (b"a:\n\tb: 1\n", 2, "cannot start any token"),
    "two documents": (b"a: 1\n---\nb: 2\n", 2, "expected a single document"),
    "an alias of nothing": (b"a: *b\n", 1, "found undefined alias"),
    "a number out of range": (b"a: 1\nb: 1e400\n", 2, "a number out of range"),
    "a tag that JSON has no type for": (b"a: !!binary aGk=\n", 1, "tag:yaml.org,2002:binary"),
    "a tag of Python's": (b"a: !!python/object:os.system x\n", 1, "python/object"),
    "a lone surrogate": (b'a: "\\ud800"\n', 1, "invalid Unicode character escape code"),
    "an alias inside its anchor": (b"a: &a [1, *a]\n", None, "an alias stands inside what it is an alias of"),
    "aliases of aliases": (LAUGHS.encode(), None, "it holds more than 1,000,000 values"),
    "deep JSON": (b"[" * 100_000, None, DEEP),
    "deep JSON that is whole": (b"[" * 1001 + b"]" * 1001, None, DEEP),
    "deep flow style": (b"a: " + b"{a: " * 100_000, None, DEEP),
    "deep block style": (b"- " * 100_000, None, DEEP),
}


@pytest.mark.parametrize(("text", "line", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_parse_refuses(text: bytes, line: int | None, sentence: str) -> None:
    """What is wrong with a file is one line with its name, the line where it shows, and the reason."""
    with pytest.raises(SourceError) as refused:
        parse("f.yaml", text)
    assert line == refused.value.line
    assert sentence in refused.value.message
    place = "f.yaml" if line is None else f"f.yaml:{line}"
    assert f"{place}: {refused.value.message}" == str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_deepest_file_that_is_read() -> None:
    """YAML may nest as deep as JSON."""
    text = b"[ " * MAX_DEPTH + b"x" + b"]" * MAX_DEPTH
    assert parse("f.yaml", text).data


def test_read(tmp_path: Path) -> None:
    """A file is known by its path."""
    path = tmp_path / "f.json"
    path.write_text('{"a": 1}')
    assert Source(str(path), b'{"a": 1}', {"a": 1}) == read(path)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.yaml", "no such file or directory"), ("", "is a directory"), ("a\0b", "embedded null byte")],
    ids=["missing", "folder", "impossible"],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    """A path without a file to read is an error that names it."""
    with pytest.raises(SourceError, match=f"cannot be read: {reason}"):
        read(tmp_path / name)


TEXT = """\
a:
  b/c:
    - x
    - d: 1
200: {~: 2}
"""
LINES = {
    "": 1,
    "#/a": 1,
    "#/a/b~1c": 2,
    "#/a/b~1c/0": 3,
    "#/a/b~1c/1/d": 4,
    "#/200/~0": 5,
    "#/a/missing/x": 1,
    "#/a/b~1c/7": 2,
    "#/a/b~1c/²": 2,
}


@pytest.mark.parametrize(("pointer", "line"), LINES.items())
def test_line(pointer: str, line: int) -> None:
    """The line of a value, or of the nearest thing around it."""
    source = parse("f.yaml", TEXT.encode())
    assert line == source.line(pointer)
    assert f"f.yaml:{line}: so" == str(source.error(pointer, "so"))


def test_a_file_without_lines() -> None:
    """Where a file is empty, an error about it has no line."""
    assert "f.yaml: so" == str(parse("f.yaml", b"").error("#/a", "so"))


DATA = {"a/b": [{"x~y": 1}, 2], "m n": {"%41": 3}, "": 4, "z": None}
NAMED: dict[str, tuple[Any, Any]] = {
    "the whole": ("#", DATA),
    "the whole, without a number sign": ("", DATA),
    "escaped": ("#/a~1b/0/x~0y", 1),
    "an item": ("/a~1b/1", 2),
    "percent-encoded": ("#/m%20n/%2541", 3),
    "plain, with a percent sign": ("#/m n/%41", 3),
    "an empty name": ("#/", 4),
    "no such member": ("#/b", None),
    "no such item": ("#/a~1b/2", None),
    "an index that is none": ("#/a~1b/-1", None),
    "an index in another script": ("#/a~1b/\u0661", None),
    "below a leaf": ("#/a~1b/1/x", None),
    "another file": ("other.yaml#/z", None),
    "an anchor": ("#z", None),
    "no text": (7, None),
}


@pytest.mark.parametrize(("reference", "value"), NAMED.values(), ids=NAMED.keys())
def test_look_up(reference: Any, value: Any) -> None:
    """A local reference, plain or as a URI fragment, names a value; anything else names nothing."""
    assert value == look_up(DATA, reference)


def test_locate_gives_the_plain_pointer() -> None:
    """Whatever the spelling, there is one pointer to a value."""
    assert "#/m n/%41" == locate(DATA, "#/m%20n/%2541") == locate(DATA, "#/m n/%41")


def test_pointers_are_joined_and_split() -> None:
    """What is joined is what comes out of the split."""
    tokens = ["a/b", "~1", "", "0"]
    assert "#/a~1b/~01//0" == join_pointer("#", *tokens)
    assert tokens == split_pointer(join_pointer("#", *tokens))
