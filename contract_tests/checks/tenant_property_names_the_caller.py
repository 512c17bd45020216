"""A record belongs to who asks for it, and says so."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from contract_tests.check import CREDENTIALS, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.exchange import NOBODY, Exchange
from contract_tests.probing.compare import same, told
from contract_tests.probing.subjects import answer_property
from openapi.codec import Json
from openapi.resources import ABSENT, Envelope, Resource

NAME = "tenant_property_names_the_caller"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        pointer = _pointer(contract, resource.key)
        if pointer is not None:
            yield Requirement(
                pointer, NAME, Level.CONVENTION, resource.key, at=resource.key,
                needs=frozenset({CREDENTIALS}), subject=resource.key,
            )  # fmt: skip


@lru_cache(maxsize=256)
def _pointer(contract: Contract, key: str) -> str | None:
    """Where the property that names the organization stands in an answer, or None where there is none."""
    resource = contract.model.resources[key]
    if resource.tenant is None or contract.model.tenant_scheme is None:
        return None
    for role in ("read", "list", "create", "replace", "update"):
        if role in resource.operations and role in resource.envelopes:
            envelope = _inside(resource, role)
            return answer_property(contract, resource.operations[role], envelope, resource.tenant)
    return None


def _inside(resource: Resource, role: str) -> Envelope:
    """Where an item stands: in a list, the first one."""
    envelope = resource.envelopes[role]
    return envelope.first() if role == "list" else envelope


def judge(
    contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    operation = exchange.operation
    if operation is None or not exchange.succeeded or exchange.identity == NOBODY:
        return
    resource, kind = contract.resource_of(operation), contract.role(operation).kind
    if resource is None or resource.tenant is None or kind not in resource.envelopes:
        return
    pointer, caller = _pointer(contract, resource.key), _caller(contract, exchange)
    requirement = find(pointer, resource.key) if pointer else None
    if requirement is None or caller is None:
        return
    for item in _items(resource, kind, exchange):
        value = item.get(resource.tenant, ABSENT) if isinstance(item, dict) else ABSENT
        if value is ABSENT:
            continue
        if same(value, caller) or (isinstance(value, int) and str(value) == caller):
            yield passed(requirement)
        else:
            yield failed(
                requirement, f"{resource.tenant} is {told(value)}, the caller's organization is another one",
                f"{resource.tenant} is the organization that the caller's credentials name", exchange,
                cause=f"{resource.tenant} is not the caller's organization",
            )  # fmt: skip
            return


def _items(resource: Resource, kind: str, exchange: Exchange) -> list[Json]:
    found = resource.envelopes[kind].find(exchange.json)
    if kind == "list":
        return found if isinstance(found, list) else []
    return [found]


def _caller(contract: Contract, exchange: Exchange) -> str | None:
    """The organization that a request named, in the way of the security scheme."""
    scheme = contract.document.security_schemes[contract.model.tenant_scheme or ""]
    name = str(scheme.get("name", ""))
    if scheme.get("in") == "query":
        return dict(parse_qsl(urlsplit(exchange.request.url).query)).get(name)
    headers = exchange.request.headers
    return next((value for each, value in headers if each.lower() == name.lower()), None)


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Does the property that names the organization name the caller's?",
    source="conformance.md section 3, tenant_field",
    derive=derive,
    judge=judge,
)
