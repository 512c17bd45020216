"""Paths below the target's base path: which ones may be asked, and whose item a path names.

A path is raw text as it stands in a request line (percent-encoded). A Key is the same path as its decoded
segments: two spellings of one item have one key.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urljoin, urlsplit

Key = tuple[str, ...]

_CHARACTERS = re.compile(r"[\x21\x22\x24-\x7e]*")  # ASCII, neither blank nor control nor `#`
_ROUNDS = 3


def unsafe(path: str) -> str | None:
    """Why a request target must not be sent because it might lead out of the base path, or None."""
    plain = path.partition("?")[0]
    if not _CHARACTERS.fullmatch(path):
        return "the path has characters that no request line may carry"
    if plain and not plain.startswith("/"):
        return "the path does not start with a slash"
    if plain.startswith("//"):
        return "the path starts with two slashes, which may name another host"
    if any(part in (".", "..") for part in re.split(r"[/\\]", _decoded(plain))):
        return "the path has dot segments, which may lead out of the base path"
    return None


def key_of(path: str) -> Key:
    """The decoded segments of a path, without its query and a slash at its end."""
    return tuple(unquote(part) for part in path.partition("?")[0].rstrip("/").split("/")[1:])


def parameters_at(template: str) -> list[int]:
    """The positions of the segments of a template that hold a parameter."""
    return [at for at, part in enumerate(template.split("/")[1:]) if "{" in part]


def shape_of(template: str) -> str:
    """A template without the names of its parameters and a slash at its end, so that equal places are equal
    texts."""
    return re.sub(r"{[^}]*}", "{}", template).rstrip("/")


def upto(path: str, at: int) -> str:
    """A path or template up to and with the segment at a position."""
    return "/".join(path.partition("?")[0].split("/")[: at + 2])


def is_plain(text: str) -> bool:
    """Whether a decoded segment can be taken for nothing but one segment, however often a server decodes
    it."""
    return bool(text) and not re.search(r"[/\\\x00-\x1f\x7f;]", _decoded(text)) and text not in (".", "..")


def spelled(text: str) -> str:
    """A decoded segment as raw text."""
    return quote(text, safe="")


def fill(template: str, values: Mapping[str, str]) -> str | None:
    """The path of a template with decoded values in it; None where one is missing or cannot be spelled."""
    try:
        return re.sub(r"{([^}]*)}", lambda found: spelled(values[found[1]]), template)
    except (KeyError, UnicodeEncodeError):
        return None


def located(location: str, path: str, template: str) -> Key | None:
    """The key that a Location header, sent for a request of `path`, has for a template: of its last segments
    as many as the template has. Its host does not count: it is read as text."""
    try:
        found = urlsplit(urljoin(path, location)).path
    except ValueError:
        return None
    parts, wanted = found.rstrip("/").split("/"), template.rstrip("/").split("/")
    tail = parts[len(parts) - len(wanted) + 1 :]
    if len(parts) < len(wanted):
        return None
    fits = all("{" in w or unquote(t) == w for t, w in zip(tail, wanted[1:], strict=True))
    return tuple(unquote(part) for part in tail) if fits else None


def _decoded(text: str) -> str:
    """Decoded as often as some server might."""
    for _ in range(_ROUNDS):
        text = unquote(text)
    return text
