"""Connexion reads the skeleton of any document, and finds every operation in it."""

from connexion.spec import Specification

from openapi.document import Document, load
from openapi.skeleton import skeleton
from openapi.source import parse

TEXT = """
openapi: 3.2.0
paths:
  /a/{id}.json:
    parameters: [{name: id, in: path, required: true, schema: {type: [string, 'null']}}]
    get: {operationId: same, responses: {4XX: {description: no}}}
    trace: {operationId: own}
    query: {operationId: ask}
    additionalOperations:
      COPY: {responses: {}}
      MOVE: {}
  /b:
    get: {operationId: same}
  /c: {}
"""


def test_every_operation_has_a_place_of_its_own() -> None:
    """Unique ids, methods and paths are all that is left; what 3.0 does not know gets another path."""
    found = skeleton(Document(parse("d.yaml", TEXT.encode())))
    assert {
        ("/a/{id}.json", "get"): "GET /a/{id}.json",
        ("/a/{id}.json", "trace"): "own",
        ("/a/{id}.json#QUERY", "post"): "ask",
        ("/a/{id}.json#COPY", "post"): "COPY /a/{id}.json",
        ("/a/{id}.json#MOVE", "post"): "MOVE /a/{id}.json",
        ("/b", "get"): "GET /b",
    } == {
        (path, method): operation["operationId"]
        for path, item in found["paths"].items()
        for method, operation in item.items()
    }
    assert ("3.0.3", {"title": "untitled", "version": "0"}) == (found["openapi"], found["info"])


def test_connexion_reads_it() -> None:
    """The skeletons of a 3.2 document, of an empty one and of the bundled one pass Connexion's validation."""
    for document in (
        Document(parse("d.yaml", TEXT.encode())),
        Document(parse("d.yaml", b"openapi: 3.1.0")),
        load(),
    ):
        assert (3, 0, 3) == Specification.load(skeleton(document)).version
