"""`multipart/form-data` on the wire (RFC 7578, RFC 2046 section 5.1): a body to parts, and parts to a body.

Whoever writes a body may be hostile: parts, headers and their lengths are bounded, and nothing is looked at
twice.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from openapi.form import Undecodable

MOST_PARTS = 1000
MOST_HEADERS = 16
LONGEST_HEAD = 8 * 1024
LONGEST_BOUNDARY = 70
"""RFC 2046 section 5.1.1."""

_PARAMETER = re.compile(rb';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))')
_IN_NAMES = {b"%22": b'"', b"%0D": b"\r", b"%0A": b"\n"}
"""What browsers escape in names (RFC 7578 section 4.2, https://html.spec.whatwg.org/#multipart-form-data)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `media_type` is its Content-Type as it is written, or None; header names in lower case."""

    name: str
    data: bytes
    media_type: str | None = None
    filename: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def split(data: bytes, boundary: str | None) -> list[Part]:
    """The parts of a body. Raises Undecodable with one sentence."""
    if not boundary or len(boundary) > LONGEST_BOUNDARY:
        found = "none" if not boundary else f"one of {len(boundary)} characters"
        raise Undecodable(f"expected a boundary in the Content-Type, found {found}")
    delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
    found_parts: list[Part] = []
    for raw in _raw(b"\r\n" + data, delimiter):
        if len(found_parts) == MOST_PARTS:
            raise Undecodable(f"more than {MOST_PARTS} parts")
        found_parts.append(_part(raw))
    return found_parts


def _raw(data: bytes, delimiter: bytes) -> Iterator[bytes]:
    """What stands between the delimiters, up to the last one."""
    at = data.find(delimiter)
    if at < 0:
        raise Undecodable("no part starts with the boundary of the Content-Type")
    while True:
        start = at + len(delimiter)
        if data.startswith(b"--", start):
            return
        line = data.find(b"\r\n", start)
        if line < 0 or data[start:line].strip(b" \t"):
            raise Undecodable("a boundary is not followed by a new line")
        at = data.find(delimiter, line)
        if at < 0:
            raise Undecodable("the last boundary is missing")
        yield data[line:at]


def _part(raw: bytes) -> Part:
    """A part from its headers on; `raw` starts with the end of the boundary's line."""
    end = raw.find(b"\r\n\r\n")
    if end < 0:
        raise Undecodable("a part has no empty line after its headers")
    headers = _headers(raw[2:end]) if end > 2 else {}
    disposition = headers.get("content-disposition", b"")
    if not disposition.lower().startswith(b"form-data"):
        raise Undecodable("a part has no Content-Disposition: form-data")
    told = {key.lower(): quoted or token for key, quoted, token in _PARAMETER.findall(disposition)}
    if b"name" not in told:
        raise Undecodable("a part has no name")
    filename = told.get(b"filename")
    texts = {name: _text(value) for name, value in headers.items()}
    return Part(
        _name(told[b"name"]),
        raw[end + 4 :],
        texts.get("content-type"),
        None if filename is None else _name(filename),
        texts,
    )


def _headers(head: bytes) -> dict[str, bytes]:
    lines = head[: LONGEST_HEAD + 1].split(b"\r\n", MOST_HEADERS)
    if len(head) > LONGEST_HEAD or len(lines) > MOST_HEADERS:
        raise Undecodable(f"a part has more than {MOST_HEADERS} headers, or {LONGEST_HEAD} bytes of them")
    found = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or name != name.strip():
            raise Undecodable("a part has a header without a colon")
        found[_text(name).lower()] = value.strip()
    return found


def _name(raw: bytes) -> str:
    raw = re.sub(rb"\\(.)", rb"\1", raw)
    for written, meant in _IN_NAMES.items():
        raw = raw.replace(written, meant)
    return _text(raw)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Undecodable("a header of a part is not UTF-8") from None


def join(parts: Sequence[Part]) -> tuple[bytes, str]:
    """(body, boundary) of parts; the same parts give the same bytes."""
    bodies = [_head(part) + part.data for part in parts]
    boundary = sha256(b"".join(bodies)).hexdigest()[:32]
    line = b"--" + boundary.encode()
    return b"".join(line + b"\r\n" + body + b"\r\n" for body in bodies) + line + b"--\r\n", boundary


def _head(part: Part) -> bytes:
    lines = [f'Content-Disposition: form-data; name="{_quoted(part.name)}"']
    if part.filename is not None:
        lines[0] += f'; filename="{_quoted(part.filename)}"'
    if part.media_type is not None:
        lines.append(f"Content-Type: {part.media_type}")
    lines += [f"{name}: {value}" for name, value in part.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
