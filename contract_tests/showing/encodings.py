"""The ways in which a server may send a secret back: encoded, or as a part of something encoded."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from html import escape
from urllib.parse import quote, quote_plus

_LEFT_ALONE = ("", "/", "!'()*~", "!$&'()*+,;=:@/?~")
"""Characters that encoders of URLs leave as they are: all encode the rest."""


def encodings(secret: str) -> list[str]:
    """`secret` as it may stand in JSON, a URL, HTML, base64 or hexadecimal digits; itself is not among
    them."""
    return [each for each in dict.fromkeys(_all(secret)) if each not in ("", secret)]


def _all(secret: str) -> Iterator[str]:
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1].replace("/", "\\/")
    yield escape(secret)
    yield escape(secret).replace("&#x27;", "&#39;")
    for text in [*(quote(secret, safe=left) for left in _LEFT_ALONE), quote_plus(secret)]:
        yield text
        yield re.sub("%..", lambda found: found[0].lower(), text)
    for data in {secret.encode("utf-8", "replace"), secret.encode("latin-1", "replace")}:
        yield from _base64(data)
        yield data.hex()
        yield data.hex().upper()


def _base64(data: bytes) -> Iterator[str]:
    """The characters that stand for the data alone, wherever in a longer text it begins: three characters
    before it move it by one place each, and what shares a byte with its neighbours is left out."""
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(data).decode().rstrip("=")
        for before in (0, 1, 2):
            text = encode(bytes(before) + data).decode().rstrip("=")
            first = -(-before * 8 // 6)
            last = (before + len(data)) * 8 // 6
            yield text[first:last]
