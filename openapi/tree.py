"""A document as a tree of places, in which every local `$ref` of an OpenAPI object is followed."""

from typing import Any
from urllib.parse import unquote

from openapi.operation import Place
from openapi.source import Source, SourceError, join_pointer, locate, look_up, split_pointer


class Tree:
    """The `data` of a file and its places, from `root` on. Raises SourceError, with file and line."""

    def __init__(self, source: Source, data: dict[str, Any]) -> None:
        self.source = source
        self.data = data
        self.root = Place("#", data)

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
