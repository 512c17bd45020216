"""A large document in parts that can be understood alone: the paths that begin with the same word, behind
what all of them begin with."""

from functools import cached_property
from itertools import takewhile

from openapi.document import Document
from openapi.operation import Operation


class Part(Document):
    """A document of which only some operations are looked at; all else is shared."""

    def __init__(self, whole: Document, operations: tuple[Operation, ...]) -> None:
        self.__dict__ |= {**whole.__dict__, "operations": operations}


class Families:
    """The parts of a document, each made once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._parts: dict[str, Part] = {}

    def of(self, operation: Operation) -> Part:
        """The part that an operation is in."""
        word = self._word(operation)
        if word not in self._parts:
            self._parts[word] = Part(self._document, self._operations[word])
        return self._parts[word]

    @cached_property
    def _operations(self) -> dict[str, tuple[Operation, ...]]:
        found: dict[str, list[Operation]] = {}
        for operation in self._document.operations:
            found.setdefault(self._word(operation), []).append(operation)
        return {word: tuple(operations) for word, operations in found.items()}

    @cached_property
    def _shared(self) -> int:
        """How many segments all paths begin with."""
        beginnings = zip(*(_segments(each) for each in self._document.operations), strict=False)
        return sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, beginnings))

    def _word(self, operation: Operation) -> str:
        segments = _segments(operation)
        return segments[self._shared] if len(segments) > self._shared else ""


def _segments(operation: Operation) -> list[str]:
    return operation.path.split("/")
