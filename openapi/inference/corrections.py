"""What people say where the model of their document is wrong: `x-resource` in it, or `hyfn.toml` beside it.

On a path (`x-resource` of its Path Item Object, or `[resources."/things/{id}"]`):

    role      collection, item, singleton, or none: nothing that is kept
    id        the property that holds the item's id
    parent    the collection whose item the last parameter before the item's own names; "none": of nobody's
    envelope  where in answers the list stands (on a collection) or the item (on an item): "data.items";
              "" is the body itself

On an operation (`x-resource` of it, or `[resources."GET /things"]`, or `[resources.listThings]`):

    role      list, create, read, replace, update, delete, or none
    resource  the path of the collection that it belongs to, where that is not its own path
    envelope  as above, of this operation's answer
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from openapi.codec import show
from openapi.document import Document
from openapi.inference.pairing import PARAMETER, Tokens, tokenize
from openapi.operation import Operation
from openapi.source import SourceError, join_pointer

CONFIG = "hyfn.toml"
EXTENSION = "x-resource"

_PATH_ROLES = ("collection", "item", "singleton", "none")
_ROLES = ("list", "create", "read", "replace", "update", "delete", "none")
_PATH_FIELDS = ("role", "id", "parent", "envelope")
_FIELDS = ("role", "resource", "envelope")

Error = Callable[[str, str], SourceError]
"""The error about a field (empty: about all of it), with the file and line where it stands."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said of one path or one operation; None where it is silent. `where` says it, for people."""

    where: str
    error: Error
    role: str | None = None
    id: str | None = None
    parent: str | None = None
    resource: str | None = None
    envelope: str | None = None

    @property
    def steps(self) -> tuple[str | int, ...]:
        """The envelope as a path into a body."""
        words = [word for word in (self.envelope or "").split(".") if word]
        return tuple(int(word) if word.isdecimal() else word for word in words)


@dataclass(frozen=True, slots=True)
class Corrections:
    """By path, and by operation id."""

    paths: dict[Tokens, Correction] = field(default_factory=dict)
    operations: dict[str, Correction] = field(default_factory=dict)

    def path_role(self, tokens: Tokens) -> str | None:
        return self.paths[tokens].role if tokens in self.paths else None


def corrections(document: Document) -> Corrections:
    """What is said about a document; `hyfn.toml` wins over the document. Raises SourceError, with file and
    line."""
    found = Corrections()
    known = {tokenize(operation.path) for operation in document.operations}
    for operation in document.operations:
        _take_extensions(document, operation, found)
    for key, fields, error in _config(document):
        matching = [o for o in document.operations if key in (o.id, f"{o.method} {o.path}")]
        if matching:
            found.operations[matching[0].id] = _correction(
                fields, _FIELDS, _ROLES, f"{CONFIG} says so", error
            )
        elif tokenize(key) in known and key.startswith("/"):
            found.paths[tokenize(key)] = _path(key, fields, f"{CONFIG} says so", error)
        else:
            raise error("", f"{key!r} is no path and no operation of {document.source.name}")
    _check_paths(found, known)
    return found


def _take_extensions(document: Document, operation: Operation, found: Corrections) -> None:
    tokens, told = tokenize(operation.path), f"{EXTENSION} says so"
    item = document.child(document.child(document.root, "paths"), operation.path)
    for place, on_path in ((item, True), (operation.place, False)):
        if place.get(EXTENSION) is None or (on_path and tokens in found.paths):
            continue
        fields, pointer = place.get(EXTENSION), join_pointer(place.pointer, EXTENSION)
        error = partial(_extension_error, document, pointer)
        if on_path:
            found.paths[tokens] = _path(operation.path, fields, told, error)
        else:
            found.operations[operation.id] = _correction(fields, _FIELDS, _ROLES, told, error)


def _extension_error(document: Document, pointer: str, name: str, message: str) -> SourceError:
    return document.error(join_pointer(pointer, name) if name else pointer, f"{EXTENSION}: {message}")


def _path(path: str, fields: Any, where: str, error: Error) -> Correction:
    made = _correction(fields, _PATH_FIELDS, _PATH_ROLES, where, error)
    if made.role == "item" and tokenize(path)[-1:] != (PARAMETER,):
        raise error("role", f"role: {path} ends at no parameter, so it is no item")
    return made


def _correction(
    fields: Any, allowed: tuple[str, ...], roles: tuple[str, ...], where: str, error: Error
) -> Correction:
    if not isinstance(fields, dict):
        raise error("", f"expected an object with {' or '.join(allowed)}, found {show(fields)}")
    for name, value in fields.items():
        if name not in allowed:
            raise error(name, f"{name}: no field of it, expected {' or '.join(allowed)}")
        if not isinstance(value, str):
            raise error(name, f"{name}: expected text, found {show(value)}")
    role = fields.get("role")
    if role is not None and role not in roles:
        raise error("role", f"role: expected {' or '.join(roles)}, found {show(role)}")
    return Correction(where, error, **fields)


def _check_paths(found: Corrections, known: set[Tokens]) -> None:
    """Raises SourceError for a path that is named and not there."""
    for said in (*found.paths.values(), *found.operations.values()):
        for name in ("parent", "resource"):
            path = getattr(said, name)
            if path not in (None, "none") and tokenize(path) not in known:
                raise said.error(name, f"{name}: the document has no path {path}")


def _config(document: Document) -> Iterator[tuple[str, Any, Error]]:
    """The entries of `hyfn.toml`: key, fields, how to complain."""
    beside = Path(document.source.name)
    path = (beside.parent if beside.is_file() else Path()) / CONFIG
    if not path.is_file():
        return
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, ValueError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else max(len(text.splitlines()), 1)
        raise SourceError(str(path), f"not valid TOML: {error}", line) from error
    resources = data.get("resources", {})
    if not isinstance(resources, dict):
        raise SourceError(str(path), f"resources: expected tables, found {show(resources)}", 1)
    for key, fields in resources.items():
        yield key, fields, partial(_config_error, str(path), text, key)


def _config_error(path: str, text: str, key: str, name: str, message: str) -> SourceError:
    return SourceError(path, f'[resources."{key}"] {message}', _line(text, key, name))


def _line(text: str, key: str, name: str) -> int | None:
    """The line of a field of a table, else of the table."""
    lines = text.splitlines()
    head = re.compile(rf"""\s*\[\s*resources\s*\.\s*["']?{re.escape(key)}["']?\s*\]""")
    start = next((number for number, line in enumerate(lines, 1) if head.match(line)), None)
    if start is None:
        return next((number for number, line in enumerate(lines, 1) if key in line), None)
    for number, line in enumerate(lines[start:], start + 1):
        if line.lstrip().startswith("["):
            break
        if name and re.match(rf"""\s*["']?{re.escape(name)}["']?\s*=""", line):
            return number
    return start
