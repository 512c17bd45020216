"""An OpenAPI document, loaded: what it says as a whole, and its operations.

Nothing here judges schemas (`schema.py` does) or knows of servers. Places in the document are JSON pointers,
so that whoever finds something wrong can say where.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from openapi.bundle import bundle
from openapi.codec import show
from openapi.dialect import Direction, for_direction
from openapi.library import Library
from openapi.location import Location
from openapi.operation import Operation, Place
from openapi.paths import read_operations
from openapi.source import Finding, Source, SourceError
from openapi.tree import Tree

BUNDLED = Path(__file__).with_name("hyfn.yaml")
"""The Hyfn Public API, the document that this kit carries."""


class Document(Tree):
    """A loaded OpenAPI 3.x document. Raises SourceError, with file and line, for what makes it unusable."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, _checked(source))
        self._schemas: dict[tuple[Direction, bool], dict[str, Any]] = {}

    @property
    def title(self) -> str:
        return str(Place("", self.data.get("info")).get("title", "untitled"))

    @property
    def version(self) -> str:
        return str(Place("", self.data.get("info")).get("version", ""))

    @property
    def is_3_0(self) -> bool:
        """Whether its schemas are those of OpenAPI 3.0."""
        return str(self.data.get("openapi")).startswith("3.0")

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation under `paths`, in the order of the document."""
        return read_operations(self)

    @cached_property
    def security_schemes(self) -> dict[str, Place]:
        """The Security Scheme Objects by name."""
        return self.children(self.child(self.root, "components"), "securitySchemes")

    @cached_property
    def base_paths(self) -> tuple[str, ...]:
        """The path of each declared server, each once: `/v1`, or `` for the root."""
        return tuple(dict.fromkeys(_base_path(url) for url in self.server_urls)) or ("",)

    @cached_property
    def server_urls(self) -> tuple[str, ...]:
        """The URL of each server that the document declares as a whole; variables take their defaults."""
        servers = self.data.get("servers")
        written = servers if isinstance(servers, list) else []
        return tuple(_server_url(server) for server in written if isinstance(server, dict))

    def findings(self, most: int | None = None) -> list[Finding]:
        """What was found wrong so far, the first `most`: each is served all the same, as it says."""
        found = list(self.source.findings)
        rest = list(self.told)[: None if most is None else max(0, most - len(found))]
        return [*found, *(self.source.finding(pointer, message) for pointer, message in rest)][:most]

    @property
    def wrong(self) -> int:
        """How many findings there are so far."""
        return len(self.source.findings) + len(self.told)

    def schemas(self, direction: Direction, twins_are_one: bool = False) -> dict[str, Any]:
        """The whole document with its schemas as JSON Schema 2020-12 for one direction; made once.
        `twins_are_one`: see `for_direction`."""
        key = direction, twins_are_one
        if key not in self._schemas:
            self._schemas[key] = for_direction(self.data, direction, twins_are_one)
        return self._schemas[key]


def load(where: Path | str = BUNDLED, allowed: tuple[str, ...] = ()) -> Document:
    """The document in a file, JSON or YAML, at an http(s) URL, or (`-`) on the standard input, with the files
    that it refers to: those in its folder, or of its origin, and below what is `allowed`.

    Raises SourceError: file, line, what was found, what was expected.
    """
    root = Location(str(where))
    try:
        library = Library(root, allowed)
        source = library.get(root)
    except (ValueError, OSError) as error:  # a name that holds a NUL, an URL that is none
        raise SourceError(str(where), f"cannot be read: {error}") from error
    return Document(bundle(source, library.location(source), library))


def _checked(source: Source) -> dict[str, Any]:
    data = source.data
    if not isinstance(data, dict):
        found = "an empty file" if data is None else show(data)
        raise source.error("#", f"expected an OpenAPI document, which is an object, found {found}")
    if "swagger" in data:
        message = f"Swagger {data['swagger']} found, expected OpenAPI 3: convert it first"
        raise source.error("#/swagger", message)
    version = data.get("openapi")
    if not str(version).startswith("3."):
        found = "no `openapi` there" if version is None else show(version)
        raise source.error(
            "#/openapi", f"expected `openapi: 3.x.y` at the top of the document, found {found}"
        )
    paths = data.get("paths") or {}
    if not isinstance(paths, dict):
        raise source.error(
            "#/paths", f"expected an object that maps paths to operations, found {show(paths)}"
        )
    return data


def _server_url(server: dict[str, Any]) -> str:
    url = str(server.get("url", ""))
    variables = server.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        url = url.replace("{" + name + "}", str(Place("", variable).get("default", "")))
    return url


_BEFORE_PATH = re.compile(r"(?:[^:/?#]+:)?(?://[^/?#]*)?")  # RFC 3986 appendix B; it fits any text


def _base_path(url: str) -> str:
    """The path of a server URL as the beginning of a request path: with a slash in front, none at the end."""
    path = re.split("[?#]", _BEFORE_PATH.sub("", url, count=1), maxsplit=1)[0].strip("/")
    return "" if path in ("", ".") else "/" + path.removeprefix("./")
