"""Valid request bodies: what the document writes as an example where that fits, else what its schema admits.

Every body that leaves this module has been judged by the compiled schema.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract, place
from contract_tests.probing.given import NOTHING, Given
from openapi.codec import Json
from openapi.dialect import parts
from openapi.example import sample
from openapi.form_fields import is_binary
from openapi.media import essence, is_json
from openapi.operation import Operation, Place
from openapi.patch import JSON_PATCH
from openapi.resources import ABSENT, Envelope, Resource
from openapi.schema import SchemaError, Validator
from openapi.shape import shape
from openapi.source import join_pointer, look_up

_TRIES = 25
_FREE = (
    "name", "title", "label", "displayname", "description", "summary", "subject", "notes", "note", "comment",
    "text", "content", "message", "body", "reason", "purpose",
)  # fmt: skip
"""Properties that hold free text, by name: the marker goes into the first that there is."""

_CONSTRAINED = {"enum", "const"}


@dataclass(frozen=True, slots=True)
class Form:
    """The JSON body of an operation: its media type, the pointer of its schema, its validator, and where in
    it the item stands."""

    media_type: str
    pointer: str
    schema: Any
    validator: Validator
    envelope: Envelope
    required: bool


class Bodies:
    """Makes bodies for one run; `marker` names the run in the records that it creates. `given`: by operation
    id, what a person gives."""

    def __init__(
        self, contract: Contract, seed: int, marker: str, given: Mapping[str, Given] | None = None
    ) -> None:
        self._given = given or {}
        self._contract, self._seed, self.marker = contract, seed, marker
        self._made = 0
        self._forms = cache(self._form)
        self._bases = cache(self._find_base)
        self._least = cache(self._prune)
        self._varied: set[str] = set()

    def given(self, operation: Operation) -> Given:
        return self._given.get(operation.id, NOTHING)

    def form(self, operation: Operation) -> Form | None:
        """How an operation's JSON body is made, or None where it takes none. Raises CannotAsk."""
        return self._forms(operation.id)

    def make(
        self, operation: Operation, *, full: bool = False, known: Mapping[str, Json] | None = None,
        drop: Iterable[str] = (),
    ) -> Json:  # fmt: skip
        """A new valid body: its least, or (`full`) with every optional property; ABSENT where the operation
        takes none.

        `known`: values that properties of the item must have; `drop`: properties that it must not have. Free
        text carries the marker and a number, so that no two bodies are the same. Raises CannotAsk.
        """
        form = self.form(operation)
        if form is None:
            return ABSENT
        body = deepcopy((self._bases if full else self._least)(operation.id))
        item, dropped = form.envelope.find(body), set(drop)
        if isinstance(item, dict):
            for name in dropped:
                item.pop(name, None)
            self._fill(operation, form, body, item, dropped, full)
            given = {n: v for n, v in self.given(operation).body.items() if n not in dropped}
            _place(form.envelope, body, {**given, **(known or {})})
        if not form.validator.is_valid(body):
            problem = next(iter(form.validator.problems(body, "body")), "it does not fit")
            raise CannotAsk(f"no valid body for {place(operation)} could be made: {problem}")
        return body

    def put(self, operation: Operation, body: Json, values: Mapping[str, Json]) -> bool:
        """Puts properties into the item of a body, fitting or not; whether the body is valid with them."""
        form = self.form(operation)
        item = form.envelope.find(body) if form else ABSENT
        if form is None or not isinstance(item, dict):
            raise CannotAsk(f"{place(operation)} takes no body that could hold more properties")
        _place(form.envelope, body, values)
        return form.validator.is_valid(body)

    def vary(self, operations: Iterable[Operation]) -> bool:
        """From now on every text and number in the bodies of these operations is another one each time,
        as far as it may be: two records may not have the same. Returns whether that is new."""
        new = {operation.id for operation in operations} - self._varied
        self._varied |= new
        return bool(new)

    def unique_text(self) -> str:
        """Text that no other record has: the marker and a number."""
        self._made += 1
        return f"{self.marker}-{self._made}"

    def random(self, *words: str) -> Random:
        """Chance that is the same for the same seed and words."""
        return Random(f"{self._seed}/{'/'.join(words)}")  # noqa: S311

    def schemas(self, operation: Operation) -> dict[str, list[Any]]:
        """The schema parts of each property of the item, in the request direction."""
        form = self.form(operation)
        if form is None:
            return {}
        found = shape(self._contract.requests.tree, self.inner(form)).properties
        return {name: self._parts(schema) for name, schema in found.items()}

    def inner(self, form: Form) -> Any:
        """The schema of the item inside a body."""
        tree, schema = self._contract.requests.tree, form.schema
        for token in form.envelope.path:
            found = shape(tree, schema)
            schema = found.item if isinstance(token, int) else found.properties.get(token)
        return schema

    def _form(self, operation_id: str) -> Form | None:
        """Raises CannotAsk where the body is no JSON, or has no schema that compiles."""
        operation = self._contract.operations[operation_id]
        if operation.body is None:
            return None
        found = [name for name, each in operation.body.content.items() if self._may_be_json(name, each)]
        if not found:
            if not operation.body.required:
                return None
            raise CannotAsk(f"{place(operation)} takes no JSON body")
        found.sort(key=lambda name: essence(name) == JSON_PATCH)  # its steps are no item, whatever the schema
        media: Place = operation.body.content[found[0]]
        pointer = join_pointer(media.pointer, "schema")
        role, resource = self._contract.role(operation), self._contract.resource_of(operation)
        envelope = _envelope(resource, role.kind)
        try:
            validator = self._contract.requests.at(pointer)
        except SchemaError as error:
            raise CannotAsk(f"the schema of {place(operation)} cannot be compiled: {error}") from error
        schema = {"$ref": pointer} if media.get("schema") is not None else {}
        name = "application/json" if "*" in found[0] else found[0]
        return Form(name, pointer, schema, validator, envelope, operation.body.required)

    def _may_be_json(self, name: str, media: Place) -> bool:
        """Whether JSON is sent: it is declared, or anything is that is no file."""
        if name != "*/*" or media.get("schema") is None:
            return name == "*/*" or is_json(essence(name))
        tree = self._contract.requests.tree
        return not is_binary(tree, look_up(tree, join_pointer(media.pointer, "schema")))

    def _find_base(self, operation_id: str) -> Json:
        """A valid body with as much in it as the document shows. Raises CannotAsk."""
        operation = self._contract.operations[operation_id]
        form = self.form(operation)
        assert form is not None
        valid = (body for body in self._candidates(operation, form) if form.validator.is_valid(body))
        first = next(valid, ABSENT)
        if first is ABSENT:
            raise CannotAsk(f"no valid body for {place(operation)} could be made from its schema")
        told = self._told(operation, form, first)
        return self._telling(operation, form, self._completed(form, first), told)

    def _told(self, operation: Operation, form: Form, body: Json) -> set[str]:
        """The properties that a body has because an example shows them."""
        assert operation.body is not None
        item = form.envelope.find(body)
        shown = body in list(_examples(self._contract, operation.body.content, form.media_type))
        return set(item) if shown and isinstance(item, dict) else set()

    def _telling(self, operation: Operation, form: Form, body: Json, told: set[str]) -> Json:
        """`body` in which a property that no example shows has another value than its default and null, where
        that fits: a server that ignores it would not be seen."""
        item = form.envelope.find(body)
        found = (
            shape(self._contract.requests.tree, self.inner(form)).properties if isinstance(item, dict) else {}
        )
        for name, schema in found.items():
            usual = shape(self._contract.requests.tree, schema)
            dull = [None, usual.default] if usual.has_default else [None]
            if name in told or item.get(name, ABSENT) not in dull or self._is_end(operation, name):
                continue
            for attempt in range(_TRIES):
                chance = self.random(operation.id, name, str(attempt))
                value = sample(
                    schema, self._contract.requests.resolve, name=name, written=False, choose=chance
                )
                if value not in dull:
                    self._try(form, body, item, name, value)
                if item.get(name) not in dull:
                    break
        return body

    def _is_end(self, operation: Operation, name: str) -> bool:
        """Whether a property says that the item is deleted."""
        resource = self._contract.resource_of(operation)
        found = resource.properties.get(name) if resource else None
        return found is not None and found.role == "deleted"

    def _candidates(self, operation: Operation, form: Form) -> Iterator[Json]:
        assert operation.body is not None
        yield from _examples(self._contract, operation.body.content, form.media_type)
        resolve = self._contract.requests.resolve
        yield sample(form.schema, resolve)
        for attempt in range(_TRIES):
            chance = self.random(operation.id, str(attempt))
            yield sample(form.schema, resolve, written=attempt % 2 == 0, choose=chance)

    def _completed(self, form: Form, body: Json) -> Json:
        """`body` with the optional properties that its example leaves out, as far as they fit."""
        item, more = (
            form.envelope.find(body),
            form.envelope.find(sample(form.schema, self._contract.requests.resolve)),
        )
        if not isinstance(item, dict) or not isinstance(more, dict):
            return body
        for name in [each for each in more if each not in item]:
            item[name] = more[name]
            if not form.validator.is_valid(body):
                del item[name]
        return body

    def _prune(self, operation_id: str) -> Json:
        """The base without what may be absent."""
        form, body = self._forms(operation_id), deepcopy(self._bases(operation_id))
        assert form is not None
        item = form.envelope.find(body)
        above = form.envelope.above(body) if form.envelope.beside else {}
        for around in (above, item):
            for name in [n for n in around if around[n] is not item] if isinstance(around, dict) else ():
                value = around.pop(name)
                if not form.validator.is_valid(body):
                    around[name] = value
        return body

    def _fill(
        self,
        operation: Operation,
        form: Form,
        body: Json,
        item: dict[str, Json],
        dropped: set[str],
        full: bool,
    ) -> None:
        """Puts the marker where it fits, and new values where two records may not have the same."""
        schemas = {name: each for name, each in self.schemas(operation).items() if name not in dropped}
        marked = 0
        for name in self._free(schemas):
            if marked < (2 if full else 1):
                self._try(form, body, item, name, self.unique_text())
                marked += self.marker in str(item.get(name))
            unmarked = name in item and self.marker not in str(item[name])
            if unmarked and any("pattern" in part for part in schemas[name]):
                self._renew(operation, form, body, item, name)
        for name, found in schemas.items():
            formats = {part.get("format") for part in found}
            if name in item and "email" in formats:
                self._try(form, body, item, name, f"{self.unique_text()}@example.com")
            elif name in item and "uuid" in formats:
                chance = self.random(operation.id, name, self.unique_text())
                self._try(form, body, item, name, str(uuid.UUID(int=chance.getrandbits(128), version=4)))
            elif name in item and operation.id in self._varied and self.marker not in str(item[name]):
                self._renew(operation, form, body, item, name)

    def _renew(self, operation: Operation, form: Form, body: Json, item: dict[str, Json], name: str) -> None:
        """Another text or number for a property that no list of values is written for."""
        schema = shape(self._contract.requests.tree, self.inner(form)).properties.get(name, True)
        found = self._parts(schema)
        if any(part.keys() & _CONSTRAINED for part in found) or type(item[name]) not in (str, int):
            return
        self._try(form, body, item, name, self.unique_text())
        if self.marker in str(item[name]):
            return
        chance = self.random(operation.id, name, self.unique_text())
        value = sample(schema, self._contract.requests.resolve, name=name, written=False, choose=chance)
        self._try(form, body, item, name, value)

    def _free(self, schemas: dict[str, list[Any]]) -> list[str]:
        """The properties that take free text, the likeliest first."""
        tree = self._contract.requests.tree
        free = {
            _plain(name): name
            for name, found in schemas.items()
            if all("string" in shape(tree, part).types for part in found)
            and not any(part.keys() & _CONSTRAINED for part in found)
        }
        return [free[name] for name in _FREE if name in free]

    def _try(self, form: Form, body: Json, item: dict[str, Json], name: str, value: Json) -> None:
        before = item.get(name, ABSENT)
        item[name] = value
        if not form.validator.is_valid(body):
            if before is ABSENT:
                del item[name]
            else:
                item[name] = before

    def _parts(self, schema: Any) -> list[Any]:
        return list(parts(self._contract.requests.tree, schema, ("allOf", "anyOf", "oneOf")))


def _place(envelope: Envelope, body: Json, values: Mapping[str, Json]) -> None:
    """Puts values into the item of a body; those that stand beside it, there."""
    item, above = envelope.find(body), envelope.above(body)
    for name, value in values.items():
        (above if name in envelope.beside else item)[name] = value


def _envelope(resource: Resource | None, kind: str) -> Envelope:
    return resource.bodies.get(kind, Envelope()) if resource else Envelope()


def _examples(contract: Contract, content: dict[str, Place], media_type: str) -> Iterator[Json]:
    """The examples of a Media Type Object, as copies."""
    media = content.get(media_type)
    if media is None:
        return
    if media.get("example") is not None:
        yield deepcopy(media.get("example"))
    for example in contract.document.children(media, "examples").values():
        if example.get("value") is not None:
            yield deepcopy(example.get("value"))


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
