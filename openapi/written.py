"""Where in the document a rule is written that stands elsewhere in its translation (see `dialect.py`)."""

from typing import Any

from openapi.codec import Json
from openapi.source import join_pointer, split_pointer

_BOUNDS = ("minimum", "maximum")


def written_at(document: Json, pointer: str) -> str:
    """The pointer of what `pointer`, into a translated tree, means in `document`, the data as it was read.

    `anyOf/0` around what stands beside `nullable: true` is left out, and a bound that an integer format or a
    pattern that `decimal` stands for is that `format`. What is nowhere written is the nearest thing around
    it.
    """
    node, found, tokens = document, "#", split_pointer(pointer)
    while tokens:
        token, inner = tokens[0], _step(node, tokens[0])
        if inner is not None:
            node, found, tokens = inner, join_pointer(found, token), tokens[1:]
        elif tokens[:2] == ["anyOf", "0"] and _get(node, "nullable") is True:
            tokens = tokens[2:]
        else:
            return _meant(node, found, tokens)
    return _read_only(node, found, pointer)


def _meant(node: Any, found: str, tokens: list[str]) -> str:
    """What the translation made `tokens` from."""
    name = _get(node, "format")
    is_format = (name == "decimal" and tokens[-1] == "pattern") or (name is not None and tokens[0] in _BOUNDS)
    return join_pointer(found, "format") if is_format else found


def _read_only(node: Any, found: str, pointer: str) -> str:
    """A property that may not be sent is one that is `readOnly`, where that stands right in it."""
    is_property = split_pointer(pointer)[-2:-1] == ["properties"]
    return join_pointer(found, "readOnly") if is_property and _get(node, "readOnly") is True else found


def _step(node: Any, token: str) -> Any:
    if isinstance(node, list):
        return node[int(token)] if token.isdecimal() and int(token) < len(node) else None
    return _get(node, token)


def _get(node: Any, key: str) -> Any:
    return node.get(key) if isinstance(node, dict) else None
