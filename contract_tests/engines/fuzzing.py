"""The engines beside ours: what they find, put beside what our checks found."""

from collections.abc import Callable, Iterable

from contract_tests.check import Level, Outcome, Requirement, Status
from contract_tests.engines.complaints import complaints
from contract_tests.engines.doubts import Evidence
from contract_tests.engines.fuzz_events import FuzzProgress, FuzzResult
from contract_tests.engines.fuzz_findings import FuzzFinding
from contract_tests.exchange import ONE, Exchange
from contract_tests.fuzz import Campaign, fuzz
from contract_tests.judge import SecondJudge
from contract_tests.probing.asking import Asking
from contract_tests.question import Question
from contract_tests.relay import Relay
from contract_tests.result import SECOND_JUDGE
from contract_tests.spot import STATUS, header
from contract_tests.target import Target
from contract_tests.transport import Outgoing
from openapi.source import join_pointer

_BAD = {Status.FAILED, Status.WARNED}


def fuzzed(
    asking: Asking,
    target: Target,
    question: Question,
    judge: SecondJudge,
    tell: Callable[[FuzzProgress], None],
) -> FuzzResult:
    """Schemathesis, behind a relay of our own. Raises Inconclusive when it fails."""
    contract, credentials = asking.contract, asking.credentials
    evidence = Evidence(contract, judge)
    without = [o for o in contract.document.operations if not question.wanted(o)]
    campaign = Campaign(
        question.seed, question.examples, question.workers,
        frozenset(f"{operation.method} {operation.path}" for operation in without),
    )  # fmt: skip

    def allowed(sent: Outgoing) -> bool:
        return evidence.allowed.allows(sent.method, sent.path, sent.headers, sent.body)

    with Relay(asking.transport, credentials.headers(ONE), credentials.query(ONE), allowed) as relay:
        return fuzz(contract, relay, target.headers, campaign, evidence, tell)


def merged(outcomes: Iterable[Outcome], found: Iterable[FuzzFinding]) -> list[Outcome]:
    """Our outcomes and the engine's findings as one list: what both found is told once, by us; what only the
    engine found fails the requirement where it is ours, else stands for itself."""
    told = {outcome.requirement.id: outcome for outcome in outcomes}
    bad = {(o.requirement.pointer, o.requirement.check) for o in told.values() if o.status in _BAD}
    by_place = {(o.requirement.place, o.requirement.check) for o in told.values() if o.status in _BAD}
    for finding in found:
        if (finding.pointer, finding.check) in bad or (finding.place, finding.check) in by_place:
            continue
        outcome = _outcome(told, finding)
        told[outcome.requirement.id] = outcome
    return list(told.values())


def second_opinions(judge: SecondJudge, asking: Asking, exchanges: Iterable[Exchange]) -> list[Outcome]:
    """Where openapi-core judges an answer otherwise than we do, and none of its known limits says why: a
    fault of ours, told once per operation."""
    found: dict[str, Outcome] = {}
    for exchange in exchanges:
        operation = exchange.operation
        if operation is None or exchange.answer is None or operation.id in found:
            continue
        disagreement = judge.compare(exchange, not complaints(asking.contract, exchange))
        if disagreement is not None:
            requirement = Requirement(
                join_pointer(operation.place.pointer, "responses"), SECOND_JUDGE, Level.DOCUMENT,
                f"{operation.method} {operation.path}",
            )  # fmt: skip
            found[operation.id] = Outcome(
                requirement, Status.ERROR, steps=(exchange,), reason=f"openapi-core: {disagreement.reason}"
            )
    return list(found.values())


def _outcome(told: dict[str, Outcome], finding: FuzzFinding) -> Outcome:
    known = next(
        (
            o.requirement
            for o in told.values()
            if (o.requirement.pointer, o.requirement.check) == (finding.pointer, finding.check)
        ),
        None,
    )
    requirement = known or Requirement(
        finding.pointer, finding.check, finding.level, finding.place, at=f"fuzzing {finding.cause}"
    )
    status = Status.WARNED if requirement.level is Level.CONVENTION else Status.FAILED
    return Outcome(
        requirement, status, finding.received, finding.promised, finding.steps, finding.cause,
        spot=_SPOTS.get(finding.engine),
    )  # fmt: skip


_SPOTS = {
    **dict.fromkeys(
        (
            "not_a_server_error", "status_code_conformance", "negative_data_rejection",
            "positive_data_acceptance", "missing_required_header", "unsupported_method", "use_after_free",
            "ensure_resource_availability", "ignored_auth",
        ),
        STATUS,
    ),
    "content_type_conformance": header("Content-Type"),
    "allow_header_conformance": header("Allow"),
}  # fmt: skip
"""By check of the engine: what its findings are about."""
