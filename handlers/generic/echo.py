"""Stateless answers that suit their request: the example that belongs to it, and its own words again."""

from collections.abc import Iterator, Mapping

from handlers.call import NO_BODY, Call, Json
from openapi.document import Document
from openapi.examples import written_examples
from openapi.operation import Operation, Place
from openapi.schema import Validator
from openapi.spots import placed


class Pairs:
    """The written examples of one operation's requests, by name: OpenAPI pairs them with those of answers by
    having the same names."""

    def __init__(self, document: Document, operation: Operation) -> None:
        self._bodies = dict(_examples(document, operation.body.content if operation.body else {}))
        self._parameters = {
            each.name: found for each in operation.parameters if (found := dict(_named(document, each.place)))
        }

    def named(self, call: Call, answers: Mapping[str, Json]) -> str | None:
        """The name of the answer whose request is this one, or None."""
        return next((name for name in answers if name and self._is(name, call)), None)

    def _is(self, name: str, call: Call) -> bool:
        """Whether a request has all that the examples of a name say of one, if they say anything."""
        told = [
            (call.parameters.get(key), found[name])
            for key, found in self._parameters.items()
            if name in found
        ]
        if name in self._bodies:
            told.append((call.body, self._bodies[name]))
        return bool(told) and all(_covers(given, wanted) for given, wanted in told)


def _covers(given: Json, wanted: Json) -> bool:
    return given is not NO_BODY and bool(given == wanted)


def _examples(document: Document, content: Mapping[str, Place]) -> Iterator[tuple[str, Json]]:
    for place in content.values():
        yield from _named(document, place)


def _named(document: Document, place: Place) -> Iterator[tuple[str, Json]]:
    return ((name, value) for name, value in written_examples(document, place) if name)


def echoed(body: Json, call: Call, validator: Validator) -> Json:
    """A body whose members say what the request says under their names, wherever it stays valid: the id that
    is asked for is the id that is answered."""
    if not isinstance(body, dict):
        return body
    sent = call.body if isinstance(call.body, dict) else {}
    for name, value in {**sent, **call.parameters}.items():
        at = _place_of(body, name)
        if at is None:
            continue
        changed = placed(body, at, value)
        if validator.is_valid(changed):
            body = changed
    return body


_DEEPEST = 2


def _place_of(body: dict[str, Json], name: str, depth: int = 1) -> tuple[str, ...] | None:
    """Where a member of the name stands: in the body, else in the one object that it holds."""
    if name in body:
        return (name,)
    inner = [(key, part) for key, part in body.items() if isinstance(part, dict)]
    if len(inner) == 1 and depth < _DEEPEST:
        below = _place_of(inner[0][1], name, depth + 1)
        return (inner[0][0], *below) if below else None
    return None
