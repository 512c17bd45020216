"""Where in a body the item or the list stands.

The list: the body itself, its member named like the path, a member with a name of the trade (`data`,
`items`), or the only array member (facts: corpus.md section 2, which finds all but 1 of 932). The item
likewise.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from openapi.dialect import Schema
from openapi.inference.naming import alike, is_plural, plain, singulars
from openapi.inference.paging import speaks_of_paging
from openapi.inference.view import View

Path = tuple[str | int, ...]

_LISTS = (
    "data", "items", "item", "results", "result", "values", "value", "records", "entries", "list", "content",
    "contents", "elements", "objects", "rows", "hits", "documents", "docs", "resources", "members", "nodes",
    "collection", "entities", "page",
)  # fmt: skip
"""Names of members that hold a list, the likeliest first."""

_ITEMS = ("data", "item", "result", "value", "record", "entry", "object", "resource", "entity", "response")
"""Names of members that hold an item."""

_AROUND = ("embedded", "data", "result", "results", "response", "payload", "body", "list", "page")
"""Names of objects that may stand around a list (`_embedded` of HAL)."""

_TALK = {"errors", "warnings", "links", "messages", "message", "meta", "success", "code", "requestid"}
"""Names of members that speak of the answer, not of the thing."""

_BESIDE = _TALK | {"included", "facets", "metadata", "apiversion", "self", "href"}
"""Names of members that stand beside the list; for it only where the path has the name too."""

_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class Thing:
    """What a resource's items are called: plain names, singulars included; and its path parameter."""

    names: frozenset[str]
    parameter: str = ""

    def is_called(self, name: str) -> bool:
        return alike(name, self.names)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the item already: targets of its schemas (`View.target`), names of its properties."""

    targets: Collection[object] = ()
    names: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """An item, or the items of a list, in a body: where, and their schema."""

    path: Path
    schema: Schema


def called(*names: str) -> frozenset[str]:
    """The plain names and their singulars, for a Thing."""
    return frozenset(single for name in names if plain(name) for single in singulars(name))


def find_list(view: View, body: Schema | None, thing: Thing, depth: int = 0) -> Found | None:
    """The list in a body that holds one, or None. `schema` is that of its items."""
    if view.is_array(body):
        return Found((), _items(view, body))
    members = view.members(body).properties
    arrays = {
        name: part
        for name, part in members.items()
        if view.is_array(part) and (plain(name) not in _BESIDE or thing.is_called(name))
    }
    name = _list_name(view, arrays, thing)
    if name is not None:
        return Found((name,), _items(view, arrays[name]))
    return _list_inside(view, members, thing, depth) if depth < _DEEPEST else None


def find_sure_list(view: View, body: Schema | None, thing: Thing, paged: bool) -> Found | None:
    """The list in a body also where no path of an item says that there is one: an array of objects, or an
    object without an id in which a list has the name of the path, a name of the trade, or only paging beside
    it."""
    found = find_list(view, body, thing)
    if found is None or not view.is_object(found.schema):
        return None
    beside = [plain(name) for name in _names_beside(view, body, found.path)]
    if paged or all(name in _BESIDE or speaks_of_paging(name) for name in beside):
        return found
    last = str(found.path[-1])
    named = thing.is_called(last) or (plain(last) in _LISTS and any(map(is_plural, thing.names)))
    return found if named and {"id", "uuid"}.isdisjoint(beside) else None


def _names_beside(view: View, body: Schema | None, path: Path) -> Iterator[str]:
    """The members that stand beside a path, at each step."""
    for token in path:
        yield from (name for name in view.members(body).properties if name != token)
        body = view.step(body, token)


def find_item(view: View, body: Schema | None, thing: Thing, known: Known = Known()) -> Found | None:
    """The item in a body that is an object or a list of one; None where there is none."""
    return _item(view, body, thing, known, 0)


def _item(view: View, body: Schema | None, thing: Thing, known: Known, depth: int) -> Found | None:
    if view.is_array(body):
        inner = _items(view, body)
        return Found((0,), inner) if view.is_object(inner) and not _is_step_of_patch(view, inner) else None
    if body is None or not view.is_object(body):
        return None
    if _is_known(view, body, known) or depth > _DEEPEST:
        return Found((), body)
    inside = _inside(view, body, thing, known)
    found = _item(view, inside[1], thing, known, depth + 1) if inside else None
    return Found((inside[0], *found.path), found.schema) if inside and found else Found((), body)


def _inside(view: View, body: Schema, thing: Thing, known: Known) -> tuple[str, Schema] | None:
    """The one member that is the item or stands around it, or None: then the body is the item."""
    members = view.members(body).properties
    objects = {name: part for name, part in members.items() if view.is_object(part)}
    told = [name for name, part in objects.items() if view.target(part) in known.targets]
    if not told and not _names_itself(members, thing):
        told = _envelope_names(view, members, thing, known)
    return (told[0], members[told[0]]) if told else None


def _is_known(view: View, schema: Schema, known: Known) -> bool:
    """Whether a schema is one of the item's, or has exactly its properties."""
    if view.target(schema) in known.targets:
        return True
    return bool(known.names) and view.members(schema).properties.keys() == set(known.names)


