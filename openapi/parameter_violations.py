"""Values of parameters in which one rule is broken, as far as text can spell them: `abc` for an integer.

That a number is no string cannot be spelled: a parameter of digits is a string as well.
"""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from openapi import codec
from openapi.codec import Json
from openapi.document import Document
from openapi.form import Undecodable, split_query
from openapi.operation import Parameter, Place
from openapi.parameters import Decoder, compile_parameters
from openapi.resources import ABSENT
from openapi.schema import Schemas
from openapi.shape import TYPES, shape_of
from openapi.source import join_pointer, look_up
from openapi.spots import Judge
from openapi.style import ABSENT as NOT_SENT
from openapi.violations import Violation, violations
from openapi.wire import Pairs, Unspellable, spelled
from openapi.written import written_at


def parameter_violations(
    parameter: Parameter, schemas: Schemas, valid: Json, judge: Judge, document: Document
) -> Iterator[Violation]:
    """Every rule of a parameter that text can break; `sent` of each is what to send, `value` what it is read
    as.

    valid: a value that fits. judge: whether a value fits the parameter's schema.

    First comes that a required parameter is missing (its value is ABSENT, nothing is sent). An empty text
    comes where it is of no type that is allowed; in a path there is never an empty text, nor one of dots
    alone. Nothing comes for a header that OpenAPI ignores, nor for the whole query as one value.
    """
    decoders = compile_parameters([parameter], document, schemas)
    if not decoders or parameter.location == "querystring":
        return
    if parameter.required and parameter.location != "path":
        pointer = join_pointer(parameter.place.pointer, "required")
        yield Violation(pointer, (), "required", ABSENT, f"{parameter.name} is missing")
    place = schema_place(parameter, schemas)
    if place is not None:
        found = _Spelling(parameter, schemas, decoders[0], judge).all(place, valid)
        for violation in found:
            yield replace(violation, pointer=written_at(document.data, violation.pointer))


def schema_place(parameter: Parameter, schemas: Schemas) -> Place | None:
    """The schema of a parameter or of its `content`, as `schemas` has it; None where it has none."""
    owner = next(iter(parameter.content.values()), parameter.place)
    pointer = join_pointer(owner.pointer, "schema")
    schema = schemas.resolve(pointer)
    return None if schema is None else Place(pointer, schema)


class _Spelling:
    def __init__(self, parameter: Parameter, schemas: Schemas, decoder: Decoder, judge: Judge) -> None:
        self.parameter, self.schemas, self.decoder, self.judge = parameter, schemas, decoder, judge

    def all(self, place: Place, valid: Json) -> Iterator[Violation]:
        told: set[tuple[tuple[str, str], ...]] = set()
        shape = shape_of(self.schemas.tree, place.pointer)
        for violation in violations(place, self.schemas, valid, self.judge):
            spelling = self._spelled(violation)
            if spelling and spelling[0] not in told:
                told.add(spelling[0])
                yield replace(violation, sent=spelling[0], value=spelling[1])
        if "string" not in shape.types and shape.scalar and (empty := self._empty(place)):
            yield empty

    def _spelled(self, violation: Violation) -> tuple[tuple[tuple[str, str], ...], Json] | None:
        """The text of a violation and what it is read as, where that is what is meant."""
        if violation.keyword == "type" and not self._shows(violation):
            return None
        try:
            pairs = spelled(self.parameter, violation.value)
            value = self._read(pairs)
        except (Unspellable, Undecodable):
            return None
        if value is NOT_SENT or self.judge(value) or not self._is_plain(pairs):
            return None
        same = violation.keyword == "type" or codec.encode(value) == codec.encode(violation.value)
        return (tuple(pairs), value) if same else None

    def _shows(self, violation: Violation) -> bool:
        """Whether text can be of another type than the ones that are asked for."""
        if self.parameter.content:
            return True
        written = look_up(self.schemas.tree, violation.pointer)
        types = {written} if isinstance(written, str) else set(written or TYPES)
        changed = violation.value
        for token in violation.path:
            changed = changed[token]
        return not types & {"string", "array", "object"} and not isinstance(changed, (list, dict))

    def _read(self, pairs: Pairs) -> Json:
        """What the decoder makes of raw pairs. Raises Undecodable."""
        if self.parameter.location != "query":
            return self.decoder.read([text for _, text in pairs], {})
        query = split_query("&".join(f"{name}={text}" for name, text in pairs))
        return self.decoder.read(query.get(self.parameter.name, []), query)

    def _is_plain(self, pairs: Pairs) -> bool:
        """In a path, neither nothing nor dots alone: routers take those for something else."""
        return self.parameter.location != "path" or all(unquote(text).strip(".") for _, text in pairs)

    def _empty(self, place: Place) -> Violation | None:
        if self.parameter.location == "path" or self.decoder.may_be_empty or self.parameter.content:
            return None
        pairs = spelled(self.parameter, "")
        value = self._read(pairs)
        if value is NOT_SENT or self.judge(value):
            return None
        pointer = join_pointer(place.pointer, "type")
        return Violation(pointer, (), "type", value, "empty text", sent=tuple(pairs))
