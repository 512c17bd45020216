"""Which one part of a request a server refuses it for: the part in which it differs from one that was taken.

A refusal of a request that fits the document says little by itself. The rule may be one that no schema
holds: a reference that leads nowhere, a start after its end, a text with a grammar of its own. Where all
but one number, boolean or null of it was taken before, the refusal is of that value.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from contract_tests.contract import Contract
from contract_tests.relay import Passed
from openapi import codec
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT

MOST = 200
"""Requests that are remembered for each operation."""

Part = tuple[str, str]
"""(`query`, name) or (`body`, name of a property); (`body`, ``) is the whole body where it is no object."""


class Taken:
    """Remembers which requests were taken, and which paths there are."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._taken: dict[str, list[Mapping[Part, Json]]] = {}
        self._paths: set[str] = set()

    def hear(self, passed: Passed) -> None:
        """Takes note of a request that was answered with a success."""
        exchange, operation = passed.exchange, passed.exchange.operation
        if operation is None or not exchange.succeeded:
            return
        self._paths.add(_plain(passed))
        known = self._taken.setdefault(operation.id, [])
        if len(known) < MOST:
            known.append(_parts(passed))

    def blames(self, passed: Passed) -> str | None:
        """The name of the one value that a request is refused for, or None where that cannot be told."""
        operation = passed.exchange.operation
        if operation is None or ("{" in operation.path and not self._is_there(passed, operation)):
            return None
        sent = _parts(passed)
        for other in self._taken.get(operation.id, ()):
            different = [part for part in {**sent, **other} if not _same(sent, other, part)]
            if len(different) == 1 and _is_plain(different[0], sent.get(different[0], ABSENT)):
                return ".".join(different[0]).strip(".")
        return None

    def _is_there(self, passed: Passed, operation: Operation) -> bool:
        """Whether what the last parameter of the path names was found at some time."""
        plain, below = _plain(passed), operation.path.rpartition("}")[2]
        item = plain.removesuffix(below) if below else plain
        return item in self._paths or plain in self._paths


def _plain(passed: Passed) -> str:
    return passed.outgoing.path.partition("?")[0]


def _parts(passed: Passed) -> dict[Part, Json]:
    sent = passed.outgoing
    found: dict[Part, Json] = {}
    for name, text in parse_qsl(sent.path.partition("?")[2], keep_blank_values=True):
        found["query", name] = _read(text.encode(), text)
    body = _read(sent.body, ABSENT) if sent.body else ABSENT
    if isinstance(body, dict):
        found |= {("body", name): value for name, value in body.items()}
    elif body is not ABSENT:
        found["body", ""] = body
    return found


def _read(data: bytes, otherwise: Json) -> Json:
    try:
        return codec.decode(data)
    except codec.DecodeError:
        return otherwise


def _same(one: Mapping[Part, Json], other: Mapping[Part, Json], part: Part) -> bool:
    left, right = one.get(part, ABSENT), other.get(part, ABSENT)
    return type(left) is type(right) and bool(left == right)


def _is_plain(part: Part, value: Json) -> bool:
    """Whether a value has no meaning but its own: it is no text, and names nothing."""
    names_another = part[1].lower().removesuffix("s").endswith("id")
    return value is None or (isinstance(value, (bool, int, float)) and not names_another)
