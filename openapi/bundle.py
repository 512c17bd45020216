"""A document in several files, made one tree: what a reference to another file names becomes a component.

Each part of the tree still knows its file and pointer (`Source.origins`).
"""

from collections import deque
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from openapi import limits
from openapi.anchors import named_in
from openapi.codec import Json, show
from openapi.kinds import SECTIONS, members
from openapi.library import Library
from openapi.location import Location
from openapi.source import Finding, Source, SourceError, join_pointer, look_up, split_pointer

_KINDS = {section: kind for kind, section in SECTIONS.items()}


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in one of the files."""

    source: Source
    location: Location
    pointer: str

    def inner(self, token: str | int) -> "_Spot":
        return _Spot(self.source, self.location, join_pointer(self.pointer, token))


def bundle(root: Source, location: Location, library: Library) -> Source:
    """`root` with all that it refers to in other files; itself where it refers to none.

    What cannot be had is a finding, and is left out. Raises SourceError where it is too much.
    """
    if not isinstance(root.data, dict) or not limits.measure(root.data).foreign:
        return root
    try:
        return _Bundle(root, location, library).made()
    except limits.TooMuch as error:
        raise SourceError(root.name, str(error)) from error


class _Bundle:
    def __init__(self, root: Source, location: Location, library: Library) -> None:
        self.root, self.location, self.library = root, location, library
        self.components: dict[str, dict[str, Json]] = {}
        self.names: dict[tuple[str, str, str], str] = {}
        self.waiting: deque[tuple[_Spot, str, str, str]] = deque()
        self.origins: dict[str, tuple[Source, str]] = {}
        self.findings: list[Finding] = []
        self.nodes = 0

    def made(self) -> Source:
        written = self.root.data.get("components")
        spot = _Spot(self.root, self.location, "#")
        rest = {key: value for key, value in self.root.data.items() if key != "components"}
        plain = self._settle(written, spot.inner("components")) if isinstance(written, dict) else []
        data = self._members(rest, "document", spot, "#", ())
        for at, value, section, name in plain:
            out = join_pointer("#/components", section, name)
            self.components[section][name] = self._value(value, _KINDS[section], at, out, ())
        while self.waiting:
            found, kind, section, name = self.waiting.popleft()
            out = join_pointer("#/components", section, name)
            value = look_up(found.source.data, found.pointer)
            self.components[section][name] = self._value(value, kind, found, out, ())
        extra = {k: v for k, v in written.items() if k not in _KINDS} if isinstance(written, dict) else {}
        data["components"] = {**self.components, **extra}
        files = tuple(each.name for each in self.library.sources if each is not self.root)
        return replace(
            self.root,
            data=data,
            origins={**self.root.origins, **self.origins},
            files=files,
            findings=tuple(self.findings),
        )

    def _settle(self, written: dict[str, Any], spot: _Spot) -> list[tuple[_Spot, Json, str, str]]:
        """Gives the components that only refer to a file the place of what is there; the others."""
        found: list[tuple[_Spot, Json, str, str]] = []
        for section in [section for section in _KINDS if section in written]:
            named, at = self._behind(written[section], "", spot.inner(section))
            if isinstance(named, dict):
                self.components[section] = dict.fromkeys(named)
                found += [(at.inner(name), value, section, name) for name, value in named.items()]
        return [each for each in found if not self._settled(*each)]

    def _settled(self, at: _Spot, value: Json, section: str, name: str) -> bool:
        _, found = self._behind(value, _KINDS[section], at)
        key = (found.location.key, section, found.pointer)
        if found.source is self.root or key in self.names:
            return False
        self.names[key] = name
        self.origins[join_pointer("#/components", section, name)] = (found.source, found.pointer)
        self.waiting.append((found, _KINDS[section], section, name))
        return True

    def _behind(self, value: Json, kind: str, at: _Spot) -> tuple[Json, _Spot]:
        """What stands behind references to files, as long as there is nothing but one."""
        seen = set()
        while isinstance(value, dict) and value.keys() == {"$ref"} and isinstance(value["$ref"], str):
            here = (at.location.key, at.pointer)
            if here in seen or self._stays(value["$ref"], at):
                break
            seen.add(here)
            found = self._named(value["$ref"], at)
            if found is None:
                return ({} if kind == "" else value), at
            value, at = look_up(found.source.data, found.pointer), found
        return value, at

    def _value(self, value: Json, kind: str | None, spot: _Spot, out: str, through: tuple[str, ...]) -> Json:
        self.nodes += 1
        limits.check(self.nodes)
        if kind is None:
            return value
        if isinstance(value, list):
            return [
                self._value(item, inner, spot.inner(key), join_pointer(out, key), through)
                for key, item, inner in members(kind, value)
            ] if kind.startswith("[") else value  # fmt: skip
        return self._object(value, kind, spot, out, through) if isinstance(value, dict) else value

    def _object(
        self, value: dict[str, Any], kind: str, spot: _Spot, out: str, through: tuple[str, ...]
    ) -> dict[str, Json]:
        reference = value.get("$ref")
        if isinstance(reference, str) and not self._stays(reference, spot):
            found = self._named(reference, spot)
            if found is not None and kind not in SECTIONS:
                return self._inlined(found, kind, spot, out, through)
            beside = {key: part for key, part in value.items() if key != "$ref"}
            made = self._members(beside, kind, spot, out, through)
            return made if found is None else {"$ref": self._component(found, kind), **made}
        return self._members(value, kind, spot, out, through)

    def _members(
        self, value: dict[str, Any], kind: str, spot: _Spot, out: str, through: tuple[str, ...]
    ) -> dict[str, Json]:
        made = {
            str(key): self._value(part, inner, spot.inner(key), join_pointer(out, key), through)
            for key, part, inner in members(kind, value)
        }
        if kind == "schema" and isinstance(made.get("discriminator"), dict):
            made["discriminator"] = self._mapped(made["discriminator"], spot)
        return made

    def _stays(self, reference: str, spot: _Spot) -> bool:
        """Whether a reference of the root document to itself: nothing is to be done."""
        return reference.startswith("#") and spot.source is self.root

    def _named(self, reference: str, spot: _Spot) -> _Spot | None:
        """What a reference names; None, and a finding, where that cannot be had."""
        target = spot.location if reference.startswith("#") else spot.location.join(reference)
        try:
            if target is None:
                raise SourceError("", "it is no file and no http address")
            source = self.root if target.key == self.location.key else self.library.get(target)
            wanted = "#" + reference.partition("#")[2]
            pointer = wanted if self._is_settled(source, wanted) else named_in(source.data, wanted)
            if pointer is None:
                raise SourceError("", f"{source.name} holds nothing there")
        except SourceError as error:
            said = str(error).removeprefix(": ")
            self._find(spot, f"$ref: {reference} is left out: {said}")
            return None
        location = self.location if source is self.root else self.library.location(source)
        return _Spot(source, location, "#" + pointer.removeprefix("#"))

    def _is_settled(self, source: Source, pointer: str) -> bool:
        """Whether a pointer into the root document names a component that has come from another file."""
        tokens = split_pointer(pointer)
        return source is self.root and tokens[:1] == ["components"] and len(tokens) == 3 and (
            tokens[2] in self.components.get(tokens[1], ())
        )  # fmt: skip

    def _component(self, found: _Spot, kind: str) -> str:
        """The pointer under which what was found stands in the bundle."""
        if found.source is self.root:
            return found.pointer
        section = SECTIONS[kind]
        key = (found.location.key, section, found.pointer)
        if key not in self.names:
            taken = self.components.setdefault(section, {})
            self.names[key] = name = _free(_title(found), taken)
            taken[name] = None
            self.origins[join_pointer("#/components", section, name)] = (found.source, found.pointer)
            self.waiting.append((found, kind, section, name))
        return join_pointer("#/components", section, self.names[key])

    def _inlined(
        self, found: _Spot, kind: str, spot: _Spot, out: str, through: tuple[str, ...]
    ) -> dict[str, Json]:
        """A whole map of things (`paths`, `properties`), put in the place of the reference to it."""
        mark = f"{found.location.key}{found.pointer}"
        value = look_up(found.source.data, found.pointer)
        if mark in through or not isinstance(value, dict):
            why = "it leads back to itself" if mark in through else f"it names {show(value)}"
            self._find(spot, f"$ref: left out, {why}")
            return {}
        self.origins[out] = (found.source, found.pointer)
        return self._object(value, kind, found, out, (*through, mark))

    def _mapped(self, discriminator: dict[str, Any], spot: _Spot) -> dict[str, Any]:
        """A discriminator whose mapping names the components that its files have become."""
        mapping = discriminator.get("mapping")
        if not isinstance(mapping, dict):
            return discriminator
        made = {}
        for name, reference in mapping.items():
            foreign = isinstance(reference, str) and _looks_foreign(reference, spot.source is self.root)
            found = self._named(reference, spot.inner("discriminator")) if foreign else None
            made[name] = self._component(found, "schema") if found else reference
        return {**discriminator, "mapping": made}

    def _find(self, spot: _Spot, message: str) -> None:
        self.findings.append(spot.source.finding(spot.pointer, message))


def _looks_foreign(reference: str, root: bool) -> bool:
    """Whether a mapping's value is a reference to a file, and no name of a schema."""
    if reference.startswith("#"):
        return not root
    file = reference.partition("#")[0]
    return "/" in file or file.lower().endswith((".yaml", ".yml", ".json"))


def _title(found: _Spot) -> str:
    """What to call a component: the last name of its pointer, else its file."""
    tokens = split_pointer(found.pointer)
    file = unquote(urlsplit(found.location.name).path) if found.location.web else found.location.name
    name = tokens[-1] if tokens else PurePosixPath(file.replace("\\", "/")).stem
    return "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in name) or "part"


def _free(name: str, taken: dict[str, Json]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
