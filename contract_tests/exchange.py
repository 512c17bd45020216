"""A request and what came back, as plain data."""

from dataclasses import dataclass
from functools import cached_property

from openapi import codec
from openapi.codec import Json
from openapi.media import essence
from openapi.operation import Operation
from openapi.resources import ABSENT

ONE = "one"
"""The identity that -H gives."""

OTHER = "other"
"""The identity of another organization, that --other-header gives."""

NOBODY = "nobody"
"""No accepted credentials: none, or broken ones."""

GONE_AFTER_DELETE = (400, 403, 404, 409, 410, 422)
"""What tells that an item is gone whose DELETE succeeded: where no 404 is declared, another refusal does."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is sent: `url` in full, header values as latin-1 text."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """A response: headers in the order in which they came."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case; several are joined (RFC 9110 section 5.3)."""
        found = [value for each, value in self.headers if each.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def media_type(self) -> str:
        """`type/subtype` in lower case, or an empty text."""
        return essence(self.header("content-type") or "")

    @cached_property
    def json(self) -> Json:
        """The body as a JSON value, or ABSENT where it is none."""
        try:
            return codec.decode(self.body)
        except codec.DecodeError:
            return ABSENT


@dataclass(frozen=True)
class Exchange:
    """One request of the run, by number, and its answer; `problem` says why there is none.

    `operation`: the one that method and path belong to, or None. `valid`: whether the request is one that the
    document allows, as far as whoever sent it knows. `fuzz`: sent by the engine behind the relay.
    """

    number: int
    request: Request
    answer: Answer | None
    identity: str = ONE
    operation: Operation | None = None
    valid: bool = True
    problem: str = ""
    seconds: float = 0.0
    fuzz: bool = False
    path: str | None = None
    """The template that the path fits, whatever the method."""

    at: float = 0.0
    """When it left, in seconds since 1970; 0 where nobody knows."""

    @property
    def status(self) -> int:
        """0 where nothing came."""
        return self.answer.status if self.answer else 0

    @property
    def json(self) -> Json:
        """The body as JSON, or ABSENT."""
        return self.answer.json if self.answer else ABSENT

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        return 400 <= self.status < 500
