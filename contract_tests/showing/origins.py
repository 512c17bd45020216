"""Where the values of a request come from: which earlier answer told them.

The records of a run are gone when somebody reads its report. What repeats a request has to ask again for the
ids, the ETags and the cursors in it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import parse_qsl, unquote

from contract_tests.contract import SAFE, Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.listing import id_in, next_cursor
from contract_tests.safety.address import Key, key_of, shape_of, upto
from contract_tests.safety.identify import as_text, identify, item_in, item_path
from openapi import codec
from openapi.codec import Json
from openapi.resources import ABSENT, Resource

Path = tuple[str | int, ...]

_TELLING = 4
"""Characters that an id must have to be known by itself, digits apart; `5` or `new` would be anywhere."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A value that an answer told: in its body at `where`, or in its head (None). `chosen`: the client chose
    it, so it stays as it is, and the exchange is only needed before it is used."""

    kind: Literal["id", "etag", "cursor"]
    value: str
    exchange: Exchange
    where: Path | None = None
    resource: str = ""
    chosen: bool = False
    parameter: str = ""
    """Of a cursor that stands in a URL: the query parameter that holds it."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from other origins of a run."""
        return self.kind, self.exchange.number, self.value


@dataclass(frozen=True, slots=True)
class Use:
    """A value in a request: `place` is segment (`at` its position in the raw path below the base URL), query
    (the name), header (the name) or body (the path in it)."""

    place: Literal["segment", "query", "header", "body"]
    at: str | int | Path
    origin: Origin


