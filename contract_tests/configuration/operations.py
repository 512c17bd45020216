"""What a configuration says of single operations, beside the document that has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from contract_tests.configuration import Configuration
from contract_tests.configuration.lines import Keys
from contract_tests.probing.given import Given
from openapi.document import Document
from openapi.operation import Operation


@dataclass(frozen=True, slots=True)
class Particulars:
    """By operation id: why it is excluded, and the values that are given for it. `file`: that says so."""

    file: str = ""
    excluded: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Given] = field(default_factory=dict)

    def notes(self, document: Document) -> tuple[str, ...]:
        """Whose settings count, and a line for each operation that is left out."""
        places = {each.id: f"{each.method} {each.path}" for each in document.operations}
        first = (f"with the settings of {self.file}",) if self.file else ()
        return first + tuple(
            f"{places[key]} is excluded there{f': {reason}' if reason else ''}"
            for key, reason in self.excluded.items()
        )


def particulars(configuration: Configuration | None, document: Document) -> Particulars:
    """Raises Misuse, with file and line, for what the document does not have."""
    excluded, given = dict[str, str](), dict[str, Given]()
    if configuration is None:
        return Particulars()
    for name, says in configuration.operations.items():
        operation = _operation(configuration, document, name)
        if says.get("exclude"):
            excluded[operation.id] = says.get("reason", "")
        given[operation.id] = _given(configuration, operation, name, says)
    return Particulars(str(configuration.path), excluded, given)


def _operation(configuration: Configuration, document: Document, name: str) -> Operation:
    by_name = {f"{each.method} {each.path}": each for each in document.operations}
    by_name |= {each.id: each for each in document.operations}
    if name not in by_name:
        raise configuration.error(
            ("operations", name), f"the document has no operation {name}{_nearest(name, by_name)}"
        )
    return by_name[name]


def _given(configuration: Configuration, operation: Operation, name: str, says: Mapping[str, Any]) -> Given:
    keys: Keys = ("operations", name, "parameters")
    known = {parameter.name: parameter for parameter in operation.parameters}
    for each in says.get("parameters", {}):
        if each not in known:
            raise configuration.error((*keys, each), f"{name} has no parameter {each}{_nearest(each, known)}")
        if not known[each].required:
            message = (
                f"the parameter {each} of {name} is optional: only one that is required is given a value"
            )
            raise configuration.error((*keys, each), message)
    if says.get("body") and operation.body is None:
        raise configuration.error(("operations", name, "body"), f"{name} takes no body")
    return Given(says.get("parameters", {}), says.get("body", {}))


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    found = get_close_matches(name, known, 1, 0.5)
    return f", did you mean {found[0]}?" if found else ""
