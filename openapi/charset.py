"""Bytes to text, by the charset of a Content-Type: the few that are in use, and no other codec of Python."""

from openapi import media
from openapi.form import Undecodable

_KNOWN = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "latin-1",
    "latin1": "latin-1", "windows-1252": "cp1252", "utf-16": "utf-16", "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}  # fmt: skip


class UnknownCharset(Undecodable):
    """A charset that nobody here reads."""


def charset(content_type: str) -> str | None:
    """Python's name of the charset of a Content-Type; None where it says none. Raises UnknownCharset."""
    written = media.parameter(content_type, "charset")
    if written is None:
        return None
    if written.lower() not in _KNOWN:
        raise UnknownCharset(f"charset {written!r} is none of {', '.join(_KNOWN)}")
    return _KNOWN[written.lower()]


def decoded(data: bytes, content_type: str) -> str:
    """The text of a body, UTF-8 unless its type says otherwise. Raises Undecodable, UnknownCharset."""
    name = charset(content_type) or "utf-8"
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise Undecodable(f"not valid {name.upper()}") from None
