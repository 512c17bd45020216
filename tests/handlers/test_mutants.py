"""Documents with mistakes at places drawn by chance: each is served, or refused in one line."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from openapi.document import Document
from openapi.findings import look_through, report
from openapi.source import SourceError, parse, read
from tests.handlers.generic.api import NO_BODY, Api, serving

HERE = Path(__file__).parents[1]
DOCUMENTS = sorted([*(HERE / "handlers/documents").glob("*.yaml"), *(HERE / "servers").glob("*.yaml")])
EACH = 12
WRONG: list[Any] = [
    None, True, -1, 1.5, "", "x", [], {}, [None], {"a": None}, {"$ref": "#/nope"}, {"$ref": 5}, {"$ref": "#"},
    ["a", "a"], {"type": "object"}, "(((", 10**30, {"type": ["string", 5]}, {"$ref": "other.yaml"}, [[]],
    {"": ""},
]  # fmt: skip


def _spots(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from _spots(part, (*at, key))


def _mutant(data: Any, chance: Random) -> Any:
    """The data with something left out, or something else in its place."""
    data = copy.deepcopy(data)
    for _ in range(chance.choice((1, 2, 4))):
        *above, last = chance.choice(list(_spots(data)))
        owner = data
        for key in above:
            owner = owner[key]
        if chance.random() < 0.3:
            del owner[last]
        else:
            owner[last] = copy.deepcopy(chance.choice(WRONG))
    return data


def _ask(mock: Api, document: Document) -> None:
    """A handful of requests; any 5xx fails."""
    for operation in document.operations[:8]:
        path = re.sub(r"\{[^{}]*\}", "1", operation.path).replace("?", "%3F").replace(" ", "%20")
        for body, headers in ((NO_BODY, {}), ({"name": "a"}, {}), (NO_BODY, {"prefer": "dynamic=true"})):
            mock.ask(operation.method, path, body, headers)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_with_mistakes_is_served_or_refused_in_one_line(path: Path) -> None:
    chance, data = Random(path.name), read(path).data
    for _ in range(EACH):
        mutant = _mutant(data, chance)
        try:
            document = Document(parse("mutant.json", json.dumps(mutant).encode()))
            mock = serving(document, auth="off", base_path="")
            look_through(document)
            list(report(document, None))
            _ask(mock, document)
        except SourceError as error:
            assert "\n" not in str(error)
