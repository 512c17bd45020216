"""Answers as a document describes them: made from its schemas, with given values in their places."""

from collections.abc import Mapping, Sequence

from contract_tests.contract import Contract
from contract_tests.exchange import Answer
from openapi import codec
from openapi.codec import Json
from openapi.example import sample
from openapi.media import essence, is_json
from openapi.operation import Operation, Response
from openapi.resources import ABSENT, Envelope, Property, Resource
from openapi.shape import shape
from openapi.source import join_pointer


class Sketch:
    """Draws answers for one document."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def success(
        self,
        operation: Operation,
        envelope: Envelope = Envelope(),  # noqa: B008 - it is frozen
        item: Json = ABSENT,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The first declared success; its body holds the item where the envelope says. `headers`: values of
        those that the response declares, by lower-case name."""
        status = operation.success or 200
        response = operation.response(status)
        body = ABSENT if response is None else self._body(response)
        if body is not ABSENT and item is not ABSENT:
            body = _put(body, envelope.path, envelope.spelled(item))
        return self._answer(status, response, body, headers or {})

    def refusal(self, operation: Operation, wanted: Sequence[int]) -> Answer:
        """The first of the wanted statuses that the operation declares, by its number or else by a range."""
        exact = (status for status in wanted if str(status) in operation.responses)
        declared = (status for status in wanted if operation.response(status))
        status = next(exact, None) or next(declared, None) or wanted[0]
        response = operation.response(status)
        challenge = {"www-authenticate": "Sketched"} if status == 401 else {}
        answer = self._answer(status, response, self._body(response) if response else ABSENT, challenge)
        more = tuple((name, value) for name, value in challenge.items() if answer.header(name) is None)
        return Answer(status, (*answer.headers, *more), answer.body)

    def page(
        self, operation: Operation, resource: Resource, items: Sequence[Json], query: Mapping[str, str]
    ) -> Answer:
        """A list, or the page of it that the query asks for."""
        paging, start, size = resource.paging, 0, len(items)
        if paging is not None:
            asked = query.get(paging.limit.name, "") if paging.limit else ""
            size = int(asked) if asked.isdecimal() else paging.default_limit or size
            position = query.get(paging.position.name, "") if paging.position else ""
            start = int(position) if position.isdecimal() else 0
            start = (start - paging.first) * size if paging.kind == "page" and position else start
        shown = list(items[max(start, 0) : max(start, 0) + size])
        count = {name: str(len(items)) for name in _names(operation) if "total" in name or "count" in name}
        answer = self.success(operation, resource.envelopes.get("list", Envelope()), shown, count)
        body = answer.json
        if resource.total:
            body = _put(body, resource.total, len(items))
        if paging is not None and paging.next:
            more = start + size < len(items) and size > 0
            body = _put(body, paging.next, str(start + size) if more else None)
        return Answer(answer.status, answer.headers, codec.encode(body)) if body is not ABSENT else answer

    def item(self, resource: Resource, role: str, sent: Mapping[str, Json]) -> dict[str, Json]:
        """A new item as an answer would show it: what was sent, defaults, and what a server adds."""
        schema = resource.schemas.get("read", resource.schemas.get(role, resource.schemas.get("list")))
        drawn = sample(schema, self._contract.responses.resolve, written=False) if schema is not None else {}
        item = dict(drawn) if isinstance(drawn, dict) else {}
        for name, found in resource.properties.items():
            if name in sent:
                continue
            if found.default is not ABSENT and found.read is not None:
                item[name] = found.default
            elif found.role == "plain" and (found.create is not None or found.update):
                self._leave_out(item, name, found)
        return {**item, **self.shown(resource, sent)}

    def shown(self, resource: Resource, sent: Mapping[str, Json]) -> dict[str, Json]:
        """What was sent, may be written, and may be seen."""
        return {
            name: value
            for name, value in sent.items()
            if (found := resource.properties.get(name)) is not None
            and found.read is not None
            and not (found.write_only or found.read_only)
            and (found.create is not None or found.update)
        }

    def body(self, operation: Operation) -> Json:
        """A sample of an operation's success body, or ABSENT."""
        response = operation.response(operation.success or 200)
        return self._body(response) if response else ABSENT

    def _leave_out(self, item: dict[str, Json], name: str, found: Property) -> None:
        """A property that nobody sent: null where it may be, else not there, unless it must be."""
        if found.read is not None and "null" in shape(self._contract.responses.tree, found.read).types:
            item[name] = None
        elif not found.always:
            item.pop(name, None)

    def _body(self, response: Response) -> Json:
        media = next((place for name, place in response.content.items() if is_json(essence(name))), None)
        if media is None or media.get("schema") is None:
            return ABSENT
        return sample({"$ref": join_pointer(media.pointer, "schema")}, self._contract.responses.resolve)

    def _answer(self, status: int, response: Response | None, body: Json, known: Mapping[str, str]) -> Answer:
        content = response.content if response else {}
        kind = next((name for name in content if body is ABSENT or is_json(essence(name))), None)
        headers = [("Content-Type", kind)] if kind else []
        for name, place in (response.headers if response else {}).items():
            if name.lower() != "content-type":
                headers.append((name, known.get(name.lower()) or self._header(place.pointer)))
        return Answer(status, tuple(headers), b"" if body is ABSENT else codec.encode(body))

    def _header(self, pointer: str) -> str:
        drawn = sample({"$ref": join_pointer(pointer, "schema")}, self._contract.responses.resolve)
        return drawn if isinstance(drawn, str) else codec.encode(drawn).decode()


def _names(operation: Operation) -> list[str]:
    """The names of the headers of a success, in lower case."""
    response = operation.response(operation.success or 200)
    return [name.lower() for name in response.headers] if response else []


def _put(body: Json, where: Sequence[str | int], value: Json) -> Json:
    """A body with a value in one place, made as far as it is not there."""
    if not where:
        return value
    token, rest = where[0], where[1:]
    if isinstance(token, int):
        return [_put(body[0] if isinstance(body, list) and body else {}, rest, value)]
    before = body if isinstance(body, dict) else {}
    return {**before, token: _put(before.get(token, {}), rest, value)}
