"""A document as a tree of places, in which every local `$ref` of an OpenAPI object is followed."""

from typing import Any
from urllib.parse import unquote

from openapi.codec import show
from openapi.operation import Place
from openapi.source import Source, SourceError, join_pointer, locate, look_up, split_pointer


class Tree:
    """The `data` of a file and its places, from `root` on. What is wrong on the way is kept in `told`."""

    def __init__(self, source: Source, data: dict[str, Any]) -> None:
        self.source = source
        self.told: dict[tuple[str, str], None] = {}
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
        """The objects of the map `place[key]`, each with `$ref` followed; what is none is told, and is an
        empty one."""
        owner = self.child(place, key)
        names = owner.value if isinstance(owner.value, dict) else ()
        return {name: self._an_object(self.child(owner, name), name) for name in names}

    def _an_object(self, place: Place, name: str) -> Place:
        if isinstance(place.value, dict):
            return place
        if place.value is not None and not name.startswith("x-"):
            self.report(
                place.pointer, f"expected an object, found {show(place.value)}; it is taken for an empty one"
            )
        return Place(place.pointer, {})

    def follow(self, place: Place) -> Place:
        """`place`, or what it refers to. Schemas keep their own `$ref`; call this on OpenAPI objects only.

        A reference that leads nowhere or in a circle is told, and leads to an empty object.
        """
        seen = {place.pointer}
        while isinstance(place.value, dict) and isinstance(reference := place.value.get("$ref"), str):
            target = self._target(reference)
            if target is None or target.pointer in seen:
                why = "names nothing" if target is None else "leads back to itself"
                self.report(place.pointer, f"$ref: {reference} {why}, and is taken for an empty object")
                return Place(place.pointer, {})
            seen.add(target.pointer)
            place = target
        return place

    def report(self, pointer: str, message: str) -> None:
        """Keeps what is wrong at `pointer`, and what is made of it."""
        self.told[pointer, message] = None

    def error(self, pointer: str, message: str) -> SourceError:
        """A SourceError about what stands at `pointer`, to be raised."""
        return self.source.error(pointer, message)

    def _target(self, reference: str) -> Place | None:
        pointer = locate(self.data, reference)
        return None if pointer is None else Place(pointer, look_up(self.data, pointer))
