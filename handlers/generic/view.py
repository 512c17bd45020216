"""What an operation's success looks like: the stored item, or the list, in the body that is declared."""

from collections.abc import Callable, Mapping
from functools import cached_property

from handlers.call import NO_BODY, Json, Reply
from handlers.generic.made import Maker, fitted
from openapi import media
from openapi.operation import Operation, Place
from openapi.resources import ABSENT, Envelope
from openapi.schema import Schemas, Validator
from openapi.shape import Shape, shape_of
from openapi.source import join_pointer
from openapi.spots import placed

Telling = Callable[[Json, Validator], Json]
"""Fills in what a body tells beside its list."""


class View:
    """The success answer of one operation. `envelope`: where in its body the item or list stands; None where
    it holds neither."""

    def __init__(
        self, operation: Operation, status: int, envelope: Envelope | None, schemas: Schemas, maker: Maker
    ) -> None:
        self.operation, self.status, self.envelope = operation, status, envelope
        self._schemas, self._maker = schemas, maker
        response = operation.response(status)
        self._response = response
        name = media.preferred(response.content) if response else None
        self._place: Place | None = response.content[name] if response and name is not None else None
        self._is_opaque = media.kind(media.essence(name or "")) in ("bytes", "text")

    def example(self) -> Json:
        """The item or the list that the document shows as an example, or ABSENT."""
        if self._place is None or self.envelope is None:
            return ABSENT
        found = next((value for _, value in self._maker.examples(self._place)), ABSENT)
        return ABSENT if found is ABSENT else self.envelope.find(found)

    @property
    def declared(self) -> frozenset[str]:
        """The names of the response headers, in lower case."""
        return frozenset(name.lower() for name in (self._response.headers if self._response else ()))

    @cached_property
    def _pointer(self) -> str | None:
        place = self._place
        return join_pointer(place.pointer, "schema") if place and place.get("schema") is not None else None

    @cached_property
    def shape(self) -> Shape:
        """What the body is about."""
        return shape_of(self._schemas.tree, self._pointer) if self._pointer else Shape.anything()

    @cached_property
    def spare(self) -> Json:
        """A valid body that holds nothing of a store: an example of the document where it has one."""
        return self._maker.body(self._place, self.operation.id) if self._place else {}

    def reply(self, value: Json, headers: Mapping[str, str], told: Telling | None = None) -> Reply:
        """The answer with an item or a list in it; `told`: fills in what stands beside a list."""
        return Reply(self.body(value, told), self.status, dict(headers))

    def body(self, value: Json, told: Telling | None = None) -> Json:
        """The body; of a value that does not fit, as much as fits."""
        if self._place is None:
            return NO_BODY
        if self.envelope is not None:
            value = self.envelope.spelled(value)
        if self._pointer is None and self._is_opaque:
            return self.spare
        if self._pointer is None:
            return value if self.envelope is None else self.envelope.wrap(value)
        validator = self._schemas.at(self._pointer)
        whole = self._with(value)
        if told is not None:
            whole = told(whole, validator)
        if validator.is_valid(whole):
            return whole
        if value == [] and (without := self._without(whole)) is not ABSENT and validator.is_valid(without):
            return without  # the document has no empty list
        found = fitted(whole, self.spare, validator)
        return self.spare if found is ABSENT else found

    def _without(self, whole: Json) -> Json:
        """A body without the list."""
        path = self.envelope.path if self.envelope else ()
        return placed(whole, path, ABSENT) if path else ABSENT

    def _with(self, value: Json) -> Json:
        """A valid body, with the value at its envelope."""
        if self.envelope is None:
            return self.spare
        if not self.envelope.path:
            return value
        try:
            return placed(self.spare, self.envelope.path, value)
        except (LookupError, TypeError):
            return self.envelope.wrap(value)
