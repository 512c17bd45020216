"""What may leave. Method and raw path alone decide, whatever the sender says of its request.

A write may aim at what this run created, or made up (minted); a create needs a way to delete what it makes.
Where an id may have become somebody else's meanwhile, the guard asks for a Proof: a GET just before. It sends
nothing itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from contract_tests.contract import SAFE, Contract, Match
from contract_tests.profile import Permissions, Profile
from contract_tests.safety.address import (
    Key,
    is_plain,
    key_of,
    parameters_at,
    shape_of,
    spelled,
    unsafe,
    upto,
)  # fmt: skip
from contract_tests.safety.danger import SELF_NAMES, danger
from contract_tests.safety.identify import item_path, named_in
from contract_tests.safety.ownership import Ownership
from contract_tests.safety.telling import room, untold
from openapi.operation import Operation
from openapi.resources import Resource

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that ask for no change of state (RFC 9110 section 9.2.1)."""

_TRIABLE = frozenset({"POST", "PUT", "PATCH", "QUERY"})
"""Undocumented methods that `full` sends to a collection. DELETE and its kind could take all its items
away."""

_AIMLESS = "it is neither a create nor aimed at something that this run created"
_NOT_OURS = "nothing that this run created or minted"

_DISGUISES = frozenset(
    {"x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url",
     "x-original-method"}
)  # fmt: skip


class Held(Exception):
    """A request that the guard does not let leave, and why.

    `ours`: that it was asked for is an error of the check: a write to something that this run neither created
    nor minted. `group`: the reason without the path, by which held requests are counted.
    """

    def __init__(self, reason: str, ours: bool = False, group: str = "") -> None:
        super().__init__(reason)
        self.ours, self.group = ours, group or reason


