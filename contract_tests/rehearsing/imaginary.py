"""An imagined deployment that keeps the document: in memory, without a socket.

It answers what a rehearsal would send, from the document and its resource model. Where it cannot imagine what
a server would do it answers with a sample. It remembers what is created, and knows both identities.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract, Match
from contract_tests.engines.allowed import Allowed, CannotTell
from contract_tests.exchange import ONE, OTHER, Answer
from contract_tests.probing.bodies import Bodies
from contract_tests.probing.credentials import Credentials, Headers
from contract_tests.probing.refusals import FOREIGN, INVALID, MEDIA_TYPE, UNKNOWN
from contract_tests.probing.values import typed, unused_id
from contract_tests.rehearsing.heard import Call, Record, Refused
from contract_tests.rehearsing.sketch import Sketch
from contract_tests.safety.address import Key, fill, key_of, parameters_at, shape_of, upto
from contract_tests.safety.identify import as_text, item_path, named_in
from contract_tests.target import Target
from openapi import codec
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope, Resource

_REFERENCE = (422, 404, 400, 409)
_CONFLICT = (409, 422, 400)
_UNAUTHORIZED = (401, 403)


class Imaginary:
    """The deployment."""

    def __init__(self, contract: Contract, target: Target) -> None:
        self._contract, self._credentials = contract, Credentials(target, contract.document)
        self._allowed, self._sketch = Allowed(contract), Sketch(contract)
        self._base = urlsplit(target.url).path
        self._bodies = Bodies(contract, 0, "imagined")
        self._records: dict[Key, Record] = {}
        self._singletons: dict[tuple[str, str], Json] = {}
        self._repeats: dict[tuple[str, str], tuple[Json, Answer]] = {}
        self._now = datetime.now(UTC)

    def furnish(self) -> None:
        """Puts a record of each identity into every collection, for who creates none."""
        for resource in self._contract.model.resources.values():
            for caller in (ONE, OTHER):
                around = self._around(resource, caller)
                if resource.id is None or resource.item is None or around is None:
                    continue
                own = self._new_id(resource)
                path = fill(resource.item, {**around, resource.id.parameter.name: own})
                item = self._sketch.item(resource, "read", {})
                self._stamp(resource, item, caller, own)
                if path is not None:
                    self._records[key_of(path)] = Record(resource.key, item, caller, path)

    def _around(self, resource: Resource, caller: str) -> dict[str, str] | None:
        """Values of the path parameters that a collection lies under; None where one is not to be had."""
        values: dict[str, str] = {}
        for parent in resource.parents:
            mine = (
                key for key, r in self._records.items() if (r.resource, r.owner) == (parent.resource, caller)
            )
            key = next(mine, None)
            if key is None:
                return None
            values[parent.parameter.name] = key[-1]
        return values

    def answer(self, method: str, path: str, headers: Headers, body: bytes | None) -> Answer:
        """What a server that keeps the document might answer."""
        match = self._contract.match(method, path)
        if match is None:
            return Answer(404)
        there = self._contract.paths[match.template]
        operation = match.operation or (there.get("GET") if method == "HEAD" else None)
        if operation is None:
            listed = self._contract.methods[match.template]
            implied = ["HEAD"] if "GET" in listed else []
            return Answer(405, (("Allow", ", ".join(dict.fromkeys([*sorted(listed), *implied]))),))
        try:
            found = self._perform(self._call(operation, match, path, headers, body))
        except Refused as refused:
            found = self._sketch.refusal(operation, refused.wanted)
        found = Answer(found.status, (("Date", self._date()), *found.headers), found.body)
        return found if method != "HEAD" else Answer(found.status, found.headers)

    def _call(
        self, operation: Operation, match: Match, path: str, headers: Headers, body: bytes | None
    ) -> Call:
        """Raises Refused."""
        query = parse_qsl(path.partition("?")[2], keep_blank_values=True)
        caller = self._caller(operation, headers, query)
        try:
            problems = self._allowed.problems(operation.method, path, headers, body)
        except CannotTell:
            problems = []
        if problems:
            raise Refused(*(MEDIA_TYPE if problems[0].place == "header.content-type" else (*INVALID, 404)))
        given = {name.lower(): value for name, value in headers}
        return Call(operation, match, path.partition("?")[0], query, given, _json(body), caller)

    def _caller(self, operation: Operation, headers: Headers, query: Iterable[tuple[str, str]]) -> str:
        """Whose credentials a request carries. Raises Refused."""
        sent = {(name.lower(), value) for name, value in headers} | {(n.lower(), v) for n, v in query}
        cookies = next((value for name, value in headers if name.lower() == "cookie"), "")
        sent |= {(n.lower(), v) for n, _, v in (each.strip().partition("=") for each in cookies.split(";"))}
        for identity in (ONE, OTHER):
            given = self._credentials.of(identity)
            for wanted in operation.security:
                known = [given[name] for name in wanted if name in given]
                fits = all((c.name.lower(), c.prefix + c.secret) in sent for c in known)
                if wanted and len(known) == len(wanted) and fits:
                    return identity
        if not operation.security or any(not wanted for wanted in operation.security):
            return next((who for who in (OTHER,) if set(_low(self._credentials.headers(who))) & sent), ONE)
        raise Refused(*_UNAUTHORIZED)

    def _perform(self, call: Call) -> Answer:
        """Raises Refused."""
        resource, role = self._contract.resource_of(call.operation), self._contract.role(call.operation)
        self._find_parents(call, resource if role.kind in ("create", "replace") else None)
        if role.kind == "singleton":
            return self._singleton(call)
        if resource is None or role.kind not in _KINDS:
            return self._sketch.success(call.operation)
        if resource.is_by_body(role.kind):
            call = _at_item(call, resource, role.kind)
        perform: Callable[[Call, Resource], Answer] = getattr(self, f"_{role.kind}")
        return perform(call, resource)

    def _find_parents(self, call: Call, making: Resource | None) -> None:
        """Every item in the path must be there and the caller's, but the one that is made. Raises Refused."""
        template = call.match.template
        for at in parameters_at(template):
            known = shape_of(upto(template, at)) in self._shapes
            last = making is not None and shape_of(making.item or "") == shape_of(upto(template, at))
            record = self._records.get(key_of(upto(call.path, at)))
            if known and not last and (record is None or record.owner != call.caller):
                raise Refused(*(UNKNOWN if record is None else FOREIGN))

    @property
    def _shapes(self) -> set[str]:
        return {
            shape_of(resource.item) for resource in self._contract.model.resources.values() if resource.item
        }

    def _create(self, call: Call, resource: Resource) -> Answer:
        repeat = self._repeated(call, resource)
        if repeat:
            return repeat
        self._check_references(call, resource)
        sent = _object(resource.bodies.get("create", Envelope()).find(call.body))
        own = self._chosen_id(resource, sent) or self._new_id(resource)
        path = item_path(resource, call.path, own, call.match.values)
        if path is None:
            return self._sketch.success(call.operation)
        if key_of(path) in self._records:
            raise Refused(*_CONFLICT)
        answer = self._make(call, resource, path, own, sent, "create")
        if "idempotency-key" in call.headers:
            self._repeats[call.caller, call.headers["idempotency-key"]] = (call.body, answer)
        return answer

    def _repeated(self, call: Call, resource: Resource) -> Answer | None:
        """The answer that was given for an Idempotency-Key before. Raises Refused."""
        name = resource.idempotency_key.name.lower() if resource.idempotency_key else ""
        known = self._repeats.get((call.caller, call.headers.get(name, "")))
        if known is None:
            return None
        if known[0] != call.body:
            raise Refused(*_CONFLICT)
        return known[1]

    def _make(
        self, call: Call, resource: Resource, path: str, own: str, sent: dict[str, Json], role: str
    ) -> Answer:
        item = self._sketch.item(resource, role, sent)
        self._stamp(resource, item, call.caller, own)
        record = Record(resource.key, item, call.caller, path)
        self._records[key_of(path)] = record
        return self._told(call, resource, role, record)

    def _read(self, call: Call, resource: Resource) -> Answer:
        record = self._record(call)
        if call.headers.get("if-none-match") == record.tag and resource.etag:
            return Answer(304, (("ETag", record.tag),))
        return self._told(call, resource, "read", record)

    def _list(self, call: Call, resource: Resource) -> Answer:
        prefix = key_of(call.path)
        mine = [
            record
            for key, record in self._records.items()
            if (record.resource, record.owner) == (resource.key, call.caller) and key[: len(prefix)] == prefix
        ]
        for each in resource.filters:
            wanted = call.query.get(each.parameter.name)
            if wanted is not None:
                mine = [record for record in mine if _spelled(record.item.get(each.property)) == wanted]
        for each in resource.choices:
            if several := call.several(each.parameter):
                mine = [record for record in mine if _spelled(record.item.get(each.property)) in several]
        return self._sketch.page(call.operation, resource, [record.item for record in mine], call.query)

    def _replace(self, call: Call, resource: Resource) -> Answer:
        record = self._records.get(key_of(call.path))
        if record is not None and record.owner != call.caller:
            raise Refused(*UNKNOWN)
        self._check_references(call, resource)
        sent = _object(resource.bodies.get("replace", Envelope()).find(call.body))
        if record is None:
            if not resource.id or resource.id.given != "client":
                raise Refused(*UNKNOWN)
            return self._make(call, resource, call.path, key_of(call.path)[-1], sent, "replace")
        self._check_match(call, resource, "replace")
        kept = {n: v for n, v in record.item.items() if "replace" not in _updates(resource, n)}
        self._write(record, resource, {**self._sketch.item(resource, "replace", sent), **kept})
        return self._told(call, resource, "replace", record)

    def _update(self, call: Call, resource: Resource) -> Answer:
        record = self._record(call)
        self._check_match(call, resource, "update")
        self._check_references(call, resource)
        sent = _object(resource.bodies.get("update", Envelope()).find(call.body))
        self._write(record, resource, {**record.item, **self._sketch.shown(resource, sent)})
        return self._told(call, resource, "update", record)

    def _delete(self, call: Call, resource: Resource) -> Answer:
        record = self._record(call)
        self._check_match(call, resource, "delete")
        gone = key_of(record.path)
        for key in [key for key in self._records if key[: len(gone)] == gone]:
            del self._records[key]
        return self._told(call, resource, "delete", record)

    def _action(self, call: Call, resource: Resource) -> Answer:
        found = next((each for each in resource.actions if each.operation.id == call.operation.id), None)
        at = max(parameters_at(call.match.template), default=-1)
        record = self._records.get(key_of(upto(call.path, at)))
        if found is None or record is None or not found.answers_item:
            return self._sketch.success(call.operation)
        self._write(record, resource, record.item)
        return self._sketch.success(call.operation, found.envelope, record.item)

    def _singleton(self, call: Call) -> Answer:
        key = (call.path, call.caller)
        known = self._singletons.get(key, ABSENT)
        if call.operation.method in ("PUT", "PATCH", "POST") and isinstance(call.body, dict):
            before = known if isinstance(known, dict) else _object(self._sketch.body(call.operation))
            self._singletons[key] = {**before, **call.body}
        return self._sketch.success(call.operation, Envelope(), self._singletons.get(key, ABSENT))

    def _record(self, call: Call) -> Record:
        record = self._records.get(key_of(call.path))
        if record is None or record.owner != call.caller:
            raise Refused(*UNKNOWN)
        return record

    def _told(self, call: Call, resource: Resource, role: str, record: Record) -> Answer:
        headers = {"location": self._base + record.path, "etag": record.tag}
        envelope = resource.envelopes.get(role)
        item = record.item if envelope is not None else ABSENT
        return self._sketch.success(call.operation, envelope or Envelope(), item, headers)

    def _check_match(self, call: Call, resource: Resource, role: str) -> None:
        wanted = call.headers.get("if-match")
        if role in resource.if_match and wanted not in (None, "*", self._record(call).tag):
            raise Refused(412)

    def _check_references(self, call: Call, resource: Resource) -> None:
        """Raises Refused where a reference points at nothing of the caller's."""
        role = self._contract.role(call.operation).kind
        sent = _object(resource.bodies.get(role, Envelope()).find(call.body))
        for name, found in resource.properties.items():
            text = as_text(sent.get(name))
            if found.reference is None or text is None:
                continue
            if not any(
                self._is(record, found.reference, text, call.caller) for record in self._records.values()
            ):
                raise Refused(*_REFERENCE)

    def _is(self, record: Record, resource: str, own: str, caller: str) -> bool:
        return (record.resource, key_of(record.path)[-1], record.owner) == (resource, own, caller)

    def _write(self, record: Record, resource: Resource, item: dict[str, Json]) -> None:
        record.item, record.version = item, record.version + 1
        for name, found in resource.properties.items():
            if found.role == "updated" and name in item:
                item[name] = self._time()

    def _stamp(self, resource: Resource, item: dict[str, Json], caller: str, own: str) -> None:
        """What only the server knows of a new record."""
        for name, found in resource.properties.items():
            if resource.id and name == resource.id.property:
                item[name] = typed(own, found.read, self._contract)
            elif found.role in ("created", "updated") and isinstance(item.get(name), str):
                item[name] = self._time()
            elif name == resource.tenant and name in item:
                item[name] = self._tenant(caller)
            elif found.role == "deleted":
                item.pop(name, None)

    def _tenant(self, caller: str) -> Json:
        given = self._credentials.of(caller).get(self._contract.model.tenant_scheme or "")
        return given.secret if given else "somebody"

    def _chosen_id(self, resource: Resource, sent: dict[str, Json]) -> str | None:
        if resource.id is None or resource.id.given == "server" or resource.id.property is None:
            return None
        return as_text(sent.get(resource.id.property))

    def _new_id(self, resource: Resource) -> str:
        assert resource.id is not None
        try:
            return unused_id(resource.id.parameter, self._contract, self._bodies)
        except CannotAsk:
            return self._bodies.unique_text()

    def _time(self) -> str:
        self._now = max(self._now + timedelta(milliseconds=1), datetime.now(UTC))
        return self._now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _date(self) -> str:
        return self._now.strftime("%a, %d %b %Y %H:%M:%S GMT")


_KINDS = ("create", "read", "list", "replace", "update", "delete", "action")


def _at_item(call: Call, resource: Resource, role: str) -> Call:
    """An update whose body names the item, as if its path did. Raises Refused."""
    own = named_in(resource, role, codec.encode(call.body))
    path = item_path(resource, call.path, own, call.match.values) if own is not None else None
    if path is None:
        raise Refused(*INVALID)
    return replace(call, path=path)


def _updates(resource: Resource, name: str) -> Mapping[str, Any]:
    found = resource.properties.get(name)
    return found.update if found else {}


def _low(headers: Headers) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers]


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _json(body: bytes | None) -> Json:
    try:
        return codec.decode(body) if body else ABSENT
    except codec.DecodeError:
        return ABSENT


def _spelled(value: Json) -> str:
    """A value as a query parameter spells it."""
    return value if isinstance(value, str) else codec.encode(value).decode()
