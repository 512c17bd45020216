"""The document as the suite reads it: operations, resource model, compiled schemas, and whose a path is."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from openapi.document import Document
from openapi.inference import infer
from openapi.operation import Operation
from openapi.resources import Model, Resource, Role
from openapi.schema import Schemas

SAFE = frozenset({"GET", "HEAD"})
"""Methods that change nothing (RFC 9110 section 9.2.1) and that profile read-only sends."""


@dataclass(frozen=True, slots=True)
class Match:
    """A request path below the base path, and the template that it fits: raw values are decoded."""

    template: str
    values: dict[str, str]
    operation: Operation | None


class Contract:
    """A document, read once for a whole run."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.requests = Schemas(document, "request")
        self.responses = Schemas(document, "response", twins_are_one=True)

    @cached_property
    def model(self) -> Model:
        return infer(self.document)

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its id."""
        return {operation.id: operation for operation in self.document.operations}

    @cached_property
    def paths(self) -> dict[str, dict[str, Operation]]:
        """Every path of the document: method -> operation."""
        found: dict[str, dict[str, Operation]] = {}
        for operation in self.document.operations:
            found.setdefault(operation.path, {})[operation.method] = operation
        return found

    def role(self, operation: Operation) -> Role:
        """What an operation is; a HEAD is what the GET of its path is."""
        get = self.paths[operation.path].get("GET") if operation.method == "HEAD" else None
        return self.model.roles[(get or operation).id]

    def resource_of(self, operation: Operation) -> Resource | None:
        """The resource that an operation is about, or None."""
        key = self.role(operation).resource
        return self.model.resources.get(key) if key else None

    def match(self, method: str, path: str) -> Match | None:
        """The template that a raw path (below the base path, without query) fits, literal segments first
        (OpenAPI 3, Paths Object), and its operation for the method; None where no template fits.

        Of templates that differ in the names of their parameters only, the one that has the method."""
        plain, fitting = path.partition("?")[0], ""
        for template, pattern, names in self._patterns:
            if (not fitting or alike(template) == alike(fitting)) and (found := pattern.fullmatch(plain)):
                values = {name: unquote(text) for name, text in zip(names, found.groups(), strict=True)}
                if method in self.methods[template] and method not in self.paths[template]:
                    fitting = template
                    continue
                return Match(template, values, self.paths[template].get(method))
        return None

    @cached_property
    def methods(self) -> dict[str, frozenset[str]]:
        """By path, what is documented there: with the methods of paths that differ in the names of their
        parameters only, since no request can tell them apart."""
        together: dict[str, frozenset[str]] = {}
        for path, operations in self.paths.items():
            together[alike(path)] = together.get(alike(path), frozenset()) | operations.keys()
        return {path: together[alike(path)] for path in self.paths}

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str], list[str]]]:
        """By template, the most literal ones first."""
        ordered = sorted(self.paths, key=lambda path: [_looseness(part) for part in path.split("/")])
        return [(path, _pattern(path), names_in_path(path)) for path in ordered]


def _looseness(segment: str) -> tuple[bool, int]:
    """How much a segment of a template may be: a literal is tried first, `{id}:close` before `{id}`."""
    return "{" in segment, -len(re.sub(r"{[^}]*}", "", segment))


def alike(template: str) -> str:
    """A template without the names of its parameters."""
    return re.sub(r"{[^}]*}", "{}", template)


def place(operation: Operation) -> str:
    """What people call an operation: `POST /agents`."""
    return f"{operation.method} {operation.path}"


def names_in_path(template: str) -> list[str]:
    """The names of a path's parameters, in its order."""
    return re.findall(r"{([^}]*)}", template)


def _pattern(path: str) -> re.Pattern[str]:
    pieces = re.split(r"({[^}]*})", path)
    return re.compile("".join("([^/]*)" if piece.startswith("{") else re.escape(piece) for piece in pieces))
