"""What a request of the transport's own needs to be taken: credentials in their places, required
parameters."""

from collections.abc import Callable
from urllib.parse import parse_qsl, quote

from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.target import Target
from openapi.operation import Operation, Parameter

Headers = tuple[tuple[str, str], ...]

_OF_ITS_TIME = {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "idempotency-key"}
"""Headers whose value is good for one request only."""

_NOT_ITS_OWN = {"content-type", "authorization"}
"""Headers that are no parameters (OpenAPI 3, Parameter Object, "name"): credentials are those of who asks."""


class Manners:
    """Knows how each operation is asked: as it was asked before with success, else as the document shows.

    `in_query`: the names of given headers that are API keys of the query (OpenAPI 3, Security Scheme Object).
    `dress`: gives (query, headers) of an operation for an identity in place of what is known here.
    """

    def __init__(self, target: Target, contract: Contract) -> None:
        self._target = target
        schemes = contract.document.security_schemes.values()
        keys = {str(s.get("name")) for s in schemes if s.get("type") == "apiKey" and s.get("in") == "query"}
        given = {header.name for header in (*target.headers, *target.other)}
        self.in_query = tuple(sorted(keys & given))
        self.dress: Callable[[Operation, str], tuple[Headers, Headers]] | None = None
        self._learned: dict[str, tuple[Headers, Headers]] = {}

    def of(self, operation: Operation, identity: str, more: Headers = ()) -> tuple[str, Headers]:
        """(query with its question mark, headers) of a request."""
        if self.dress is not None:
            query, headers = self.dress(operation, identity)
        else:
            query, headers = credentials(self._target, identity, self.in_query)
            wanted = self._learned.get(operation.id) or _shown(operation)
            query, headers = (*query, *wanted[0]), (*headers, *wanted[1])
        if not any(name.lower() == "accept" for name, _ in headers):
            headers = (*headers, ("Accept", "application/json, */*;q=0.5"))
        return written((*query, *more)), headers

    def learn(self, exchange: Exchange) -> None:
        """Remembers the required parameters of a request that was answered well."""
        operation = exchange.operation
        if operation is None or operation.id in self._learned or exchange.fuzz or not exchange.succeeded:
            return
        wanted = [p for p in operation.parameters if p.required and p.location in ("query", "header")]
        names = {p.name.lower() for p in wanted} - _OF_ITS_TIME - _NOT_ITS_OWN
        pairs = parse_qsl(exchange.request.url.partition("?")[2], keep_blank_values=True) if names else []
        query = tuple((n, v) for n, v in pairs if n.partition("[")[0].lower() in names)
        headers = tuple((n, v) for n, v in exchange.request.headers if n.lower() in names)
        self._learned[operation.id] = (query, headers)


def credentials(target: Target, identity: str, in_query: tuple[str, ...]) -> tuple[Headers, Headers]:
    """(query, headers) that an identity's requests carry."""
    given = [(header.name, header.value) for header in target.of(identity)]
    query = tuple(pair for pair in given if pair[0] in in_query)
    return query, tuple(pair for pair in given if pair[0] not in in_query)


def written(query: Headers) -> str:
    """A query as raw text, with its question mark; empty for none."""
    return "?" + "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in query) if query else ""


def _shown(operation: Operation) -> tuple[Headers, Headers]:
    """The required parameters that the document gives a value for."""
    found: dict[str, list[tuple[str, str]]] = {"query": [], "header": []}
    for parameter in operation.parameters:
        value = _value(parameter)
        if parameter.location == "header" and parameter.name.lower() in _NOT_ITS_OWN:
            continue
        if parameter.required and parameter.location in found and value is not None:
            found[parameter.location].append((parameter.name, value))
    return tuple(found["query"]), tuple(found["header"])


def _value(parameter: Parameter) -> str | None:
    schema = parameter.schema.value if parameter.schema and isinstance(parameter.schema.value, dict) else {}
    shown = (parameter.place.get("example"), schema.get("example"), schema.get("default"))
    written_ = next((value for value in shown if value is not None), None)
    if written_ is None and isinstance(schema.get("enum"), list) and schema["enum"]:
        written_ = schema["enum"][0]
    is_scalar = isinstance(written_, (str, int, float)) and not isinstance(written_, bool)
    return str(written_) if is_scalar else None
