"""Create, list, get, update, delete, get again: every resource of every document that the tests have."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from openapi.document import Document, load
from openapi.example import sample
from openapi.inference import infer
from openapi.operation import Operation, Parameter
from openapi.resources import ABSENT, Envelope, Model, Resource
from openapi.schema import Schemas
from openapi.source import join_pointer
from tests.handlers.generic.api import JSON, NO_BODY, Answered, Api, serving

HERE = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("HYFN_CORPUS", HERE / "no corpus"))
FOUND = [*(HERE / "servers").glob("*.yaml"), *CORPUS.glob("*.yaml"), *CORPUS.glob("*.json")]
DOCUMENTS = sorted(path for path in FOUND if path.name != "index.json")


class Round:
    """One document's mock, and how its resources are asked."""

    def __init__(self, document: Document, **settings: Any) -> None:
        self.model: Model = infer(document)
        self.requests = Schemas(document, "request")
        self.api: Api = serving(document, auth="off", base_path="", **settings)
        self._made: dict[str, tuple[dict[str, str], Any] | None] = {}

    def send(self, operation: Operation, path: dict[str, str], body: Any = NO_BODY, **more: str) -> Answered:
        """A valid request of an operation, with more headers."""
        target = operation.path
        for name, value in path.items():
            target = target.replace(f"{{{name}}}", quote(value, safe=""))
        needed = [each for each in operation.parameters if each.required and each.location != "path"]
        values = {(each.location, each.name): self.value(each) for each in needed}
        asked = urlencode({name: value for (where, name), value in values.items() if where == "query"})
        headers = {name: value for (where, name), value in values.items() if where == "header"}
        return self.api.ask(operation.method, f"{target}?{asked}" if asked else target, body, headers | more)

    def body(self, operation: Operation) -> Any:
        """A valid body, or ABSENT."""
        if operation.body is None or JSON not in operation.body.content:
            return ABSENT
        pointer = join_pointer(operation.body.content[JSON].pointer, "schema")
        schema = self.requests.resolve(pointer)
        for written in (True, False):
            found = sample(True if schema is None else schema, self.requests.resolve, written=written)
            if self.requests.at(pointer).is_valid(found):
                return found
        return ABSENT

    def made(self, resource: Resource) -> tuple[dict[str, str], Any] | None:
        """The path values and the item of a new record; None where none can be made."""
        operation = resource.operations.get("create")
        above = self.above(resource)
        body = self.body(operation) if operation else ABSENT
        if operation is None or operation.path == resource.item or above is None or body is ABSENT:
            return None
        if resource.id is None or resource.id.property is None:
            return None
        answered = self.send(operation, above, body)
        item = resource.envelopes.get("create", Envelope(("?",))).find(answered.json)
        own = item.get(resource.id.property, ABSENT) if isinstance(item, dict) else ABSENT
        if answered.status >= 300 or own is ABSENT:
            return None
        return {**above, resource.id.parameter.name: str(own)}, item

    def above(self, resource: Resource) -> dict[str, str] | None:
        """The path values of what a resource lies under."""
        values: dict[str, str] = {}
        for parent in resource.parents:
            owner = self.model.resources.get(parent.resource or "")
            if owner is None:
                values[parent.parameter.name] = str(self.value(parent.parameter))
                continue
            if owner.key not in self._made:
                self._made[owner.key] = self.made(owner)
            found = self._made[owner.key]
            if found is None or owner.id is None:
                return None
            values[parent.parameter.name] = found[0][owner.id.parameter.name]
        return values

    def admits(self, parameter: Parameter, text: str) -> bool:
        if parameter.schema is None:
            return True
        validator = self.requests.validator(parameter.schema)
        return any(validator.is_valid(value) for value in (text, *([int(text)] if text.isdecimal() else ())))

    def value(self, parameter: Parameter) -> str:
        schema = self.requests.resolve(parameter.schema.pointer) if parameter.schema else True
        value = parameter.place.get("example", sample(schema, self.requests.resolve))
        return str(value).lower() if isinstance(value, bool) else str(value)


def _ids(kept: Round, resource: Resource, path: dict[str, str]) -> Iterator[str]:
    answered = kept.send(resource.operations["list"], path)
    found = resource.envelopes["list"].find(answered.json)
    assert resource.id is not None
    for item in found if isinstance(found, list) else ():
        yield str(item.get(resource.id.property))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_resource_goes_round(path: Path) -> None:
    kept = Round(load(path))
    for resource in kept.model.resources.values():
        found = kept.made(resource)
        if found is None or resource.id is None:
            continue
        at, _ = found
        own = at[resource.id.parameter.name]
        if not kept.admits(resource.id.parameter, own):  # of what the body may hold, the path takes a part
            continue
        if "read" in resource.operations:
            assert kept.send(resource.operations["read"], at).status < 300, resource.key
        if "list" in resource.envelopes and resource.paging is None and resource.item:
            above = {name: value for name, value in at.items() if name != resource.id.parameter.name}
            assert own in list(_ids(kept, resource, above)), resource.key
        if "delete" in resource.operations and "read" in resource.operations:
            assert kept.send(resource.operations["delete"], at).status < 300, resource.key
            assert kept.send(resource.operations["read"], at).status in (400, 404, 410, 422), resource.key
