"""Which path is a collection and which one is its item."""

import re
from dataclasses import dataclass, field

from openapi.document import Document
from openapi.operation import Operation, Parameter, Place

Tokens = tuple[str, ...]
"""A path without what does not tell it apart: no names of parameters, no `.json`, no slash at the end."""

PARAMETER = "{}"
_NAME = re.compile(r"{([^}]*)}")
_ENDING = re.compile(r"(?<=.)\.(?:json|xml)\Z")
_VERB = re.compile(r"({[^}]*}):([^{}]+)\Z")


@dataclass(slots=True)
class Spot:
    """A path of the document and its operations by method; several paths that differ in nothing but the names
    of their parameters are one. `names`: of the parameters in the path."""

    path: str
    tokens: Tokens
    names: tuple[str, ...]
    operations: dict[str, Operation] = field(default_factory=dict)
    doubles: list[Operation] = field(default_factory=list)
    """Operations whose method another such path has."""

    @property
    def ends_at_parameter(self) -> bool:
        return bool(self.tokens) and self.tokens[-1] == PARAMETER

    @property
    def last_word(self) -> str:
        """The last literal segment, or an empty text."""
        return next((token for token in reversed(self.tokens) if PARAMETER not in token), "")

    def parameter(self, name: str) -> Parameter:
        """A path parameter; made up where the document names it in the path only."""
        for operation in self.operations.values():
            for each in operation.parameters:
                if each.location == "path" and each.name == name:
                    return each
        return Parameter(name, "path", True, "simple", False, None, {}, Place("", {}))

    def pointer(self) -> Parameter:
        """The last path parameter."""
        return self.parameter(self.names[-1])


@dataclass(frozen=True, slots=True)
class Pair:
    """A collection and its item, or one of them."""

    collection: Spot | None
    item: Spot | None

    @property
    def spot(self) -> Spot:
        """The collection, else the item."""
        spot = self.collection or self.item
        assert spot is not None
        return spot

    @property
    def tokens(self) -> list[Tokens]:
        """Those of both."""
        return [spot.tokens for spot in (self.collection, self.item) if spot is not None]


def spots(document: Document) -> dict[Tokens, Spot]:
    """Every path with an operation, in the order of the document."""
    found: dict[Tokens, Spot] = {}
    for operation in document.operations:
        tokens = tokenize(operation.path)
        names = tuple(_NAME.findall(operation.path))
        spot = found.setdefault(tokens, Spot(operation.path, tokens, names))
        if operation.method in spot.operations:
            spot.doubles.append(operation)
        else:
            spot.operations[operation.method] = operation
    return found


def tokenize(path: str) -> Tokens:
    """The tokens of a path: `/pets/{petId}.json` and `/pets/{id}/` are both ("pets", "{}")."""
    segments = [_VERB.sub(r"\1/\2", segment) for segment in path.strip("/").split("/")]
    parts = "/".join(segments).split("/") if path.strip("/") else []
    return tuple(_NAME.sub(PARAMETER, _ENDING.sub("", part)) for part in parts)


def parents_of(spot: Spot, own: bool) -> list[tuple[str, Tokens]]:
    """Each path parameter before the item's own, and the tokens of the path that ends at it. `own`: whether
    the last parameter is the item's."""
    names = iter(spot.names)
    found = [
        (next(names), spot.tokens[: index + 1])
        for index, token in enumerate(spot.tokens)
        for _ in range(token.count(PARAMETER))
    ]
    return found[:-1] if own else found
