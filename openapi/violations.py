"""Values in which one rule of a schema is broken and everything else is as it was.

From a valid instance, for each keyword of each schema object that the instance fits: the same instance with
another value at one place. Nothing comes where the schema says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from openapi import codec
from openapi.codec import Json
from openapi.document import Document
from openapi.example import sample
from openapi.misfits import misfits
from openapi.misfits.here import Here, Misfit, Tried
from openapi.operation import Place
from openapi.schema import SchemaError, Schemas
from openapi.source import join_pointer, look_up
from openapi.spots import Judge, Path, Spot, placed, spots
from openapi.written import written_at

_MOST = 300
_MOST_TRIED = 30
_TOGETHER = {"type", "enum", "const"}  # one cannot be broken without the others


@dataclass(frozen=True, slots=True)
class Violation:
    """An instance that does not fit, by one rule.

    `pointer`: where the keyword stands in the document; `path`: where in the instance the one change is;
    `value`: the whole instance; `says`: what is wrong, in a short sentence. `alone`: whether nothing else is
    broken; where two keywords ask for nearly the same, one cannot be broken without the other. `sent`: of a
    parameter, the raw names and values that carry it (see `wire.spelled`); none where a required one is
    missing.
    """

    pointer: str
    path: Path
    keyword: str
    value: Json
    says: str
    alone: bool = True
    sent: tuple[tuple[str, str], ...] = ()


def violations(
    schema: Place, schemas: Schemas, valid: Json, judge: Judge, document: Document | None = None
) -> Iterator[Violation]:
    """Every rule of `schema` that `valid` can be changed to break, level by level; at most 300.

    schema: a schema of `schemas.tree` and its pointer there. valid: an instance that `judge` accepts.
    judge: whether a value fits the whole schema; every value that comes has been refused by it.
    document: the one that `schemas` is of; with it, pointers name what is written there (`format: int32`, not
    the `maximum` that it means), and a `readOnly` property gets a value of its own kind.

    The same comes at every call. Of one keyword at one place the clearest breach comes first.
    """
    return islice(_Breaker(schema, schemas, judge, document).all(valid), _MOST)


class _Breaker:
    def __init__(self, schema: Place, schemas: Schemas, judge: Judge, document: Document | None) -> None:
        self.schema, self.schemas, self.judge, self.document = schema, schemas, judge, document

    def all(self, valid: Json) -> Iterator[Violation]:
        for spot in spots(self.schema, self.schemas, valid, self.judge):
            told: set[bytes] = set()
            for rule in spot.rules:
                for misfit in misfits(self._here(spot, rule)):
                    if found := self._first(spot, rule, misfit, told):
                        yield found

    def _here(self, spot: Spot, rule: Place) -> Here:
        return Here(
            schema=rule.value,
            value=spot.value,
            among=tuple(place.value for place in spot.rules),
            resolve=self.schemas.resolve,
            fits=lambda value: self.judge(placed(spot.whole, spot.path, value)),
            hidden=lambda name: self._hidden(join_pointer(rule.pointer, "properties", name), name),
        )

    def _hidden(self, pointer: str, name: str) -> Json:
        """A value that a member would have that may not be sent."""
        tree = self.document.schemas("response") if self.document else {}
        schema = look_up(tree, pointer)
        if schema is None:
            return "value"
        return sample(schema, lambda reference: look_up(tree, reference), name=name)

    def _first(self, spot: Spot, rule: Place, misfit: Misfit, told: set[bytes]) -> Violation | None:
        """The first value that breaks this rule alone, else the first that breaks it, else None."""
        found: Violation | None = None
        only_alone = misfit.more or (misfit.keyword not in _TOGETHER and _is_listed(spot))
        for value, says in islice(misfit.values, _MOST_TRIED):
            key = codec.encode(value)
            whole = placed(spot.whole, spot.path, value)
            if key in told or self.judge(whole):
                continue
            alone = self._alone(rule, value) and self._alone(self.schema, whole)
            if alone or (found is None and not only_alone):
                found = self._violation(spot, rule, misfit, (whole, says), alone)
                latest = key
            if alone:
                break
        if found:
            told.add(latest)
        return found

    def _alone(self, schema: Place, value: Json) -> bool:
        """Whether `value` breaks one rule of a schema, and no more."""
        try:
            problems = self.schemas.validator(schema).problems(value, "")
        except SchemaError:
            return True
        return len(list(islice(problems, 2))) < 2

    def _violation(self, spot: Spot, rule: Place, misfit: Misfit, tried: Tried, alone: bool) -> Violation:
        pointer = join_pointer(rule.pointer, *misfit.at)
        path = spot.path if misfit.member is None else (*spot.path, misfit.member)
        if self.document:
            pointer = written_at(self.document.data, pointer)
        return Violation(pointer, path, misfit.keyword, tried[0], tried[1], alone)


def _is_listed(spot: Spot) -> bool:
    """Whether all values are written out, so that what a text looks like says nothing more."""
    return any("enum" in rule.value or "const" in rule.value for rule in spot.rules)
