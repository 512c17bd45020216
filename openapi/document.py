"""An OpenAPI document, loaded: its operations in order, with every local `$ref` followed.

Nothing here judges schemas (`schema.py` does) or knows of servers. Places in the document are JSON pointers, so that whoever
finds something wrong can say where.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from openapi.dialect import Direction, for_direction
from openapi.source import Source, join_pointer, look_up, read, split_pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

BUNDLED = Path(__file__).with_name("hyfn.yaml")
"""The Hyfn Public API, the document that this kit carries."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the document and the JSON pointer where it stands (after references were followed)."""

    pointer: str
    value: Any

    def get(self, key: str, default: Any = None) -> Any:
        return self.value.get(key, default) if isinstance(self.value, dict) else default


@dataclass(frozen=True, slots=True)
class Parameter:
    """A Parameter Object. `schema` is None where it has `content` instead."""

    name: str
    location: str
    required: bool
    style: str
    explode: bool
    schema: Place | None
    content: dict[str, Place]
    place: Place


@dataclass(frozen=True, slots=True)
class Body:
    """A Request Body Object: media type as written -> Media Type Object."""

    required: bool
    content: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Response:
    """A Response Object under its key: `200`, `4XX` or `default`."""

    key: str
    description: str
    content: dict[str, Place]
    headers: dict[str, Place]
    place: Place


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `id` is unique in the document: the written operationId where that is unique, else `GET /path`."""

    id: str
    method: str
    path: str
    place: Place
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: dict[str, Response]
    security: tuple[dict[str, list[str]], ...]

    def response(self, status: int) -> Response | None:
        """The response declared for a status: exact, else its range (`4XX`), else `default`."""
        found = self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX")
        return found or self.responses.get("default")

    @property
    def success(self) -> int | None:
        """The first declared 2xx status, or None."""
        return next((int(key) for key in self.responses if key.isdecimal() and key[0] == "2"), None)


class Document:
    """A loaded OpenAPI 3.x document. Raises SourceError, with file and line, for what makes it unusable."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data: dict[str, Any] = _checked(source)
        self.root = Place("#", self.data)

    @property
    def title(self) -> str:
        return str(Place("", self.data.get("info")).get("title", "untitled"))

    @property
    def version(self) -> str:
        return str(Place("", self.data.get("info")).get("version", ""))

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation under `paths`, in the order of the document."""
        found = list(self._written_operations())
        written = [place.get("operationId") for _, _, place in found]
        return tuple(
            self._operation(path, method, place, written.count(place.get("operationId")) == 1)
            for path, method, place in found
        )

    @cached_property
    def security_schemes(self) -> dict[str, Place]:
        return self.children(self.child(self.root, "components"), "securitySchemes")

    @cached_property
    def base_paths(self) -> tuple[str, ...]:
        """The path of each declared server, without trailing slash, each once; variables take their defaults."""
        paths = [urlsplit(url).path.rstrip("/") for url in self.server_urls]
        return tuple(dict.fromkeys(paths)) or ("",)

    @cached_property
    def server_urls(self) -> tuple[str, ...]:
        servers = self.data.get("servers")
        return tuple(_server_url(server) for server in servers or [] if isinstance(server, dict))

    def schemas(self, direction: Direction) -> dict[str, Any]:
        """The whole document with its schemas as JSON Schema 2020-12 for one direction."""
        return for_direction(self.data, direction)

    def at(self, pointer: str) -> Place:
        """The place that a pointer names, references followed at each step. Raises SourceError when there is none."""
        place = self.root
        for token in split_pointer(unquote(pointer)):
            place = self.child(place, token)
            if place.value is None:
                raise self.error(pointer, f"nothing stands at {pointer}")
        return place

    def child(self, place: Place, key: str | int) -> Place:
        """The member `key` of `place`, with `$ref` followed; its value is None when it is absent."""
        try:
            value = place.value[int(key)] if isinstance(place.value, list) else place.get(str(key))
        except (IndexError, ValueError):
            value = None
        return self.follow(Place(join_pointer(place.pointer, key), value))

    def children(self, place: Place, key: str) -> dict[str, Place]:
        """The members of the map `place[key]`, each with `$ref` followed."""
        owner = self.child(place, key)
        if not isinstance(owner.value, dict):
            return {}
        return {name: self.child(owner, name) for name in owner.value if not name.startswith("x-")}

    def follow(self, place: Place) -> Place:
        """`place`, or what it refers to. Schemas keep their own `$ref`; call this on OpenAPI objects only."""
        seen = {place.pointer}
        while isinstance(place.value, dict) and isinstance(reference := place.value.get("$ref"), str):
            target = self._target(place, reference)
            if target.pointer in seen:
                raise self.error(place.pointer, f"$ref: {reference} leads back to itself")
            seen.add(target.pointer)
            place = target
        return place

    def error(self, pointer: str, message: str) -> Exception:
        return self.source.error(pointer, message)

    def _target(self, place: Place, reference: str) -> Place:
        if not reference.startswith("#"):
            raise self.error(
                place.pointer, f"$ref: {reference} is in another file, expected one in this document (#/...)"
            )
        value = look_up(self.data, reference)
        if value is None:
            raise self.error(place.pointer, f"$ref: {reference} names nothing in this document")
        return Place(unquote(reference), value)

    def _written_operations(self) -> Iterator[tuple[str, str, Place]]:
        for path, item in self.children(self.root, "paths").items():
            if not path.startswith("/"):
                raise self.error(item.pointer, f"the path {path!r} does not start with a slash")
            for method in item.value if isinstance(item.value, dict) else ():
                place = self.child(item, method) if method in METHODS else Place("", None)
                if isinstance(place.value, dict):
                    yield path, method, place

    def _operation(self, path: str, method: str, place: Place, unique: bool) -> Operation:
        written = place.get("operationId")
        item = self.child(self.child(self.root, "paths"), path)
        responses = self.children(place, "responses")
        return Operation(
            id=str(written) if written and unique else f"{method.upper()} {path}",
            method=method.upper(),
            path=path,
            place=place,
            parameters=tuple(self._parameters(item, place)),
            body=self._body(place),
            responses={
                key.upper() if key[1:] == "xx" else key: self._response(key, r)
                for key, r in responses.items()
            },
            security=tuple(place.get("security", self.data.get("security")) or ()),
        )

    def _parameters(self, item: Place, operation: Place) -> Iterator[Parameter]:
        """The parameters of an operation; its own win over those of the path item (OpenAPI 3, Operation Object)."""
        places = {}
        for owner in (item, operation):
            listed = self.child(owner, "parameters")
            for index in range(len(listed.value) if isinstance(listed.value, list) else 0):
                place = self.child(listed, index)
                places[place.get("name"), place.get("in")] = place
        for place in places.values():
            yield self._parameter(place)

    def _parameter(self, place: Place) -> Parameter:
        name, location = place.get("name"), place.get("in")
        if not isinstance(name, str) or location not in _STYLES:
            raise self.error(place.pointer, f"a parameter needs a name and an `in` of {', '.join(_STYLES)}")
        style = place.get("style", _STYLES[location])
        return Parameter(
            name=name,
            location=location,
            required=location == "path" or place.get("required") is True,
            style=style,
            explode=bool(place.get("explode", style == "form")),
            schema=Place(join_pointer(place.pointer, "schema"), place.get("schema"))
            if "schema" in place.value
            else None,
            content=self.children(place, "content"),
            place=place,
        )

    def _body(self, operation: Place) -> Body | None:
        place = self.child(operation, "requestBody")
        if place.value is None:
            return None
        return Body(place.get("required") is True, self.children(place, "content"))

    def _response(self, key: str, place: Place) -> Response:
        headers = self.children(place, "headers")
        return Response(
            key, str(place.get("description", "")), self.children(place, "content"), headers, place
        )


_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


def load(path: Path = BUNDLED) -> Document:
    """The document in a file, JSON or YAML. Raises SourceError: file, line, what was found, what was expected."""
    return Document(read(path))


def _checked(source: Source) -> dict[str, Any]:
    data = source.data
    if not isinstance(data, dict):
        raise source.error("#", "expected an OpenAPI document, which is an object")
    if "swagger" in data:
        raise source.error(
            "#/swagger", f"Swagger {data['swagger']} found, expected OpenAPI 3: convert it first"
        )
    if not str(data.get("openapi", "")).startswith("3."):
        raise source.error("#/openapi", "expected `openapi: 3.x.y` at the top of the document")
    if not isinstance(data.get("paths", {}), dict):
        raise source.error("#/paths", "expected an object that maps each path to its operations")
    return data


def _server_url(server: dict[str, Any]) -> str:
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace("{" + name + "}", str(Place("", variable).get("default", "")))
    return url
