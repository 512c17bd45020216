"""Parameters that say how a list is ordered, and whether it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from contract_tests.contract import Contract
from openapi.codec import Json
from openapi.dialect import parts
from openapi.inference.naming import plain
from openapi.operation import Parameter
from openapi.resources import Resource
from openapi.shape import shape

_SORTING = {"sort", "sortby", "orderby", "order", "ordering"}
_SPELLED = re.compile(r"(?P<sign>[-+]?)(?P<name>\w+?)(?:[:,. _](?P<way>asc|desc))?", re.IGNORECASE)
_PLAIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Order:
    """A value of a sort parameter that names a property and a direction."""

    parameter: Parameter
    value: str
    name: str
    falling: bool
    many: bool
    """Whether the parameter takes a list."""

    @property
    def asked(self) -> dict[str, Json]:
        return {self.parameter.name: [self.value] if self.many else self.value}


def orders(contract: Contract, resource: Resource) -> Iterator[Order]:
    """The orders that the document lists one by one, with their direction; of a property both ways."""
    names = {plain(name): name for name, each in resource.properties.items() if each.read is not None}
    for parameter in resource.operations["list"].parameters:
        if parameter.location != "query" or plain(parameter.name) not in _SORTING or parameter.schema is None:
            continue
        whole = shape(contract.requests.tree, {"$ref": parameter.schema.pointer})
        many = whole.types == {"array"}
        values = _enum(contract, whole.item if many else {"$ref": parameter.schema.pointer})
        for value in values:
            found = _SPELLED.fullmatch(value)
            way = _falls(found, values) if found else None
            if found and way is not None and plain(found["name"]) in names:
                yield Order(parameter, value, names[plain(found["name"])], way, many)


def _enum(contract: Contract, schema: Json) -> list[str]:
    pieces = parts(contract.requests.tree, schema, ("allOf", "anyOf", "oneOf"))
    return [value for part in pieces for value in part.get("enum") or () if isinstance(value, str)]


def _falls(found: re.Match[str], values: Sequence[str]) -> bool | None:
    """Whether the greatest comes first; None where nothing says. `name` rises where there is `-name`, too."""
    if found["way"]:
        return found["way"].lower() == "desc"
    if found["sign"]:
        return found["sign"] == "-"
    return False if f"-{found['name']}" in values else None


def misplaced(values: Sequence[Json], falling: bool) -> tuple[Json, Json] | None:
    """Two values one after the other that stand the wrong way round, or None."""
    for one, other in pairwise(values):
        way = compared(one, other)
        if way is not None and way == (-1 if falling else 1):
            return one, other
    return None


def compared(one: Json, other: Json) -> int | None:
    """-1, 0 or 1 as one value comes before another by every reasonable order; None where orders differ: by
    case, by punctuation, by length."""
    if isinstance(one, str) and isinstance(other, str):
        moments = _moment(one), _moment(other)
        if None not in moments:
            one, other = moments
        elif _outline(one) != _outline(other):
            return None
    elif isinstance(one, bool) or isinstance(other, bool) or not _numbers(one, other):
        return None
    return int(one > other) - int(one < other)


def _numbers(one: Json, other: Json) -> bool:
    return isinstance(one, (int, float)) and isinstance(other, (int, float))


def _outline(text: str) -> str:
    """A text without its small letters and digits: texts of one outline are ordered alike everywhere."""
    return _PLAIN.sub("x", text)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if "T" in text[10:11] else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
