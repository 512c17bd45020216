"""Which operation a request is for: a tree over the raw path, so that `%2F` stays inside its segment.

Concrete segments win over templates (OpenAPI 3, "Path Templating Matching"), in whatever order the document
has them.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from connexion.middleware.abstract import ROUTING_CONTEXT, SpecMiddleware

from handlers import cors, exchange
from handlers.context import Context
from handlers.problems import MethodNotAllowed, NotFound
from handlers.respond import send_bytes
from handlers.stage import Stage
from openapi.document import Document
from openapi.form import Undecodable, percent_decode
from openapi.operation import Operation

HOSTED = "/_mock/openapi"
"""Where the hosted mock of the API's documentation site lives; ours answers there too (facts: hyfn-api.md
section 4)."""

_VARIABLE = re.compile(r"\{([^{}]+)\}")
ASGIApp = Any


@dataclass(slots=True)
class PathItem:
    """The operations of one path by method, and by operation the names of the path's parameters in its order.

    Documents write `/a/{x}` here and `/a/{y}` there, although they must not: one path, two names.
    """

    path: str
    methods: dict[str, Operation] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    @property
    def allow(self) -> str:
        """The full Allow header (RFC 9110 section 10.2.1); GET brings HEAD with it."""
        methods = dict.fromkeys(self.methods)
        if "GET" in methods:
            methods["HEAD"] = None
        return ", ".join(methods)


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    templates: list[tuple[re.Pattern[str], "_Node"]] = field(default_factory=list)
    item: PathItem | None = None


_Found = tuple[PathItem, tuple[str, ...]]


class Tree:
    """The paths of a document."""

    def __init__(self, document: Document) -> None:
        self._root = _Node()
        for operation in document.operations:
            self._add(operation)

    def find(self, path: str) -> _Found | None:
        """The path item for a raw path, and the raw values of its parameters in the order of the path."""
        return _walk(self._root, path.split("/"), 1, ())

    def _add(self, operation: Operation) -> None:
        node = self._root
        for segment in operation.path.split("/")[1:]:
            node = _child(node, segment)
        if node.item is None:
            node.item = PathItem(operation.path)
        node.item.methods[operation.method] = operation
        node.item.names[operation.id] = _VARIABLE.findall(operation.path)


def _child(node: _Node, segment: str) -> _Node:
    if not _VARIABLE.search(segment):
        return node.literals.setdefault(segment, _Node())
    pattern = re.compile(_segment_pattern(segment))
    for known, child in node.templates:
        if known.pattern == pattern.pattern:
            return child
    node.templates.append((pattern, child := _Node()))
    node.templates.sort(key=lambda pair: -len(pair[0].pattern))  # `{id}.json` before `{id}`
    return child


def _segment_pattern(segment: str) -> str:
    """`{id}.json` as a pattern over a raw segment; a value is never empty."""
    pieces = _VARIABLE.split(segment)
    return "".join("(.+?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)) + r"\Z"


def _walk(node: _Node, segments: list[str], at: int, values: tuple[str, ...]) -> _Found | None:
    """Depth first, literals before templates; None where nothing fits."""
    if at == len(segments):
        return (node.item, values) if node.item is not None else None
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is None and "%" in segment:
        literal = node.literals.get(_decoded(segment))
    if literal is not None and (found := _walk(literal, segments, at + 1, values)):
        return found
    for pattern, child in node.templates:
        taken = pattern.match(segment)
        if taken and (found := _walk(child, segments, at + 1, values + taken.groups())):
            return found
    return None


def _decoded(segment: str) -> str:
    try:
        return percent_decode(segment)
    except Undecodable:
        return segment


_LONGEST_REMEMBERED = 256
"""Longer paths are looked up each time, so that what is remembered stays small."""


class _Route(NamedTuple):
    """A path item (None: a path of our own), the mount it was found under, its raw parameters."""

    item: PathItem | None
    mount: str
    values: tuple[str, ...]


class Own(Protocol):
    """The paths that are ours and not the document's."""

    def knows(self, path: str) -> bool:
        """Whether a raw path is one of them."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers a request for one of them. Raises Refusal."""