def _envelope_names(view: View, members: dict[str, Schema], thing: Thing, known: Known) -> list[str]:
    """The members that an item may stand in, the likeliest first."""
    free = {name: part for name, part in members.items() if name not in known.names}
    objects = [name for name, part in free.items() if view.is_object(part)]
    told = [name for name in objects if _is_known(view, free[name], known)]
    told += [name for name in objects if thing.is_called(name)]
    told += [name for name in objects if plain(name) in _ITEMS]
    told += [name for name in objects if _is_alone(name, members)]
    lists = [
        name for name, part in free.items() if view.is_array(part) and view.is_object(_items(view, part))
    ]
    lists = [name for name in lists if not any(_says_more(view, other, members) for other in members)]
    told += [name for name in lists if thing.is_called(name)]
    return told + [name for name in lists if plain(name) in _LISTS and _is_alone(name, members)]


def _is_alone(name: str, members: dict[str, Schema]) -> bool:
    return all(plain(other) in _TALK for other in members if other != name)


def _says_more(view: View, name: str, members: dict[str, Schema]) -> bool:
    """Whether a member beside a list is a value of the thing itself: a sum, a name."""
    return (
        view.is_scalar(members[name])
        and plain(name) not in _BESIDE
        and not speaks_of_paging(name, total=False)
    )


def _names_itself(members: dict[str, Schema], thing: Thing) -> bool:
    """Whether an object holds an id: it is no envelope. (`{pet: {...}}` of `/pets/{pet}` holds none.)"""
    ids = {"id", "uuid", plain(thing.parameter), *(name + "id" for name in thing.names)} - {""} - thing.names
    return any(plain(name) in ids for name in members)


def _is_step_of_patch(view: View, schema: Schema) -> bool:
    """Whether a schema is one step of a JSON Patch (RFC 6902 section 4)."""
    return {"op", "path"} <= view.members(schema).properties.keys()


def _list_name(view: View, arrays: dict[str, Schema], thing: Thing) -> str | None:
    """The member that is the list, or None."""
    if named := [name for name in arrays if thing.is_called(name)]:
        return named[0]
    for wrapper in _LISTS:
        if named := [name for name in arrays if plain(name) == wrapper]:
            return named[0]
    objects = [name for name, part in arrays.items() if view.is_object(_items(view, part))]
    if len(arrays) == 1 or len(objects) == 1:
        return (objects or list(arrays))[0]
    return None


def _list_inside(view: View, members: dict[str, Schema], thing: Thing, depth: int) -> Found | None:
    """The list in an object that stands around it."""
    for name, part in members.items():
        around = plain(name) in _AROUND or thing.is_called(name)
        if around and view.is_object(part) and (found := find_list(view, part, thing, depth + 1)):
            return Found((name, *found.path), found.schema)
    return None


def _items(view: View, array: Schema | None) -> Schema:
    found = view.items(array)
    return True if found is None else found
