"""Which of the fuzz engine's findings are dropped, and why.

The engine judges by its own reading of what it meant to send. Here each finding is judged again, by what
was sent and what came: it counts where these bear it out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from contract_tests.contract import Contract
from contract_tests.engines.allowed import Allowed, CannotTell
from contract_tests.engines.attribution import Taken
from contract_tests.engines.complaints import Kind, complaints
from contract_tests.engines.pardons import PARDONS, pardon
from contract_tests.exchange import ONE, Exchange
from contract_tests.judge import SecondJudge
from contract_tests.probing.refusals import undeclared
from contract_tests.relay import Passed
from openapi.explain import Problem
from openapi.operation import Operation

_FIRST = frozenset({400, 401, 403, 404, 405, 406, 411, 415, 422, 426, 429, 501})
"""Statuses with which a server may refuse an undeclared method, or before it looks at the method."""

_STATE = frozenset({401, 402, 403, 404, 405, 409, 410, 412, 413, 423, 424, 428, 429, 431})
"""Refusals of a valid request for a reason that no schema knows."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A failure as the engine tells it, with what was sent and what came, in order; the last shows it.

    `check`: its name there; `kind`: what is wrong, in the engine's word; `operation`: where it says it is.
    """

    check: str
    kind: str
    message: str
    operation: Operation
    steps: tuple[Passed, ...]

    @property
    def last(self) -> Exchange:
        return self.steps[-1].exchange


class Evidence:
    """What judges a finding again: validators of requests, two judges of answers, and what was taken."""

    def __init__(self, contract: Contract, judge: SecondJudge | None = None) -> None:
        self.contract, self._judge = contract, judge or SecondJudge(contract)
        self.allowed, self.taken = Allowed(contract), Taken(contract)

    def wrong_with(self, passed: Passed) -> list[Problem]:
        """What is wrong with a request. Raises CannotTell."""
        sent = passed.outgoing
        return self.allowed.problems(sent.method, sent.path, sent.headers, sent.body)

    def kinds(self, exchange: Exchange) -> set[Kind]:
        """What is wrong with an answer: what our validators say, and openapi-core where we do not know
        better."""
        ours = {complaint.kind for complaint in complaints(self.contract, exchange)}
        if not ours and self._judge.compare(exchange, True) is not None:
            return {complaint.kind for complaint in self._judge.judge(exchange).complaints}
        return ours


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to drop a finding."""

    sentence: str
    holds: Callable[[Evidence, Shown], bool]


def doubt(evidence: Evidence, shown: Shown) -> str | None:
    """The name of the first reason to drop a finding, or None: then it counts."""
    named = DOUBTS.get(shown.check)
    if named is None:
        return "unknown_check"
    return next((name for name, each in named.items() if each.holds(evidence, shown)), None)


def _fine(*kinds: Kind) -> Mapping[str, Doubt]:
    return {
        "two_judges_find_the_answer_right": Doubt(
            "Neither our validators nor openapi-core find it.",
            lambda evidence, shown: not evidence.kinds(shown.last) & set(kinds),
        )
    }


def _problems(evidence: Evidence, shown: Shown) -> list[Problem] | None:
    """What is wrong with the request; None where we cannot tell."""
    try:
        return evidence.wrong_with(shown.steps[-1])
    except CannotTell:
        return None


def _pardons(name: str) -> Callable[[Evidence, Shown], bool]:
    """Whether all that is wrong with the request may be overlooked, the first thing for this reason."""

    def holds(evidence: Evidence, shown: Shown) -> bool:
        found = [pardon(problem) for problem in _problems(evidence, shown) or ()]
        return found[:1] == [name] and None not in found

    return holds


def _refused(_evidence: Evidence, shown: Shown) -> bool:
    return not shown.last.succeeded


def _names_a_credential(evidence: Evidence, shown: Shown) -> bool:
    schemes = evidence.contract.document.security_schemes.values()
    names = {"authorization"} | {str(scheme.get("name", "")).lower() for scheme in schemes}
    return any(f"'{name}'" in shown.message.lower() for name in names)


def _header(shown: Shown, name: str) -> bool:
    return shown.last.answer is not None and shown.last.answer.header(name) is not None


def _first(_evidence: Evidence, shown: Shown) -> bool:
    return _header(shown, "allow") if shown.last.status == 405 else shown.last.status in _FIRST


def _not_asked(_evidence: Evidence, shown: Shown) -> bool:
    security = shown.operation.security
    return not security or any(not one for one in security)


def _path(exchange: Exchange) -> str:
    return exchange.request.url.partition("?")[0]


def _still_there(_evidence: Evidence, shown: Shown) -> bool:
    """Whether an item was deleted, and a later request found it, or something below it."""
    *before, last = [passed.exchange for passed in shown.steps]
    gone = [
        e for e in before if e.request.method == "DELETE" and e.succeeded and e.status != 202 and _is_item(e)
    ]
    below = any(f"{_path(last)}/".startswith(f"{_path(e)}/") for e in gone)
    return below and last.succeeded and not any(e.request.method == "PUT" and e.succeeded for e in before)


