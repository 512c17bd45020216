"""One document asked the same in another order, or in another process: what is said has to be the same.

python -m tests.handlers.asked DOCUMENT ORDER      prints a digest of all that is answered
"""

import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from openapi.document import Document, load
from openapi.operation import Operation
from openapi.resources import ABSENT
from tests.handlers.generic.api import NO_BODY, Answered
from tests.handlers.generic.test_every_resource import Round

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
Said = dict[str, tuple[int, dict[str, str], bytes]]


def stateless(document: Document, order: int) -> Said:
    """Every answer that reads no store: the usual one of each operation that nothing is kept for, and the one
    of each declared status; asked in an order that is drawn."""
    kept = Round(document)
    asked = [*_stateless(kept, document)]
    Random(order).shuffle(asked)
    return {f"{operation.id} {status}": _told(_ask(kept, operation, status)) for operation, status in asked}


def _stateless(kept: Round, document: Document) -> Iterator[tuple[Operation, str]]:
    for operation in document.operations:
        if kept.api.app.resolver.describe(operation) == "the document's examples and schemas":
            yield operation, ""
        yield from ((operation, key) for key in operation.responses if key.isdecimal() and key < "500")


def _ask(kept: Round, operation: Operation, status: str) -> Answered:
    body = kept.body(operation)
    values = {p.name: kept.value(p) for p in operation.parameters if p.location == "path"}
    more = {"prefer": f"code={status}"} if status else {}
    return kept.send(operation, values, NO_BODY if body is ABSENT else body, **more)


def lives(document: Document, seed: int = 1) -> list[tuple[int, dict[str, str], bytes]]:
    """The answers to one sequence of requests, two records of each resource, at one time."""
    kept = Round(document, seed=seed, clock=NOON)
    for resource in kept.model.resources.values():
        made = [kept.made(resource) for _ in range(2)]
        for path, _ in filter(None, made):
            above = {p.parameter.name: path[p.parameter.name] for p in resource.parents}
            for role in ("read", "list", "update", "replace", "delete"):
                operation = resource.operations.get(role)
                if operation is not None:
                    body = kept.body(operation)
                    at = above if role == "list" else path
                    kept.send(operation, at, NO_BODY if body is ABSENT else body)
    return [_told(answer) for answer in kept.api.answers]


def _told(answer: Answered) -> tuple[int, dict[str, str], bytes]:
    return answer.status, answer.headers, answer.raw


def digest(path: str, order: int) -> str:
    """Of all that a document's mock says."""
    document = load(path)
    said = sorted(stateless(document, order).items()), lives(document)
    return hashlib.sha256(repr(said).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest(str(Path(sys.argv[1])), int(sys.argv[2])))
