"""Valid values at each edge of a schema: longest, shortest, highest, lowest, and easily lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from openapi import codec
from openapi.codec import Json
from openapi.document import Document
from openapi.extremes import extremes
from openapi.extremes.extent import Extent, Extreme
from openapi.operation import Place
from openapi.schema import Schemas
from openapi.spots import Judge, Path, Spot, placed, spots
from openapi.written import written_at

__all__ = ["Boundary", "boundaries", "placed"]

_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Boundary:
    """A value that fits where it is put: `placed(valid, path, value_here)` is the whole.

    `pointer`: the keyword at whose edge it stands, else the schema. `kind`: a short name that stays the same:
    longest, shortest, empty, null, minimum, enum_member, nul, format_offset and so on.
    """

    pointer: str
    path: Path
    kind: str
    value_here: Json
    says: str


def boundaries(
    schema: Place, schemas: Schemas, valid: Json, judge: Judge, document: Document | None = None
) -> Iterator[Boundary]:
    """The values at every edge of `schema`, place by place; each is put into `valid` alone, and judged there.

    schema: a schema of `schemas.tree` and its pointer there. valid: an instance that `judge` accepts.
    judge: whether a value fits the whole schema. document: the one that `schemas` is of; with it, pointers
    name what is written there. Members that `valid` lacks come too, but not what is inside of those.

    The same comes at every call; no value twice at one place.
    """
    return islice(_all(schema, schemas, valid, judge, document), _MOST)


def _all(
    schema: Place, schemas: Schemas, valid: Json, judge: Judge, document: Document | None
) -> Iterator[Boundary]:
    for spot in spots(schema, schemas, valid, judge):
        if spot.given and spot.rules:
            yield from _at(spot, schemas, valid, judge, document)


def _at(
    spot: Spot, schemas: Schemas, valid: Json, judge: Judge, document: Document | None
) -> Iterator[Boundary]:
    def fits(value: Json) -> bool:
        return judge(placed(valid, spot.path, value))

    extent = Extent(spot.rules, spot.value, schemas.resolve, fits)
    for extreme in _different(extremes(extent)):
        if fits(extreme.value):
            pointer = extent.pointer(extreme.keyword)
            if document:
                pointer = written_at(document.data, pointer)
            yield Boundary(pointer, spot.path, extreme.kind, extreme.value, extreme.says)


def _different(found: Iterator[Extreme]) -> Iterator[Extreme]:
    """Each value once, under the first of its kinds."""
    told: set[bytes] = set()
    for extreme in found:
        key = codec.encode(extreme.value)
        if key not in told:
            told.add(key)
            yield extreme
