"""What the fuzz engine finds, in our words: which requirement it breaks, what came, what was promised."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from contract_tests.check import Level
from contract_tests.contract import place
from contract_tests.engines.allowed import CannotTell
from contract_tests.engines.complaints import Complaint, Kind, complaints
from contract_tests.engines.doubts import Evidence, Shown
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import success_pointer
from openapi.explain import Problem
from openapi.media import match
from openapi.operation import Operation
from openapi.source import join_pointer

NO_ANSWER = "no answer"

_ALLOW = "allow_lists_the_documented_methods"


@dataclass(frozen=True, slots=True)
class FuzzFinding:
    """A requirement (`pointer` and `check`) that was not kept.

    `place`: `POST /agents`; `received` and `promised`: one sentence each; `steps`: the exchanges that show
    it, in order; `cases`: how often it showed; `cause`: what findings of one check have in common;
    `engine`: its check there.
    """

    pointer: str
    check: str
    level: Level
    place: str
    received: str
    promised: str
    steps: tuple[Exchange, ...]
    cause: str
    engine: str
    cases: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        return self.pointer, self.check, self.cause

    def merged(self, other: "FuzzFinding") -> "FuzzFinding":
        """Both as one, shown by the one that is easier to see again."""
        return replace(min(self, other, key=_effort), cases=self.cases + other.cases)


@dataclass(frozen=True, slots=True)
class _Words:
    pointer: str
    received: str
    promised: str
    cause: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """How findings of one check of the engine are told."""

    check: Callable[[Shown], str]
    level: Level
    words: Callable[[Evidence, Shown], _Words]


def tell(evidence: Evidence, shown: Shown) -> FuzzFinding:
    """A finding in our words. `shown.check` is one of RULES."""
    rule = RULES[shown.check]
    words = rule.words(evidence, shown)
    name = rule.check(shown)
    where = (
        shown.operation.path if words.pointer == _path_pointer(shown.operation) else place(shown.operation)
    )
    return FuzzFinding(
        words.pointer, name, rule.level, where, words.received, words.promised,
        tuple(passed.exchange for passed in shown.steps), words.cause, shown.check,
    )  # fmt: skip


def no_answer(exchange: Exchange, before: tuple[Exchange, ...] = ()) -> FuzzFinding | None:
    """The finding that a request was not answered; None where it belongs to no operation."""
    operation = exchange.operation
    if operation is None:
        return None
    return FuzzFinding(
        operation.place.pointer, "never_answers_with_a_server_error", Level.HTTP, place(operation),
        f"no answer: {exchange.problem or 'the connection was closed'}", "every request is answered",
        (*before, exchange), NO_ANSWER, "network_error",
    )  # fmt: skip


def _effort(finding: FuzzFinding) -> tuple[int, int]:
    last = finding.steps[-1].request
    return len(finding.steps), len(last.url) + len(last.body or b"")


def _named(name: str) -> Callable[[Shown], str]:
    return lambda _shown: name


def _path_pointer(operation: Operation) -> str:
    return join_pointer("#/paths", operation.path)


def _response(shown: Shown, *more: str) -> str:
    """Where the response to the last request stands, or something in it."""
    response = shown.operation.response(shown.last.status)
    tokens = (response.key, *more) if response else ()
    return join_pointer(shown.operation.place.pointer, "responses", *tokens)


def _complaint(evidence: Evidence, shown: Shown, *kinds: Kind) -> Complaint | None:
    return next((each for each in complaints(evidence.contract, shown.last) if each.kind in kinds), None)


def _first_line(shown: Shown) -> str:
    lines = (line.strip() for line in shown.message.splitlines())
    return next((line for line in lines if line), shown.kind)


def _server_error(_evidence: Evidence, shown: Shown) -> _Words:
    status = shown.last.status
    pointer = shown.operation.place.pointer
    return _Words(pointer, f"{status}, a server error", "a status below 500, whatever was sent", f"{status}")


def _status(_evidence: Evidence, shown: Shown) -> _Words:
    said = f"{shown.last.status} is not documented"
    pointer = join_pointer(shown.operation.place.pointer, "responses")
    declared = ", ".join(shown.operation.responses) or "none"
    return _Words(pointer, said, f"one of the declared statuses: {declared}", said)


def _media_type(_evidence: Evidence, shown: Shown) -> _Words:
    answer, response = shown.last.answer, shown.operation.response(shown.last.status)
    came = (answer.media_type if answer else "") or (
        "no Content-Type" if answer and answer.body else "no body"
    )
    declared = ", ".join(response.content) if response else "nothing"
    received, promised = (
        f"{came}, with status {shown.last.status}",
        f"{response.key if response else ''} comes as {declared}",
    )
    return _Words(_response(shown, "content"), received, promised, f"{came} instead of {declared}")


def _header(evidence: Evidence, shown: Shown) -> _Words:
    found = _complaint(evidence, shown, "header", "missing header")
    said = found.said if found else _first_line(shown)
    name = found.header if found else ""
    response = shown.operation.response(shown.last.status)
    pointer = _response(shown, "headers", *([name] if name else []))
    promised = f"the header {name} as {response.key if response else 'the document'} declares it"
    return _Words(pointer, said, promised, said.partition(", got ")[0].removeprefix("header."))


def _body(evidence: Evidence, shown: Shown) -> _Words:
    found = _complaint(evidence, shown, "body")
    said = found.said if found else _first_line(shown)
    where, _, rule = said.partition(": ")
    cause = f"{where.rpartition(']')[2].rpartition('.')[2] or where}: {rule.partition(', got ')[0]}"
    response, answer = shown.operation.response(shown.last.status), shown.last.answer
    name = match(answer.media_type, response.content) if response and answer else None
    pointer = _response(shown, "content", name) if name else _response(shown)
    return _Words(
        pointer, said, f"the schema of {response.key if response else ''}, {name or 'no body'}", cause
    )


def _violation(evidence: Evidence, shown: Shown) -> _Words:
    """A request that is not allowed was taken; the first thing that is wrong with it tells where."""
    problem = _first_problem(evidence, shown)
    where = problem.place if problem else "request"
    part = "requestBody" if where.startswith("body") or "content-type" in where else "parameters"
    said = str(problem) if problem else _first_line(shown)
    rule = problem.message.partition(", got ")[0] if problem else "it is not valid"
    status, pointer = shown.last.status, join_pointer(shown.operation.place.pointer, part)
    cause = f"{re.sub('[0-9]+', 'n', rule)}: {status}"
    return _Words(pointer, f"{status} for a request in which {said}", "a refusal (4xx)", cause)


def _valid(evidence: Evidence, shown: Shown) -> _Words:
    status, blamed = shown.last.status, evidence.taken.blames(shown.steps[-1])
    of_what = f", for its {blamed}" if blamed else ""
    return _Words(
        success_pointer(shown.operation), f"{status} for a request that fits the document{of_what}",
        "a success, as it is declared", f"a valid request is answered {status}",
    )  # fmt: skip


def _missing_header(_evidence: Evidence, shown: Shown) -> _Words:
    pointer = join_pointer(shown.operation.place.pointer, "parameters")
    status = shown.last.status
    return _Words(
        pointer, f"{status}: {_first_line(shown)}", "a refusal (4xx)", f"a missing header: {status}"
    )


def _method(_evidence: Evidence, shown: Shown) -> _Words:
    status, method = shown.last.status, shown.last.request.method
    pointer, promised = (
        _path_pointer(shown.operation),
        "405 with Allow, for a method that the path does not declare",
    )
    received = f"{method} is answered {status}" + (" without Allow" if status == 405 else "")
    cause = "405 comes without Allow" if status == 405 else f"an undocumented method is answered {status}"
    return _Words(pointer, received, promised, cause)


def _allow(evidence: Evidence, shown: Shown) -> _Words:
    declared = ", ".join(evidence.contract.paths[shown.operation.path])
    allow = (shown.last.answer.header("allow") if shown.last.answer else None) or "nothing"
    promised = f"the methods of the document: {declared}"
    return _Words(
        _path_pointer(shown.operation), f"Allow: {allow}", promised, "Allow differs from the document"
    )


def _undead(_evidence: Evidence, shown: Shown) -> _Words:
    gone = next((p.exchange for p in shown.steps if p.exchange.request.method == "DELETE"), shown.last)
    deleting = gone.operation or shown.operation
    method, status = shown.last.request.method, shown.last.status
    received = f"{method} of what was deleted is answered {status}"
    return _Words(
        deleting.place.pointer, received, "what was deleted is gone: 404 or 410", f"answered {status}"
    )


def _unborn(_evidence: Evidence, shown: Shown) -> _Words:
    made = next((p.exchange.operation for p in shown.steps if p.exchange.request.method == "POST"), None)
    status = shown.last.status
    received = f"GET of what was just created is answered {status}"
    pointer = success_pointer(made or shown.operation)
    return _Words(
        pointer,
        received,
        f"{place(made or shown.operation)} creates it, so GET returns it",
        f"answered {status}",
    )


def _credential(_evidence: Evidence, shown: Shown) -> _Words:
    way, status = _way(shown), shown.last.status
    received = f"{status} although the credentials are {way}"
    return _Words(
        shown.operation.place.pointer, received, "a refusal (401 or 403)", f"credentials {way}: {status}"
    )


def _way(shown: Shown) -> str:
    """How the credentials were broken."""
    return "wrong" if "invalid" in shown.message else "missing"


def _first_problem(evidence: Evidence, shown: Shown) -> Problem | None:
    """The first thing that is wrong with the last request, or None."""
    try:
        return next(iter(evidence.wrong_with(shown.steps[-1])), None)
    except CannotTell:
        return None


RULES: dict[str, _Rule] = {
    "not_a_server_error": _Rule(_named("never_answers_with_a_server_error"), Level.HTTP, _server_error),
    "status_code_conformance": _Rule(_named("answers_with_a_documented_status"), Level.DOCUMENT, _status),
    "content_type_conformance": _Rule(_named("media_type_is_documented"), Level.DOCUMENT, _media_type),
    "response_headers_conformance": _Rule(_named("headers_fit_their_schema"), Level.DOCUMENT, _header),
    "response_schema_conformance": _Rule(_named("body_fits_its_schema"), Level.DOCUMENT, _body),
    "negative_data_rejection": _Rule(_named("violation_is_refused"), Level.DOCUMENT, _violation),
    "positive_data_acceptance": _Rule(_named("valid_request_is_accepted"), Level.DOCUMENT, _valid),
    "missing_required_header": _Rule(_named("violation_is_refused"), Level.DOCUMENT, _missing_header),
    "unsupported_method": _Rule(
        lambda shown: _ALLOW if shown.last.status == 405 else "undocumented_methods_are_refused",
        Level.HTTP, _method,
    ),
    "allow_header_conformance": _Rule(_named(_ALLOW), Level.HTTP, _allow),
    "use_after_free": _Rule(_named("deleted_is_gone"), Level.LIFECYCLE, _undead),
    "ensure_resource_availability": _Rule(_named("create_then_get_returns_it"), Level.LIFECYCLE, _unborn),
    "ignored_auth": _Rule(
        lambda shown: f"{_way(shown)}_credential_is_refused",
        Level.DOCUMENT, _credential,
    ),
}  # fmt: skip
"""By check of the engine. A check that is not here is not asked."""

SHARED = frozenset(
    {"violation_is_refused", "valid_request_is_accepted", "undocumented_methods_are_refused",
     "deleted_is_gone", "create_then_get_returns_it", "missing_credential_is_refused",
     "wrong_credential_is_refused"}
)  # fmt: skip
"""Checks of ours that send requests themselves, and that the engine may find broken, too."""