@dataclass(frozen=True, slots=True)
class Proof:
    """A GET that has to come just before a write: 404 (or 410) lets it pass; so does, unless `absent`, our
    record."""

    path: str
    resource: Resource
    absent: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A request that may leave, once its proofs are there.

    `path`: raw, without query. `resource`: whose collection or item the path is, or lies under. `item`: the
    key of the item that the path names, or None. `creates`: whether a success may have made a record.
    """

    method: str
    path: str
    match: Match | None
    resource: Resource | None
    item: Key | None
    creates: bool = False
    proofs: tuple[Proof, ...] = ()

    @property
    def operation(self) -> Operation | None:
        return self.match.operation if self.match else None


class Guard:
    """Knows the document, what is permitted, and whose things are."""

    def __init__(
        self, contract: Contract, permissions: Permissions, ownership: Ownership | None = None
    ) -> None:
        self._contract = contract
        self.permissions = permissions
        self.ownership = ownership if ownership is not None else Ownership()
        resources = contract.model.resources.values()
        self._items = {shape_of(each.item): each for each in resources if each.item}
        self._collections = {shape_of(each.collection): each for each in resources if each.collection}
        self._barred: dict[str, str | None] = {}
        self._room: dict[str, int | None] = {}
        self._suffixed = {
            shape[: shape.rindex("}") + 1]: (each, shape[shape.rindex("}") + 1 :])
            for shape, each in self._items.items()
            if "}" in shape and not shape.endswith("}")
        }
        """Items at `/things/{id}.json`, by the shape of the segments above what lies under them."""
        self._templates = [(template, _segments(template)) for template in contract.paths]

    def plan(
        self,
        method: str,
        path: str,
        headers: Iterable[tuple[str, str]] = (),
        *,
        body: bytes | None = None,
        fuzz: bool = False,
    ) -> Plan:
        """How a request may leave. `body` matters only where the document says that it names the item. Raises
        Held."""
        plain = path.partition("?")[0]
        if reason := unsafe(path) or _disguised(method, path, headers):
            raise Held(reason)
        match = self._contract.match(method, plain)
        operation = match.operation if match else None
        if reason := self.barred(method, match.template if match else plain, operation):
            raise Held(reason)
        if operation is not None and method in SAFE:
            return self._planned(method, plain, match)
        if self.permissions.profile is Profile.READ_ONLY:
            raise Held("profile read-only sends documented GET and HEAD, nothing else")
        if match is None or operation is None:
            return self._undocumented(method, plain, match, fuzz)
        named = self._named(operation)
        if named is not None and operation.method not in HARMLESS:
            return self._by_body(operation, named, plain, match, body)
        return self._documented(operation, plain, match, fuzz)

    def barred(self, method: str, path: str, operation: Operation | None) -> str | None:
        """Why an operation may not be sent whatever it aims at, or None."""
        if operation is None:
            return danger(method, path)
        if operation.id not in self._barred:
            self._barred[operation.id] = self._bar(operation)
        return self._barred[operation.id]

    def _bar(self, operation: Operation) -> str | None:
        allowed, method = self.permissions, operation.method
        if operation.id in allowed.excluded:
            return f"{operation.id} is excluded"
        reason = None if operation.id in allowed.included else danger(method, operation.path, operation)
        if reason:
            return f"{reason}: --include-operation-id {operation.id} sends it"
        if method in SAFE or operation.place.get("x-hyfn-effect") != "billing":
            return None
        return None if allowed.loopback or allowed.allow_billing else "it is billed: --allow-billing sends it"

    def may_create(self, resource: Resource) -> str | None:
        """Why this run creates no items of a resource, or None."""
        operation = _creating(resource)
        if operation is None:
            return f"no operation creates an item of {resource.key}"
        if self.permissions.profile is Profile.READ_ONLY:
            return "profile read-only sends no writes"
        if reason := self.barred(operation.method, operation.path, operation):
            return reason
        if self.permissions.allow_leftovers:
            return None
        if self.permitted(resource, "delete"):
            return untold(resource, self._contract)
        why = "may not be sent" if "delete" in resource.operations else "is documented"
        none = "its DELETE" if "delete" in resource.operations else "no DELETE"
        return f"what it creates would stay, {none} {why}: --allow-leftovers creates it"

    def _crowded(self, resource: Resource) -> str | None:
        """Why there is no room for one more item of a resource, or None."""
        if resource.key not in self._room:
            self._room[resource.key] = room(resource, self._contract)
        most = self._room[resource.key]
        if most is None or self.permissions.allow_leftovers:
            return None
        there = sum(each.resource == resource.key and not each.ended for each in self.ownership.records)
        return None if there < most else f"the path of an item has room for {most} ids, and all are in use"

    def aimless(self, operation: Operation) -> str | None:
        """Why no request of a write can be aimed at anything of this run's, or None."""
        if operation.method in HARMLESS or "{" in operation.path:
            return self.barred(operation.method, operation.path, operation)
        resource = self._contract.resource_of(operation)
        if resource is not None and self._contract.role(operation).kind == "create":
            return self.may_create(resource)
        if self._named(operation) is not None:
            return self.barred(operation.method, operation.path, operation)
        return _AIMLESS

    def permitted(self, resource: Resource, role: str) -> Operation | None:
        """The operation of a role, where there is one that this run may send."""
        operation = resource.operations.get(role)
        if operation is None or self.barred(operation.method, operation.path, operation):
            return None
        return operation

    def mint(self, path: str) -> None:
        """Registers an item path whose id this run made up. Raises Held where it cannot be: no GET tells
        whether it is free, or the id was in an answer or in the document."""
        plain = path.partition("?")[0]
        if reason := unsafe(path):
            raise Held(reason)
        match = self._contract.match("GET", plain)
        known = match is not None and len(key_of(plain)) == len(key_of(match.template))
        resource = self._items.get(shape_of(match.template)) if match and known else None
        if reason := self._unmintable(key_of(plain), resource):
            raise Held(reason)
        self.ownership.mint(key_of(plain))

    def _documented(self, operation: Operation, plain: str, match: Match, fuzz: bool) -> Plan:
        """A documented operation that is no read."""
        if operation.method in HARMLESS:
            return self._planned(operation.method, plain, match)
        resource = self._contract.resource_of(operation)
        at_item = shape_of(match.template) in self._items
        creates = self._contract.role(operation).kind == "create" and not at_item
        if creates and resource is not None:
            if reason := self.may_create(resource) or self._crowded(resource):
                raise Held(reason)
            proofs = self._aim(match.template, plain, fuzz, create=True)
            return self._planned(operation.method, plain, match, proofs, creates=True)
        proofs = self._aim(match.template, plain, fuzz)
        return self._upsert(operation, self._planned(operation.method, plain, match, proofs))

    def _named(self, operation: Operation) -> Resource | None:
        """The resource whose items an operation on the collection's path updates, or None."""
        resource = self._contract.resource_of(operation)
        kind = self._contract.role(operation).kind
        return resource if resource is not None and resource.is_by_body(kind) else None

    def _by_body(
        self, operation: Operation, resource: Resource, plain: str, match: Match, body: bytes | None
    ) -> Plan:
        """An update whose body names the item: one that this run made and that is still there, named once."""
        proofs = self._aim(match.template, plain, fuzz=True, create=True)
        kind = self._contract.role(operation).kind
        own = named_in(resource, kind, body)
        path = item_path(resource, plain, own, match.values) if own is not None else None
        record = self.ownership.record(key_of(path)) if path is not None else None
        if path is None or record is None or record.ended:
            raise Held(f"the body of {operation.method} {plain} names {_NOT_OURS}")
        return Plan(operation.method, plain, match, resource, key_of(path), False, proofs)

    def _upsert(self, operation: Operation, plan: Plan) -> Plan:
        """A write to an item that is not there may create it: with PUT that is even the rule."""
        missing = plan.item is not None and self.ownership.record(plan.item) is None
        if not missing or operation.method == "DELETE" or plan.resource is None:
            return plan
        if operation.method == "PUT" and not (
            self.permissions.allow_leftovers or self.permitted(plan.resource, "delete")
        ):
            raise Held("what a PUT creates would stay, no DELETE may be sent: --allow-leftovers creates it")
        return Plan(plan.method, plan.path, plan.match, plan.resource, plan.item, True, plan.proofs)

    def _undocumented(self, method: str, plain: str, match: Match | None, fuzz: bool) -> Plan:
        """A method that the document does not have for the path, or a path that it does not have."""
        full = self.permissions.profile is Profile.FULL
        if full and method in HARMLESS:
            return self._planned(method, plain, match)
        found = list(self._fitting(plain))
        below = any("{" in template for template, _ in found)
        if not full and not below:
            raise Held("profile sandboxed sends undocumented methods to items of this run only")
        proofs: list[Proof] = []
        for template, path in found:
            if "{" in template:
                proofs += self._aim(template, path, fuzz and full)
        if not full and any(proof.absent for proof in proofs):
            raise Held("profile sandboxed sends undocumented methods to items of this run only")
        if below:
            return self._planned(method, plain, match, tuple(proofs))
        return self._untold(method, plain, match, bool(found))

    def _untold(self, method: str, plain: str, match: Match | None, known: bool) -> Plan:
        """An undocumented method of `full` where no id is in the path."""
        collection = self._collections.get(shape_of(match.template)) if match else None
        if collection is not None and method in _TRIABLE:
            return Plan(method, plain, match, collection, None, creates=True)
        covering = self.ownership.covering(key_of(plain))
        if not known and (method == "POST" or (covering and not covering.ended)):
            return self._planned(method, plain, match)
        raise Held(f"an undocumented {method} could reach what this run did not create")

    def _aim(self, template: str, plain: str, fuzz: bool, create: bool = False) -> tuple[Proof, ...]:
        """What has to be proved so that a write may go to a path: that every item in it is of this run.
        Raises Held."""
        positions = parameters_at(template)
        if not positions and not create:
            raise Held(_AIMLESS)
        last = None if create else positions[-1]
        proofs = (self._place(template, plain, at, fuzz, at == last) for at in positions)
        return tuple(proof for proof in proofs if proof)

    def _place(self, template: str, plain: str, at: int, fuzz: bool, last: bool) -> Proof | None:
        resource = self._items.get(shape_of(upto(template, at)))
        path = upto(plain, at)
        if resource is None and (bare := _bare(template, plain, at)):  # `/things/{id}:cancel`
            resource, path = self._items.get(bare[0]), bare[1]
        if resource is None and (suffixed := self._suffixed.get(shape_of(upto(template, at)))):
            resource, path = suffixed[0], path + suffixed[1]
        if not last and (resource is None or _creating(resource) is None):
            return None  # nothing that a client creates: an organization, a version
        if resource is not None and (resource.item or "").endswith("/"):
            path += "/"
        key = key_of(path)
        record = self.ownership.record(key)
        if record is not None:
            if record.ended and resource is None:
                raise Held("it was deleted, and no GET tells whose its id is now")
            return Proof(path, resource, absent=False) if record.ended and resource else None
        if resource is not None and self._is_minted(key, resource, fuzz):
            return Proof(path, resource, absent=True)
        raise Held(f"{path} is {_NOT_OURS}", ours=not fuzz, group=f"a write to {_NOT_OURS}")

    def _is_minted(self, key: Key, resource: Resource, fuzz: bool) -> bool:
        if not self.ownership.is_minted(key) and fuzz and not self._unmintable(key, resource):
            self.ownership.mint(key)
        return self.ownership.is_minted(key) and self.permitted(resource, "read") is not None

    def _unmintable(self, key: Key, resource: Resource | None) -> str | None:
        if resource is None or self.permitted(resource, "read") is None:
            return "no GET tells whether this id is free"
        if not is_plain(key[-1]) or key[-1].lower() in SELF_NAMES:
            return f"{key[-1]!r} is no id that could be made up"
        if self.ownership.is_known(key[-1]) or self.ownership.was_seen(key):
            return f"{key[-1]!r} was in an answer or is in the document, so this run did not make it up"
        return None

    def _planned(
        self,
        method: str,
        plain: str,
        match: Match | None,
        proofs: tuple[Proof, ...] = (),
        creates: bool = False,
    ) -> Plan:
        if match is None:
            return Plan(method, plain, None, None, None, creates, proofs)
        shape = shape_of(match.template)
        item = self._items.get(shape)
        resource = item or self._collections.get(shape)
        if resource is None and match.operation is not None:
            resource = self._contract.resource_of(match.operation)
        return Plan(method, plain, match, resource, key_of(plain) if item else None, creates, proofs)

    def _fitting(self, plain: str) -> Iterator[tuple[str, str]]:
        """(template, path in its usual spelling) of every place that a server might take a path for: with
        another case, a slash too many, an encoded slash."""
        spellings = {tuple(unquote(part) for part in _segments(plain)), tuple(_segments(unquote(plain)))}
        for parts in spellings:
            for template, wanted in self._templates:
                if len(parts) == len(wanted) and all(
                    "{" in w or p.lower() == w.lower() for p, w in zip(parts, wanted, strict=True)
                ):
                    yield template, "/" + "/".join(spelled(part) for part in parts)


