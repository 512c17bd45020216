"""What is asked: a document, which promises of it, and how hard."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contract_tests.baseline import Baseline
from contract_tests.probing.given import Given
from contract_tests.problems import Misuse
from contract_tests.profile import Permissions
from contract_tests.showing.mask import visible
from openapi.document import BUNDLED, Document, load
from openapi.inference import infer
from openapi.inference.corrections import Corrections, corrections
from openapi.operation import Operation
from openapi.source import SourceError

EXAMPLES = 50
"""Generated cases per operation and phase of the fuzz engine, where nobody says otherwise."""

MIN_TESTED = 60
"""Per cent of the admitted requirements that a verdict stands on."""


@dataclass(frozen=True, slots=True)
class Question:
    """A document to keep, and how it is asked. The same seed asks the same of a target in the same state.

    `checks`, `unwanted`: patterns of check names. `chosen`: ids of requirements, where only they and what is
    asked together with them are wanted. `wanted`: whether an operation is asked at all. `rate`:
    requests per second at most, or None. `max_failures`: failures after which nothing more is asked.
    `timeout`: seconds. `min_tested`: per cent. `baseline`: what is known to fail. `given`: by operation
    id, values for its requests. `notes`: what a reader should know, one line each.
    """

    document: Document
    seed: int
    permissions: Permissions
    examples: int = EXAMPLES
    checks: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    chosen: frozenset[str] | None = None
    wanted: Callable[[Operation], bool] = lambda _operation: True
    workers: int = 1
    min_tested: int = MIN_TESTED
    strict: bool = False
    rate_limit: str | None = None
    max_requests: int | None = None
    max_failures: int | None = None
    timeout: float = 10.0
    ledger: Path | None = None
    baseline: Baseline | None = None
    given: Mapping[str, Given] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return visible(f"{self.document.title} {self.document.version}".strip())


def draw_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(2**32)


def read_document(where: Path | str | None, allowed: tuple[str, ...] = ()) -> Document:
    """The document in a file, at a URL or (`-`) on the standard input; or the bundled one.

    Raises Misuse, with file and line, for one that cannot be asked.
    """
    try:
        document = load(where or BUNDLED, allowed)
        if not document.operations:
            raise document.error("#/paths", "no operation found, expected at least one")
        if corrections(document) != Corrections():
            infer(document)  # a wrong correction is said before anything is asked
    except SourceError as error:
        raise Misuse(str(error)) from error
    return document