class Origins:
    """Knows the exchanges of a run, in their order."""

    def __init__(self, contract: Contract, base: str, exchanges: Sequence[Exchange]) -> None:
        self.base = base
        self._contract, self._exchanges = contract, exchanges
        self._known: dict[int, list[Use]] = {}

    def uses(self, exchange: Exchange) -> list[Use]:
        """The values of a request that an earlier answer told, or whose record an earlier request made."""
        if exchange.number not in self._known:
            in_url = [*self._in_path(exchange), *self._in_query(exchange)]
            self._known[exchange.number] = [*in_url, *self._in_headers(exchange), *self._in_body(exchange)]
        return self._known[exchange.number]

    def is_unique(self, exchange: Exchange) -> bool:
        """Whether a request writes what no two records may have in common."""
        resource = self._resource(exchange)
        return resource is not None and any(found.unique for found in resource.properties.values())

    def listed(self, exchange: Exchange) -> list[Origin]:
        """The records of the run that an answer lists."""
        resource = self._resource(exchange)
        if resource is None or "list" not in resource.envelopes or not exchange.succeeded:
            return []
        if exchange.operation is not resource.operations.get("list"):
            return []
        items = resource.envelopes["list"].find(exchange.json)
        ids = [id_in(resource, item) for item in items] if isinstance(items, list) else []
        found = [self._id(text, exchange, resource) for text in ids if text]
        return [origin for origin in found if origin is not None]

    def history(self, exchange: Exchange) -> list[Exchange]:
        """What was done before to the records that a request's path names, since they were made."""
        keys = {
            key_of(upto(self._path(exchange), use.at)): use.origin.exchange.number
            for use in self.uses(exchange)
            if isinstance(use.at, int)
        }
        return [
            each
            for each, there in self._writes
            for key, made in keys.items()
            if made < each.number < exchange.number
            and there[: len(key)] == key
            and len(there) <= len(key) + 1
        ]

    @cached_property
    def _writes(self) -> list[tuple[Exchange, Key]]:
        """What was written, and where."""
        done = (each for each in self._exchanges if each.succeeded and each.request.method not in SAFE)
        return [(each, key_of(self._path(each))) for each in done]

    def _path(self, exchange: Exchange) -> str:
        return exchange.request.url.removeprefix(self.base)

    def _in_path(self, exchange: Exchange) -> Iterator[Use]:
        path = self._path(exchange).partition("?")[0]
        template = exchange.path or ""
        parts = template.split("/")[1:]
        for at, raw in enumerate(path.split("/")[1:]):
            part = parts[at] if at < len(parts) else "{}"
            shape = "/".join([*shape_of(upto(template, at)).split("/")[:-1], "{}"])
            origin = self._id(unquote(inside(part, raw)), exchange, self._items.get(shape))
            if origin is not None and "{" in part:
                yield Use("segment", at, origin)

    def _in_query(self, exchange: Exchange) -> Iterator[Use]:
        resource = self._resource(exchange)
        references = {
            each.parameter.name: resource.properties[each.property].reference
            for each in (resource.filters if resource else ())
            if resource and each.property in resource.properties
        }
        for name, value in parse_qsl(exchange.request.url.partition("?")[2]):
            known = self._contract.model.resources.get(references.get(name) or "")
            origin = self._id(value, exchange, known) or self._cursor(name, value, exchange, resource)
            if origin is not None:
                yield Use("query", name, origin)

    def _in_headers(self, exchange: Exchange) -> Iterator[Use]:
        for name, value in exchange.request.headers:
            if name.lower() in ("if-match", "if-none-match"):
                origin = _latest(self._tags[value], exchange)
            else:
                origin = self._id(value, exchange)
            if origin is not None:
                yield Use("header", name, origin)

    def _in_body(self, exchange: Exchange) -> Iterator[Use]:
        body = _json(exchange.request.body)
        for where, value in scalars(body):
            text = as_text(value)
            if text is not None:
                origin = self._id(text, exchange, self._meant(exchange, where))
                if origin is not None:
                    yield Use("body", where, origin)

    def _meant(self, exchange: Exchange, where: Path) -> Resource | None:
        """Whose id a member of a body holds, as the model says."""
        resource = self._resource(exchange)
        name = where[-1] if where else None
        found = resource.properties.get(name) if resource and isinstance(name, str) else None
        if resource is None or found is None:
            return None
        if resource.id and resource.id.property == found.name:
            return resource
        return self._contract.model.resources.get(found.reference or "")

    def _id(self, text: str, exchange: Exchange, resource: Resource | None = None) -> Origin | None:
        """The latest record with an id that was made before; of a resource, or, where the id can be nothing
        else, of any."""
        found = _latest(self._made[text], exchange, resource.key) if resource else None
        is_telling = len(text) >= _TELLING and not text.isdigit()
        return found or (_latest(self._made[text], exchange) if is_telling else None)

    def _cursor(self, name: str, value: str, exchange: Exchange, resource: Resource | None) -> Origin | None:
        paging = resource.paging if resource else None
        if paging is None or paging.position is None or paging.position.name != name or paging.next is None:
            return None
        for each in reversed([e for e in self._exchanges if e.number < exchange.number]):
            if each.succeeded and next_cursor(paging, each.json) == value:
                is_bare = (paging.next, value) in list(scalars(each.json))
                return Origin("cursor", value, each, paging.next, parameter="" if is_bare else name)
        return None

    def _resource(self, exchange: Exchange) -> Resource | None:
        return self._contract.resource_of(exchange.operation) if exchange.operation else None

    @cached_property
    def _items(self) -> dict[str, Resource]:
        resources = self._contract.model.resources.values()
        return {shape_of(resource.item): resource for resource in resources if resource.item}

    @cached_property
    def _tags(self) -> dict[str, list[Origin]]:
        found: dict[str, list[Origin]] = defaultdict(list)
        for exchange in self._exchanges:
            tag = exchange.answer.header("etag") if exchange.answer else None
            if tag:
                found[tag].append(Origin("etag", tag, exchange))
        return found

    @cached_property
    def _made(self) -> dict[str, list[Origin]]:
        """Every record that the run made, by its id."""
        found: dict[str, list[Origin]] = defaultdict(list)
        known: set[tuple[str, ...]] = set()
        for exchange in self._exchanges:
            origin = self._record(exchange, known)
            if origin is not None:
                found[origin.value].append(origin)
        return found

    def _record(self, exchange: Exchange, known: set[tuple[str, ...]]) -> Origin | None:
        """What an exchange made; `known`: the keys of the items that were put to their place."""
        operation = exchange.operation
        resource = self._resource(exchange)
        if operation is None or resource is None or not exchange.succeeded or exchange.answer is None:
            return None
        path = self._path(exchange)
        at_item = resource.item is not None and shape_of(operation.path) == shape_of(resource.item)
        if at_item and operation.method == "DELETE":
            known.discard(key_of(path))
        if at_item and operation.method == "PUT" and key_of(path) not in known:
            known.add(key_of(path))
            return Origin("id", key_of(path)[-1], exchange, None, resource.key, chosen=True)
        if at_item or self._contract.role(operation).kind != "create":
            return None
        return self._created(exchange, resource, path, known)

    def _created(
        self, exchange: Exchange, resource: Resource, path: str, known: set[tuple[str, ...]]
    ) -> Origin | None:
        assert exchange.answer is not None
        match = self._contract.match(exchange.request.method, path)
        sent = _json(exchange.request.body)
        found = identify(resource, match, sent, exchange.answer)
        if found is None:
            return None
        where = place_of(resource, exchange.json, found)
        own = item_path(resource, path, found, match.values if match else {})
        known.add(key_of(own or path))
        located = exchange.answer.header("location") is not None
        chosen = (where is None and not located) or any(as_text(v) == found for _, v in scalars(sent))
        return Origin("id", found, exchange, where, resource.key, chosen)


def place_of(resource: Resource, body: Json, identifier: str) -> Path | None:
    """Where in the answer to a create the id stands, or None."""
    if as_text(body) == identifier:
        return ()
    item = item_in(resource, "create", body)
    for where, value in scalars(body):
        if as_text(value) == identifier and resource.id and where[-1:] == (resource.id.property,):
            holder = body
            for token in where[:-1]:
                holder = holder[token]
            if holder is item:
                return where
    return None


def inside(part: str, raw: str) -> str:
    """The value in a raw segment of a path, whose template may have text around it: `{id}:cancel`."""
    before, _, after = re.sub(r"{[^}]*}", "{}", part).partition("{}")
    fits = len(raw) >= len(before) + len(after) and raw.startswith(before) and raw.endswith(after)
    return raw[len(before) : len(raw) - len(after)] if fits else raw


def scalars(value: Json, where: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every value in a JSON value that is neither object nor list, and where it stands."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from scalars(inner, (*where, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from scalars(inner, (*where, at))
    elif value is not ABSENT:
        yield where, value


def _latest(origins: Iterable[Origin], exchange: Exchange, key: str | None = None) -> Origin | None:
    """The last one before an exchange, of a resource where its key is given."""
    before = [o for o in origins if o.exchange.number < exchange.number and key in (None, o.resource)]
    return before[-1] if before else None


def _json(body: bytes | None) -> Json:
    try:
        return codec.decode(body) if body else ABSENT
    except codec.DecodeError:
        return ABSENT
