"""Valid requests of any document's operations, made from the document alone, and sent to its mock."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from handlers.generic.made import Maker
from openapi import media
from openapi.codec import Json
from openapi.document import Document
from openapi.inference import infer
from openapi.operation import Operation, Parameter
from openapi.resources import ABSENT, Model
from openapi.schema import Schemas
from openapi.source import join_pointer
from tests.handlers.generic.api import JSON, Answered, Api, serving

Path = Mapping[str, str]


class Asking:
    """One document's mock, and how its operations are asked."""

    def __init__(self, document: Document, **settings: Any) -> None:
        self.model: Model = infer(document)
        self.requests = Schemas(document, "request")
        self.answers = Schemas(document, "response")
        self._maker = Maker(document, self.requests, 1)
        self.api: Api = serving(document, auth="off", base_path="", **settings)

    def send(self, operation: Operation, path: Path, body: Json = ABSENT, **query: str) -> Answered:
        """The answer to a request that holds what the operation needs. A text is sent as it is where the
        operation takes no JSON."""
        target = operation.path
        for name, value in path.items():
            target = target.replace(f"{{{name}}}", quote(value, safe=""))
        asked = {**self._needed(operation, "query"), **query}
        headers, raw = self._needed(operation, "header"), b""
        if body is not ABSENT:
            kind = self.media_type(operation) or JSON
            headers["content-type"] = kind = JSON if "*" in kind else kind
            raw = written(kind, body)
        whole = f"{target}?{urlencode(asked, doseq=True)}" if asked else target
        return self.api.send(operation.method, whole, raw, headers)

    def follow(self, address: str) -> Answered:
        """What is at an address that the mock has told."""
        return self.api.send("GET", address.removeprefix("http://mock.test"), b"", {})

    def media_type(self, operation: Operation) -> str | None:
        """The one in which its body is sent: JSON where it can be."""
        kinds = list(operation.body.content) if operation.body else []
        return next((each for each in kinds if media.is_json(media.essence(each))), next(iter(kinds), None))

    def body(self, operation: Operation, key: str) -> Json:
        """A valid body, another one for another key; ABSENT where none is sent, or none can be made."""
        pointer = self._schema(operation)
        found = self._maker.whole(pointer, key, written=False) if pointer else ABSENT
        return found if self.is_valid(operation, found) else ABSENT

    def is_valid(self, operation: Operation, body: Json) -> bool:
        """Whether a body is one that the operation takes."""
        pointer = self._schema(operation)
        return pointer is not None and self.requests.at(pointer).is_valid(body)

    def _schema(self, operation: Operation) -> str | None:
        """Where the schema of its body stands."""
        kind = self.media_type(operation)
        place = operation.body.content[kind] if operation.body and kind is not None else None
        return join_pointer(place.pointer, "schema") if place and place.get("schema") is not None else None

    def value(self, parameter: Parameter) -> Any:
        """A value of a parameter: a text, or several of them."""
        found, place = parameter.place.get("example", ABSENT), next(iter(parameter.content.values()), None)
        pointer = join_pointer(place.pointer, "schema") if place else None
        pointer = parameter.schema.pointer if parameter.schema else pointer
        if found is ABSENT or isinstance(found, (dict, list)):
            found = self._maker.whole(pointer, parameter.name) if pointer else "x"
        if isinstance(found, list) and parameter.schema:
            texts = [*map(as_text, found)]
            return texts if parameter.explode else ",".join(texts)
        return as_text(found)

    def admits(self, parameter: Parameter, text: str) -> bool:
        """Whether a text is a value of a parameter."""
        if parameter.schema is None:
            return True
        validator = self.requests.validator(parameter.schema)
        return any(validator.is_valid(value) for value in (text, *([int(text)] if text.isdecimal() else ())))

    def _needed(self, operation: Operation, location: str) -> dict[str, Any]:
        found = [each for each in operation.parameters if each.required and each.location == location]
        return {each.name: self.value(each) for each in found}


def written(kind: str, body: Json) -> bytes:
    """A body in a media type; a form has one pair per value."""
    if media.essence(kind) == "application/x-www-form-urlencoded" and isinstance(body, dict):
        plain = {name: as_text(value) for name, value in body.items() if not isinstance(value, list)}
        lists = {name: [*map(as_text, value)] for name, value in body.items() if isinstance(value, list)}
        return urlencode({**plain, **lists}, doseq=True).encode()
    as_it_is = isinstance(body, str) and not media.is_json(media.essence(kind))
    return body.encode() if as_it_is else json.dumps(body).encode()


def as_text(value: Any) -> str:
    """A plain value as a path, a query or a form has it."""
    return value if isinstance(value, str) else json.dumps(value)
