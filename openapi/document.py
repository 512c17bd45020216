"""An OpenAPI document, loaded: its operations in order, with every local `$ref` followed.

Nothing here judges schemas (`schema.py` does) or knows of servers. Places in the document are JSON pointers,
so that whoever finds something wrong can say where.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from openapi.codec import show
from openapi.dialect import Direction, for_direction
from openapi.source import Source, SourceError, join_pointer, locate, look_up, read, split_pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The fields of a Path Item Object that are operations; `query` came with OpenAPI 3.2."""

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
    """A Parameter Object. `schema` is None where it has `content` instead.

    `location`: path, query, header or cookie; or `querystring` of OpenAPI 3.2, the whole query as one value.
    """

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
    """One operation.

    `id` is unique in the document: the written operationId where that is unique, else `GET /path`.
    """

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
        ids = Counter(str(place.get("operationId")) for _, _, _, place in found)
        ids.update(f"{method.upper()} {path}" for path, method, _, _ in found)  # nobody may pose as another
        return tuple(
            self._operation(path, method, item, place, ids[str(place.get("operationId"))] == 1)
            for path, method, item, place in found
        )

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

    def schemas(self, direction: Direction) -> dict[str, Any]:
        """The whole document with its schemas as JSON Schema 2020-12 for one direction."""
        return for_direction(self.data, direction)

    def at(self, pointer: str) -> Place:
        """The place that a pointer names, references followed at each step.

        Raises SourceError when there is none.
        """
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
        """The members of the map `place[key]`, each with `$ref` followed; a null is an empty object."""
        owner = self.child(place, key)
        names = owner.value if isinstance(owner.value, dict) else ()
        members = {name: self.child(owner, name) for name in names}
        return {name: m if m.value is not None else Place(m.pointer, {}) for name, m in members.items()}

    def follow(self, place: Place) -> Place:
        """`place`, or what it refers to. Schemas keep their own `$ref`; call this on OpenAPI objects only.

        Raises SourceError where a reference leads nowhere, in a circle, or to another file.
        """
        seen = {place.pointer}
        while isinstance(place.value, dict) and isinstance(reference := place.value.get("$ref"), str):
            target = self._target(place, reference)
            if target.pointer in seen:
                raise self.error(place.pointer, f"$ref: {reference} leads back to itself")
            seen.add(target.pointer)
            place = target
        return place

    def error(self, pointer: str, message: str) -> SourceError:
        """A SourceError about what stands at `pointer`, to be raised."""
        return self.source.error(pointer, message)

    def _target(self, place: Place, reference: str) -> Place:
        if not reference.startswith("#"):
            message = f"$ref: {reference} is in another file, expected one in this document (#/...)"
            raise self.error(place.pointer, message)
        pointer = locate(self.data, reference)
        if pointer is None:
            raise self.error(place.pointer, f"$ref: {reference} names nothing in this document")
        return Place(pointer, look_up(self.data, pointer))

    def _written_operations(self) -> Iterator[tuple[str, str, Place, Place]]:
        """(path, method, Path Item Object, Operation Object) of each operation."""
        for path, item in self.children(self.root, "paths").items():
            if path.startswith("x-"):
                continue
            if not path.startswith("/"):
                raise self.error(item.pointer, f"the path {path!r} does not start with a slash")
            for method, place in self._methods(item):
                if isinstance(place.value, dict):
                    yield path, method, item, place

    def _methods(self, item: Place) -> Iterator[tuple[str, Place]]:
        for key in item.value if isinstance(item.value, dict) else ():
            if key in METHODS:
                yield key.upper(), self.child(item, key)
            elif key == "additionalOperations":
                yield from self.children(item, key).items()

    def _operation(self, path: str, method: str, item: Place, place: Place, unique: bool) -> Operation:
        written = place.get("operationId")
        return Operation(
            id=str(written) if written and unique else f"{method} {path}",
            method=method,
            path=path,
            place=place,
            parameters=self._parameters(item, place),
            body=self._body(place),
            responses=self._responses(place),
            security=self._security(place),
        )

    def _parameters(self, *owners: Place) -> tuple[Parameter, ...]:
        """The parameters of a path item and its operation, whose own win (OpenAPI 3, Operation Object)."""
        found = {}
        for owner in owners:
            listed = self.child(owner, "parameters")
            for index in range(len(listed.value) if isinstance(listed.value, list) else 0):
                parameter = self._parameter(self.child(listed, index))
                found[parameter.name, parameter.location] = parameter
        return tuple(found.values())

    def _parameter(self, place: Place) -> Parameter:
        name = place.get("name")
        if not isinstance(name, str):
            raise self.error(place.pointer, f"expected a parameter with a name, found {show(place.value)}")
        location = self._one_of(place, "in", None, tuple(_STYLE_OF))
        style = self._one_of(place, "style", _STYLE_OF[location], _STYLES)
        explode = place.get("explode")
        return Parameter(
            name=name,
            location=location,
            required=location == "path" or place.get("required") is True,
            style=style,
            explode=explode if isinstance(explode, bool) else style in ("form", "cookie"),
            schema=self._schema(place),
            content=self.children(place, "content"),
            place=place,
        )

    def _one_of(self, place: Place, key: str, default: str | None, allowed: tuple[str, ...]) -> str:
        value = place.get(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        expected = f"expected one of {', '.join(allowed)}"
        raise self.error(join_pointer(place.pointer, key), f"`{key}`: {expected}, found {show(value)}")

    @staticmethod
    def _schema(owner: Place) -> Place | None:
        schema = owner.get("schema")
        return None if schema is None else Place(join_pointer(owner.pointer, "schema"), schema)

    def _security(self, operation: Place) -> tuple[dict[str, list[str]], ...]:
        """The alternatives of an operation, else of the document; an empty one asks for nothing."""
        owner = operation if operation.get("security") is not None else self.root
        written = owner.get("security") or []
        if not isinstance(written, list) or not all(isinstance(names, dict) for names in written):
            pointer = join_pointer(owner.pointer, "security")
            raise self.error(pointer, f"`security`: expected a list of objects, found {show(written)}")
        return tuple({name: scopes or [] for name, scopes in names.items()} for names in written)

    def _body(self, operation: Place) -> Body | None:
        place = self.child(operation, "requestBody")
        if place.value is None:
            return None
        return Body(place.get("required") is True, self.children(place, "content"))

    def _responses(self, operation: Place) -> dict[str, Response]:
        """The responses by key: `200`, `4XX` (in capitals), `default`."""
        found = {}
        for written, place in self.children(operation, "responses").items():
            if written.startswith("x-"):
                continue
            key = written.upper() if written[1:] == "xx" else written
            if not _STATUS.match(key):
                raise self.error(
                    place.pointer, f"expected a status as 200, 4XX or default, found {written!r}"
                )
            found[key] = self._response(key, place)
        return found

    def _response(self, key: str, place: Place) -> Response:
        content, headers = self.children(place, "content"), self.children(place, "headers")
        return Response(key, str(place.get("description", "")), content, headers, place)


_STATUS = re.compile(r"(?:[1-9](?:[0-9]{2}|XX)|default)\Z")
_STYLES = ("matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie")
_STYLE_OF = {"path": "simple", "query": "form", "header": "simple", "cookie": "form", "querystring": "form"}


def load(path: Path = BUNDLED) -> Document:
    """The document in a file, JSON or YAML.

    Raises SourceError: file, line, what was found, what was expected.
    """
    return Document(read(path))


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
