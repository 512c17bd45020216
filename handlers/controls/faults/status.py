"""Other statuses than the document declares, or than HTTP has for the case."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import Spot
from handlers.controls.faults.spoils import Outgoing, Refused
from handlers.controls.faults.wire import Wire
from handlers.problems import BadRequest, NotFound, Refusal, Unauthorized
from openapi import codec, media
from openapi.operation import Operation

_fault = partial(Fault, "status")

_DECLARED = "An operation answers with a status that the document declares for it."
_UNKNOWN = "An item that is not there is 404 (RFC 9110 section 15.5.5)."
_BAD_INPUT = (
    "A request that breaks its schema is refused as the document says: 400 or 422, where it has them."
)
_CREDENTIALS = (
    "Missing and wrong credentials are refused with 401 or 403 (RFC 9110 sections 15.5.2 and 15.5.4)."
)


class Unprocessable(BadRequest):
    status = 422
    title: ClassVar[str] = "Unprocessable content"


class NothingThere(NotFound):
    """404, declared or not."""

    instead: ClassVar[tuple[int, ...]] = ()


def _answering(status: int, role: str) -> Outgoing:
    """The same answer with another 2xx status, undeclared where that can be."""

    def change(spot: Spot, wire: Wire) -> None:
        wire.status = _undeclared(spot.operation, (status, 202, 203, 206))

    return Outgoing(change, frozenset({role}))


def _undeclared(operation: Operation, wanted: tuple[int, ...]) -> int:
    """The first of some statuses that the operation does not declare by number."""
    return next((status for status in wanted if str(status) not in operation.responses), wanted[0])


def _with_a_body(_spot: Spot, wire: Wire) -> None:
    if not wire.body:
        wire.status, wire.media_type, wire.body = 200, "application/json", b'{"deleted":true}'


def _without_a_body(_spot: Spot, wire: Wire) -> None:
    wire.status, wire.media_type, wire.body = 204, None, b""


def _instead(of: type[Refusal], other: Callable[[Spot, Refusal], Refusal | Wire]) -> Refused:
    """Another answer in the place of one kind of refusal."""
    return Refused(lambda spot, refusal: other(spot, refusal) if isinstance(refusal, of) else refusal)


def _as(kind: type[Refusal]) -> Callable[[Spot, Refusal], Refusal]:
    return lambda _spot, refusal: kind(*refusal.details)


def _nothing(spot: Spot, _refusal: Refusal) -> Wire:
    """A success with an empty object, as its first success declares it."""
    status = spot.operation.success or 200
    response = spot.operation.response(status)
    content = response.content if response else {}
    if not content:
        return Wire(status)
    return Wire(status, media.preferred(content), b"{}")


def _told_in_a_success(_spot: Spot, refusal: Refusal) -> Wire:
    body = {"error": refusal.error, "details": "; ".join(refusal.details)}
    return Wire(200, "application/json", codec.encode(body))


FAULTS = (
    _fault("create_answers_200", "A create answers 200, or another success that is not declared.", _DECLARED,
           _answering(200, "create")),
    _fault("read_answers_203", "A read answers 203, or another success that is not declared.", _DECLARED,
           _answering(203, "read")),
    _fault("update_answers_204", "An update answers 204 and has no body.", _DECLARED,
           Outgoing(_without_a_body, frozenset({"update", "replace"}))),
    _fault("delete_answers_200_with_a_body",
           "A delete that has nothing to say answers 200 and a body.", _DECLARED,
           Outgoing(_with_a_body, frozenset({"delete"}))),
    _fault("unknown_id_answers_400", "What is not there is answered 400.", _UNKNOWN,
           _instead(NotFound, _as(BadRequest))),
    _fault("unknown_id_answers_success",
           "What is not there is answered with a success and nothing in it.", _UNKNOWN,
           _instead(NotFound, _nothing)),
    _fault("bad_input_answers_422",
           "A request that breaks its schema is answered 422, declared or not.", _DECLARED,
           _instead(BadRequest, _as(Unprocessable))),
    _fault("bad_input_answers_404", "A request that breaks its schema is answered 404.", _BAD_INPUT,
           _instead(BadRequest, _as(NothingThere))),
    _fault("bad_input_answers_200",
           "A request that breaks its schema is answered 200 and an error.", _BAD_INPUT,
           _instead(BadRequest, _told_in_a_success)),
    _fault("bad_credentials_answer_400", "Missing and wrong credentials are answered 400.", _CREDENTIALS,
           _instead(Unauthorized, _as(BadRequest))),
    _fault("bad_credentials_answer_404", "Missing and wrong credentials are answered 404.", _CREDENTIALS,
           _instead(Unauthorized, _as(NothingThere))),
)  # fmt: skip
