"""One resource from create to delete, as the resource model says that it goes; whatever document it is of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope, Paging, Property, Resource
from openapi.spots import placed
from tests.handlers.generic.api import Answered
from tests.handlers.generic.asking import Asking, as_text

_GONE = (400, 404, 410, 422)
_MOST_PAGES = 50


class Untold(Exception):
    """Why a resource cannot go round: the document does not tell what it would take."""


@dataclass(frozen=True)
class Item:
    """A record that a round has made: the ids above it, its own, what was sent and what came back."""

    above: tuple[str, ...]
    own: str
    sent: dict[str, Json]


@dataclass
class Round:
    """What became of one resource: by step the first thing that was wrong with it, or nothing."""

    resource: Resource
    steps: dict[str, str] = field(default_factory=dict)
    untold: str = ""

    @property
    def problems(self) -> list[str]:
        return [f"{self.resource.key} {step}: {wrong}" for step, wrong in self.steps.items() if wrong]


class Rounds:
    """All resources of one document."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self._shared: dict[str, Item | None] = {}

    def __iter__(self) -> Iterator[Round]:
        for resource in self.asking.model.resources.values():
            if {"create", "read"} <= resource.operations.keys():
                yield self.go(resource)

    def go(self, resource: Resource) -> Round:
        """Create, read, list, update, act, delete, read again. What cannot be made is said, not failed."""
        round_ = Round(resource)
        try:
            round_.steps["create"] = ""
            for key in ("first", "second") if resource.paging else ():  # so that there is more than one page
                self._make(resource, key)
            item = self._make(resource, "round")
        except Untold as reason:
            del round_.steps["create"]
            round_.untold = str(reason)
            return round_
        except AssertionError as wrong:
            round_.steps["create"] = str(wrong)
            return round_
        for step, ask in self._steps(resource):
            try:
                item = ask(resource, item) or item
                round_.steps[step] = ""
            except Untold:
                continue
            except AssertionError as wrong:
                round_.steps[step] = str(wrong).split("\n", 1)[0]
        return round_

    def _steps(self, resource: Resource) -> Iterator[tuple[str, Callable[[Resource, Item], Item | None]]]:
        has = resource.operations.keys()
        yield "read", self._read
        if resource.location:
            yield "location", self._located
        if "list" in has and "list" in resource.envelopes:
            yield "list", self._listed
            yield "filters", self._filtered
        for role in ("replace", "update"):
            if role in has and not (
                role == "replace" and resource.operations["create"].path == resource.item
            ):
                yield role, lambda r, item, role=role: self._update(r, item, role)  # type: ignore[misc]
        if resource.actions:
            yield "actions", self._acted
        if resource.singletons:
            yield "singletons", self._singletons
        if "delete" in has:
            yield "delete", self._deleted

    def _make(self, resource: Resource, key: str) -> Item:
        """A new record. Raises Untold; AssertionError where a valid create is refused."""
        operation, above = resource.operations["create"], self._above(resource)
        own = ABSENT
        if resource.id is None:
            raise Untold("nothing names its items")
        if operation.path == resource.item:
            own = self.asking.value(resource.id.parameter)
        body, sent = self._body(resource, operation, "create", key)
        before = self._ids(resource, above) if self._is_listed(resource) else set()
        answered = self._send(operation, (*above, own) if own is not ABSENT else above, body)
        assert answered.status < 300, f"{answered.status} {answered.json}"
        own = self._own(resource, answered, sent) if own is ABSENT else own
        if own is ABSENT and self._is_listed(resource):
            new = self._ids(resource, above) - before
            own = new.pop() if len(new) == 1 else ABSENT
        if own is ABSENT:
            raise Untold("its create does not tell the id")
        if not self.asking.admits(resource.id.parameter, own):
            raise Untold("of what the body may hold as the id, the path takes a part")
        return Item(above, own, sent)

    def _above(self, resource: Resource) -> tuple[str, ...]:
        """The ids of what a resource lies under."""
        if not resource.parents:
            return ()
        last = resource.parents[-1]
        owner = self.asking.model.resources.get(last.resource or "")
        if owner is not None and "create" in owner.operations:
            item = self._one(owner)
            return (*item.above, item.own)
        return tuple(self.asking.value(parent.parameter) for parent in resource.parents)

    def _one(self, resource: Resource) -> Item:
        """A record for others to lie under, or to refer to. Raises Untold."""
        if resource.key not in self._shared:
            self._shared[resource.key] = None  # while it is being made, and where none can be
            self._shared[resource.key] = self._make(resource, "shared")
        found = self._shared[resource.key]
        if found is None:
            raise Untold(f"{resource.key} has no item to refer to")
        return found

    def _body(
        self, resource: Resource, operation: Operation, role: str, key: str
    ) -> tuple[Json, dict[str, Json]]:
        """A valid body, whose references lead somewhere, and the item in it. Raises Untold."""
        body = self.asking.body(operation, f"{resource.key} {key}")
        if body is ABSENT:
            if operation.body is not None and operation.body.required:
                raise Untold(f"no valid body of {operation.id} can be made")
            return ABSENT, {}
        envelope = resource.bodies.get(role, Envelope())
        item = envelope.find(body)
        if not isinstance(item, dict):
            return body, {}
        for name, found in resource.properties.items():
            target = self.asking.model.resources.get(found.reference or "")
            if found.unique and isinstance(item.get(name), str):
                body = self._unlike(operation, body, (*envelope.path, name), f"{item[name]} {key}")
            if name in item and target is not None and "create" in target.operations:
                body = self._pointed(resource, target, found, body, (*envelope.path, name))
        above = envelope.above(body) if envelope.beside else {}
        beside = {name: above[name] for name in envelope.beside if name in above}
        found_item = envelope.find(body)
        return body, {**beside, **(found_item if isinstance(found_item, dict) else {})}

    def _unlike(self, operation: Operation, body: Json, at: tuple[str | int, ...], text: str) -> Json:
        """The body with a text that no other one has, where that is valid."""
        other = placed(body, at, text)
        return other if self.asking.is_valid(operation, other) else body

    def _pointed(
        self, resource: Resource, target: Resource, found: Property, body: Json, at: tuple[str | int, ...]
    ) -> Json:
        """The body with a reference to a record that is there; without it where there is none."""
        if not isinstance(Envelope(at).find(body), (str, int)):
            return body if found.required else placed(body, at, ABSENT)
        try:
            own = self._one(target).own
        except Untold:
            if found.required:
                raise
            return placed(body, at, ABSENT)
        return placed(body, at, int(own) if isinstance(Envelope(at).find(body), int) else own)

    def _own(self, resource: Resource, answered: Answered, sent: dict[str, Json]) -> Any:
        """The id of what was made, or ABSENT."""
        assert resource.id is not None
        item = resource.envelopes["create"].find(answered.json) if "create" in resource.envelopes else ABSENT
        for each in (item, sent if resource.id.given != "server" else {}):
            if (own := resource.id.of(each)) is not ABSENT:
                return as_text(own)
        place = answered.headers.get("location") if resource.location else None
        return unquote(urlsplit(place).path.rpartition("/")[2]) if place else ABSENT

    def _send(
        self, operation: Operation, values: tuple[str, ...], body: Json = ABSENT, **query: str
    ) -> Answered:
        names = re.findall(r"\{([^{}]+)\}", operation.path)
        return self.asking.send(operation, dict(zip(names, values, strict=False)), body, **query)

    def _shown(self, resource: Resource, item: Item) -> dict[str, Json]:
        """The item as it is read."""
        answered = self._send(resource.operations["read"], (*item.above, item.own))
        assert answered.status < 300, f"{answered.status} {answered.json}"
        found = resource.envelopes["read"].find(answered.json) if "read" in resource.envelopes else {}
        return found if isinstance(found, dict) else {}

    def _read(self, resource: Resource, item: Item) -> None:
        self._agree(resource, item.sent, self._shown(resource, item), lambda found: found.create)

    def _agree(
        self,
        resource: Resource,
        sent: dict[str, Json],
        shown: dict[str, Json],
        written: Callable[[Property], Any],
    ) -> None:
        """Whether what was sent is what is shown, in all that may be written and can be shown."""
        for name, found in resource.properties.items():
            settable = written(found) is not None and found.role in ("plain", "about") and not found.read_only
            if not settable or found.read is None or found.write_only or name not in sent:
                continue
            if self.asking.answers.of(found.read).is_valid(sent[name]):
                assert shown.get(name, ABSENT) == sent[name], f"{name} {sent[name]} is {shown.get(name)}"

    def _located(self, resource: Resource, item: Item) -> None:
        """Of another record: where its create says that it is, it is."""
        operation = resource.operations["create"]
        body, _ = self._body(resource, operation, "create", "located")
        values = (*item.above, item.own) if operation.path == resource.item else item.above
        place = self._send(operation, values, body).headers.get("location")
        assert place is not None, "no Location"
        found = self.asking.follow(place)
        assert found.status < 300, f"{place} is answered {found.status}"

    def _is_listed(self, resource: Resource) -> bool:
        named = resource.id is not None and (resource.id.property or resource.id.inside)
        return bool(named) and "list" in resource.envelopes

    def _items(self, resource: Resource, above: tuple[str, ...], **query: str) -> Iterator[Any]:
        """All items of a list, page after page."""
        operation, paging = resource.operations["list"], resource.paging
        for page in range(_MOST_PAGES):
            answered = self._send(operation, above, **query)
            assert answered.status < 300, f"{answered.status} {answered.json}"
            items = resource.envelopes["list"].find(answered.json)
            found = items if isinstance(items, list) else []
            yield from found
            if paging is None or paging.position is None or not found:
                return
            name = paging.position.name
            after = _after(paging, page, query.get(name, "0"), len(found), answered.json)
            if after is None or query.get(name) == after:
                return
            query[name] = after

    def _ids(self, resource: Resource, above: tuple[str, ...]) -> set[str]:
        assert resource.id is not None
        found = [resource.id.of(item) for item in self._items(resource, above)]
        return {as_text(own) for own in found if own is not ABSENT}

    def _found(self, resource: Resource, item: Item, **query: str) -> list[dict[str, Json]]:
        """The item, as often as the list has it."""
        assert resource.id is not None
        found = [(each, resource.id.of(each)) for each in self._items(resource, item.above, **query)]
        return [each for each, own in found if own is not ABSENT and as_text(own) == item.own]

    def _listed(self, resource: Resource, item: Item) -> None:
        if not self._is_listed(resource):
            raise Untold("no item of the list has an id")
        found = self._found(resource, item)
        assert len(found) == 1, f"it is listed {len(found)} times"
        shown = self._shown(resource, item)
        unlike = [name for name in found[0] if name in shown and found[0][name] != shown[name]]
        assert not unlike, f"the list shows another {unlike}"

    def _filtered(self, resource: Resource, item: Item) -> None:
        if not self._is_listed(resource):
            raise Untold("no item of the list has an id")
        shown, asked = self._shown(resource, item), 0
        for each in resource.filters:
            value = shown.get(each.property)
            if not isinstance(value, (str, int, float)) or not self.asking.admits(
                each.parameter, as_text(value)
            ):
                continue
            asked += 1
            found = self._found(resource, item, **{each.parameter.name: as_text(value)})
            assert len(found) == 1, f"{each.parameter.name}={value} finds it {len(found)} times"
        if not asked:
            raise Untold("nothing can be filtered by")

    def _update(self, resource: Resource, item: Item, role: str) -> Item:
        """The item after another body was sent to it."""
        operation = resource.operations[role]
        body, sent = self._body(resource, operation, role, f"another for {role}")
        if resource.is_by_body(role):
            name = resource.id.property if resource.id else None
            if not isinstance(body, dict) or name is None:
                raise Untold("nothing tells which item is meant")
            at = (*resource.bodies.get(role, Envelope()).path, name)
            body = placed(body, at, self._shown(resource, item)[name])
            if not self.asking.is_valid(operation, body):
                raise Untold("its body may not say which item is meant")
        if resource.id is not None and resource.id.inside:  # it says again which item is meant
            sent = resource.id.put_in(sent, resource.id.of(self._shown(resource, item)))
            body = _exchanged(body, resource.bodies.get(role, Envelope()), sent)
        values = item.above if resource.is_by_body(role) else (*item.above, item.own)
        answered = self._send(operation, values, body)
        assert answered.status < 300, f"{answered.status} {answered.json}"
        shown = self._shown(resource, item)
        self._agree(resource, sent, shown, lambda found: found.update.get(role))
        if role == "update":
            kept = {name: value for name, value in item.sent.items() if name not in sent}
            self._agree(resource, kept, shown, lambda found: found.create)
        if self._is_listed(resource):
            self._listed(resource, item)
        return Item(item.above, item.own, {**item.sent, **sent})

    def _acted(self, resource: Resource, item: Item) -> None:
        """Every action on the item is answered as its document promises."""
        for action in resource.actions:
            values = len(re.findall(r"\{([^{}]+)\}", action.operation.path))
            if values > len(item.above) + 1:
                continue
            body = self.asking.body(action.operation, action.name)
            answered = self._send(action.operation, (*item.above, item.own), body)
            assert answered.status < 300, f"{action.name}: {answered.status} {answered.json}"
            if action.answers_item and "read" in resource.envelopes:
                told, shown = action.envelope.find(answered.json), self._shown(resource, item)
                unlike = (
                    [n for n in told if n in shown and told[n] != shown[n]] if isinstance(told, dict) else []
                )
                assert not unlike, f"{action.name}: it answers another {unlike}"

    def _singletons(self, resource: Resource, item: Item) -> None:
        for each in resource.singletons:
            for role in ("read", "replace", "update", "read"):
                if role in each.operations:
                    operation = each.operations[role]
                    body = self.asking.body(operation, each.path)
                    answered = self._send(operation, (*item.above, item.own), body)
                    assert answered.status < 300, f"{role} {each.path}: {answered.status} {answered.json}"

    def _deleted(self, resource: Resource, item: Item) -> None:
        """After it, nothing shows the item."""
        values = (*item.above, item.own)
        body = self.asking.body(resource.operations["delete"], "delete")
        answered = self._send(resource.operations["delete"], values, body)
        assert answered.status < 300, f"{answered.status} {answered.json}"
        again = self._send(resource.operations["read"], values)
        assert again.status in _GONE, f"a read afterwards is answered {again.status}"
        if self._is_listed(resource):
            assert not self._found(resource, item), "it is still in the list"
        operation = resource.operations["delete"]
        second, told = self._send(operation, values, body), any(map(operation.response, (404, 410)))
        assert second.status in _GONE or not told, f"a second one is answered {second.status}"


def _exchanged(body: Json, envelope: Envelope, item: Json) -> Json:
    """The body with another item in it."""
    return placed(body, envelope.path, item) if envelope.path else item


def _after(paging: Paging, page: int, now: str, count: int, body: Json) -> str | None:
    """What the position parameter takes for the page after one, or None."""
    if paging.kind == "page" and paging.further is None:
        return str(paging.first + page + 1)
    if paging.kind == "offset":
        return str(int(now) + count)
    assert paging.position is not None
    found = Envelope(paging.further).find(body) if paging.further else None
    return _cursor(found, paging.position.name)


def _cursor(after: Json, position: str) -> str | None:
    """What the position parameter takes for the next page: told as it is, or inside an address."""
    if not isinstance(after, (str, int)) or after == "" or isinstance(after, bool):
        return None
    text = str(after)
    inside = parse_qs(urlsplit(text).query).get(position)
    return inside[0] if inside else None if "://" in text else text
