"""The files of one document, each read once, within the fence, and within one limit together."""

import sys
from pathlib import Path

from openapi import limits
from openapi.anchors import placed_by_pointer
from openapi.fetch import fetch
from openapi.location import STDIN, Fence, Location
from openapi.source import Source, SourceError, check_size, parse, read_bytes

_MOST_FILES = 2000


class Library:
    """What `get` gives is read when first asked for. Raises SourceError, also the second time."""

    def __init__(self, root: Location, allowed: tuple[str, ...] = ()) -> None:
        self._root, self._fence = root, Fence(root, allowed)
        self._known: dict[str, Source | SourceError] = {}
        self._locations: dict[int, Location] = {}
        self._size = 0

    @property
    def sources(self) -> list[Source]:
        """All files that could be read."""
        return [each for each in self._known.values() if isinstance(each, Source)]

    def location(self, source: Source) -> Location:
        """Where a file was found in the end, redirects followed."""
        return self._locations[id(source)]

    def get(self, location: Location) -> Source:
        """The file there."""
        if location.key not in self._known:
            try:
                self._known[location.key] = self._read(location)
            except SourceError as error:
                self._known[location.key] = error
        found = self._known[location.key]
        if isinstance(found, SourceError):
            raise found
        return found

    def _read(self, location: Location) -> Source:
        if location != self._root and not self._fence.admits(location):
            raise SourceError(location.name, "outside of where the document lies (admit it with --allow-ref)")
        if len(self._known) >= _MOST_FILES:
            raise SourceError(location.name, f"not read: the document already has {_MOST_FILES} files")
        where, raw = self._raw(location)
        self._size += len(raw)
        if self._size > limits.MAX_BYTES:
            raise limits.TooMuch(f"its files are larger than {limits.MAX_BYTES // 1024**2} MiB together")
        source = placed_by_pointer(parse("standard input" if location.name == STDIN else where.name, raw))
        self._locations[id(source)] = where
        return source

    def _raw(self, location: Location) -> tuple[Location, bytes]:
        if location.name == STDIN:
            return location, check_size("standard input", sys.stdin.buffer.read(limits.MAX_BYTES + 1))
        if not location.web:
            return location, read_bytes(Path(location.key), location.name)
        url, raw = fetch(location.name, lambda target: self._fence.admits(Location(target)))
        return Location(url), raw
