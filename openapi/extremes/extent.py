"""What all schema objects of one place ask for together, as far as its edges go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from openapi.codec import Json
from openapi.dialect import Schema
from openapi.operation import Place
from openapi.source import join_pointer


@dataclass(frozen=True, slots=True)
class Extreme:
    """A value that should fit: `keyword` is the one at whose edge it stands, empty where there is none."""

    kind: str
    value: Json
    says: str
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """The schema objects that judge one value, and a value that fits.

    `fits`: whether the whole instance is valid with another value there.
    """

    rules: tuple[Place, ...]
    value: Json
    resolve: Callable[[str], Schema]
    fits: Callable[[Json], bool]

    def all(self, keyword: str) -> list[Any]:
        """What each schema object says under a keyword."""
        return [rule.value[keyword] for rule in self.rules if keyword in rule.value]

    def first(self, keyword: str) -> Any:
        return next(iter(self.all(keyword)), None)

    def least(self, keyword: str) -> int:
        """The highest of the lower bounds of a count; 0 where there is none."""
        return max(_counts(self.all(keyword)), default=0)

    def most(self, keyword: str) -> int | None:
        """The lowest of the upper bounds of a count."""
        return min(_counts(self.all(keyword)), default=None)

    def types(self) -> set[str]:
        """The types that are written; none where none is."""
        written = [{names} if isinstance(names, str) else {*names} for names in self.all("type")]
        return set.intersection(*written) if written else set()

    def is_free(self) -> bool:
        """Whether nothing at all is asked for."""
        return not any(rule.value.keys() - _NOTES for rule in self.rules)

    def pointer(self, keyword: str) -> str:
        """Where a keyword stands, else the schema object that speaks of the type, else the first."""
        for wanted in (keyword, "type"):
            for rule in self.rules:
                if wanted in rule.value:
                    return join_pointer(rule.pointer, keyword) if wanted == keyword else rule.pointer
        return self.rules[0].pointer if self.rules else ""


_NOTES = {
    "title", "description", "example", "examples", "default", "deprecated", "readOnly", "writeOnly",
    "$comment", "$ref", "allOf",
}  # fmt: skip


def _counts(bounds: Iterable[Any]) -> list[int]:
    return [int(bound) for bound in bounds if isinstance(bound, (int, float)) and not isinstance(bound, bool)]