def shadowed(context: Context, path: str) -> bool:
    """Whether the document has one of our paths itself, and wins."""
    return any(
        path == mount + operation.path
        for mount in declared_mounts(context)
        for operation in context.document.operations
    )


class RouterStage(SpecMiddleware):
    """Finds the operation, or refuses with 404 or 405.

    Paths of our own go to `own`, unless the document has them.
    """

    def __init__(self, app: Stage, context: Context, own: Own) -> None:
        self.app, self.own, self.context = app, own, context
        self._tree = Tree(context.document)
        self._mounts = mounts(context)
        self._own_mounts = declared_mounts(context)
        self._remembered = lru_cache(maxsize=1024)(self._route)
        self._entries: dict[str, tuple[ASGIApp, dict[str, str]]] = {}
        self._base_path = ""

    def add_api(self, _specification: Any, *, base_path: str = "", **_: Any) -> None:
        self._base_path = base_path

    def prepare(self) -> None:
        """Compiles every operation, so that a mistake in one shows now."""
        for operation_id in self.context.operations:
            self._compile(operation_id)

    def _compile(self, operation_id: str) -> tuple[ASGIApp, dict[str, str]]:
        routing = {"api_base_path": self._base_path, "operation_id": operation_id}
        self._entries[operation_id] = self.app.entry(operation_id), routing
        return self._entries[operation_id]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = exchange.of(scope).path
        route = self._remembered(path) if len(path) <= _LONGEST_REMEMBERED else self._route(path)
        if route is None:
            raise NotFound(f"No path {path} in {self.context.document.title}")
        if route.item is None:
            await self.own(scope, receive, send)
        else:
            await self._enter(route.item, route, scope, receive, send)

    def _route(self, path: str) -> "_Route | None":
        """Where a raw path leads, method aside; None: nowhere.

        The document's own paths win over ours, but not templates that take any path (`/{owner}/{repo}`).
        """
        found = self._declared(path)
        if self.own.knows(path) and not (found and self._is_meant(found)):
            return _Route(None, "", ())
        return found

    def _is_meant(self, route: "_Route") -> bool:
        """Whether the document itself has a path: where it says that it is, and not by a template alone."""
        assert route.item is not None
        first = (route.mount + route.item.path).split("/", 2)[1]
        return route.mount in self._own_mounts and not _VARIABLE.search(first)

    def _declared(self, path: str) -> "_Route | None":
        """The path item of the document, under the first mount that has it: one without parameters first."""
        found = [
            _Route(item[0], mount, item[1])
            for mount in self._mounts
            if path.startswith(mount + "/") and (item := self._tree.find(path[len(mount) :]))
        ]
        own = [route for route in found if route.mount in self._own_mounts and not route.values]
        return next(iter([*own, *found]), None)

    async def _enter(self, item: PathItem, route: "_Route", scope: Any, receive: Any, send: Any) -> None:
        method = scope["method"]
        operation = item.methods.get(method) or (item.methods.get("GET") if method == "HEAD" else None)
        if operation is None:
            if self.context.settings.cors and cors.is_preflight(scope):
                allowed = cors.preflight(item.allow, self.context.document)
                await send_bytes(scope, send, 204, b"", None, allowed)
                return
            raise MethodNotAllowed(
                f"{item.path} answers {item.allow}, not {method}", headers={"Allow": item.allow}
            )
        now = exchange.of(scope)
        now.operation, now.mount = operation, route.mount
        now.raw_path = dict(zip(item.names[operation.id], route.values, strict=True))
        found = self._entries.get(operation.id) or self._compile(operation.id)
        entry, scope.setdefault("extensions", {})[ROUTING_CONTEXT] = found
        await entry(scope, receive, send)


def declared_mounts(context: Context) -> list[str]:
    """Where the document (else `--base-path`) says that the API answers."""
    given = context.settings.base_path
    return [given.rstrip("/")] if given is not None else list(context.document.base_paths)


def mounts(context: Context) -> list[str]:
    """Where the API answers, most specific first; the mount at the root is a convenience."""
    deep = {path for path in declared_mounts(context) if path} | {HOSTED}
    return [*sorted(deep, key=len, reverse=True), ""]


def main_mount(context: Context) -> str:
    """The mount to tell people of."""
    return next(mount for mount in mounts(context) if mount != HOSTED)
