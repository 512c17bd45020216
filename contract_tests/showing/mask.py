"""What may be shown: no secret, no character that a terminal would obey."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from json import dumps
from urllib.parse import parse_qsl
from urllib.parse import quote as percent

from contract_tests.exchange import Exchange
from contract_tests.showing.derived import KEPT, derived, part_of, secrets
from contract_tests.showing.encodings import encodings
from contract_tests.showing.shell import Expand, Piece, plain, printf, variable, word
from contract_tests.target import Header

SHORTEST = KEPT
"""Characters that a value must have to be looked for inside other text; `1` or `en` would be everywhere."""

SHORTEST_PART = 6
"""The same for a word of a value, such as one of several cookies."""

_FRAGMENT = 6
"""The same for what is left of a secret that somebody cut; more than half of it has to be left, too."""

_REMEMBERED = 2_000
"""Texts that are not looked through again: reports repeat headers, reasons and answers."""

_SHORT = 10_000
"""Characters of a text that is remembered, or looked through at once."""

_CUT = re.compile(r"\.\.\.|…")
"""Where a text was cut; what stands beside it may be the beginning or the end of a secret."""

_OPEN = {
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-type",
    "prefer",
    "user-agent",
}
"""Headers that hold no secret."""

_ENCODE = {
    "json": "import json,sys; print(json.dumps(sys.stdin.read())[1:-1])",
    "url": 'import sys; from urllib.parse import quote; print(quote(sys.stdin.read(), safe=""))',
}


def visible(text: str) -> str:
    """`text` with everything but printable characters and line ends as an escape, also lone surrogates."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


