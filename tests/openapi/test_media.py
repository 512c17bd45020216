"""Media types are matched and accepted as RFC 9110 says."""

import pytest

from openapi.media import acceptable, chosen, concrete, essence, is_json, kind, match, parameter

ESSENCES = {
    "application/json": "application/json",
    "Application/JSON; charset=utf-8": "application/json",
    " text/plain ;a=b;c=d": "text/plain",
    "": "",
}


@pytest.mark.parametrize(("header", "name"), ESSENCES.items())
def test_essence(header: str, name: str) -> None:
    """Parameters, case and space around a media type do not count."""
    assert name == essence(header)


@pytest.mark.parametrize("name", ["application/json", "application/problem+json", "text/json"])
def test_json(name: str) -> None:
    """JSON is a subtype or a suffix."""
    assert is_json(name)


@pytest.mark.parametrize("name", ["application/xml", "application/jsonl", "json", "application/x-json", ""])
def test_no_json(name: str) -> None:
    """What only looks like JSON is something else."""
    assert not is_json(name)


MATCHED: dict[str, tuple[str, list[str], str | None]] = {
    "itself": ("text/plain", ["*/*", "text/*", "text/plain"], "text/plain"),
    "its range": ("text/plain", ["*/*", "text/*", "text/html"], "text/*"),
    "anything": ("image/png", ["text/*", "*/*"], "*/*"),
    "with parameters": ("application/json", ["Application/JSON; v=1"], "Application/JSON; v=1"),
    "the first of two": (
        "application/json", ["application/json; v=1", "application/json; v=2"], "application/json; v=1",
    ),
    "nothing": ("image/png", ["text/*"], None),
    "a suffix is no range": ("application/merge-patch+json", ["application/json"], None),
    "no type": ("", ["text/plain"], None),
    "no type, but anything": ("", ["*/*"], "*/*"),
    "nothing declared": ("text/plain", [], None),
}  # fmt: skip


@pytest.mark.parametrize(("actual", "declared", "found"), MATCHED.values(), ids=MATCHED.keys())
def test_match(actual: str, declared: list[str], found: str | None) -> None:
    """The most specific declaration wins, and is given as written."""
    assert found == match(actual, declared)


JSON = ("application/json; charset=utf-8",)
ACCEPTED: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "itself": ("application/json", JSON, True),
    "in capitals": ("APPLICATION/JSON", JSON, True),
    "its range": ("application/*", JSON, True),
    "anything": ("*/*", JSON, True),
    "an asterisk": ("*", JSON, True),
    "no range at all": (" , ", JSON, True),
    "another": ("text/html", JSON, False),
    "one of several": ("text/html, application/json;q=0.1", JSON, True),
    "one of several offered": ("text/csv", ("application/json", "text/csv"), True),
    "weighed nothing": ("application/json;q=0", JSON, False),
    "weighed nothing, in capitals": ("application/json; Q=0.0", JSON, False),
    "weighed nothing, but anything": ("application/json;q=0, */*", JSON, False),
    "anything weighed nothing": ("*/*;q=0, application/json", JSON, True),
    "twice, once with parameters": ("application/json;v=2, application/json;q=0", JSON, True),
    "a weight that is none": ("application/json;q=much", JSON, True),
    "not a number": ("application/json;q=nan", JSON, False),
    "anything offered": ("image/png", ("*/*",), True),
    "a range offered": ("text/html", ("text/*",), True),
    "a range offered and wished": ("text/*", ("text/*",), True),
    "a range offered, anything wished": ("*/*", ("text/*",), True),
    "another range offered": ("image/png", ("text/*",), False),
    "no media type at all": ("n~O2", JSON, True),
    "one that is none, and another one": ("]Aj, image/png", JSON, False),
    "a range that is weighed nothing": ("text/html;q=0", ("text/*",), False),
}  # fmt: skip


@pytest.mark.parametrize(("accept", "offered", "may"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_acceptable(accept: str, offered: tuple[str, ...], may: bool) -> None:
    """An Accept header is met by one offered type that the most specific range does not weigh with zero."""
    assert may is acceptable(accept, offered)


CHOSEN: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "JSON before all else": ("*/*", ("text/html", "application/xml", "application/json"), "application/json"),
    "the first where none is JSON": ("*/*", ("text/html", "text/csv"), "text/html"),
    "the highest weight": ("a/json;q=0.2, a/xml;q=0.3", ("a/json", "a/xml"), "a/xml"),
    "the most specific range": ("a/json;q=0.2, a/*;q=0.3", ("a/json", "a/xml"), "a/xml"),
    "nothing": ("text/html", ("a/json",), None),
    "nothing asked": ("", ("a/xml", "a/json"), "a/json"),
    "all but one": ("*/*, a/json;q=0", ("a/json", "a/xml"), "a/xml"),
}


@pytest.mark.parametrize(("accept", "offered", "wanted"), CHOSEN.values(), ids=CHOSEN.keys())
def test_chosen(accept: str, offered: tuple[str, ...], wanted: str | None) -> None:
    """What is wanted most is chosen, JSON where all are alike."""
    assert wanted == chosen(accept, offered)


@pytest.mark.parametrize(
    ("declared", "accept", "name"),
    [
        ("a/b", "*/*", "a/b"),
        ("*/*", "*/*", "u/v"),
        ("image/*", "text/html, image/webp", "image/webp"),
        ("image/*", "*/*", "image/png"),
        ("u/*", "*/*", "u/v"),
    ],
)
def test_concrete(declared: str, accept: str, name: str) -> None:
    """A range is sent as a type that is in it."""
    assert name == concrete(declared, accept, "u/v")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("application/merge-patch+json", "json"), ("application/soap+xml", "xml"), ("image/svg+xml", "bytes"),
        ("text/event-stream", "sequence"), ("application/x-ndjson", "sequence"), ("text/csv", "text"),
        ("application/yaml", "text"), ("application/pdf", "bytes"), ("multipart/form-data", "multipart"),
    ],
)  # fmt: skip
def test_kind(name: str, wanted: str) -> None:
    assert wanted == kind(name)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("a/b; Boundary=x", "x"),
        ('a/b;boundary="a;\\"b"', 'a;"b'),
        ("a/b; x=y", None),
        ("a/b; boundary=", ""),
    ],
)
def test_parameter(header: str, value: str | None) -> None:
    assert value == parameter(header, "boundary")
