"""Where a key stands in a TOML file: tomllib does not say."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

Keys = tuple[str, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_PAIR = re.compile(rf"\s*({_DOTTED})\s*=")
_AT = re.compile(r" \(at line (\d+), column \d+\)$")


def line_of(text: str, keys: Keys) -> int:
    """The line (from 1) of a key, or of the nearest one that it stands in."""
    best, line = 0, 1
    for number, found in _keys(text):
        depth = min(len(found), len(keys))
        if best < depth and found[:depth] == keys[:depth]:
            best, line = depth, number
    return line


def _keys(text: str) -> Iterator[tuple[int, Keys]]:
    """Every table and every key that begins a line."""
    table: Keys = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _split(header[1])
            yield number, table
        elif pair := _PAIR.match(line):
            yield number, (*table, *_split(pair[1]))


def _split(dotted: str) -> Keys:
    """The parts of a dotted key, without their quotes."""
    found = []
    for part in re.findall(_KEY, dotted):
        quoted = part[0] in "\"'"
        found.append(tomllib.loads(f"key = {part}")["key"] if quoted else part)
    return tuple(found)


def syntax_problem(path: Path, error: tomllib.TOMLDecodeError) -> str:
    """`hyfn.toml:3: not valid TOML: ...`."""
    text = str(error)
    found = _AT.search(text)
    where = f"{path}:{found[1]}" if found else str(path)
    reason = _AT.sub("", text)
    return f"{where}: not valid TOML: {reason[:1].lower()}{reason[1:]}"
