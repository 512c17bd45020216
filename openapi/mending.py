"""What is no schema, taken out of a schema so that the rest of it can judge, and told."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from openapi.codec import Json, show
from openapi.kinds import KINDS, members
from openapi.source import join_pointer, look_up, split_pointer
from openapi.tree import Tree

_META = jsonschema_rs.Draft202012Validator(
    {"$ref": "https://json-schema.org/draft/2020-12/schema"}, offline=True, validate_formats=True
)
_ELSEWHERE = ("$id", "$schema", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$vocabulary")
"""Keywords that change what other keywords mean; they go last."""


def schemas(pointer: str, schema: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema object in a schema, itself included, by its pointer; what is only data is passed by."""
    waiting = [(pointer, "schema", schema)]
    while waiting:
        place, kind, value = waiting.pop()
        if kind == "schema" and isinstance(value, dict):
            yield place, value
        waiting += [
            (join_pointer(place, key), inner, part) for key, part, inner in members(kind, value) if inner
        ]


def mend(tree: Tree, data: Json, pointer: str) -> bool:
    """Takes out of the schema at a pointer in `data` what breaks the rules of schemas, and tells `tree`;
    whether there was any."""
    schema = look_up(data, pointer)
    if not isinstance(schema, (dict, bool)):
        _replace(data, pointer)
        tree.report(pointer, f"expected a schema, found {show(schema)}; anything fits it")
        return True
    wrong = {tuple(error.instance_path): error.instance for error in _META.iter_errors(schema)}
    cut = [_cut(tree, pointer, schema, path, value) for path, value in wrong.items()]
    return any(cut) or _without_elsewhere(tree, pointer, schema)


def _replace(data: Json, pointer: str) -> None:
    above, _, _ = pointer.rpartition("/")
    holder, token = look_up(data, above), split_pointer(pointer)[-1]
    holder[int(token) if isinstance(holder, list) else token] = True


def _cut(tree: Tree, pointer: str, schema: Json, path: tuple[str | int, ...], value: Json) -> bool:
    """Removes the innermost keyword on a path, or admits anything where a schema should be."""
    kind, node, holder, place, keyword = "schema", schema, schema, pointer, True
    last: str | int = ""
    for token in path:
        holder, last, place = node, token, join_pointer(place, token)
        inner = KINDS["schema"].get(str(token)) if kind == "schema" else kind[1:-1]
        keyword = kind == "schema"
        try:
            node = node[token]
        except (LookupError, TypeError):
            return False  # went with another
        if inner is None:
            break
        kind = inner
    if not path:
        return False
    if keyword:
        del holder[last]
        tree.report(place, f"{show(value)} found, which is no value for {last}; the keyword is left out")
    else:
        holder[last] = True
        tree.report(place, f"expected a schema, found {show(value)}; anything fits it")
    return True


def _without_elsewhere(tree: Tree, pointer: str, schema: Json) -> bool:
    found = [
        (place, inner, keyword)
        for place, inner in schemas(pointer, schema)
        for keyword in _ELSEWHERE
        if keyword in inner
    ]
    for place, inner, keyword in found:
        tree.report(join_pointer(place, keyword), f"{show(inner.pop(keyword))} cannot be kept; left out")
    return bool(found)
