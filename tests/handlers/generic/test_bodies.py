"""Bodies that are no JSON: what comes in is checked and kept as JSON is, what goes out as declared."""

import json
from typing import Any

import pytest

from openapi.multipart import Part, join
from tests.handlers.generic.api import (
    TEXT,
    WHOLE,
    Answered,
    Api,
    answer,
    api,
    crud,
    path_parameter,
    ref,
    thing,
)

PET = {
    **thing(
        ("name",),
        id={**WHOLE, "xml": {"attribute": True}},
        name=TEXT,
        tags={"type": "array", "xml": {"wrapped": True}, "items": {**TEXT, "xml": {"name": "tag"}}},
        sizes={"type": "array", "items": WHOLE},
        owner=thing(age=WHOLE),
    ),
    "xml": {"name": "pet"},
}
KINDS = ("application/json", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded")
REFUSED = answer(thing(error=TEXT, details=TEXT))


def typed(*names: str, schema: Any) -> dict[str, Any]:
    return {"content": {name: {"schema": schema} for name in names}}


@pytest.fixture
def pets() -> Api:
    item = {"description": "", **typed(*KINDS[:2], schema=ref("Pet"))}
    many = {"description": "", **typed(*KINDS[:2], schema={"type": "array", "items": ref("Pet")})}
    paths = {
        "/pets": {
            "get": {"responses": {"200": many}},
            "post": {
                "requestBody": {"required": True, **typed(*KINDS, schema=ref("Pet"))},
                "responses": {"201": item, "400": REFUSED, "415": REFUSED},
            },
        },
        "/pets/{id}": {
            "parameters": [path_parameter("id", WHOLE)],
            "get": {"responses": {"200": item, "404": REFUSED}},
            "patch": {
                "requestBody": typed(
                    "application/json-patch+json", schema={"type": "array", "items": {"type": "object"}}
                )
                | {"required": True},
                "responses": {"200": item, "400": REFUSED, "404": REFUSED, "409": REFUSED},
            },
        },
    }
    return api(paths, {"Pet": PET})


def multipart(*parts: Part) -> tuple[bytes, dict[str, str]]:
    body, boundary = join(parts)
    return body, {"content-type": f"multipart/form-data; boundary={boundary}"}


XML = b"<pet id='7'><name>a &amp; b</name><tags><tag>x</tag></tags><sizes>1</sizes><sizes>2</sizes></pet>"
WANTED = {"name": "a & b", "tags": ["x"], "sizes": [1, 2]}
SENT: dict[str, tuple[bytes, dict[str, str]]] = {
    "xml": (XML, {"content-type": "application/xml"}),
    "utf-16": (XML.decode().encode("utf-16"), {"content-type": "text/xml; charset=utf-16"}),
    "form": (
        b"name=a+%26+b&tags=x&sizes=1&sizes=2",
        {"content-type": "application/x-www-form-urlencoded"},
    ),
    "multipart": multipart(
        Part("name", b"a & b"), Part("tags", b"x"), Part("sizes", b"1"), Part("sizes", b"2")
    ),
    "multipart with JSON": multipart(
        Part("name", b"a & b"),
        Part("tags", b'["x"]', "application/json"),
        Part("sizes", b"[1, 2]", "application/json"),
        Part("owner", b'{"age": 3}', "application/json"),
    ),
}


@pytest.mark.parametrize("kind", [name for name in SENT if name != "utf-16"])
def test_every_kind_of_body_makes_the_same_item(pets: Api, kind: str) -> None:
    body, headers = SENT[kind]
    made = pets.ask("POST", "/pets", body, headers)
    assert 201 == made.status, made
    assert WANTED == {name: made.json[name] for name in WANTED}
    assert made.json == pets.ask("GET", f"/pets/{made.json['id']}").json


WRONG: dict[str, tuple[tuple[bytes, dict[str, str]], str]] = {
    "xml": (
        (b"<pet><name>a</name><sizes>x</sizes></pet>", {"content-type": "application/xml"}),
        "body.sizes[0]",
    ),
    "another root": ((b"<cat><name>a</name></cat>", {"content-type": "application/xml"}), "body.name"),
    "text for a list": (
        (b"<pet><name>a</name><tags>x</tags></pet>", {"content-type": "application/xml"}),
        "body.tags",
    ),
    "form": ((b"name=a&sizes=x", {"content-type": "application/x-www-form-urlencoded"}), "body.sizes[0]"),
    "multipart": (multipart(Part("name", b"a"), Part("sizes", b"x")), "body.sizes[0]"),
    "an object that is none": (multipart(Part("name", b"a"), Part("owner", b"x")), "body.owner"),
    "two of one": (multipart(Part("name", b"a"), Part("name", b"b")), "name: expected one part"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_the_refusal_names_the_field(pets: Api, kind: str) -> None:
    (body, headers), place = WRONG[kind]
    refused = pets.ask("POST", "/pets", body, headers)
    assert 400 == refused.status
    assert place in json.dumps(refused.json)


XML_TYPE = "application/xml"
FORM_TYPE = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"
HEAD = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
ENTITIES = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><pet><name>&b;</name></pet>'
OUTER = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><pet/>'
HOSTILE: dict[str, tuple[bytes, str, int]] = {
    "a million parts": ((HEAD + b"\r\n") * 1_000_000, BOUNDARY, 413),
    "many parts": ((HEAD + b"\r\n") * 100_000, BOUNDARY, 400),
    "a long head": (b"--b\r\n" + b"x: y\r\n" * 100_000 + b"\r\n\r\n--b--", BOUNDARY, 400),
    "no boundary": (b"--b\r\n\r\n--b--", "multipart/form-data", 400),
    "another boundary": (b"--b\r\n\r\n--b--", "multipart/form-data; boundary=c", 400),
    "an endless boundary": (b"--b\r\n\r\n--b--", "multipart/form-data; boundary=" + "b" * 10_000, 400),
    "no end": (HEAD + b"x", BOUNDARY, 400),
    "no name": (HEAD.replace(b'; name="a"', b"") + b"\r\n--b--", BOUNDARY, 400),
    "a name that is no UTF-8": (HEAD.replace(b'"a"', b'"\xff"') + b"\r\n--b--", BOUNDARY, 400),
    "deep xml": (b"<a>" * 100_000 + b"</a>" * 100_000, XML_TYPE, 400),
    "deep xml without an end": (b"<a>" * 1_000_000, XML_TYPE, 400),
    "wide xml": (b"<pet>" + b"<a/>" * 500_000 + b"</pet>", XML_TYPE, 400),
    "entities": (ENTITIES, XML_TYPE, 400),
    "an outer entity": (OUTER, XML_TYPE, 400),
    "an unknown encoding": (b'<?xml version="1.0" encoding="zip"?><pet/>', XML_TYPE, 400),
    "a million fields": (b"&a=1" * 1_000_000, FORM_TYPE, 400),
    "as deep as may be": (b"<a>" * 128 + b"</a>" * 128, XML_TYPE, 400),
    "no xml": (b"{}", XML_TYPE, 400),
    "an unknown charset": (XML, f"{XML_TYPE}; charset=klingon", 415),
    "a codec of Python": (b"name=a", f"{FORM_TYPE}; charset=zip", 415),
    "a form of Latin-1": (b"name=\xe9", FORM_TYPE, 400),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_bodies_are_refused_in_one_sentence(pets: Api, kind: str) -> None:
    body, media_type, status = HOSTILE[kind]
    refused = pets.ask("POST", "/pets", body, {"content-type": media_type})
    assert status == refused.status
    assert len(json.dumps(refused.json)) < 500


def test_answers_are_in_the_type_that_is_accepted(pets: Api) -> None:
    body, headers = SENT["xml"]
    own = pets.ask("POST", "/pets", body, headers).json["id"]

    def shown(accept: str) -> Answered:
        return pets.ask("GET", f"/pets/{own}", headers={"accept": accept})

    for accept in ("*/*", "application/*", "application/xml;q=0.5, */*", "text/html, application/json"):
        assert "application/json" == shown(accept).headers["content-type"]
    for accept in ("application/xml", "application/json;q=0.1, application/xml", "application/json;q=0, */*"):
        found = shown(accept)
        assert "application/xml" == found.headers["content-type"]
        assert f'<pet id="{own}"><name>a &amp; b</name>'.encode() in found.json
    assert 406 == shown("text/html").status
    assert b"<pet id=" in pets.ask("GET", "/pets", headers={"accept": "application/xml"}).json


STEPS: dict[str, tuple[list[Any], int, Any]] = {
    "all ops": (
        [
            {"op": "test", "path": "/name", "value": "a & b"},
            {"op": "replace", "path": "/name", "value": "c"},
            {"op": "add", "path": "/sizes/-", "value": 3},
            {"op": "remove", "path": "/sizes/0"},
            {"op": "copy", "from": "/sizes", "path": "/tags"},
            {"op": "replace", "path": "/tags", "value": ["y"]},
            {"op": "move", "from": "/sizes/0", "path": "/sizes/1"},
        ],
        200,
        {"name": "c", "sizes": [3, 2], "tags": ["y"]},
    ),
    "a failed test": ([{"op": "test", "path": "/name", "value": "b"}], 409, WANTED),
    "no such place": ([{"op": "remove", "path": "/none"}], 409, WANTED),
    "no op": ([{"op": "jump", "path": "/name"}], 400, WANTED),
    "a result that is no pet": ([{"op": "replace", "path": "/name", "value": 1}], 400, WANTED),
    "a removed name": ([{"op": "remove", "path": "/name"}], 400, WANTED),
    "copies of copies": ([{"op": "copy", "from": "", "path": "/x"}] * 300, 409, WANTED),
}


@pytest.mark.parametrize("kind", STEPS)
def test_json_patch_changes_the_stored_item_or_nothing(pets: Api, kind: str) -> None:
    steps, status, wanted = STEPS[kind]
    own = pets.ask("POST", "/pets", *SENT["xml"]).json["id"]
    done = pets.ask("PATCH", f"/pets/{own}", steps, {"content-type": "application/json-patch+json"})
    assert status == done.status, done
    shown = pets.ask("GET", f"/pets/{own}").json
    assert wanted == {name: shown[name] for name in wanted}


def test_an_object_that_a_document_admits_as_a_json_patch_is_merged() -> None:
    """As Kubernetes has it: one schema, an object, for every kind of patch."""
    patch = typed("application/json-patch+json", schema={"type": "object"}) | {"required": True}
    paths = crud("/pets", thing(("name",), id=TEXT, name=TEXT))
    item = paths["/pets/{id}"]
    item["patch"] = {"requestBody": patch, "responses": item["get"]["responses"]}
    mock = api(paths)
    own = mock.ask("POST", "/pets", {"name": "Rex"}).json["id"]

    done = mock.ask("PATCH", f"/pets/{own}", {"name": "Max"}, {"content-type": "application/json-patch+json"})

    assert (200, "Max") == (done.status, mock.ask("GET", f"/pets/{own}").json["name"])


PNG = bytes(range(256))
BINARY = {"type": "string", "format": "binary"}
FILE = thing(("id",), id=TEXT, name=TEXT)


@pytest.fixture
def files() -> Api:
    gives = {"200": {"description": "", **typed("application/octet-stream", schema=BINARY)}, "404": REFUSED}
    upload = thing(("file",), name=TEXT, file=BINARY)
    encoding = {"file": {"contentType": "image/png, image/gif"}}
    body = {"content": {"multipart/form-data": {"schema": upload, "encoding": encoding}}, "required": True}
    raw = {"required": True, **typed("application/octet-stream", schema=BINARY)}
    paths = {
        "/files": {
            "get": {"responses": {"200": answer({"type": "array", "items": FILE})}},
            "post": {"requestBody": body, "responses": {"201": answer(FILE), "400": REFUSED}},
        },
        "/files/{id}": {
            "parameters": [path_parameter("id")],
            "get": {"responses": {"200": answer(FILE), "404": REFUSED}},
            "delete": {"responses": {"204": answer(), "404": REFUSED}},
        },
        "/files/{id}/content": {
            "parameters": [path_parameter("id")],
            "get": {"responses": gives},
            "put": {"requestBody": raw, "responses": {"204": answer(), "404": REFUSED}},
        },
        "/blobs/{name}": {
            "parameters": [path_parameter("name")],
            "get": {"responses": gives},
            "put": {"requestBody": raw, "responses": {"204": answer()}},
            "delete": {"responses": {"204": answer(), "404": REFUSED}},
        },
        "/picture": {"get": {"responses": {"200": {"description": "", **typed("image/png", schema=BINARY)}}}},
        "/paper": {"get": {"responses": {"200": {"description": "", "content": {"application/pdf": {}}}}}},
        "/anything": {"get": {"responses": {"200": {"description": "", **typed("*/*", schema=BINARY)}}}},
    }
    return api(paths)


def test_what_is_uploaded_is_downloaded(files: Api) -> None:
    body, headers = multipart(Part("name", b"p"), Part("file", PNG, "image/png", "p.png"))
    made = files.ask("POST", "/files", body, headers)
    assert (201, "p") == (made.status, made.json["name"])
    content = f"/files/{made.json['id']}/content"
    assert PNG == files.ask("GET", content).json
    assert 204 == files.ask("PUT", content, b"\xff\x00", {"content-type": "application/octet-stream"}).status
    assert b"\xff\x00" == files.ask("GET", content).json
    assert 204 == files.ask("DELETE", f"/files/{made.json['id']}").status
    assert b"\xff\x00" != files.ask("GET", content).json


def test_a_file_that_is_put_is_there_until_it_is_deleted(files: Api) -> None:
    binary = {"content-type": "application/octet-stream"}
    assert 404 == files.ask("GET", "/blobs/a").status
    for data in (PNG, PNG[::-1], b""):
        assert 204 == files.ask("PUT", "/blobs/a", data, binary | {"content-length": str(len(data))}).status
        assert (data or None) == files.ask("GET", "/blobs/a").json
    assert 204 == files.ask("DELETE", "/blobs/a").status
    assert 404 == files.ask("GET", "/blobs/a").status


NO_FILES = {
    "another type": (Part("file", PNG, "text/plain", "p.png"), "file: expected image/png or image/gif"),
    "no file": (Part("file", b"text"), "file: expected a file"),
    "nothing": (Part("name", b"text"), "body.file"),
}


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_refused(files: Api, kind: str) -> None:
    part, sentence = NO_FILES[kind]
    refused = files.ask("POST", "/files", *multipart(part))
    assert 400 == refused.status
    assert sentence in json.dumps(refused.json)


@pytest.mark.parametrize(
    ("path", "media_type", "start"),
    [
        ("/picture", "image/png", b"\x89PNG\r\n"),
        ("/paper", "application/pdf", b"%PDF-"),
        ("/anything", "application/octet-stream", b""),
    ],
)
def test_a_made_up_file_is_a_file(files: Api, path: str, media_type: str, start: bytes) -> None:
    found = files.ask("GET", path)
    assert media_type == found.headers["content-type"]
    assert found.json.startswith(start)


ROW = thing(("a",), a=WHOLE)
ROWS = {"type": "array", "items": ROW, "minItems": 2}
TWO: list[dict[str, Any]] = [{"a": 1}, {"a": 2}]
EVENTS: list[dict[str, Any]] = [{"event": "e", "id": "1", "data": "x\ny"}, {"data": {"a": 1}}]
TOLD = b'event: e\nid: 1\ndata: x\ndata: y\n\ndata: {"a":1}\n\n'
ROW_XML = "<row><a>1</a></row>"
OTHERS: dict[str, tuple[str, dict[str, Any], bytes]] = {
    "csv": ("text/csv", {"schema": ROWS, "example": TWO}, b"a\r\n1\r\n2\r\n"),
    "csv as it is": ("text/csv", {"schema": TEXT, "example": "x,y\n"}, b"x,y\n"),
    "lines": ("application/jsonl", {"itemSchema": ROW, "example": TWO}, b'{"a":1}\n{"a":2}\n'),
    "records": ("application/json-seq", {"schema": ROWS, "example": TWO}, b'\x1e{"a":1}\n\x1e{"a":2}\n'),
    "events": ("text/event-stream", {"itemSchema": {"type": "object"}, "example": EVENTS}, TOLD),
    "form": (FORM_TYPE, {"schema": ROW, "example": {"a": 1}}, b"a=1"),
    "text": ("text/plain", {"schema": WHOLE, "example": 5}, b"5"),
    "xml by hand": (XML_TYPE, {"schema": ROW, "example": ROW_XML}, ROW_XML.encode()),
    "html": ("text/html", {"example": "<p>"}, b"<p>"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_body_is_written_in_its_media_type(kind: str) -> None:
    name, written, wanted = OTHERS[kind]
    found = api({"/it": {"get": {"responses": {"200": {"description": "", "content": {name: written}}}}}})
    shown = found.ask("GET", "/it")
    assert (name, wanted) == (shown.headers["content-type"], shown.json)


def test_a_sequence_is_made_of_valid_items() -> None:
    content = {"application/x-ndjson": {"itemSchema": ROW}}
    shown = api({"/it": {"get": {"responses": {"200": {"description": "", "content": content}}}}}).ask(
        "GET", "/it"
    )
    rows = [json.loads(line) for line in shown.json.splitlines()]
    assert rows
    assert all(isinstance(row["a"], int) for row in rows)


def test_a_sequence_that_is_sent_is_checked_line_by_line() -> None:
    content = {"application/jsonl": {"itemSchema": ROW}}
    mock = api(
        {
            "/it": {
                "post": {
                    "requestBody": {"required": True, "content": content},
                    "responses": {"204": answer(), "400": REFUSED},
                }
            }
        }
    )
    lines = {"content-type": "application/jsonl"}
    assert 204 == mock.ask("POST", "/it", b'{"a":1}\n{"a":2}\n', lines).status
    assert "body[1]" in json.dumps(mock.ask("POST", "/it", b'{"a":1}\n{"a":"x"}\n', lines).json)


ERRORS = {
    "text/plain": (TEXT, b"Validation failed: query.a: expected an integer, got"),
    "text/html": ({**TEXT, "maxLength": 20}, b"Validation failed: q"),
    "application/xml": (
        {**thing(message=TEXT), "xml": {"name": "oops"}},
        b"<oops><message>Validation failed: ",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_in_its_declared_media_type(name: str) -> None:
    schema, start = ERRORS[name]
    asks = {
        "parameters": [{"name": "a", "in": "query", "schema": WHOLE}],
        "responses": {"200": answer(), "400": {"description": "", **typed(name, schema=schema)}},
    }
    refused = api({"/it": {"get": asks}}).ask("GET", "/it?a=%3Cb%3E")
    assert (400, name) == (refused.status, refused.headers["content-type"])
    assert start in refused.json
    assert name == "text/plain" or b"<b>" not in refused.json


def test_a_form_holds_objects_in_brackets_or_as_json() -> None:
    schema = thing(
        a=thing(b=WHOLE, c={"type": "array", "items": WHOLE}),
        d=thing(e=WHOLE),
        f={"type": "array", "items": ROW},
    )
    body = {"required": True, **typed("application/x-www-form-urlencoded", schema=schema)}
    mock = api({"/it": {"post": {"requestBody": body, "responses": {"200": answer(schema), "400": REFUSED}}}})
    form = {"content-type": "application/x-www-form-urlencoded"}
    sent = b"a[b]=1&a%5Bc%5D[]=2&a[c][]=3&d={%22e%22:4}&f[0][a]=5&f[1][a]=6"
    assert 200 == mock.ask("POST", "/it", sent, form).status
    for wrong in (
        b"a[b]=x",
        b"a[b]=1&a[b][c]=2",
        b"a[b=1",
        b"a" + b"[b]" * 10_000 + b"=1",
        b"d={",
        b"f[0][a]=x",
    ):
        assert 400 == mock.ask("POST", "/it", wrong, form).status, wrong


def test_yaml_is_read_within_limits() -> None:
    body = {"required": True, **typed("application/yaml", schema=ROW)}
    mock = api({"/it": {"post": {"requestBody": body, "responses": {"204": answer(), "400": REFUSED}}}})
    laughs = b"a: &a [1]\n" + b"".join(
        b"%c: &%c [%s]\n" % (each, each, b", ".join([b"*%c" % (each - 1)] * 9)) for each in range(98, 110)
    )
    for sent, status in ((b"a: 1", 204), (b"a: x", 400), (b"a: [", 400), (b"[" * 5000, 400), (laughs, 400)):
        assert status == mock.ask("POST", "/it", sent, {"content-type": "application/yaml"}).status


def test_a_large_file_is_no_trouble(files: Api) -> None:
    data = PNG * 4000
    body, headers = multipart(Part("file", data, "image/png", "p.png"))
    made = files.ask("POST", "/files", body, headers)
    assert data == files.ask("GET", f"/files/{made.json['id']}/content").json
