"""Texts that hold something else: `contentEncoding` and `contentMediaType` (JSON Schema 2020-12, 8)."""

from base64 import b16encode, b32encode, b64encode, urlsafe_b64encode
from quopri import encodestring
from typing import Any

from openapi.media import essence, is_json

_ENCODINGS = {
    "base64": b64encode,
    "base64url": urlsafe_b64encode,
    "base32": b32encode,
    "base16": b16encode,
    "quoted-printable": encodestring,
}


def holds_json(schema: dict[str, Any]) -> bool:
    """Whether a text of this schema is JSON."""
    return is_json(essence(str(schema.get("contentMediaType", ""))))


def encoded(content: str, schema: dict[str, Any]) -> str:
    """`content` as the schema of a text wants it encoded."""
    encode = _ENCODINGS.get(str(schema.get("contentEncoding")).lower())
    return content if encode is None else encode(content.encode()).decode()
