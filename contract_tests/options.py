"""What was typed for `hyfn check`, made into a question."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from contract_tests.checks import NAMES
from contract_tests.configuration.operations import Particulars, particulars
from contract_tests.exchange import ONE, OTHER
from contract_tests.probing.credentials import Credentials
from contract_tests.problems import Misuse
from contract_tests.profile import Permissions, default_profile, parse_profile
from contract_tests.question import Question, draw_seed, read_document
from contract_tests.reports.kinds import KINDS
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
    """Names of checks, also as `a,b` and with `*`. Raises Misuse for one that fits none; `option`: what it
    was given to, if anything."""
    found = tuple(name for text in patterns for name in re.split(r"[,\s]+", text) if name)
    for name in found:
        if name != "all" and not any(fnmatchcase(known, name) for known in NAMES):
            raise Misuse(f"{option} {name}: there is no such check{nearest(name, NAMES)}".strip())
    return tuple("*" if name == "all" else name for name in found)


def report_kinds(texts: Iterable[str]) -> tuple[str, ...]:
    """Kinds of reports, also as `a,b`; `all` is every one. Raises Misuse for one that there is not."""
    typed = [kind for text in texts for kind in re.split(r"[,\s]+", text) if kind]
    kinds = tuple(KINDS) if "all" in typed else tuple(typed)
    for kind in kinds:
        if kind not in KINDS:
            there_are = nearest(kind, KINDS) or f", expected some of {', '.join(KINDS)}"
            raise Misuse(f"--report {kind}: there is no such report{there_are}")
    return kinds


def question(
    target: Target,
    document: Path | str | None,
    include: Filters,
    exclude: Filters,
    profile: str | None,
    **more: Any,
) -> Question:
    """The question. `more`: allowed (see `load`), allow_billing, allow_leftovers, seed (None: drawn),
    configuration (the file or None, for what it says of single operations), and fields of Question as they
    are. Raises Misuse."""
    read = read_document(document, more.pop("allowed", ()))
    include.check(read, "include")
    exclude.check(read, "exclude")
    _check_identities(target, read)
    own: Particulars = particulars(more.pop("configuration", None), read)
    barred = frozenset(operation.id for operation in read.operations if exclude.names(operation))
    barred |= own.excluded.keys()
    wanted = _wanted(include, barred)
    if not any(wanted(operation) for operation in read.operations):
        raise Misuse("no operation is left of what --include-... and --exclude-... name together")
    permissions = Permissions(
        profile=parse_profile(profile) if profile else default_profile(target.loopback),
        loopback=target.loopback,
        allow_billing=more.pop("allow_billing", False),
        allow_leftovers=more.pop("allow_leftovers", False),
        included=frozenset(include.operation_id),
        excluded=barred,
    )
    seed = more.pop("seed", None)
    more |= {"given": own.given, "notes": own.notes(read)}
    return Question(read, draw_seed() if seed is None else seed, permissions, wanted=wanted, **more)


def _check_identities(target: Target, document: Document) -> None:
    """Raises Misuse where the second identity is the first one, or part of it."""
    if not target.other:
        return
    credentials = Credentials(target, document)
    one, other = credentials.of(ONE), credentials.of(OTHER)
    told = [(header.name.lower(), header.value) for header in target.headers]
    if all((header.name.lower(), header.value) in told for header in target.other) or (
        other and one == other
    ):
        raise Misuse(
            "both identities are the same: --other-header needs the credentials of another organization"
        )


def _wanted(include: Filters, barred: frozenset[str]) -> Callable[[Operation], bool]:
    return lambda operation: operation.id not in barred and include.fit(operation)
