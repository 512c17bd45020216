"""Which statuses refuse a request, in the document's words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contract_tests.check import Level
from openapi.operation import Operation
from openapi.source import join_pointer

ANY_SERVER = frozenset({405, 413, 414, 429, 431, 500, 501, 502, 503, 504})
"""Statuses of any server, which no document needs to declare, or that another check speaks of."""

INVALID = (400, 422)
"""Bad input."""

MEDIA_TYPE = (415, 400, 406, 422)
"""A body in an undeclared media type (RFC 9110 section 15.5.16)."""

UNKNOWN = (404, 410)
"""Nothing is there."""

FOREIGN = (404, 403, 401, 410)
"""Not yours."""


@dataclass(frozen=True, slots=True)
class _Hole:
    """What an operation may have to say, by which of its answers, and the statuses that can say it."""

    says: str
    answered: Sequence[int]
    said_by: Sequence[int]
    arises: Callable[[Operation], bool]


_HOLES = (
    _Hole("who may not ask", (401, 403), (401, 403), lambda operation: any(operation.security)),
    _Hole("that nothing is there", UNKNOWN, UNKNOWN, lambda operation: "{" in operation.path),
    _Hole(
        "that the input is wrong", INVALID, INVALID,
        lambda operation: operation.body is not None or bool(operation.parameters),
    ),
    _Hole(
        "that a media type is not known", (415, 406), MEDIA_TYPE,
        lambda operation: operation.body is not None,
    ),
    _Hole(
        "that something is in the way", (409,), (409, 422, 400),
        lambda operation: operation.body is not None,
    ),
)  # fmt: skip


def suits(operation: Operation, status: int, wanted: Sequence[int]) -> bool:
    """Whether a status refuses what was sent: one of the declared ones that are `wanted`; any 4xx where none
    of those is declared by its number. A range or `default` says that others are used too."""
    if not 400 <= status < 500:
        return False
    exact = [each for each in wanted if str(each) in operation.responses]
    if not exact or (exact == [401] and 404 in wanted):  # 401 alone is for those who do not say who they are
        return True
    return status in exact or (status in wanted and _declares(operation, status))


def declared(operation: Operation, wanted: Sequence[int]) -> str:
    """The refusals that an operation declares, for a sentence."""
    known = [str(each) for each in wanted if str(each) in operation.responses]
    some = "any 4xx" if any(_declares(operation, each) for each in wanted) else ""
    return " or ".join(known) or some or "any 4xx, since none that suits is declared"


def level_of(operation: Operation, wanted: Sequence[int], level: Level) -> Level:
    """`level` where the operation declares a refusal that suits, else CONVENTION."""
    return level if any(_declares(operation, each) for each in wanted) else Level.CONVENTION


def refusal_pointer(operation: Operation, wanted: Sequence[int]) -> str:
    """Where the refusal that suits is declared; the responses, where none is."""
    found = next((response for each in wanted if (response := operation.response(each))), None)
    tokens = ("responses", found.key) if found else ("responses",)
    return join_pointer(operation.place.pointer, *tokens)


def undeclared(operation: Operation, status: int) -> str | None:
    """What a status says that the operation has to say sometimes, and for which its document declares no
    status: the hole is the document's. None where there is no such hole."""
    if 200 <= status < 300:
        return None if operation.success or _declares(operation, status) else "that it succeeded"
    found = next((hole for hole in _HOLES if status in hole.answered), None)
    if found is None or not found.arises(operation):
        return None
    return None if any(_declares(operation, each) for each in found.said_by) else found.says


def _declares(operation: Operation, status: int) -> bool:
    return operation.response(status) is not None
