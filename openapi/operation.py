"""An operation of a document as plain data: its parameters, body, responses and security.

`paths.py` reads them. A Place is a value with the JSON pointer to it, so that whoever finds something wrong
can say where.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the document and the JSON pointer where it stands (after references were followed)."""

    pointer: str
    value: Any

    def get(self, key: str, default: Any = None) -> Any:
        return self.value.get(key, default) if isinstance(self.value, dict) else default


@dataclass(frozen=True, slots=True)
class Parameter:
    """A Parameter Object. `schema` is None where it has `content` instead.

    `location`: path, query, header or cookie; or `querystring` of OpenAPI 3.2, the whole query as one value.
    """

    name: str
    location: str
    required: bool
    style: str
    explode: bool
    schema: Place | None
    content: dict[str, Place]
    place: Place


@dataclass(frozen=True, slots=True)
class Body:
    """A Request Body Object: media type as written -> Media Type Object."""

    required: bool
    content: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Response:
    """A Response Object under its key as it is written: `200`, `4XX` or `4xx`, `default`."""

    key: str
    content: dict[str, Place]
    headers: dict[str, Place]
    place: Place


@dataclass(frozen=True, slots=True)
class Parts:
    """What an operation takes and gives: the members of Operation of the same names."""

    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: dict[str, Response] = field(default_factory=dict)
    security: tuple[dict[str, list[str]], ...] = ()


@dataclass(frozen=True)
class Operation:
    """One operation.

    `id` is unique in the document: the written operationId where that is unique, else `GET /path`.
    `read`: what reads its parts when they are first asked for: large documents have many that nobody calls.
    """

    id: str
    method: str
    path: str
    place: Place
    read: Callable[[], Parts] = field(repr=False, compare=False)

    @cached_property
    def _parts(self) -> Parts:
        return self.read()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self._parts.parameters

    @property
    def body(self) -> Body | None:
        return self._parts.body

    @property
    def responses(self) -> dict[str, Response]:
        return self._parts.responses

    @property
    def security(self) -> tuple[dict[str, list[str]], ...]:
        return self._parts.security

    def response(self, status: int) -> Response | None:
        """The response declared for a status: exact, else its range (`4XX`), else `default`."""
        found = self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX")
        return found or self.responses.get("default")

    @property
    def success(self) -> int | None:
        """The first declared 2xx status, or None."""
        return next((int(key) for key in self.responses if key.isdecimal() and key[0] == "2"), None)
