"""The members of a form by the schema's shape and the Encoding Objects: which are lists, files, JSON.

OpenAPI 3, "Encoding Object", "Considerations for multipart content"; 3.0 marks a file with `format: binary`,
3.1 with `contentMediaType` or no type at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openapi import codec, media
from openapi.charset import decoded
from openapi.codec import Json
from openapi.dialect import parts
from openapi.form import Undecodable, read_nested, scalar, split_query, text_decoder
from openapi.multipart import Part
from openapi.operation import Place
from openapi.shape import Shape, shape
from openapi.source import look_up

MOST_FIELDS = 10_000

_DELIMITER = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_BINARY = {"binary", "file"}


def is_binary(tree: Json, schema: Any) -> bool:
    """Whether values of a schema are bytes: a file, an image."""
    found = list(parts(tree, schema, ("allOf", "anyOf", "oneOf")))
    if any(part.get("format") in _BINARY for part in found):
        return True
    kinds = [str(part["contentMediaType"]) for part in found if "contentMediaType" in part]
    plain = any("contentEncoding" in part for part in found)
    return bool(kinds) and not plain and media.kind(media.essence(kinds[0])) == "bytes"


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a form.

    `allowed`: the media types of its parts; empty: any. `headers`: those that its parts must have. `file`:
    whether those must have a file name, as files have. `separator`: what stands between the items of a list
    that comes as one text.
    """

    name: str
    shape: Shape
    binary: bool
    allowed: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    separator: str | None = None
    file: bool = False

    @property
    def is_list(self) -> bool:
        return "array" in self.shape.types and not self.shape.scalar

    def of_parts(self, found: list[Part]) -> Json:
        """The value that parts of its name spell. Raises Undecodable."""
        for part in found:
            self._check(part)
        if self.is_list or (len(found) > 1 and "array" in self.shape.types):
            return self._list(found)
        if len(found) > 1:
            raise Undecodable(f"{self.name}: expected one part, got {len(found)}")
        return self._value(found[0], self.shape)

    def _list(self, found: list[Part]) -> Json:
        items = self.shape.items()
        values = [self._value(part, items) for part in found]
        one = values[0] if len(values) == 1 and not self.binary else None
        return one if isinstance(one, list) else values

    def _check(self, part: Part) -> None:
        essence = media.essence(part.media_type or "")
        if essence and self.allowed and media.match(essence, self.allowed) is None:
            raise Undecodable(f"{self.name}: expected {' or '.join(self.allowed)}, got {codec.show(essence)}")
        if self.file and part.filename is None:
            raise Undecodable(
                f"{self.name}: expected a file (RFC 7578 section 4.2), got a part without a filename"
            )
        missing = [name for name in self.headers if name.lower() not in part.headers]
        if missing:
            raise Undecodable(f"{self.name}: the part has no header {missing[0]}")

    def _value(self, part: Part, of: Shape) -> Json:
        if self.binary:
            return part.data.decode("latin-1")
        if media.is_json(media.essence(part.media_type or "")):
            return self._json(part.data)
        text = self._text(part)
        return text if of.scalar and "string" in of.types and part.filename else _typed(text, of)

    def _json(self, data: bytes) -> Json:
        try:
            return codec.decode(data)
        except codec.DecodeError as error:
            raise Undecodable(f"{self.name}: {error}") from None

    def _text(self, part: Part) -> str:
        try:
            return decoded(part.data, part.media_type or "")
        except Undecodable as error:
            if part.filename is not None:  # a file that nobody has marked as one
                return part.data.decode("latin-1")
            raise Undecodable(f"{self.name}: {error}") from None

    def of_texts(self, raw: list[str]) -> Json:
        """The value that texts of its name in a URL-encoded form spell. Raises Undecodable."""
        if self.is_list:
            texts = raw[0].split(self.separator) if self.separator and len(raw) == 1 else raw
            return [_typed(text, self.shape.items()) for text in texts]
        if len(raw) > 1 and "array" not in self.shape.types:
            raise Undecodable(f"{self.name}: expected one value, got {len(raw)}")
        return _typed(raw[0], self.shape) if len(raw) == 1 else [_typed(t, self.shape.items()) for t in raw]


def _typed(text: str, of: Shape) -> Json:
    """A text as its type; an object or a list in one text is JSON (Encoding Object, `contentType`)."""
    if of.scalar:
        return scalar(text, of)
    try:
        return codec.decode(text.encode())
    except (codec.DecodeError, UnicodeEncodeError):
        return text


class Fields:
    """The members of one form."""

    def __init__(self, tree: Json, place: Place) -> None:
        """`place`: the Media Type Object, `tree`: the document with its schemas in one direction."""
        self._tree = tree
        schema = look_up(tree, f"{place.pointer}/schema") if place.get("schema") is not None else True
        self.shape = shape(tree, schema)
        written = place.get("encoding")
        self._encoding: Mapping[str, Any] = written if isinstance(written, dict) else {}
        self._known = {name: self._field(name, each) for name, each in self.shape.properties.items()}

    def field(self, name: str) -> Field:
        return self._known.get(name) or self._field(name, self.shape.additional)

    def of_parts(self, found: Iterable[Part]) -> dict[str, Json]:
        """The object that the parts of a body spell. Raises Undecodable."""
        named: dict[str, list[Part]] = {}
        for part in found:
            named.setdefault(part.name, []).append(part)
        return {name: self.field(name).of_parts(each) for name, each in named.items()}

    def of_text(self, text: str) -> dict[str, Json]:
        """The object that a URL-encoded text spells; `a[b]=1` is a member of an object or list `a` (the
        style `deepObject`). Raises Undecodable; also for a part that is no `name=value`, as every form writes
        it (https://url.spec.whatwg.org/#urlencoded-serializing)."""
        if any("=" not in part for part in filter(None, text.split("&"))):
            raise Undecodable("a part that is no name=value")
        if text.count("&") >= MOST_FIELDS:
            raise Undecodable(f"more than {MOST_FIELDS} fields")
        decode = text_decoder("query")
        found: dict[str, Json] = {}
        deep: dict[str, list[tuple[str, str]]] = {}
        for key, raw in split_query(text.encode().decode("latin-1")).items():
            values = [decode(each) for each in raw]
            owner, bracket, rest = key.partition("[")
            if bracket and key not in self._known and owner in self._known:
                deep.setdefault(owner, []).extend((bracket + rest, value) for value in values)
            else:
                found[key] = self.field(key).of_texts(values)
        return found | {name: read_nested(name, each, self.field(name).shape) for name, each in deep.items()}

    def _field(self, name: str, schema: Any) -> Field:
        of = shape(self._tree, schema)
        said = self._encoding.get(name)
        said = said if isinstance(said, dict) else {}
        item = of.item if "array" in of.types and not of.scalar else schema
        binary = is_binary(self._tree, item) or (schema == {} and "contentType" in said)
        allowed = tuple(
            filter(None, (media.essence(each) for each in str(said.get("contentType", "")).split(",")))
        )
        headers = said.get("headers")
        needed = tuple(
            key for key, each in (headers.items() if isinstance(headers, dict) else ())
            if isinstance(each, dict) and each.get("required") is True and key.lower() != "content-type"
        )  # fmt: skip
        flat = said.get("explode") is False or said.get("style") in ("spaceDelimited", "pipeDelimited")
        separator = _DELIMITER.get(str(said.get("style", "form"))) if flat else None
        file = isinstance(item, dict) and item.get("format") in _BINARY
        return Field(name, of, binary, allowed, needed, separator, file)
