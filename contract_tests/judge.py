"""openapi-core (0.23) as the second judge of every answer to a declared operation: status, media type,
headers, body. Only this module knows it.

It judges by rules that we did not write. Where it and our own checks disagree, one of the two is wrong;
where it is known to be it, `judge_limits.py` says so, and any other disagreement is a fault of ours.
"""

import json
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.templating.paths.datatypes import PathOperationServer
from openapi_core.templating.paths.finders import BasePathFinder
from openapi_core.templating.responses.exceptions import ResponseNotFound
from openapi_core.validation.response.exceptions import HeaderValidationError, MissingRequiredHeader
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue

from contract_tests.contract import Contract
from contract_tests.engines.complaints import UNREADABLE, Complaint, Kind, complaints
from contract_tests.engines.judge_limits import limit_of
from contract_tests.engines.quarrel import Quarrel
from contract_tests.exchange import Answer, Exchange
from openapi.kinds import METHODS
from openapi.media import essence, is_json, match
from openapi.operation import Operation, Response

LARGEST = 256 * 1024
"""Bytes of a body that is judged twice: it takes some 75 us for each value in it."""


LONGEST = 200
"""Characters of one of its sentences that are kept."""


_UNTOLD = Complaint("body", "our own checks say more than the schemas")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What openapi-core says of an answer. `ok` is None where it cannot say; `reason`: why not."""

    ok: bool | None
    reason: str = ""
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer that one of the two judges takes and the other does not, for no known reason."""

    exchange: Exchange
    reason: str


class SecondJudge:
    """Judges answers by one document. Built when it is first asked; thread-safe.

    `explained`: how many disagreements each known limit explained.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._known: dict[bytes, Verdict] = {}
        self._lock = threading.Lock()
        self.explained: Counter[str] = Counter()

    def judge(self, exchange: Exchange) -> Verdict:
        """What it says of an answer; the same answer of the same operation is judged once."""
        operation, answer = exchange.operation, exchange.answer
        if operation is None or answer is None:
            return Verdict(None, "no answer to a declared operation")
        if len(answer.body) > LARGEST:
            return Verdict(None, f"a body of more than {LARGEST // 1024} kB")
        key = _digest(operation, answer)
        with self._lock:
            if key not in self._known:
                self._known[key] = self._judged(operation, answer)
            return self._known[key]

    def compare(self, exchange: Exchange, ours: bool) -> Disagreement | None:
        """Whether it disagrees with our own verdict (does the answer keep status, media type, headers and
        body as declared?), unless one of its known limits explains that."""
        verdict = self.judge(exchange)
        if verdict.ok is None or verdict.ok is ours:
            return None
        told = list(verdict.complaints) or complaints(self._contract, exchange) or [_UNTOLD]
        limit = limit_of(Quarrel(self._contract, exchange), told)
        if limit is not None:
            self.explained[limit] += 1
            return None
        said = verdict.reason or "openapi-core finds nothing wrong with it"
        return Disagreement(exchange, f"{said}; our own checks say otherwise")

    def _judged(self, operation: Operation, answer: Answer) -> Verdict:
        response = operation.response(answer.status)
        asked = _Asked(operation.method.lower(), operation.path)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns of deprecated headers and styles
                errors = list(self._validator.iter_errors(asked, _Came(answer, response)))
        except Exception as error:  # whatever it stumbles over, it has no verdict
            return Verdict(None, f"openapi-core cannot judge it: {type(error).__name__}: {_said(error)}")
        told = tuple(complaint for error in errors for complaint in _told(error))
        return Verdict(not errors, "; ".join(complaint.said for complaint in told[:3]), told)

    @cached_property
    def _validator(self) -> Any:
        document = self._contract.document
        names = {name for o in document.operations for r in o.responses.values() for name in r.content}
        json_names = [essence(name) for name in names if is_json(essence(name))]
        readers: dict[str, Callable[[bytes], Any]] = dict.fromkeys(json_names, _read_json)
        readers |= dict.fromkeys((essence(name) for name in names if "*" in name), _read_any)
        config = Config(
            spec_validator_cls=None,  # it is judged elsewhere, and a large document takes ten seconds
            path_finder_cls=_Finder,
            extra_media_type_deserializers=readers,
        )
        return OpenAPI.from_dict(document.data, config=config).response_validator


class _Finder(BasePathFinder):
    """Looks an operation up by its template, which we know; the library's own finder tries each path."""

    def find(self, method: str, name: str) -> PathOperationServer:
        item = self.spec / "paths" / name
        operation = item / method if method in METHODS else item / "additionalOperations" / method.upper()
        return PathOperationServer(item, operation, None, None, None)


@dataclass
class _Asked:
    """The request that was answered, as far as the library wants to know it."""

    method: str
    path_pattern: str
    host_url: str = ""
    body: bytes | None = None
    content_type: str = ""

    @property
    def path(self) -> str:
        return self.path_pattern

    @property
    def parameters(self) -> RequestParameters:
        return RequestParameters()


class _Came:
    """An answer in the library's words: media type and headers as the document spells them, as it compares
    them by their spelling."""

    def __init__(self, answer: Answer, response: Response | None) -> None:
        self.status_code, self.data = answer.status, answer.body
        declared = response.content if response else {}
        spelled = match(answer.media_type, [name for name in declared if "*" not in name])
        self.content_type = spelled or answer.media_type  # None would stand for any
        values = ((name, answer.header(name)) for name in (response.headers if response else ()))
        self.headers = {name: value for name, value in values if value is not None}


def _read_json(data: bytes, **_parameters: str) -> Any:
    return json.loads(data)


def _read_any(data: bytes, **_parameters: str) -> Any:
    """What comes where a range of media types is declared."""
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")


def _digest(operation: Operation, answer: Answer) -> bytes:
    """What a verdict depends on."""
    head = repr(
        (operation.id, answer.status, [pair for pair in answer.headers if pair[0].lower() not in _PASSING])
    )
    return blake2b(head.encode() + b"\0" + answer.body, digest_size=16).digest()


_PASSING = {"date", "content-length", "server"}
"""Headers that are new with every answer, and in no document."""


def _told(error: Exception) -> Iterator[Complaint]:
    """What is wrong, piece by piece."""
    cause = error.__cause__
    kind: Kind = "header" if isinstance(error, HeaderValidationError) else "body"
    if isinstance(cause, InvalidSchemaValue):
        for broken in cause.schema_errors:
            yield Complaint(kind, _cut(getattr(broken, "message", str(broken))), frozenset(_keywords(broken)))
    elif isinstance(error, ResponseNotFound):
        yield Complaint("status", f"{error.http_status} is not declared")
    elif isinstance(error, MissingRequiredHeader):
        yield Complaint("missing header", f"header.{error.name}: required, but missing", header=error.name)
    elif isinstance(cause, MediaTypeNotFound):
        yield Complaint("media type", f"{cause.mimetype or 'no media type'} is not declared")
    else:
        yield Complaint(kind, _cut(_said(cause or error)), UNREADABLE)


def _keywords(broken: Any) -> Iterator[str]:
    """The keyword that is broken, and those inside it (of anyOf: each branch's)."""
    yield broken.validator
    for inner in broken.context or ():
        yield from _keywords(inner)


def _said(error: BaseException) -> str:
    """What an error says, if it can: some of the library's decode the body to say it."""
    try:
        return str(error)
    except UnicodeDecodeError:
        return f"{type(error).__name__}: the body is not UTF-8"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
