"""A request in which values that earlier answers told stand as variables of the shell.

Only whole values are replaced: a segment of the path, a parameter, a header, a member of the body. The digits
of an id stay what they are anywhere else.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from contract_tests.exchange import Exchange, Request
from contract_tests.showing.curl import Written, written
from contract_tests.showing.mask import Mask
from contract_tests.showing.origins import Path, Use, inside
from contract_tests.showing.shell import Expand, Piece, plain, variable
from openapi import codec
from openapi.codec import Json

_QUOTE = 'import sys; from urllib.parse import quote; print(quote(sys.stdin.read(), safe=""))'
_SLOT = "__hyfn_slot_{}__"
"""What holds the place of a value in a body while the text around it is made."""

Variables = Sequence[tuple[Use, str]]
"""What is replaced, each with the name of its variable."""


def rewritten(
    exchange: Exchange, base: str, uses: Variables, fresh: Mapping[str, str], mask: Mask
) -> Written:
    """The request of an exchange. `base`: the URL that all paths are below; `fresh`: values of headers that a
    variable makes anew."""
    request = exchange.request
    given = written(request, mask)
    in_header = {use.at: name for use, name in uses if use.place == "header"}
    sent = dict(request.headers)
    headers = [
        (name, _header(fresh.get(sent[name]) or in_header.get(name), pieces))
        for name, pieces in given.headers
    ]
    body = _body(request, [(use, name) for use, name in uses if use.place == "body"], mask)
    return replace(given, url=_url(exchange, base, uses, mask), headers=headers, body=body or given.body)


def _header(name: str | None, pieces: Sequence[Piece]) -> Sequence[Piece]:
    return [variable(name)] if name else pieces


def _url(exchange: Exchange, base: str, uses: Variables, mask: Mask) -> list[Piece]:
    path, mark, query = exchange.request.url.removeprefix(base).partition("?")
    parts = (exchange.path or "").split("/")[1:]
    known = {use.at: (use, name) for use, name in uses if use.place == "segment"}
    pieces: list[Piece] = [*mask.pieces(base)]
    for at, raw in enumerate(path.split("/")[1:]):
        value = inside(parts[at], raw) if at < len(parts) else raw
        pieces += ["/", *(_spelled(raw, value, *known[at]) if at in known else mask.pieces(raw))]
    return _merged([*pieces, mark, *_query(query, uses, mask)])


def _query(query: str, uses: Variables, mask: Mask) -> list[Piece]:
    known = {(use.at, use.origin.value): (use, name) for use, name in uses if use.place == "query"}
    pieces: list[Piece] = []
    for at, pair in enumerate(query.split("&") if query else []):
        name, equals, raw = pair.partition("=")
        found = known.get((_decoded(name), _decoded(raw)))
        shown = [name, equals, *_spelled(raw, raw, *found)] if found else mask.pieces(pair)
        pieces += ["&" if at else "", *shown]
    return pieces


def _decoded(raw: str) -> str:
    return unquote(raw.replace("+", " "))


def _spelled(raw: str, value: str, use: Use, name: str) -> list[Piece]:
    """A raw part of a URL with a variable in the place of its value."""
    before, _, after = raw.partition(value)
    given = variable(name)
    if quote(use.origin.value, safe="") != use.origin.value:
        given = Expand(f"$(printf %s \"{plain(given)}\" | python3 -c '{_QUOTE}')")
    return [before, given, after]


def _body(request: Request, uses: Variables, mask: Mask) -> list[Piece] | None:
    """The body with variables in it; None where it stays as it is."""
    if not uses or request.body is None:
        return None
    value = codec.decode(request.body)
    encode = _spelling(value, request.body)
    if encode is None:
        return None  # spelled in a way of its own, which may be the point
    texts: set[int] = set()
    for number, (use, _) in enumerate(uses):
        assert isinstance(use.at, tuple)
        texts |= {number} if isinstance(_at(value, use.at), str) else set()
        value = _put(value, use.at, _SLOT.format(number))
    pieces: list[Piece] = []
    for at, part in enumerate(re.split(f'"{_SLOT.format("([0-9]+)")}"', encode(value).decode())):
        edge = '"' if at % 2 and int(part) in texts else ""
        pieces += [edge, variable(uses[int(part)][1]), edge] if at % 2 else mask.pieces(part)
    return _merged(pieces)


def _spelling(value: Json, body: bytes) -> Callable[[Json], bytes] | None:
    """What writes a JSON value as a body does, if anything does."""
    ways = (codec.encode, _spaced)
    return next((way for way in ways if way(value) == body), None)


def _spaced(value: Json) -> bytes:
    return json.dumps(value).encode()


def _put(value: Json, where: Path, new: Json) -> Json:
    """A JSON value with another one in one place."""
    if not where:
        return new
    if isinstance(value, dict):
        return {
            name: _put(inner, where[1:], new) if name == where[0] else inner for name, inner in value.items()
        }
    return [_put(inner, where[1:], new) if at == where[0] else inner for at, inner in enumerate(value)]


def _at(value: Json, where: Path) -> Json:
    for token in where:
        value = value[token]
    return value


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, neighbouring texts as one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece:
            found.append(piece)
    return found
