"""Where a request carried the run's marker: that is where a record made from it shows it."""

import json
import re
from collections.abc import Collection, Iterator

from openapi.codec import Json
from openapi.resources import ABSENT, Envelope


def fields_of(body: bytes, envelope: Envelope, marker: str) -> tuple[str, ...]:
    """The properties of the item that hold the marker in a text of their own.

    A body that should be refused may be taken all the same: what a patient server could make of it counts
    here, too: bytes that are no UTF-8, an item in an array, JSON that breaks off.
    """
    text = body.decode("utf-8", "replace")
    if marker not in text:
        return ()
    value = _parsed(text)
    names = _broken(text, marker) if value is ABSENT else _named(value, envelope, marker)
    return tuple(dict.fromkeys(names))


def texts_of(text: str, marker: str) -> tuple[str, ...]:
    """The words in a text that begin with the marker: it, and the number that tells one body from others."""
    return tuple(dict.fromkeys(re.findall(re.escape(marker) + r"(?:-\d+)?", text)))


def carries(item: Json, marker: str, written: Collection[str] = ()) -> bool:
    """Whether an item has the marker in a text of its own: what it holds of others does not count."""
    return bool(words_in(item, marker, written))


def words_in(item: Json, marker: str, written: Collection[str] = ()) -> set[str]:
    """The words of the marker in the texts of an item. `written`: the properties that hold what a client
    wrote there; what the server writes may be of others. Empty: it is not known which."""
    if not isinstance(item, dict):
        return set()
    own = [each for name, each in item.items() if not written or name in written]
    return {word for text in own if isinstance(text, str) for word in texts_of(text, marker)}


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return ABSENT


def _named(body: Json, envelope: Envelope, marker: str) -> Iterator[str]:
    """Of the item where it should be, or of the first one in an array."""
    for outer in (body, body[0] if isinstance(body, list) and body else ABSENT):
        item = envelope.find(outer)
        item = item[0] if isinstance(item, list) and item else item
        if isinstance(item, dict):
            yield from (name for name, each in item.items() if isinstance(each, str) and marker in each)


def _broken(text: str, marker: str) -> Iterator[str]:
    """Of JSON that is none, as far as it goes. Not where something may be nested: then a name may be another
    thing's."""
    if len(re.findall(r"[{\[]", text)) > 1:
        return
    for name, value in re.findall(r'"([^"\\]*)"\s*:\s*"((?:[^"\\]|\\.)*)', text):
        if marker in value:
            yield name