def _creating(resource: Resource) -> Operation | None:
    """The operation that creates items: the POST, else the PUT where clients choose ids."""
    if "create" in resource.operations:
        return resource.operations["create"]
    by_client = resource.id is not None and resource.id.given == "client"
    return resource.operations.get("replace") if by_client else None


def _bare(template: str, plain: str, at: int) -> tuple[str, str] | None:
    """(shape, raw path) of the item that a segment like `{id}:cancel` or `{id}.json` speaks of."""
    part, raw = template.split("/")[at + 1], plain.split("/")[at + 1]
    before, _, after = shape_of(part).partition("{}")
    if (not before and not after) or "{" in after:
        return None
    value = raw[len(before) : len(raw) - len(after)]
    start = "/".join(plain.split("/")[: at + 1])
    return "/".join([*shape_of(template).split("/")[: at + 1], "{}"]), f"{start}/{value}"


def _disguised(method: str, path: str, headers: Iterable[tuple[str, str]]) -> str | None:
    """Whether a server might take the request for another one than its first line says."""
    if any(name.strip().lower() in _DISGUISES for name, _ in headers):
        return "a header may make another request of it"
    query = path.partition("?")[2]
    if any(name == "_method" for name, _ in parse_qsl(query, keep_blank_values=True)):
        return "the parameter _method may make another request of it"
    return None if method.isalpha() and method.isupper() else "the method is no plain word"


def _segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
