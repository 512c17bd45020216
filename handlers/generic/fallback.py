"""What the document itself says an operation answers: a written example that is valid, else a value made
from the schema."""

import random
from collections.abc import Iterator
from typing import Any

from handlers.call import NO_BODY, Call, Handler, Json, Reply
from handlers.problems import BadRequest, ContractBroken
from openapi import media
from openapi.document import Document
from openapi.example import sample
from openapi.operation import Operation, Place, Response
from openapi.schema import Schemas
from openapi.source import join_pointer, split_pointer


class Documented:
    """Replies taken from the document alone. They read no store and change nothing."""

    def __init__(self, document: Document, responses: Schemas, seed: int) -> None:
        self._document, self._schemas = document, responses
        self._random = random.Random(seed)  # noqa: S311  (variety, not secrecy)

    def handler(self, operation: Operation) -> Handler:
        """A function that always gives the documented answer of the first success."""

        def answer(_call: Call) -> Reply:
            return self.reply(operation)

        return answer

    def reply(
        self,
        operation: Operation,
        status: int | None = None,
        example: str | None = None,
        dynamic: bool = False,
    ) -> Reply:
        """The answer for a status (default: the first success, else the first declared) and a named
        example, or a made-up one.

        Raises BadRequest when the operation does not declare the status, or that status the example.
        """
        chosen = status if status is not None else self.default_status(operation)
        response = operation.response(chosen)
        if response is None:
            declared = ", ".join(operation.responses)
            if not declared:
                raise ContractBroken(f"the document declares no response of {operation.id}")
            raise BadRequest(f"{operation.id} declares {declared}, not {chosen}", error="Status not declared")
        headers = {
            name: self._header(place) for name, place in response.headers.items() if place.get("required")
        }
        return Reply(self._body(response, example, dynamic), chosen, headers)

    def default_status(self, operation: Operation) -> int:
        """The first declared success; else the lowest status that is declared."""
        if operation.success is not None:
            return operation.success
        keys = sorted(key for key in operation.responses if key[0].isdigit())
        return int(keys[0].replace("X", "0")) if keys else 200

    def examples(self, response: Response) -> dict[str, Json]:
        """The written examples of a response by name, over all its media types; an unnamed `example` has
        the name ``."""
        return {name: value for place in response.content.values() for name, value in self._written(place)}

    def _body(self, response: Response, example: str | None, dynamic: bool) -> Json:
        place = _json_first(response)
        if place is None:
            if example is not None:
                raise _no_example(response, example, {})
            return NO_BODY
        written = dict(self._written(place))
        if example is not None:
            if example not in written:
                raise _no_example(response, example, written)
            return written[example]
        valid = () if dynamic else self._valid(place, written)
        return next(iter(valid)) if valid else self._made(place, dynamic)

    def _valid(self, place: Place, written: dict[str, Json]) -> list[Json]:
        """The examples that fit. In XML or CSV, text is what is sent: the schema speaks of what it spells."""
        later = self._schemas.of_media(place)
        as_text = not media.is_json(media.essence(split_pointer(place.pointer)[-1]))
        return [
            value
            for value in written.values()
            if later is None or (as_text and isinstance(value, str)) or later().is_valid(value)
        ]

    def _made(self, place: Place, dynamic: bool) -> Json:
        schema = self._schemas.resolve(join_pointer(place.pointer, "schema"))
        choose = self._random if dynamic else None
        return sample(
            True if schema is None else schema, self._schemas.resolve, written=not dynamic, choose=choose
        )

    def _written(self, place: Place) -> Iterator[tuple[str, Json]]:
        if "example" in place.value:
            yield "", place.value["example"]
        for name, written in self._document.children(place, "examples").items():
            if isinstance(written.value, dict) and "value" in written.value:
                yield name, written.value["value"]

    def _header(self, place: Place) -> str:
        schema: Any = self._schemas.resolve(join_pointer(place.pointer, "schema"))
        value = place.get("example", sample(True if schema is None else schema, self._schemas.resolve))
        return str(value).lower() if isinstance(value, bool) else str(value)


def _json_first(response: Response) -> Place | None:
    name = media.preferred(response.content)
    return response.content[name] if name is not None else None


def _no_example(response: Response, example: str, written: dict[str, Json]) -> BadRequest:
    names = ", ".join(name for name in written if name) or "none"
    return BadRequest(
        f"the examples of {response.key} are: {names}; not {example!r}", error="Example not declared"
    )
