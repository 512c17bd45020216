"""What was typed for `hyfn check`, made into a question."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from contract_tests.checks import NAMES
from contract_tests.problems import Misuse
from contract_tests.profile import Permissions, default_profile, parse_profile
from contract_tests.question import Question, draw_seed, read_document
from contract_tests.target import Target
from openapi.document import Document
from openapi.operation import Operation


@dataclass(frozen=True, slots=True)
class Filters:
    """Operations by path, method, tag and operation id: what is typed after --include-... or --exclude-..."""

    path: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    operation_id: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.path, self.method, self.tag, self.operation_id))

    def fit(self, operation: Operation) -> bool:
        """Whether every kind of filter that is given names something of the operation."""
        given = (
            (self.path, {operation.path}),
            (tuple(method.upper() for method in self.method), {operation.method}),
            (self.tag, set(operation.place.get("tags") or ())),
            (self.operation_id, {operation.id}),
        )
        return all(not wanted or bool(set(wanted) & have) for wanted, have in given)

    def names(self, operation: Operation) -> bool:
        """Whether any filter names something of the operation: one is enough to exclude it."""
        kinds = (
            Filters(path=self.path), Filters(method=self.method), Filters(tag=self.tag),
            Filters(operation_id=self.operation_id),
        )  # fmt: skip
        return any(kind and kind.fit(operation) for kind in kinds)

    def check(self, document: Document, option: str) -> None:
        """Raises Misuse for what fits nothing in the document, with the nearest that does."""
        operations = document.operations
        have: dict[str, set[str]] = {
            "path": {operation.path for operation in operations},
            "method": {operation.method for operation in operations},
            "tag": {str(tag) for operation in operations for tag in operation.place.get("tags") or ()},
            "operation-id": {operation.id for operation in operations},
        }
        given = {
            "path": self.path, "method": tuple(m.upper() for m in self.method), "tag": self.tag,
            "operation-id": self.operation_id,
        }  # fmt: skip
        for kind, values in given.items():
            for value in values:
                if value not in have[kind]:
                    raise Misuse(
                        f"--{option}-{kind} {value}: the document has none{nearest(value, have[kind])}"
                    )


def nearest(value: str, known: Iterable[str]) -> str:
    """`, did you mean X?`, or nothing."""
    found = get_close_matches(value, list(known), 1, 0.5)
    return f", did you mean {found[0]}?" if found else ""


def check_names(patterns: Iterable[str], option: str) -> tuple[str, ...]:
    """Names of checks, also as `a,b` and with `*`. Raises Misuse for one that fits none."""
    found = tuple(name for text in patterns for name in re.split(r"[,\s]+", text) if name)
    for name in found:
        if name != "all" and not any(fnmatchcase(known, name) for known in NAMES):
            raise Misuse(f"{option} {name}: there is no such check{nearest(name, NAMES)}")
    return tuple("*" if name == "all" else name for name in found)


def question(
    target: Target, document: Path | None, include: Filters, exclude: Filters, profile: str | None,
    allow_billing: bool, allow_leftovers: bool, seed: int | None, **more: object,
) -> Question:  # fmt: skip
    """The question. `more`: fields of Question as they are. Raises Misuse."""
    read = read_document(document)
    include.check(read, "include")
    exclude.check(read, "exclude")
    barred = frozenset(operation.id for operation in read.operations if exclude.names(operation))
    permissions = Permissions(
        profile=parse_profile(profile) if profile else default_profile(target.loopback),
        loopback=target.loopback,
        allow_billing=allow_billing,
        allow_leftovers=allow_leftovers,
        included=frozenset(include.operation_id),
        excluded=barred,
    )
    wanted = _wanted(include, barred)
    return Question(
        read, draw_seed() if seed is None else seed, permissions, wanted=wanted, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _wanted(include: Filters, barred: frozenset[str]) -> Callable[[Operation], bool]:
    return lambda operation: operation.id not in barred and include.fit(operation)
