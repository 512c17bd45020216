"""An operation of a document as plain data: its parameters, body, responses and security.

`paths.py` reads them. A Place is a value with the JSON pointer to it, so that whoever finds something wrong
can say where.
"""

from dataclasses import dataclass
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
class Operation:
    """One operation.

    `id` is unique in the document: the written operationId where that is unique, else `GET /path`.
    """

    id: str
    method: str
    path: str
    place: Place
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: dict[str, Response]
    security: tuple[dict[str, list[str]], ...]

    def response(self, status: int) -> Response | None:
        """The response declared for a status: exact, else its range (`4XX`), else `default`."""
        found = self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX")
        return found or self.responses.get("default")

    @property
    def success(self) -> int | None:
        """The first declared 2xx status, or None."""
        return next((int(key) for key in self.responses if key.isdecimal() and key[0] == "2"), None)
