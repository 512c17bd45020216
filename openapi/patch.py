"""Changes to a JSON value as they are sent: JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396).

Whoever writes one may be hostile: steps, depth, and what is copied are bounded.
"""

import re
from collections.abc import Callable
from typing import Any

from openapi import codec
from openapi.codec import Json

JSON_PATCH = "application/json-patch+json"
MERGES = frozenset({
    "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml",
})  # fmt: skip
"""Kubernetes' own is merged, too: what it says of the items of lists is not looked at."""

MOST_STEPS = 1000
MOST_COPIED = 1024 * 1024
"""Bytes of JSON that the copies of one patch come to."""

_DEEPEST = 128
_PLACE = re.compile("0|[1-9][0-9]{0,8}")


class NoPatch(ValueError):
    """What is no JSON Patch; the message says why."""


class Inapplicable(ValueError):
    """A patch that does not fit the value: a path that is not there, a test that fails."""


def merged(value: Json, patch: Json) -> Json:
    """`value` after a merge patch: null removes a member, an object changes one, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    made = dict(value) if isinstance(value, dict) else {}
    for name, each in patch.items():
        if each is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), each)
    return made


def patched(value: Json, steps: Json) -> Json:
    """A copy of `value` after all steps of a JSON Patch. Raises NoPatch, Inapplicable."""
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        raise NoPatch(f"expected a list of up to {MOST_STEPS} steps")
    work = _Work(value)
    for number, step in enumerate(steps):
        try:
            work.take(step)
        except (NoPatch, Inapplicable) as error:
            raise type(error)(f"step {number}: {error}") from None
    return work.value


class _Work:
    """A value under way."""

    def __init__(self, value: Json) -> None:
        self.value = _copied(value)
        self._left = MOST_COPIED

    def take(self, step: Json) -> None:
        act = _ACTS.get(str(step.get("op"))) if isinstance(step, dict) else None
        if act is None:
            raise NoPatch(f"expected an op of {', '.join(_ACTS)}")
        act(self, step)
        if codec.depth(self.value) > _DEEPEST:
            raise Inapplicable(f"nested deeper than {_DEEPEST} levels after it")

    def add(self, step: dict[str, Any]) -> None:
        self._put(_tokens(step, "path"), self._taken(_value(step)))

    def remove(self, step: dict[str, Any]) -> None:
        self._cut(_tokens(step, "path"))

    def replace(self, step: dict[str, Any]) -> None:
        path, value = _tokens(step, "path"), self._taken(_value(step))
        if not path:
            self.value = value
            return
        holder = self._at(path[:-1])
        holder[_key(holder, path[-1])] = value

    def move(self, step: dict[str, Any]) -> None:
        source, path = _tokens(step, "from"), _tokens(step, "path")
        if path[: len(source)] == source:
            if path != source:
                raise Inapplicable("nothing can be moved into itself")
            self._at(source)
            return
        self._put(path, self._cut(source))

    def copy(self, step: dict[str, Any]) -> None:
        self._put(_tokens(step, "path"), self._taken(self._at(_tokens(step, "from"))))

    def test(self, step: dict[str, Any]) -> None:
        found = self._at(_tokens(step, "path"))
        if not _equal(found, _value(step)):
            raise Inapplicable(f"{step['path']} is {codec.show(found)}, not {codec.show(step['value'])}")

    def _at(self, path: list[str]) -> Any:
        node = self.value
        for token in path:
            node = node[_key(node, token)]
        return node

    def _put(self, path: list[str], value: Json) -> None:
        if not path:
            self.value = value
            return
        holder = self._at(path[:-1])
        if isinstance(holder, list):
            holder.insert(len(holder) if path[-1] == "-" else _index(path[-1], len(holder)), value)
        elif isinstance(holder, dict):
            holder[path[-1]] = value
        else:
            raise Inapplicable(f"nothing lies under {codec.show(holder)}")

    def _cut(self, path: list[str]) -> Json:
        if not path:
            raise Inapplicable("the whole cannot be removed")
        holder = self._at(path[:-1])
        return holder.pop(_key(holder, path[-1]))

    def _taken(self, value: Json) -> Json:
        """A copy, as long as there is not too much of it."""
        written = codec.encode(value)
        self._left -= len(written)
        if self._left < 0:
            raise Inapplicable(f"more than {MOST_COPIED} bytes are copied")
        return codec.decode(written)


_ACTS: dict[str, Callable[[_Work, dict[str, Any]], None]] = {
    "add": _Work.add, "remove": _Work.remove, "replace": _Work.replace, "move": _Work.move,
    "copy": _Work.copy, "test": _Work.test,
}  # fmt: skip


def _value(step: dict[str, Any]) -> Json:
    if "value" not in step:
        raise NoPatch("expected a value")
    return step["value"]


def _tokens(step: dict[str, Any], name: str) -> list[str]:
    """The parts of a JSON pointer (RFC 6901)."""
    written = step.get(name)
    if not isinstance(written, str) or (written and not written.startswith("/")):
        raise NoPatch(f"{name}: expected a JSON pointer such as /name, got {codec.show(written)}")
    return [token.replace("~1", "/").replace("~0", "~") for token in written.split("/")[1:]]


def _key(holder: Json, token: str) -> Any:
    """The key or index of what is there."""
    if isinstance(holder, list):
        return _index(token, len(holder) - 1)
    if isinstance(holder, dict) and token in holder:
        return token
    raise Inapplicable(f"nothing is at {codec.show(token)}")


def _index(token: str, highest: int) -> int:
    if not _PLACE.fullmatch(token) or int(token) > highest:
        raise Inapplicable(f"{codec.show(token)} is no place in the list")
    return int(token)


def _equal(one: Json, other: Json) -> bool:
    """Equality of JSON: true is not 1, 1 is 1.0."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    return bool(one == other)


def _copied(value: Json) -> Json:
    return codec.decode(codec.encode(value))
