"""Values for a property that is to be created with them."""

from collections.abc import Iterator
from typing import Any

from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same
from openapi.codec import Json
from openapi.example import sample
from openapi.shape import shape

_TRIES = 24


def values_of(asking: Asking, schema: Any, name: str, *words: str) -> Iterator[Json]:
    """Values that most likely fit a schema of a request, each once, the ones that nobody else has first.
    Whoever uses one has the whole body judged. `words`: others come for other words."""
    known: list[Json] = []
    for value in _candidates(asking, schema, name, words):
        if value is not None and not any(same(value, each) for each in known):
            known.append(value)
            yield value


def _candidates(asking: Asking, schema: Any, name: str, words: tuple[str, ...]) -> Iterator[Json]:
    tree, resolve = asking.contract.requests.tree, asking.contract.requests.resolve
    chance = asking.bodies.random(name, *words)
    types = shape(tree, schema).types
    if "string" in types:
        for _ in range(2):
            yield f"{asking.bodies.unique_text()}-{chance.getrandbits(32):08x}"
    if types == {"boolean"}:
        yield from (True, False)
    for _ in range(_TRIES):
        yield sample(schema, resolve, name=name, written=False, choose=chance)
