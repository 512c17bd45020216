"""500 for what a client may send, or what is to be refused."""

from collections.abc import Callable, Iterator
from functools import partial

from handlers.call import Call, Handler, Json, Reply
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.refusing import texts
from handlers.controls.faults.scene import CHANGES, WRITES, Spot
from handlers.controls.faults.spoils import Arriving, Function, Refused
from handlers.exchange import Exchange
from handlers.problems import BadRequest, NotFound, Refusal, UnsupportedMediaType
from openapi import codec

_fault = partial(Fault, "crash")

_ALLOWED = "A body that fits its schema is accepted, and no request is answered 500."
_REFUSED = "What the document does not allow is refused with a 4xx status, and no request is answered 500."


class Crashed(Refusal):
    """A bug that ends a request. The mock itself is in good order."""


def _numbers(value: Json) -> Iterator[int]:
    """Every integer in a value, at any depth."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _numbers(part)


def _crashing(on: Callable[[Json], bool], roles: tuple[str, ...] = WRITES) -> Function:
    """Crashes on a valid body of some kind."""

    def answer(_spot: Spot, handler: Handler, call: Call) -> Reply:
        if on(call.body):
            raise Crashed
        return handler(call)

    return Function(dict.fromkeys(roles, answer))


def _text(test: Callable[[str], bool]) -> Callable[[Json], bool]:
    return lambda body: any(map(test, texts(body)))


def _refusal(test: Callable[[Refusal], bool]) -> Refused:
    """Crashes in the place of a refusal."""
    return Refused(lambda _spot, refusal: Crashed() if test(refusal) else refusal)


def _is_malformed_path(refusal: Refusal) -> bool:
    return isinstance(refusal, BadRequest) and str(refusal.details[0]).startswith("path.")


def _arriving(on: Callable[[Spot, bytes], bool]) -> Arriving:
    """Crashes on the bytes of a body, valid or not."""

    def change(spot: Spot, _now: Exchange, raw: bytes) -> bytes:
        if on(spot, raw):
            raise Crashed
        return raw

    return Arriving(change)


def _decoded(raw: bytes) -> Json:
    """What a body spells, or _NO_JSON."""
    try:
        return codec.decode(raw)
    except codec.DecodeError:
        return _NO_JSON


_NO_JSON: Json = object()


def _is_undecodable(_spot: Spot, raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return True
    return False


def _is_malformed(spot: Spot, raw: bytes) -> bool:
    return bool(raw) and not _is_undecodable(spot, raw) and _decoded(raw) is _NO_JSON


def _is_no_object(_spot: Spot, raw: bytes) -> bool:
    body = _decoded(raw)
    return body is not _NO_JSON and not isinstance(body, dict)


def _holds_forbidden_null(spot: Spot, raw: bytes) -> bool:
    body = _decoded(raw)
    nulls = [name for name, value in body.items() if value is None] if isinstance(body, dict) else []
    return any(p.name in nulls and "null" not in spot.types(spot.written(p)) for p in spot.writable())


FAULTS = (
    _fault("non_ascii_text_crashes", "A character beyond ASCII in a body is answered 500.", _ALLOWED,
           _crashing(_text(lambda text: not text.isascii()))),
    _fault("rare_character_crashes", "A character beyond U+FFFF in a body is answered 500.", _ALLOWED,
           _crashing(_text(lambda text: any(char > "\uffff" for char in text)))),
    _fault("nul_crashes", "The character NUL in a body is answered 500.", _ALLOWED,
           _crashing(_text(lambda text: "\0" in text))),
    _fault("large_integer_crashes", "An integer beyond 64 bits in a body is answered 500.", _ALLOWED,
           _crashing(lambda body: any(abs(number) >= 2**63 for number in _numbers(body)))),
    _fault("empty_text_crashes", "An empty text in a body is answered 500.", _ALLOWED,
           _crashing(_text(lambda text: not text))),
    _fault("long_text_crashes", "A text of more than 255 characters in a body is answered 500.", _ALLOWED,
           _crashing(_text(lambda text: len(text) > 255))),
    _fault("empty_update_crashes", "An update with an empty object is answered 500.", _ALLOWED,
           _crashing(lambda body: body == {}, CHANGES)),
    _fault("unknown_id_crashes", "What is not there is answered 500.", _REFUSED,
           _refusal(lambda refusal: isinstance(refusal, NotFound))),
    _fault("malformed_id_crashes",
           "A parameter in the path that breaks its schema is answered 500.", _REFUSED,
           _refusal(_is_malformed_path)),
    _fault("malformed_json_crashes", "A body that is no JSON is answered 500.", _REFUSED,
           _arriving(_is_malformed)),
    _fault("undecodable_text_crashes", "A body that is not UTF-8 is answered 500.", _REFUSED,
           _arriving(_is_undecodable)),
    _fault("body_that_is_no_object_crashes", "A body that is JSON but no object is answered 500.", _REFUSED,
           _arriving(_is_no_object)),
    _fault("missing_body_crashes", "A request without the body that it needs is answered 500.", _REFUSED,
           _arriving(lambda _spot, raw: not raw)),
    _fault("forbidden_null_crashes", "A property that is null and may not be is answered 500.", _REFUSED,
           _arriving(_holds_forbidden_null)),
    _fault("undeclared_media_type_crashes",
           "A body of a media type that is not declared is answered 500.", _REFUSED,
           _refusal(lambda refusal: isinstance(refusal, UnsupportedMediaType))),
)  # fmt: skip
