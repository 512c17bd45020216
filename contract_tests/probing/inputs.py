"""What an operation's input may go wrong in, read from the document before anything is sent."""

from collections.abc import Sequence
from functools import lru_cache

from contract_tests.check import CannotAsk, Level, Requirement
from contract_tests.contract import SAFE, Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.bodies import Bodies, Form
from contract_tests.probing.refusals import level_of
from contract_tests.probing.subjects import closure, maker, needs_of
from contract_tests.probing.typical import ON_ITEM, references
from contract_tests.probing.values import typed
from openapi.codec import Json
from openapi.operation import Operation, Place
from openapi.resources import ABSENT, Resource
from openapi.source import join_pointer, look_up


@lru_cache(maxsize=8)
def imagined(contract: Contract) -> Bodies:
    """Bodies that are only looked at, never sent: the same for every run."""
    return Bodies(contract, 0, "hyfn-0")


def form_of(contract: Contract, operation: Operation) -> Form | None:
    """How the operation's JSON body is made; None where it takes none, or none can be made."""
    try:
        return imagined(contract).form(operation)
    except CannotAsk:
        return None


def sample_body(contract: Contract, operation: Operation) -> Json:
    """A valid body with every property that can be in it; ABSENT where none can be made."""
    try:
        return imagined(contract).make(operation, full=True)
    except CannotAsk:
        return ABSENT


def schema_place(contract: Contract, form: Form) -> Place:
    """The schema of a body in the request direction."""
    return Place(form.pointer, look_up(contract.requests.tree, form.pointer))


def unsendable(contract: Contract, operation: Operation) -> str | None:
    """Why no run could send an operation's request on records of its own, or None."""
    resource, kind = contract.resource_of(operation), contract.role(operation).kind
    if resource is None:
        return "nothing here creates what it is about" if "{" in operation.path else None
    if kind in ON_ITEM and "{" in operation.path and maker(resource) is None and operation.method not in SAFE:
        return f"no operation creates an item of {resource.key}"
    return None


def of_body(
    contract: Contract, operation: Operation, name: str, wanted: Sequence[int], *, way: str = "",
    impossible: str | None = None,
) -> Requirement:  # fmt: skip
    """What a check asks of an operation's body as a whole: a refusal with one of `wanted`. `way`: one
    of several in which it is spoiled; `impossible`: why that cannot be, beside what keeps any run from it."""
    return Requirement(
        join_pointer(operation.place.pointer, "requestBody"), name,
        level_of(operation, wanted, Level.DOCUMENT), place(operation), at=way, needs=needs_of(operation),
        creates=creates(contract, operation), subject=operation.id, part=way or None,
        impossible=unsendable(contract, operation) or impossible,
    )  # fmt: skip


def creates(contract: Contract, operation: Operation) -> tuple[str, ...]:
    """The resources that sending an operation's request creates records of."""
    resource = contract.resource_of(operation)
    if resource is None or ("{" not in operation.path and operation.method in SAFE):
        return ()
    return closure(contract, resource)


def subject_item(asking: Asking, operation: Operation) -> Item | None:
    """The record that a request which has to be refused is about, where it is about one: a shared one to
    read, one that may get lost to write to. Say `asking.spoil` where the request was carried out."""
    resource, kind = asking.contract.resource_of(operation), asking.contract.role(operation).kind
    if resource is None or kind not in ON_ITEM:
        return None
    return asking.shared(resource) if operation.method in SAFE else asking.victim(resource)


def living_victim(asking: Asking, resource: Resource) -> tuple[Item, Json]:
    """The record for requests that have to be refused, and what it is now; a new one where it is not there
    any more: a request that was refused may have been carried out. Raises CannotAsk."""
    item = asking.victim(resource)
    try:
        return item, asking.current(item)
    except CannotAsk:
        asking.spoil(item)
        item = asking.victim(resource)
        return item, asking.current(item)


def spoil(asking: Asking, item: Item | None, exchange: Exchange) -> None:
    """Looks after the record of a request that had to be refused: when it was carried out, others get a new
    one."""
    if item is not None and exchange.succeeded and exchange.request.method not in SAFE:
        asking.spoil(item)


def full_body(asking: Asking, operation: Operation, item: Item | None) -> Json:
    """A valid body with every property that can be in it, on records of this run. Raises CannotAsk."""
    resource, kind = asking.contract.resource_of(operation), asking.contract.role(operation).kind
    if resource is not None and kind == "create":
        return asking.create_body(resource, full=True)
    if resource is None or item is None or kind not in ("update", "replace"):
        return asking.bodies.make(operation, full=True)
    whole = asking.update_body(item, kind, {}) if kind == "replace" or operation.method != "PATCH" else {}
    least = resource.bodies[kind].find(whole) if kind in resource.bodies else whole
    known = dict(least) if isinstance(least, dict) else {}
    own = resource.id.property if resource.id else None
    if own and own not in known and kind in resource.properties[own].update:
        known[own] = typed(item.id, resource.properties[own].update[kind], asking.contract)
    return asking.bodies.make(operation, full=True, known=known, drop=references(resource) - known.keys())
