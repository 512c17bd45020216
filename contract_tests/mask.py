"""What may be shown: no secret, no character that a terminal would obey."""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from json import dumps
from urllib.parse import quote as percent

from contract_tests.target import Header

SHORTEST = 4
"""Characters that a value must have to be looked for inside other text; `1` or `en` would be everywhere."""

SHORTEST_PART = 8
"""The same for a word of a value, such as the token after `Bearer`."""


def visible(text: str) -> str:
    """`text` with everything but printable characters and line ends as an escape, also lone surrogates."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


class Mask:
    """Knows the values of headers and puts their variables in their place: `$HYFN_X_API_KEY`."""

    def __init__(self, headers: Iterable[Header], known: Mapping[str, str] | None = None) -> None:
        """`known`: other texts (ids) that stand in a variable of the shell, and its name."""
        self.headers = tuple(headers)
        self._known = dict(known or {})
        hidden = {form: h.variable for h in self.headers for form in _forms(h.value)}
        self._hidden = dict(sorted({**self._known, **hidden}.items(), key=lambda item: -len(item[0])))
        ids = {rf"(?<![\w-]){re.escape(text)}(?![\w-])" for text in self._known}
        self._pattern = re.compile("|".join([*map(re.escape, _longest_first(hidden)), *_longest_first(ids)]) or r"(?!)")

    def also(self, known: Mapping[str, str]) -> "Mask":
        """This mask, and `known` texts with the names of their variables."""
        return Mask(self.headers, {**self._known, **known})

    def hide(self, text: str) -> str:
        """`text` for people to read."""
        return visible(self._pattern.sub(lambda found: "$" + self._hidden[found[0]], text))

    def header(self, name: str, value: str) -> str:
        """A curl argument that sends a header."""
        given = next((h for h in self.headers if h.name.lower() == name.lower() and h.value == value), None)
        if given:
            return f'"{name}: ${given.variable}"'
        return self.word(f"{name}: {value}".encode("latin-1", "replace") if value else f"{name};".encode())

    def word(self, data: bytes) -> str:
        """A shell word that is exactly `data`, which holds no NUL and does not end in a line end."""
        if not is_plain(data):
            return f'"$({self.printf(data)})"'
        parts = [f'"${name}"' if name else shlex.quote(part) for part, name in self._parts(data.decode())]
        return "".join(parts) or "''"

    def printf(self, data: bytes) -> str:
        """A shell command whose output is exactly `data`."""
        form, variables = "", []
        for part, name in self._parts(data.decode("latin-1")):
            form += "%s" if name else "".join(_octal(byte) for byte in part.encode("latin-1"))
            variables += [f'"${name}"'] if name else []
        return " ".join([f"printf '{form}'", *variables])

    def _parts(self, text: str) -> Iterator[tuple[str, str | None]]:
        """`text` in pieces: (piece, None), or (secret, the variable that stands for it)."""
        at = 0
        for found in self._pattern.finditer(text):
            if found.start() > at:
                yield text[at : found.start()], None
            yield found[0], self._hidden[found[0]]
            at = found.end()
        if at < len(text):
            yield text[at:], None


def is_plain(data: bytes) -> bool:
    """Whether `data` survives being pasted into a terminal."""
    try:
        return data.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _forms(value: str) -> set[str]:
    """The ways in which a value may show up: as it is, in JSON, in a URL; and the long words in it."""
    words = {word for word in re.split(r"[\s;,]+", value) for word in (word, word.partition("=")[2])}
    secrets = {word for word in words if len(word) >= SHORTEST_PART}
    if len(value) >= SHORTEST:
        secrets.add(value)
    return {form for secret in secrets for form in (secret, dumps(secret)[1:-1], percent(secret, safe=""))}


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=len, reverse=True)


def _octal(byte: int) -> str:
    """A byte in the format of printf(1), inside single quotes."""
    char = chr(byte)
    if char == "%":
        return "%%"
    return char if char.isascii() and char.isprintable() and char not in "\\'" else f"\\{byte:03o}"
