"""One declared media type of an answer: what fits it, and how it is written."""

from functools import cached_property

from handlers.call import Json
from handlers.context import Context
from handlers.generic.made import Maker
from openapi import media
from openapi.body_writer import Write, writing
from openapi.explain import Problem
from openapi.form_fields import is_binary
from openapi.operation import Place
from openapi.schema import Validator
from openapi.shape import shape
from openapi.source import join_pointer, look_up


class Format:
    """A Media Type Object of a response, under the media type or range that it is declared for."""

    def __init__(self, name: str, place: Place, context: Context, maker: Maker) -> None:
        self.name, self._place, self._maker = name, place, maker
        self._tree = context.responses.tree
        self._later = context.responses.of_media(place)
        self._is_range = media.is_range(name)
        self._kind = media.kind(media.essence(name))
        self.is_json = self._kind == "json"
        """Whether every body is JSON under its one name."""

        self._writes: dict[media.Kind, Write] = {}

    @cached_property
    def _schema(self) -> object:
        pointer = join_pointer(self._place.pointer, "schema")
        return look_up(self._tree, pointer) if self._place.get("schema") is not None else True

    @cached_property
    def _types(self) -> frozenset[str]:
        return shape(self._tree, self._schema).types

    @cached_property
    def _validator(self) -> Validator | None:
        return self._later() if self._later else None

    def fits(self, body: Json) -> bool:
        """Whether a body keeps what is promised, as far as that can be told."""
        validator = self._validator
        return validator is None or validator.is_valid(body) or not self._is_judged(body)

    def problems(self, body: Json) -> list[Problem]:
        assert self._validator is not None
        return list(self._validator.problems(body, "body"))

    def _is_judged(self, body: Json) -> bool:
        """Of a text that spells something else, in XML or CSV, the schema does not speak."""
        return self._kind == "json" or not isinstance(body, str) or "string" in self._types

    def instead(self, body: Json) -> Json:
        """A body that was made for another media type; where it does not fit, one that the document makes."""
        sayable = isinstance(body, str) or self._kind not in ("text", "bytes")
        return body if sayable and self.fits(body) else self._made

    @cached_property
    def _made(self) -> Json:
        return self._maker.body(self._place, self._place.pointer)

    def written(self, body: Json, accept: str) -> tuple[bytes, str]:
        """(body, Content-Type); `accept` tells which type of a range."""
        if not self._is_range:
            return self._write(self._kind)(body, self.name)
        name = media.concrete(self.name, accept, self._usual(body))
        return self._write(media.kind(media.essence(name)))(body, name)

    def _usual(self, body: Json) -> str:
        if not isinstance(body, str) or "string" not in self._types:
            return "application/json"
        return "application/octet-stream" if is_binary(self._tree, self._schema) else "text/plain"

    def _write(self, kind: media.Kind) -> Write:
        if kind not in self._writes:
            self._writes[kind] = writing(self._tree, self._place, kind)
        return self._writes[kind]
