"""How records of a resource are called in the store: by the ids in their path, whoever's they are."""

import re
from dataclasses import dataclass

from handlers.call import Call, Json
from openapi import codec
from openapi.operation import Operation
from openapi.resources import Resource

_VARIABLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request points: the ids of the parents as texts, and the item's own, if it names one; `given`:
    the same as a value."""

    owner: str
    parents: tuple[str, ...]
    own: str | None
    given: Json = None

    @property
    def under(self) -> str:
        """What all records of one collection have in common."""
        return joined(self.owner, *self.parents)

    def record(self, own: str) -> str:
        """The id in the store of a record of this collection."""
        return joined(self.owner, *self.parents, own)


def address(call: Call, operation: Operation, resource: Resource) -> Address:
    """The address in the path of a request; parameters count by their place, whatever they are called."""
    names = _VARIABLE.findall(operation.path)
    values = [call.parameters.get(name) for name in names]
    texts, count = [text_of(value) for value in values], len(resource.parents)
    parents, owner = tuple(texts[:count]), call.caller.organization
    if len(values) == count:
        return Address(owner, parents, None)
    return Address(owner, parents, texts[count], values[count])


def joined(*parts: str) -> str:
    """Texts as one, so that different ones never come to the same."""
    return codec.encode(list(parts)).decode()


def text_of(value: Json) -> str:
    """An id as text: `7`, whether the path or a body has it, and 7.0, too."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else str(value)
