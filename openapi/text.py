"""A text that fits: its format, its length, and where it has one, its pattern."""

import re
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from openapi.names import maker_for
from openapi.pattern import matching
from openapi.regex import matches

_LONGEST = 10_000
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "jade")

_FORMATS = {
    "date-time": "2019-08-24T14:15:22Z",
    "date": "2019-08-24",
    "time": "14:15:22Z",
    "duration": "P3D",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.168.0.1",
    "ipv6": "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "uri": "http://example.com",
    "url": "http://example.com",
    "iri": "http://example.com",
    "uri-reference": "../dictionary",
    "iri-reference": "../dictionary",
    "uri-template": "http://example.com/{endpoint}",
    "json-pointer": "/json/pointer",
    "relative-json-pointer": "1/relative/json/pointer",
    "regex": "/regex/",
    "byte": "c3RyaW5n",
    "decimal": "0.00",
}

_VARIED: dict[str, Callable[[Random], str]] = {
    "uuid": lambda choose: str(uuid.UUID(int=choose.getrandbits(128), version=4)),
    "date-time": lambda choose: f"{_moment(choose):%Y-%m-%dT%H:%M:%SZ}",
    "date": lambda choose: f"{_moment(choose):%Y-%m-%d}",
    "time": lambda choose: f"{_moment(choose):%H:%M:%SZ}",
    "email": lambda choose: f"{choose.choice(_WORDS)}{choose.randint(1, 9999)}@example.com",
    "hostname": lambda choose: f"{choose.choice(_WORDS)}{choose.randint(1, 999)}.example.com",
    "ipv4": lambda choose: f"192.0.2.{choose.randint(1, 254)}",
    "ipv6": lambda choose: f"2001:db8::{choose.randint(1, 0xFFFF):x}",
    "uri": lambda choose: f"https://example.com/{choose.choice(_WORDS)}/{choose.randint(1, 99_999)}",
    "byte": lambda choose: b64encode(choose.choice(_WORDS).encode()).decode(),
    "decimal": lambda choose: f"{choose.randint(0, 10_000) / 100:.2f}",
}


def text(schema: dict[str, Any], name: str = "", choose: Random | None = None) -> str:
    """A text that fits the string schema `schema`.

    Without `choose` it is the one that openapi-sampler makes, if that one fits; a uuid is the one
    for the property `name`. A format of a fixed shape wins over a length, and where no text for
    a `pattern` is found (see `matching`), the pattern is not kept.
    """
    least, most = schema.get("minLength", 0), schema.get("maxLength", _LONGEST)
    kind = str(schema.get("format"))
    usual = _formatted(kind, name, choose) or _named(name, schema, choose) or _text(kind, least, most, choose)
    pattern = schema.get("pattern")
    if pattern is None or matches(pattern, usual):
        return usual
    found = matching(pattern, least, most, choose)
    return usual if found is None else found


def _formatted(kind: str, name: str, choose: Random | None) -> str | None:
    if choose and kind in _VARIED:
        return _VARIED[kind](choose)
    return _uuid(name or "id") if kind == "uuid" else _FORMATS.get(kind)


def _named(name: str, schema: dict[str, Any], choose: Random | None) -> str | None:
    """What looks like its name, where it has room, and nothing else is said of the text."""
    make = maker_for(name) if choose and name and "pattern" not in schema else None
    made = make(choose) if make and choose else None
    least, most = schema.get("minLength", 0), schema.get("maxLength", _LONGEST)
    return made if made and least <= len(made) <= most else None


def _text(kind: str, least: int, most: int, choose: Random | None) -> str:
    """Words, or the sampler's one word again and again, in the length asked for."""
    unit = _words(choose) if choose else "pa$$word" if kind == "password" else "string"
    size = max(least, min(most, len(unit.rstrip())))
    made = (unit * (min(size, _LONGEST) // len(unit) + 1))[:size]
    return made[:-1] + "s" if made.endswith(" ") else made


def _words(choose: Random) -> str:
    words = [choose.choice(_WORDS) for _ in range(choose.randint(1, 3))]
    return " ".join(words).capitalize() + " "


def _moment(choose: Random) -> datetime:
    """A second in 2026, whatever day it is: the same seed gives the same moment for ever."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=choose.randrange(365 * 24 * 3600))


def _uuid(name: str) -> str:
    """The uuid of a property name: its Java string hash seeds Bob Jenkins' small generator."""
    seed = 0
    units = name.encode("utf-16-le")
    for low, high in zip(units[::2], units[1::2], strict=True):
        seed = (31 * seed + low + 256 * high) % 2**32
    digits = _small_random(seed)
    return re.sub("[xy]", lambda found: _digit(next(digits), found[0]), _UUID)


_UUID = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"


def _digit(number: int, place: str) -> str:
    digit = number >> 28
    return f"{digit & 3 | 8 if place == 'y' else digit:x}"


def _small_random(seed: int) -> Iterator[int]:
    """Bob Jenkins' 32-bit generator, http://burtleburtle.net/bob/rand/smallprng.html."""
    a = b = c = d = seed
    while True:
        e = (a - _rotated(b, 27)) % 2**32
        a, b, c = b ^ _rotated(c, 17), (c + d) % 2**32, (d + e) % 2**32
        d = (e + a) % 2**32
        yield d


def _rotated(number: int, places: int) -> int:
    return (number << places | number >> (32 - places)) % 2**32
