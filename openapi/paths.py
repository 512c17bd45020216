"""The operations that a document writes under `paths`, in its order."""

import re
from collections import Counter
from collections.abc import Iterator

from openapi.codec import show
from openapi.kinds import METHODS
from openapi.operation import Body, Operation, Parameter, Parts, Place, Response
from openapi.source import join_pointer
from openapi.tree import Tree

_STATUS = re.compile(r"(?:[1-9](?:[0-9]{2}|XX)|default)\Z")
_STYLES = ("matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie")
_STYLE_OF = {"path": "simple", "query": "form", "header": "simple", "cookie": "form", "querystring": "form"}


def read_operations(tree: Tree) -> tuple[Operation, ...]:
    """Every operation under `paths`, in the order of the document."""
    found = list(_written_operations(tree))
    ids = Counter(str(place.get("operationId")) for _, _, _, place in found)
    ids.update(f"{method.upper()} {path}" for path, method, _, _ in found)  # nobody may pose as another
    return tuple(
        _operation(tree, path, method, item, place, ids[str(place.get("operationId"))] == 1)
        for path, method, item, place in found
    )


def operations_at(tree: Tree, item: Place, path: str) -> tuple[Operation, ...]:
    """The operations of a Path Item Object that stands elsewhere: in a callback, or as a webhook."""
    methods = [(method, place) for method, place in _methods(tree, item) if isinstance(place.value, dict)]
    return tuple(_operation(tree, path, method, item, place, unique=False) for method, place in methods)


def _written_operations(tree: Tree) -> Iterator[tuple[str, str, Place, Place]]:
    """(path, method, Path Item Object, Operation Object) of each operation."""
    for path, item in tree.children(tree.root, "paths").items():
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            tree.report(item.pointer, f"the path {path!r} does not start with a slash, and is left out")
            continue
        for method, place in _methods(tree, item):
            if isinstance(place.value, dict):
                yield path, method, item, place
            elif place.value is not None:
                tree.report(
                    place.pointer, f"expected an operation, found {show(place.value)}; it is left out"
                )


def _methods(tree: Tree, item: Place) -> Iterator[tuple[str, Place]]:
    for key in item.value if isinstance(item.value, dict) else ():
        if key in METHODS:
            yield key.upper(), tree.child(item, key)
        elif key == "additionalOperations":
            yield from tree.children(item, key).items()


def _operation(tree: Tree, path: str, method: str, item: Place, place: Place, unique: bool) -> Operation:
    written = place.get("operationId")
    name = str(written) if written and unique else f"{method} {path}"
    if written and not unique:
        tree.report(
            join_pointer(place.pointer, "operationId"), f"{show(written)} stands twice: called {name}"
        )
    return Operation(name, method, path, place, lambda: _parts(tree, item, place))


def _parts(tree: Tree, item: Place, place: Place) -> Parts:
    return Parts(
        _parameters(tree, item, place), _body(tree, place), _responses(tree, place), _security(tree, place)
    )


def _parameters(tree: Tree, *owners: Place) -> tuple[Parameter, ...]:
    """The parameters of a path item and its operation, whose own win (OpenAPI 3, Operation Object)."""
    found = {}
    for owner in owners:
        listed = tree.child(owner, "parameters")
        for index in range(len(listed.value) if isinstance(listed.value, list) else 0):
            parameter = _parameter(tree, tree.child(listed, index))
            if parameter is not None:
                found[parameter.name, parameter.location] = parameter
    return tuple(found.values())


def _parameter(tree: Tree, place: Place) -> Parameter | None:
    """A parameter, or None for what cannot be one."""
    name = place.get("name")
    if not isinstance(name, str):
        message = f"expected a parameter with a name, found {show(place.value)}; it is left out"
        tree.report(place.pointer, message)
        return None
    location = _one_of(tree, place, "in", tuple(_STYLE_OF))
    if location is None:
        return None
    style = (_one_of(tree, place, "style", _STYLES) if "style" in place.value else None) or _STYLE_OF[
        location
    ]
    explode = place.get("explode")
    return Parameter(
        name=name,
        location=location,
        required=location == "path" or place.get("required") is True,
        style=style,
        explode=explode if isinstance(explode, bool) else style in ("form", "cookie"),
        schema=_schema(place),
        content=tree.children(place, "content"),
        place=place,
    )


def _one_of(tree: Tree, place: Place, key: str, allowed: tuple[str, ...]) -> str | None:
    value = place.get(key)
    if isinstance(value, str) and value in allowed:
        return value
    what = "it is taken for the usual one" if key == "style" else "the parameter is left out"
    message = f"`{key}`: expected one of {', '.join(allowed)}, found {show(value)}; {what}"
    tree.report(join_pointer(place.pointer, key), message)
    return None


def _schema(owner: Place) -> Place | None:
    schema = owner.get("schema")
    return None if schema is None else Place(join_pointer(owner.pointer, "schema"), schema)


def _security(tree: Tree, operation: Place) -> tuple[dict[str, list[str]], ...]:
    """The alternatives of an operation, else of the document; an empty one asks for nothing."""
    owner = operation if operation.get("security") is not None else tree.root
    written = owner.get("security") or []
    if not isinstance(written, list) or not all(isinstance(names, dict) for names in written):
        message = f"`security`: expected a list of objects, found {show(written)}; nothing is asked for"
        tree.report(join_pointer(owner.pointer, "security"), message)
        return ()
    return tuple(
        {name: scopes if isinstance(scopes, list) else [] for name, scopes in names.items()}
        for names in written
    )


def _body(tree: Tree, operation: Place) -> Body | None:
    place = tree.child(operation, "requestBody")
    if place.value is None:
        return None
    return Body(place.get("required") is True, tree.children(place, "content"))


def _responses(tree: Tree, operation: Place) -> dict[str, Response]:
    """The responses by key: `200`, `4XX` (in capitals), `default`."""
    found = {}
    for written, place in tree.children(operation, "responses").items():
        if written.startswith("x-"):
            continue
        key = written.upper() if written[1:] == "xx" else written
        if not _STATUS.match(key):
            message = f"expected a status as 200, 4XX or default, found {written!r}; it is left out"
            tree.report(place.pointer, message)
            continue
        found[key] = _response(tree, written, place)
    return found


def _response(tree: Tree, key: str, place: Place) -> Response:
    content, headers = tree.children(place, "content"), tree.children(place, "headers")
    return Response(key, content, headers, place)
