"""A file with your own organizations and their keys."""

from pathlib import Path

from handlers.settings import Identity
from openapi.codec import Json
from openapi.source import Source, SourceError, join_pointer, read

_FORM = "an object that maps each organization to its key, or to a list of keys"


def read_keys(path: Path) -> tuple[Identity, ...]:
    """The identities in a JSON or YAML file: `{"acme": "key-1", "globex": ["key-2", "key-3"]}`.

    Raises SourceError with file and line. A key is never part of the message.
    """
    source = read(path)
    if not isinstance(source.data, dict) or not source.data:
        raise SourceError(str(path), f"expected {_FORM}", 1)
    return tuple(
        Identity(organization, key)
        for organization, value in source.data.items()
        for key in _keys(source, organization, value)
    )


def _keys(source: Source, organization: str, value: Json) -> list[str]:
    keys = value if isinstance(value, list) else [value]
    pointer = join_pointer("#", organization)
    if not _fits_a_header(organization):
        raise source.error(pointer, f"{organization!r}: expected an organization in printable ASCII")
    if not keys:
        raise source.error(pointer, f"{organization} has no key, expected {_FORM}")
    for key in keys:
        if not isinstance(key, str):
            raise source.error(
                pointer, f"{organization}: expected a key as text, got {_kind(key)} (put it in quotes)"
            )
        if not _fits_a_header(key):
            raise source.error(
                pointer,
                f"{organization}: expected a key of printable ASCII without blanks at its ends",
            )
    return keys


def _fits_a_header(text: str) -> bool:
    return bool(text) and text == text.strip() and text.isprintable() and text.isascii()


def _kind(value: Json) -> str:
    names = {"dict": "an object", "list": "a list", "NoneType": "null", "bool": "a boolean"}
    return names.get(type(value).__name__, "a number")
