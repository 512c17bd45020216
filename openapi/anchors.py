"""References by name, made references by place: `$id`, `$anchor`, `$dynamicRef`, `$self` of a document.

Names belong to the schema with the nearest `$id` above them, else to the document (JSON Schema 2020-12,
sections 8.2 and 9.2). A dynamic reference means another schema for each one that uses it: whoever gives its
anchor another meaning gets copies of its own of what it refers to.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from openapi import limits
from openapi.codec import Json
from openapi.kinds import members
from openapi.source import Source, join_pointer, locate, look_up, split_pointer

_MARKS = (b"$id", b"$anchor", b"$dynamic", b"$self")
_SAFE = "/~!$&'()*+,;=:@"
_MOST_STEPS = 5 * limits.MAX_NODES

_Meaning = dict[str, str]
"""The name of a dynamic anchor -> the pointer of the schema that it means."""


def placed_by_pointer(source: Source) -> Source:
    """`source`, in which every reference to a name of its own is a local pointer, percent-encoded.

    Other references are left as they are. Copies stand beside what they were made of (`Source.origins`).
    """
    written = source.written.encode() if isinstance(source.written, str) else source.written
    if not isinstance(source.data, dict) or not any(mark in written for mark in _MARKS):
        return source
    names = _Names(source.data)
    return replace(
        source, data=names.settled(), origins={at: (source, of) for at, of in names.copies.items()}
    )


def named_in(data: Json, reference: str) -> str | None:
    """The plain pointer of what a local reference, `#/a/b` or `#anchor`, names in a file; None of nothing."""
    found = locate(data, reference)
    if found is None and isinstance(data, dict):
        found = _Names(data).find(reference, "#")
    return found


class _Names:
    """The names in one document, and where each stands. `made` is what becomes of its `data`."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data, self.made = data, deepcopy(data)
        self.kind = "document" if "openapi" in data else "schema"
        base = data.get("$self")
        self.ids: dict[str, str] = {base: "#"} if isinstance(base, str) else {}
        self.bases: dict[str, str] = {"#": base if isinstance(base, str) else ""}
        self.anchors: dict[tuple[str, str], str] = {}
        self.dynamic: dict[str, _Meaning] = {}
        self.copies: dict[str, str] = {}
        self._known: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        self._steps = 0
        self._inside, self._reached = cache(self._within), cache(self._asked)
        for pointer, kind, node in self.objects("#", self.kind):
            if kind == "schema":
                self._name(pointer, node)

    def settled(self) -> dict[str, Any]:
        """The document with its references settled."""
        for pointer, _, _ in self.objects("#", self.kind):
            owner = self.owner(pointer)
            self._settle(look_up(self.made, pointer), owner, self.meaning(owner))
        return self.made

    def objects(self, pointer: str, kind: str = "schema") -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every object in what stands at a pointer, by its own, and its kind; outer ones first."""
        waiting = [(pointer, kind, look_up(self.data, pointer))]
        while waiting:
            place, kind, value = waiting.pop()
            if isinstance(value, dict):
                yield place, kind, value
            waiting += [(join_pointer(place, key), of, part) for key, part, of in members(kind, value) if of]

    def _name(self, pointer: str, node: dict[str, Any]) -> None:
        owner = self.owner(pointer)
        if isinstance(name := node.get("$id"), str) and not name.startswith("#"):
            base, _ = _joined(self.bases[owner], name)
            self.ids.setdefault(base, pointer)
            self.bases[pointer], owner = base, pointer
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := node.get(keyword), str):
                self.anchors.setdefault((owner, name), pointer)
        if isinstance(name := node.get("$dynamicAnchor"), str):
            self.dynamic.setdefault(owner, {}).setdefault(name, pointer)

    def owner(self, pointer: str) -> str:
        """The pointer of the schema whose `$id` counts at a pointer; `#` for the document's own."""
        while pointer and pointer not in self.bases:
            pointer = pointer.rpartition("/")[0]
        return pointer or "#"

    def meaning(self, owner: str) -> _Meaning:
        """What dynamic anchors mean to whoever comes from the document: it is the outermost of all."""
        return {**self.dynamic.get(owner, {}), **self.dynamic.get("#", {})}

    def find(self, reference: Json, owner: str) -> str | None:
        """The pointer of what a reference below `owner` names in this document; None for anything else."""
        if not isinstance(reference, str):
            return None
        url, fragment = _joined(self.bases[owner], reference)
        inside = owner if reference.startswith("#") else self.ids.get(url)
        if inside is None:
            return None
        if fragment and not fragment.startswith("/"):
            return self.anchors.get((inside, unquote(fragment)))
        spellings = (inside + fragment, inside + unquote(fragment))
        return next((each for each in spellings if look_up(self.data, each) is not None), None)

    def _settle(self, node: dict[str, Any], owner: str, meaning: _Meaning) -> None:
        """Writes the references of one object as pointers."""
        found = self.find(node.get("$ref"), owner)
        if found is not None:
            node["$ref"] = _reference(self.meant(found, meaning))
        if "$dynamicRef" in node:
            target = {"$ref": self._dynamic(node.pop("$dynamicRef"), owner, meaning)}
            both = {"allOf": [*(node.get("allOf") or ()), target]}
            node.update(both if "$ref" in node else target)

    def _dynamic(self, reference: Json, owner: str, meaning: _Meaning) -> Json:
        """What a dynamic reference comes to. Where it names no dynamic anchor, it is as any other."""
        found = self.find(reference, owner)
        if found is None:
            return reference
        name = str(reference).rpartition("#")[2]
        if any(known.get(name) == found for known in self.dynamic.values()):
            found = meaning.get(name, found)
        return _reference(self.meant(found, meaning))

    def meant(self, pointer: str, meaning: _Meaning) -> str:
        """The schema at a pointer, or the copy of it in which dynamic anchors mean what is given."""
        owner = self.owner(pointer)
        if not self.dynamic:
            return pointer
        usual = self.meaning(owner)
        meaning = {**usual, **meaning}
        asked = self._reached(pointer)
        special = tuple((name, of) for name, of in sorted(meaning.items()) if name in asked)
        if all(usual.get(name) == of for name, of in special):
            return pointer
        return self._known.get((pointer, special)) or self._copy(pointer, special, meaning)

    def _asked(self, pointer: str) -> set[str]:
        """The dynamic references in a schema, and in all that it refers to, by the name of their anchor."""
        found: set[str] = set()
        seen, waiting = {pointer}, [pointer]
        while waiting:
            names, targets = self._inside(waiting.pop())
            found |= names
            waiting += targets - seen
            seen |= targets
            self._spend(1 + len(targets))
        return found

    def _within(self, pointer: str) -> tuple[set[str], set[str]]:
        """The dynamic references in a schema itself, and the pointers of what it refers to."""
        names: set[str] = set()
        targets: set[str] = set()
        for place, _, node in self.objects(pointer):
            self._spend(1)
            if isinstance(reference := node.get("$dynamicRef"), str):
                names.add(reference.rpartition("#")[2])
            target = self.find(node.get("$ref"), self.owner(place))
            targets |= {target} if target else set()
        return names, targets

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > _MOST_STEPS:
            raise limits.TooMuch("its dynamic references lead to too many places")

    def _copy(self, pointer: str, special: tuple[tuple[str, str], ...], meaning: _Meaning) -> str:
        above = ("components", "schemas") if self.kind == "document" else ("$defs",)
        holder = self.made
        for key in above:
            holder = holder.setdefault(key, {})
        name = f"{split_pointer(pointer)[-1]}_{len(self.copies) + 1}"
        while name in holder:
            name += "_"
        self._known[pointer, special] = copy = join_pointer("#", *above, name)
        self.copies[copy] = pointer
        holder[name] = deepcopy(look_up(self.data, pointer))
        for place, _, _ in self.objects(pointer):
            self._spend(1)
            owner = self.owner(place)
            node = look_up(self.made, copy + place.removeprefix(pointer))
            self._settle(node, owner, {**self.meaning(owner), **meaning})
        return copy


def _joined(base: str, reference: str) -> tuple[str, str]:
    """The URL that a reference is from a base, and its fragment; as it is written where it is no URL."""
    try:
        url, fragment = urldefrag(urljoin(base, reference))
    except ValueError:
        return reference, ""
    return url, fragment


def _reference(pointer: str) -> str:
    return "#" + quote(pointer.removeprefix("#"), safe=_SAFE)
