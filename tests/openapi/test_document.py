"""A document gives its operations whole, and says with file and line what makes it unusable."""

from typing import Any

import pytest

from openapi.document import BUNDLED, Document, load
from openapi.operation import Operation, Parameter
from openapi.source import Source, SourceError, parse

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def document(text: str, head: str = HEAD) -> Document:
    return Document(parse("d.yaml", (head + text).encode()))


def operations(text: str, head: str = HEAD) -> dict[str, Operation]:
    return {operation.id: operation for operation in document(text, head).operations}


def only(text: str, head: str = HEAD) -> Operation:
    (operation,) = document(text, head).operations
    return operation


UNUSABLE = {
    "an empty file": ("", "d.yaml: expected an OpenAPI document, which is an object, found an empty file"),
    "a list": ("[1]", "d.yaml:1: expected an OpenAPI document, which is an object, found [1]"),
    "no version": (
        "info: {}",
        "d.yaml:1: expected `openapi: 3.x.y` at the top of the document, found no `openapi` there",
    ),
    "another version": (
        "\nopenapi: 4.0.0",
        'd.yaml:2: expected `openapi: 3.x.y` at the top of the document, found "4.0.0"',
    ),
    "Swagger": ("swagger: '2.0'", "d.yaml:1: Swagger 2.0 found, expected OpenAPI 3: convert it first"),
    "a list of paths": (
        "openapi: 3.0.0\npaths: [a]",
        'd.yaml:2: expected an object that maps paths to operations, found ["a"]',
    ),
}


