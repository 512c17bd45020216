"""What of an answer is wrong: its status, a header of it, or a part of its body."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """What is wrong with the last exchange of a failure.

    `name`: the header. `path`: where in the body; of an `item` it begins at the item, wherever the answer has
    it. `own`: the id of the item, which tells it from others in a list; without one, of a list it is all of
    it.
    """

    part: Literal["status", "header", "body", "item"]
    name: str = ""
    path: Path = ()
    own: str | None = None


STATUS = Spot("status")


class Difference(str):
    """A sentence about a part of a value, which knows the path of that part."""

    __slots__ = ("path",)
    path: Path

    def __new__(cls, sentence: str, path: Path) -> "Difference":
        found = super().__new__(cls, sentence)
        found.path = path
        return found


def header(name: str) -> Spot:
    return Spot("header", name)


def in_body(*path: str | int) -> Spot:
    return Spot("body", path=path)


def in_item(*path: str | int, own: str | None = None) -> Spot:
    return Spot("item", path=path, own=own)


def of(sentences: Sequence[str], own: str | None = None) -> Spot:
    """What the first sentence speaks of: a property of an item; else that the item is not there any more."""
    first = next(iter(sentences), "")
    return Spot("item", path=first.path, own=own) if isinstance(first, Difference) else STATUS