def _is_item(exchange: Exchange) -> bool:
    return exchange.operation is not None and exchange.operation.path.endswith("}")


def _lost(_evidence: Evidence, shown: Shown) -> bool:
    """Whether a create said what it made, and a GET of just that found nothing."""
    *before, last = [passed.exchange for passed in shown.steps]
    template, wanted = last.path or "", unquote(_path(last).rpartition("/")[2])
    if last.status not in (404, 410) or any(each.request.method == "DELETE" for each in before):
        return False
    return any(
        made.request.method == "POST" and made.succeeded and made.status != 202 and made.answer is not None
        and template.rpartition("/")[0] == made.path and template.endswith("}")
        and wanted.encode() in made.answer.body + (made.answer.header("location") or "").encode()
        and made.identity == last.identity == ONE
        for made in before
    )  # fmt: skip


DOUBTS: dict[str, Mapping[str, Doubt]] = {
    "not_a_server_error": {
        "it_may_be_busy": Doubt(
            "503 with Retry-After is no failure of the request (RFC 9110 section 15.6.4).",
            lambda _evidence, shown: (
                shown.last.status < 500 or (shown.last.status == 503 and _header(shown, "retry-after"))
            ),
        )
    },
    "status_code_conformance": {
        **_fine("status"),
        "the_document_has_no_status_for_it": Doubt(
            "The document declares nothing that says so; answers_with_a_documented_status warns of that.",
            lambda _evidence, shown: undeclared(shown.operation, shown.last.status) is not None,
        ),
    },
    "content_type_conformance": _fine("media type"),
    "response_headers_conformance": _fine("header", "missing header"),
    "response_schema_conformance": _fine("body"),
    "negative_data_rejection": {
        "it_was_refused_all_the_same": Doubt("Any 4xx refuses, also one that nobody declared.", _refused),
        "nobody_here_can_judge_the_request": Doubt(
            "What is wrong with XML, or with a part of a form, our validators cannot say.",
            lambda evidence, shown: _problems(evidence, shown) is None,
        ),
        "our_validators_find_the_request_valid": Doubt(
            "As it was sent, it is valid: text of a parameter reads as what it should be.",
            lambda evidence, shown: _problems(evidence, shown) == [],
        ),
        **{name: Doubt(each.sentence, _pardons(name)) for name, each in PARDONS.items()},
    },
    "positive_data_acceptance": {
        "it_was_refused_for_its_state": Doubt(
            "404, 409, 403 and the like speak of what is there, not of the form of the request.",
            lambda _evidence, shown: shown.last.status in _STATE,
        ),
        "our_validators_find_the_request_invalid": Doubt(
            "As it was sent, it is not valid, or we cannot tell.",
            lambda evidence, shown: _problems(evidence, shown) != [],
        ),
        "no_success_is_declared": Doubt(
            "The operation declares no success that could come.",
            lambda _evidence, shown: not any(key[0] in "23d" for key in shown.operation.responses),
        ),
        "a_rule_may_stand_behind_it": Doubt(
            "No other request was taken that differs in one number, boolean or null only.",
            lambda evidence, shown: evidence.taken.blames(shown.steps[-1]) is None,
        ),
    },
    "missing_required_header": {
        "it_was_refused_all_the_same": Doubt("Any 4xx refuses, also one that nobody declared.", _refused),
        "a_credential_is_asked_elsewhere": Doubt(
            "Whether credentials are missed is asked by itself (ignored_auth).", _names_a_credential
        ),
        "our_validators_find_the_request_valid": Doubt(
            "The client that sends it adds the header by itself, as it does User-Agent.",
            lambda evidence, shown: not _problems(evidence, shown),
        ),
    },
    "unsupported_method": {
        "it_was_refused_all_the_same": Doubt(
            "405 with Allow, or a refusal that may come before the method is looked at.", _first
        )
    },
    "allow_header_conformance": {},
    "use_after_free": {
        "no_item_was_deleted": Doubt(
            "What was deleted was no item, or it may take time (202), or it was created anew.",
            lambda evidence, shown: not _still_there(evidence, shown),
        )
    },
    "ensure_resource_availability": {
        "the_create_did_not_make_it": Doubt(
            "The GET was for something else than the create said it made, or that takes time (202).",
            lambda evidence, shown: not _lost(evidence, shown),
        )
    },
    "ignored_auth": {
        "no_credentials_are_asked": Doubt("The operation answers callers without credentials.", _not_asked),
        "the_credentials_were_there": Doubt(
            "All headers of the identity were sent unchanged.",
            lambda _evidence, shown: shown.last.identity == ONE,
        ),
        "it_was_refused_all_the_same": Doubt("Any 4xx refuses, also one that nobody declared.", _refused),
    },
}  # fmt: skip
"""By check of the engine and name. Each has a test."""