@pytest.mark.parametrize(("text", "sentence"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_is_no_document(text: str, sentence: str) -> None:
    """What is no OpenAPI 3 document is refused when it is loaded, in one line."""
    with pytest.raises(SourceError) as refused:
        document(text, head="")
    assert sentence == str(refused.value)


UNREADABLE = {
    "a path without a slash": ("paths: {pets: {get: {}}}", "the path 'pets' does not start with a slash"),
    "a parameter without a name": (
        "paths: {/a: {get: {parameters: [{in: query}]}}}",
        'expected a parameter with a name, found {"in":"query"}',
    ),
    "a parameter from nowhere": (
        "paths: {/a: {get: {parameters: [{name: a, in: body}]}}}",
        '`in`: expected one of path, query, header, cookie, querystring, found "body"',
    ),
    "a list as a place": (
        "paths: {/a: {get: {parameters: [{name: a, in: [query]}]}}}",
        'found ["query"]',
    ),
    "an unknown style": (
        "paths: {/a: {get: {parameters: [{name: a, in: query, style: csv}]}}}",
        'pipeDelimited, deepObject, cookie, found "csv"',
    ),
    "an unknown status": (
        "paths: {/a: {get: {responses: {ok: {}}}}}",
        "expected a status as 200, 4XX or default, found 'ok'",
    ),
    "security that is no list": (
        "paths: {/a: {get: {security: {key: []}}}}",
        '`security`: expected a list of objects, found {"key":[]}',
    ),
    "a reference to nothing": (
        "paths: {/a: {get: {responses: {200: {$ref: '#/components/x'}}}}}",
        "$ref: #/components/x names nothing, and is taken for an empty object",
    ),
    "a reference to an anchor": (
        "paths: {/a: {$ref: '#here'}}",
        "$ref: #here names nothing, and is taken for an empty object",
    ),
    "a reference to another file": (
        "paths: {/a: {$ref: 'a.yaml#/get'}}",
        "$ref: a.yaml#/get names nothing, and is taken for an empty object",
    ),
    "a reference to itself": (
        "paths: {/a: {$ref: '#/paths/~1a'}}",
        "$ref: #/paths/~1a leads back to itself",
    ),
    "a circle of references": (
        "paths: {/a: {$ref: '#/x/b'}}\nx: {b: {$ref: '#/x/c'}, c: {$ref: '#/x/b'}}",
        "$ref: #/x/b leads back to itself",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_an_operation(text: str, sentence: str) -> None:
    """A mistake in an operation is a finding with its line; the operation is there without it."""
    found = document(text)
    _ = [operation.parameters for operation in found.operations]
    (told,) = found.findings()
    assert ("d.yaml", 1) == (told.name, found.wrong)
    assert told.line in {3, 4}
    assert sentence in told.message
    assert str(told).startswith(f"d.yaml:{told.line}: ")


def test_the_bundled_document() -> None:
    """Without a path, the contract that this kit carries is loaded."""
    assert BUNDLED.name == load().source.name.rpartition("/")[2]
    assert "listAgents" in {operation.id for operation in load().operations}


def test_title_and_version() -> None:
    """A document without `info` has a name all the same."""
    assert ("T", "1") == (document("").title, document("").version)
    bare = document("openapi: 3.0.0", head="")
    assert ("untitled", "", ()) == (bare.title, bare.version, bare.operations)


ORDER = """
paths:
  x-note: {}
  /b:
    description: not an operation
    put: {operationId: one}
    get: {operationId: same}
  /a:
    delete: {operationId: same}
    get: {}
    post:
"""


def test_operations_come_in_order_with_unique_ids() -> None:
    """An operation is called by its id where that is its own, else by method and path; null is none."""
    found = document(ORDER).operations
    assert ["one", "GET /b", "DELETE /a", "GET /a"] == [operation.id for operation in found]
    assert ["PUT", "GET", "DELETE", "GET"] == [operation.method for operation in found]
    assert "#/paths/~1b/put" == found[0].place.pointer


NEWER = "openapi: 3.2.0\n"


def test_operations_of_3_2() -> None:
    """`query` and the additional operations of OpenAPI 3.2 are operations as well."""
    found = document("paths: {/a: {query: {}, additionalOperations: {COPY: {}, Link: {}}}}", NEWER)
    assert ["QUERY /a", "COPY /a", "Link /a"] == [operation.id for operation in found.operations]


def test_a_path_item_may_be_a_component() -> None:
    """A path that only refers is the path item that it refers to, under its own path."""
    found = only(
        "paths: {/a: {$ref: '#/components/pathItems/A'}}\n"
        "components: {pathItems: {A: {get: {$ref: '#/x'}}}}\nx: {operationId: here}\n"
    )
    assert ("here", "/a", "#/x") == (found.id, found.path, found.place.pointer)


PARAMETERS = """
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, schema: {type: string}}
      - {name: id, in: query, schema: {type: string}}
      - {name: page, in: query}
    get:
      parameters:
        - {name: page, in: query, required: true, style: pipeDelimited, schema: false}
        - $ref: '#/components/parameters/x-tenant'
        - {name: c, in: cookie, explode: false, content: {application/json: null}}
components:
  parameters:
    x-tenant: {name: x-tenant, in: header, schema: {type: string}, style: simple, explode: true}
"""


def test_parameters_of_the_operation_win() -> None:
    """The parameters of the path item come first; one of the same name and place is replaced."""
    found = only(PARAMETERS).parameters
    read = {(p.location, p.name): (p.required, p.style, p.explode) for p in found}
    assert {
        ("path", "id"): (True, "simple", False),
        ("query", "id"): (False, "form", True),
        ("query", "page"): (True, "pipeDelimited", False),
        ("header", "x-tenant"): (False, "simple", True),
        ("cookie", "c"): (False, "form", False),
    } == read


def test_parameters_know_their_place() -> None:
    """A schema is found where the parameter itself stands, behind its references."""
    by_name: dict[str, Parameter] = {p.name: p for p in only(PARAMETERS).parameters}
    tenant, page, cookie = by_name["x-tenant"].schema, by_name["page"].schema, by_name["c"]
    assert tenant is not None
    assert page is not None
    assert "#/components/parameters/x-tenant/schema" == tenant.pointer
    assert ("#/paths/~1a~1{id}/get/parameters/0/schema", False) == (page.pointer, page.value)
    assert (None, {"application/json": {}}) == (
        cookie.schema,
        {name: place.value for name, place in cookie.content.items()},
    )


RESPONSES = """
paths:
  /a:
    post:
      requestBody: {$ref: '#/components/requestBodies/x-body'}
      responses:
        x-note: {description: not a response}
        '404': {description: missing}
        4xx: {description: refused}
        2XX: {description: done}
        '201':
          description: made
          headers: {x-next: {schema: {type: string}}, Location: {$ref: '#/components/headers/Link'}}
          content: {application/json: {schema: {}}, text/plain: }
        default:
components:
  headers: {Link: {required: true}}
  requestBodies: {x-body: {required: true, content: {application/json: {}}}}
"""


def test_responses() -> None:
    """A status has its own response, else that of its range, else the default."""
    operation = only(RESPONSES)
    assert ["404", "4XX", "2XX", "201", "default"] == list(operation.responses)
    keys = {status: operation.response(status) for status in (404, 400, 201, 202, 500)}
    assert ["404", "4xx", "201", "2XX", "default"] == [found.key for found in keys.values() if found]
    assert 201 == operation.success


def test_responses_keep_every_header_and_media_type() -> None:
    """Header names may begin with `x-`; what is left empty is an empty object."""
    made = only(RESPONSES).responses["201"]
    assert ["x-next", "Location"] == list(made.headers)
    assert ("#/components/headers/Link", True) == (
        made.headers["Location"].pointer,
        made.headers["Location"].get("required"),
    )
    assert [{"schema": {}}, {}] == [place.value for place in made.content.values()]


def test_an_operation_may_declare_nothing() -> None:
    """Without responses there is none for any status, and no success."""
    operation = only("paths: {/a: {get: {}}}")
    assert (None, None, None, ()) == (
        operation.response(200),
        operation.success,
        operation.body,
        operation.parameters,
    )


def test_the_body() -> None:
    """A body may be a component, and may be required."""
    body = only(RESPONSES).body
    assert body is not None
    assert (True, ["application/json"]) == (body.required, list(body.content))


SECURITY: dict[str, tuple[str, tuple[dict[str, list[str]], ...]]] = {
    "the document's": ("paths: {/a: {get: {}}}", ({"key": []},)),
    "its own": ("paths: {/a: {get: {security: [{a: [x], b: }]}}}", ({"a": ["x"], "b": []},)),
    "none": ("paths: {/a: {get: {security: []}}}", ()),
    "perhaps none": ("paths: {/a: {get: {security: [{}, {a: []}]}}}", ({}, {"a": []})),
    "left empty": ("paths: {/a: {get: {security: }}}", ({"key": []},)),
}


@pytest.mark.parametrize(("text", "security"), SECURITY.values(), ids=SECURITY.keys())
def test_security(text: str, security: tuple[dict[str, list[str]], ...]) -> None:
    """An operation's own requirements replace those of the document."""
    assert security == only(text, HEAD + "security: [{key: []}]\n").security


def test_security_schemes_may_have_any_name() -> None:
    """A scheme that begins with `x-` is a scheme."""
    found = document("components: {securitySchemes: {x-api-key: {type: apiKey}}}").security_schemes
    assert {"x-api-key": "apiKey"} == {name: scheme.get("type") for name, scheme in found.items()}


SERVERS = {
    "none": ("[]", ("",)),
    "the root": ("[{url: 'https://example.com'}, {url: /}, {url: ''}]", ("",)),
    "a path": ("[{url: 'https://example.com/v1/'}, {url: /v2}]", ("/v1", "/v2")),
    "the same path twice": ("[{url: 'https://a.example/v1'}, {url: 'http://b.example/v1'}]", ("/v1",)),
    "a relative path": ("[{url: v1}, {url: ./v2}, {url: .}]", ("/v1", "/v2", "")),
    "variables": (
        "[{url: '{scheme}://{host}:{port}/{base}', variables: {base: {default: v1}, port: {default: 80}}}]",
        ("/v1",),
    ),
    "a variable without default": ("[{url: '/{base}', variables: {base: }}]", ("",)),
    "an address that is none": ("[{url: 'http://[/v1'}]", ("/v1",)),
    "a query and a fragment": ("[{url: 'https://example.com/v1?a=/b#/c'}]", ("/v1",)),
    "no list": ("{url: /v1}", ("",)),
    "no objects": ("[7, {variables: [1]}]", ("",)),
}


@pytest.mark.parametrize(("servers", "paths"), SERVERS.values(), ids=SERVERS.keys())
def test_base_paths(servers: str, paths: tuple[str, ...]) -> None:
    """The path of each server stands in front of the document's paths."""
    assert paths == document(f"servers: {servers}").base_paths


def test_server_urls() -> None:
    """Variables take their defaults."""
    text = "servers: [{url: 'https://{host}/v1', variables: {host: {default: example.com}}}]"
    assert ("https://example.com/v1",) == document(text).server_urls


def test_places() -> None:
    """A place is found by its pointer, with every reference on the way followed."""
    found = document("x: {a: {$ref: '#/x/b'}, b: [{c: 1}]}")
    assert ("#/x/b/0/c", 1) == (found.at("#/x/a/0/c").pointer, found.at("#/x/a/0/c").value)
    with pytest.raises(SourceError, match=r"d\.yaml:3: nothing stands at #/x/a/1"):
        found.at("#/x/a/1")


def test_data_may_come_without_text() -> None:
    """A document may be made of data alone; what is found in it then has no line."""
    data: dict[str, Any] = {"openapi": "3.0.0", "paths": {"a": {}}}
    found = Document(Source("made", "", data))
    assert () == found.operations
    (told,) = found.findings()
    assert str(told).startswith("made: the path 'a' does not start with a slash")