class Mask:
    """Knows the values of headers and puts their variables in their place: `$HYFN_X_API_KEY`.

    `broken`: values that were made of them, and what they are.
    """

    def __init__(
        self, headers: Iterable[Header], broken: Mapping[str, tuple[str, list[Piece]]] | None = None
    ) -> None:
        self.headers = tuple(headers)
        self._broken = dict(broken or {})
        self._forms: dict[str, tuple[str, list[Piece]]] = {}
        for header in self.headers:
            for secret, expand in _hidden(header):
                self._learn(secret, header, expand)
        for value, (name, pieces) in self._broken.items():
            if len(value) >= KEPT:
                self._forms.setdefault(value, (name, pieces))
        longest_first = sorted(self._forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self._fragments = _Fragments(self.headers)
        self._hide = lru_cache(_REMEMBERED)(self._hidden_in)

    def hide(self, text: str) -> str:
        """`text` for people to read."""
        return self._hide(text) if len(text) <= _SHORT else self._hidden_in(text)

    def _hidden_in(self, text: str) -> str:
        whole = self._pattern.sub(lambda found: _told(*self._forms[found[0]]), text)
        return visible(self._fragments.hide(whole))

    def pieces(self, text: str) -> list[Piece]:
        """A text for the shell, its secrets as variables."""
        found: list[Piece] = []
        at = 0
        for each in self._pattern.finditer(text):
            found += [*self._fragments.pieces(text[at : each.start()]), *self._forms[each[0]][1]]
            at = each.end()
        return [piece for piece in [*found, *self._fragments.pieces(text[at:])] if piece]

    def value(self, name: str, value: str) -> list[Piece]:
        """The value of a header for the shell; a credential is a variable, a broken one is made of it."""
        same = [h for h in self.headers if h.name.lower() == name.lower()]
        exact = next((h for h in same if h.value == value), None)
        if exact:
            return [variable(exact.variable)]
        return self._broken[value][1] if value in self._broken else self.pieces(value)

    def header(self, name: str, value: str) -> str:
        """A curl argument that sends a header."""
        return header_word(name, self.value(name, value))

    def word(self, data: bytes) -> str:
        """A shell word that is exactly `data`, which holds no NUL and does not end in a line end."""
        return word(self.pieces(data.decode())) if is_plain(data) else f'"$({self.printf(data)})"'

    def printf(self, data: bytes) -> str:
        """A shell command whose output is exactly `data`."""
        return printf(self.pieces(data.decode("latin-1")))

    def _learn(self, secret: str, header: Header, expand: Expand) -> None:
        """A secret in the ways in which it may show up: as it is, in JSON, in a URL."""
        self._forms.setdefault(secret, (header.variable, [expand]))
        for encoding, form in (("json", dumps(secret)[1:-1]), ("url", percent(secret, safe=""))):
            encoded: Piece = Expand(f"$(printf %s {word([expand])} | python3 -c '{_ENCODE[encoding]}')")
            self._forms.setdefault(form, (header.variable, [encoded]))


class _Fragments:
    """Beginnings, ends and other large parts of secrets, also in the other case, and encoded."""

    def __init__(self, headers: Iterable[Header]) -> None:
        self._secrets: dict[str, Header] = {}
        for header in headers:
            for secret, _ in _hidden(header):
                for case in (secret, secret.swapcase()):
                    for each in (case, *encodings(case)):
                        self._secrets.setdefault(each, header)
        self._having: dict[str, set[str]] = {}
        for each in self._secrets:
            for size in (KEPT, _FRAGMENT):
                for at in range(len(each) - size + 1):
                    self._having.setdefault(each[at : at + size], set()).add(each)

    def hide(self, text: str) -> str:
        """`text` for people to read."""
        shown, at = "", 0
        for start, end, header in self._found(text):
            shown += f"{text[at:start]}(a part of ${header.variable})"
            at = end
        return shown + text[at:]

    def pieces(self, text: str) -> Iterator[Piece]:
        """The same for the shell, which cuts a part out of its variable; of an encoded one there is only a
        word for people."""
        at = 0
        for start, end, header in self._found(text):
            yield text[at:start]
            yield part_of(header, text[start:end]) or f"(a part of {header.variable})"
            at = end
        yield text[at:]

    def _found(self, text: str) -> Iterator[tuple[int, int, Header]]:
        """Where parts stand, in order; of two that overlap the second one from the end of the first on."""
        spans = {span for each in self._suspects(text) for span in _spans(text, each)}
        at = 0
        for start, end, secret in sorted(spans, key=lambda span: (span[0], -span[1])):
            if end > at:
                yield max(start, at), end, self._secrets[secret]
                at = end

    def _suspects(self, text: str) -> Iterable[str]:
        """The secrets of which there may be a part: the quick question, to be asked first."""
        found: set[str] = set()
        if not self._secrets:
            return found
        for cut in _CUT.finditer(text):
            for beside in (
                text[max(0, cut.start() - KEPT) : cut.start()],
                text[cut.end() : cut.end() + KEPT],
            ):
                found.update(self._having.get(beside, ()))
        for start in range(0, len(text), _SHORT):
            part = text[start : start + _SHORT + _FRAGMENT]
            grams = {part[at : at + _FRAGMENT] for at in range(len(part) - _FRAGMENT + 1)}
            found.update(*(self._having[gram] for gram in self._having.keys() & grams))
        return found


def masked(exchanges: Iterable[Exchange], headers: Iterable[Header]) -> Mask:
    """The mask of a run, which knows how each credential was broken."""
    known = tuple(headers)
    values = {header.value for header in known}
    broken: dict[str, tuple[str, list[Piece]]] = {}
    for name, value in {pair for exchange in exchanges for pair in _sent(exchange)}:
        for header in known:
            if header.name.lower() == name.lower() and value and value not in values and value not in broken:
                pieces = derived(value, header)
                if pieces is not None:
                    broken[value] = (header.variable, pieces)
    return Mask(known, broken)


def _sent(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """What a request says by name: its headers, and its query, where keys may travel too."""
    yield from exchange.request.headers
    yield from parse_qsl(exchange.request.url.partition("?")[2])


def header_word(name: str, pieces: Iterable[Piece]) -> str:
    """A curl argument that sends a header, whose value is latin-1 text."""
    whole: list[Piece] = [f"{name}: ", *pieces]
    if len(whole) == 1:
        whole = [f"{name};"]  # so curl sends an empty one
    if all(isinstance(piece, Expand) or (piece.isascii() and piece.isprintable()) for piece in whole):
        return word(whole)
    return f'"$({printf(whole)})"'


def is_plain(data: bytes) -> bool:
    """Whether `data` survives being pasted into a terminal."""
    try:
        return data.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _hidden(header: Header) -> Iterator[tuple[str, Expand]]:
    """The secrets of a header that are long enough to be looked for."""
    if header.name.lower() in _OPEN:
        return
    for secret, expand in secrets(header).items():
        whole = secret == header.value or header.name.lower() == "authorization"
        if len(secret) >= (SHORTEST if whole else SHORTEST_PART):
            yield secret, expand


def _told(name: str, pieces: list[Piece]) -> str:
    """What stands for a secret in a text for people: its variable; how it was broken, where it was."""
    short = all(isinstance(p, str) or p.text.startswith("${") for p in pieces)
    shown = "".join(p if isinstance(p, str) else plain(p) for p in pieces)
    return shown if short else f"${name}"


def _spans(text: str, secret: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, secret) of large parts of a secret in a text, and of small ones where the text was cut."""
    size = max(_FRAGMENT, (len(secret) + 1) // 2)
    for at in range(len(secret) - size + 1):
        start = text.find(secret[at : at + size])
        while start >= 0:
            end = start + size
            while end < len(text) and text[start : end + 1] in secret:
                end += 1
            yield start, end, secret
            start = text.find(secret[at : at + size], end)
    for cut in _CUT.finditer(text):
        yield from _beside(text, cut.start(), cut.end(), secret)


def _beside(text: str, start: int, end: int, secret: str) -> Iterator[tuple[int, int, str]]:
    before = after = KEPT
    if start >= before and text[start - before : start] in secret:
        while before < start and text[start - before - 1 : start] in secret:
            before += 1
        yield start - before, start, secret
    if end + after <= len(text) and text[end : end + after] in secret:
        while end + after < len(text) and text[end : end + after + 1] in secret:
            after += 1
        yield end, end + after, secret
