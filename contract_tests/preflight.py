"""Before anything is asked: does somebody answer, below this base path, to these credentials?"""

from contract_tests.check import CannotAsk
from contract_tests.contract import place
from contract_tests.exchange import ONE, OTHER, Exchange
from contract_tests.probing.asking import Asking
from contract_tests.problems import Inconclusive
from contract_tests.transport import Held
from openapi.operation import Operation

_MOST = 8


def preflight(asking: Asking) -> tuple[str, ...]:
    """Sends a few GETs that need no record; notes for the reader.

    Raises Inconclusive where everything is answered 404 (the base path), or nothing but 401 and 403.
    """
    answers = _asked(asking, ONE)
    statuses = [exchange.status for exchange in answers]
    if statuses and all(status == 404 for status in statuses):
        raise Inconclusive(
            f"every operation asked is answered 404 ({', '.join(_shown(answers))}): "
            "is the base path missing? "
            f"{_servers(asking)}"
        )
    if statuses and all(status in (401, 403) for status in statuses):
        raise Inconclusive(f"every operation asked is answered {_list(statuses)}: {_wanted(asking)}")
    if not asking.credentials.has(OTHER):
        return ()
    refused = [e.status for e in _asked(asking, OTHER)]
    if refused and all(status in (401, 403) for status in refused):
        raise Inconclusive(
            f"the second identity is answered {_list(refused)}: --other-header is not accepted"
        )
    return ()


def _asked(asking: Asking, identity: str) -> list[Exchange]:
    found: list[Exchange] = []
    for operation in asking.contract.operations.values():
        if operation.method == "GET" and "{" not in operation.path and len(found) < _MOST:
            found += _get(asking, operation, identity)
    return found


def _get(asking: Asking, operation: Operation, identity: str) -> list[Exchange]:
    try:
        return [asking.send(operation, identity=identity, anyhow=True)]
    except (CannotAsk, Held):
        return []


def _shown(answers: list[Exchange]) -> list[str]:
    shown = [place(exchange.operation) for exchange in answers if exchange.operation]
    return shown if len(shown) <= 3 else [*shown[:3], f"{len(shown) - 3} more"]


def _servers(asking: Asking) -> str:
    declared = [path for path in asking.contract.document.base_paths if path]
    return (
        f"the document's servers end in {', '.join(declared)}"
        if declared
        else "the document names no base path"
    )


def _list(statuses: list[int]) -> str:
    return " or ".join(str(status) for status in sorted(set(statuses)))


def _wanted(asking: Asking) -> str:
    given = asking.credentials.of(ONE)
    missing = [name for name in asking.contract.document.security_schemes if name not in given]
    if not given:
        return f"give credentials with -H ({', '.join(missing)})" if missing else "it wants credentials"
    return "the credentials given with -H are not accepted"
