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
from tests.handlers.generic.api import Answered
from tests.handlers.generic.asking import Asking
from tests.handlers.generic.rounds import Rounds

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
Said = dict[str, tuple[int, dict[str, str], bytes]]


def stateless(document: Document, order: int) -> Said:
    """Every answer that reads no store: the usual one of each operation that nothing is kept for, and the one
    of each declared status; asked in an order that is drawn."""
    asking = Asking(document)
    asked = [*_stateless(asking, document)]
    Random(order).shuffle(asked)
    return {f"{operation.id} {status}": _told(_ask(asking, operation, status)) for operation, status in asked}


def _stateless(asking: Asking, document: Document) -> Iterator[tuple[Operation, str]]:
    for operation in document.operations:
        if asking.api.app.resolver.describe(operation) == "the document's examples and schemas":
            yield operation, ""
        yield from ((operation, key) for key in operation.responses if key.isdecimal() and key < "500")


def _ask(asking: Asking, operation: Operation, status: str) -> Answered:
    found = {p.name: asking.value(p) for p in operation.parameters if p.location == "path"}
    path = {name: value if isinstance(value, str) else ",".join(value) for name, value in found.items()}
    return asking.send(
        operation, path, asking.body(operation, "asked"), **({"__code": status} if status else {})
    )


def lives(document: Document, seed: int = 1) -> list[tuple[int, dict[str, str], bytes]]:
    """The answers to one sequence of requests, a round of each resource, at one time."""
    asking = Asking(document, seed=seed, clock=NOON)
    for _ in Rounds(asking):
        pass
    return [_told(answer) for answer in asking.api.answers]


def _told(answer: Answered) -> tuple[int, dict[str, str], bytes]:
    return answer.status, answer.headers, answer.raw


def digest(path: str, order: int) -> str:
    """Of all that a document's mock says."""
    document = load(path)
    said = sorted(stateless(document, order).items()), lives(document)
    return hashlib.sha256(repr(said).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest(str(Path(sys.argv[1])), int(sys.argv[2])))
