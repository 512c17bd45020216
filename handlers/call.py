"""What a handler gets and what it gives. Handlers know nothing else of the server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.numbers import Numbers
from handlers.store.base import Store

Json = Any
"""A JSON value."""

NO_BODY: Any = object()
"""The body of a reply, or of a call, that has none (`None` is JSON's null)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the organization that the credentials belong to."""

    organization: str


@dataclass(slots=True)
class Call:
    """One valid request: parameters by name with their declared types, the decoded body, who asks, when,
    and the store."""

    operation_id: str
    parameters: dict[str, Json]
    body: Json
    written: dict[str, Json]
    """The members of the body that the operation's schema declares. A handler stores these, whatever they are
    called: so a property that is added to the document is kept and shown without a line of code."""

    caller: Caller
    now: datetime
    store: Store
    url: str = ""
    """The address that was asked, without its query."""

    media_type: str = ""
    """Of the body, without parameters."""

    numbers: Numbers = field(default_factory=Numbers, repr=False)
    """What new records are called."""

    otherwise: "Handler | None" = field(default=None, repr=False)
    """What would answer without the function that is called."""

    def default(self) -> "Reply":
        """The reply that a function of `--handlers` stands in the place of. Raises Refusal."""
        assert self.otherwise is not None, "only functions of --handlers have a default"
        return self.otherwise(self)


@dataclass(slots=True)
class Reply:
    """What to answer: `status` must be declared, `body` must fit its schema, header names as the document
    writes them."""

    body: Json = NO_BODY
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    about: str | None = None
    """The id of the record that was made, as text."""
    media_type: str | None = None
    """Of a body of bytes, where its declared type is a range; None: a usual one of the range."""

    sent: tuple[bytes, str | None] | None = field(default=None, repr=False)
    """(payload, media type) as they went out: once checked and encoded, they may be sent again."""


Handler = Callable[[Call], Reply]
"""A plain function that answers one operation. It runs on the event loop, alone, and must not block. What it
writes into the store is kept as a whole, or not at all where it raises."""


def steady(function: Handler) -> Handler:
    """Marks a function that changes nothing, and whose reply follows from the parameters, the caller, the
    address and the store alone, not from the time: what it answered is good until the store changes."""
    function.steady = True  # type: ignore[attr-defined]  # functions take any attribute
    return function
