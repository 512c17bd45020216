"""How much of a contract a run has seen: operations, statuses, parameters, media types, and the rules of
request schemas, each kept by a request that was accepted and broken by one that was refused."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.sent import Sent, joined
from openapi import codec
from openapi.codec import Json
from openapi.form import Undecodable
from openapi.media import essence, is_json, match
from openapi.operation import Operation, Parameter, Place
from openapi.parameters import Decoder, compile_parameters
from openapi.rules import Rule, Rules
from openapi.schema import SchemaError
from openapi.source import join_pointer
from openapi.style import ABSENT

_ELSEWHERE = frozenset({401, 403, 405, 406, 408, 409, 412, 415, 423, 428, 429})
"""Refusals that have nothing to do with what a schema says."""

_TEXT = frozenset({"path", "query", "header", "cookie"})
"""Where every value is text, so that none breaks `type: string`."""

Data = dict[str, Any]


@dataclass
class _Place:
    """A schema that judges part of a request: a body of one media type, or a parameter.

    `of`: its rules; `kept`, `broken`: those that an accepted request kept and a refused one broke.
    """

    pointer: str
    of: set[Rule]
    kept: set[Rule] = field(default_factory=set)
    broken: set[Rule] = field(default_factory=set)


@dataclass
class Seen:
    """What was seen of one operation. `statuses`: by number; `declared`: by key of the response that they
    are."""

    operation: Operation
    bodies: dict[str, _Place]
    parameters: dict[str, _Place | None]
    asked: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    declared: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    request_types: Counter[str] = field(default_factory=Counter)
    answer_types: Counter[str] = field(default_factory=Counter)
    known: set[tuple[object, ...]] = field(default_factory=set)
    """What was looked at: the same values tell nothing new."""

    @property
    def places(self) -> Iterator[_Place]:
        yield from self.bodies.values()
        yield from (place for place in self.parameters.values() if place)

    def count(self, what: str) -> int:
        """The number of rules: `of`, `kept` or `broken`."""
        return sum(len(getattr(place, what)) for place in self.places)


class Coverage:
    """What the exchanges of a run have seen of a contract. `base`: the URL of the target."""

    def __init__(self, contract: Contract, base: str, exchanges: Iterable[Exchange]) -> None:
        self._contract, self._base = contract, base
        self._rules = Rules(contract.requests, contract.document.data)
        self._seen = {each.id: self._unseen(each) for each in contract.document.operations}
        self._decoders = {each.id: self._compiled(each) for each in contract.document.operations}
        for exchange in exchanges:
            if exchange.operation is not None:
                self._look(self._seen[exchange.operation.id], exchange)

    @cached_property
    def data(self) -> Data:
        """The whole of it, as plain JSON."""
        return {
            "operations": [_operation(seen) for seen in self._seen.values()],
            "keywords": self._keywords(),
            "totals": self.totals,
        }

    @cached_property
    def totals(self) -> dict[str, list[int]]:
        """(seen, of) by what is counted."""
        all_ = list(self._seen.values())
        of = sum(seen.count("of") for seen in all_)
        return {
            "operations": [sum(seen.asked > 0 for seen in all_), len(all_)],
            "statuses": _counted((seen.declared, seen.operation.responses) for seen in all_),
            "parameters": _counted((seen.sent, seen.parameters) for seen in all_),
            "keywords_satisfied": [sum(seen.count("kept") for seen in all_), of],
            "keywords_violated": [sum(seen.count("broken") for seen in all_), of],
        }

    def _keywords(self) -> Data:
        found: dict[str, Counter[str]] = {}
        for place in (place for seen in self._seen.values() for place in seen.places):
            for name, rules in (("of", place.of), ("satisfied", place.kept), ("violated", place.broken)):
                for _, keyword in rules:
                    found.setdefault(keyword.partition(" ")[0], Counter())[name] += 1
        return {
            keyword: {name: counts[name] for name in ("of", "satisfied", "violated")}
            for keyword, counts in sorted(found.items())
        }

    def _unseen(self, operation: Operation) -> Seen:
        content = operation.body.content if operation.body else {}
        bodies = {
            name: self._place(join_pointer(media.pointer, "schema"))
            for name, media in content.items()
            if is_json(essence(name)) and media.get("schema") is not None
        }
        return Seen(operation, bodies, {_named(each): self._of(each) for each in operation.parameters})

    def _of(self, parameter: Parameter) -> _Place | None:
        """The rules of a parameter with a schema."""
        if parameter.schema is None:
            return None
        found = self._place(parameter.schema.pointer)
        texts = parameter.location in _TEXT and _is_text(parameter.schema)
        found.of -= {rule for rule in found.of if texts and rule[1] == "type"}
        return found

    def _place(self, pointer: str) -> _Place:
        return _Place(pointer, self._rules.all(pointer))

    def _compiled(self, operation: Operation) -> tuple[Decoder, ...]:
        try:
            return compile_parameters(operation.parameters, self._contract.document, self._contract.requests)
        except SchemaError:
            return ()

    def _look(self, seen: Seen, exchange: Exchange) -> None:
        seen.asked += 1
        answer, response = exchange.answer, seen.operation.response(exchange.status)
        if answer is not None:
            seen.statuses[str(answer.status)] += 1
            if response is not None:
                seen.declared[response.key] += 1
            name = match(answer.media_type, response.content) if response else None
            seen.answer_types.update([name or answer.media_type] if answer.body else [])
        self._look_at_parameters(seen, exchange)
        if exchange.request.body:
            self._look_at_body(seen, exchange, exchange.request.body)

    def _look_at_parameters(self, seen: Seen, exchange: Exchange) -> None:
        path, headers = exchange.request.url.removeprefix(self._base), exchange.request.headers
        try:
            sent = Sent(seen.operation.path, path, headers)
        except Undecodable:
            return
        for decoder in self._decoders[seen.operation.id]:
            raw = sent.values(decoder.location, decoder.name)
            name = f"{decoder.location} {decoder.name}"
            value = self._decoded(decoder, raw, sent)
            if not raw and value is ABSENT:
                continue
            seen.sent[name] += 1
            place = seen.parameters[name]
            if place is not None and value is not ABSENT:
                self._judge(seen, place, exchange, value, tuple(raw))

    def _decoded(self, decoder: Decoder, raw: Sequence[str], sent: Sent) -> Json:
        """The value that was sent, or ABSENT where none was, or none that can be read."""
        try:
            return decoder.read(list(raw), sent.pairs)
        except Undecodable:
            return ABSENT

    def _look_at_body(self, seen: Seen, exchange: Exchange, raw: bytes) -> None:
        media_type = essence(next(iter(joined(exchange.request.headers, "content-type")), ""))
        declared = seen.operation.body.content if seen.operation.body else {}
        name = match(media_type, declared)
        seen.request_types[name or media_type] += 1
        place = seen.bodies.get(name or "")
        if place is None:
            return
        try:
            value = codec.decode(raw)
        except codec.DecodeError:
            return
        self._judge(seen, place, exchange, value, raw)

    def _judge(self, seen: Seen, place: _Place, exchange: Exchange, value: Json, raw: object) -> None:
        """Which rules an accepted value has kept, or a refused one has broken."""
        wanted = "kept" if exchange.succeeded else "broken"
        done = place.kept if exchange.succeeded else place.broken
        key = (place.pointer, wanted, raw)
        if not _tells(place, exchange) or len(done) == len(place.of) or key in seen.known:
            return
        seen.known.add(key)
        try:
            validator = self._contract.requests.at(place.pointer)
        except SchemaError:
            return
        fits = validator.is_valid(value)
        if fits and not exchange.succeeded:
            return
        breaches = set() if fits else validator.breaches(value)
        for met in self._rules.met(place.pointer, value, every=not exchange.succeeded):
            if ((met.path, met.keyword) in breaches) is not exchange.succeeded and met.rule in place.of:
                done.add(met.rule)


def _tells(place: _Place, exchange: Exchange) -> bool:
    """Whether a request was accepted, or refused for what was in it; 404 may speak of what is in a path."""
    if exchange.succeeded:
        return True
    in_path = exchange.status != 404 or "/parameters/" in place.pointer
    return exchange.refused and exchange.status not in _ELSEWHERE and in_path


def _operation(seen: Seen) -> Data:
    operation = seen.operation
    content = operation.body.content if operation.body else {}
    answers = {name for response in operation.responses.values() for name in response.content}
    undeclared = [status for status in seen.statuses if operation.response(int(status)) is None]
    return {
        "method": operation.method,
        "path": operation.path,
        "asked": seen.asked,
        "statuses": {**dict.fromkeys(operation.responses, 0), **seen.statuses, **seen.declared},
        "undeclared": sorted(undeclared),
        "parameters": {name: seen.sent[name] for name in seen.parameters},
        "request_media_types": {name: seen.request_types[name] for name in (*content, *seen.request_types)},
        "response_media_types": {name: seen.answer_types[name] for name in (*answers, *seen.answer_types)},
        "keywords": {
            "satisfied": seen.count("kept"), "violated": seen.count("broken"), "of": seen.count("of"),
        },
    }  # fmt: skip


def _counted(pairs: Iterable[tuple[Counter[str], Iterable[str]]]) -> list[int]:
    """(seen, of) of names."""
    names = [(counts[name] > 0) for counts, all_ in pairs for name in all_]
    return [sum(names), len(names)]


def _named(parameter: Parameter) -> str:
    return f"{parameter.location} {parameter.name}"


def _is_text(schema: Place) -> bool:
    types = schema.get("type")
    return "string" in (types if isinstance(types, list) else [types])
