"""Lines of text that fit a terminal."""

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

PIPE = 100
"""Characters of a line where nobody says how wide it is."""

_LEAST, _MOST = 40, 120
"""A line is never narrower; longer ones are hard to read."""

_TOGETHER = "\u00a0"


def plain(text: str, _colour: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide a line may be, and how a word is painted: text and the name of a colour to text."""

    columns: int = PIPE
    paint: Callable[[str, str], str] = plain
    on_terminal: bool = False

    @property
    def width(self) -> int:
        return min(max(self.columns, _LEAST), _MOST)

    def hanging(self, label: str, text: str, painted: str | None = None) -> Iterator[str]:
        """A text beside its label, which is as wide as it should be; `painted`: the label in colour."""
        indent = " " * len(label)
        lines = [part for line in text.split("\n") for part in self._wrapped(line, len(label))] or [""]
        for at, line in enumerate(lines):
            yield f"{(painted or label) if at == 0 else indent}{line}".rstrip()

    def _wrapped(self, text: str, indent: int) -> list[str]:
        room = max(self.width - indent, 20)
        lines = textwrap.wrap(text, room, break_on_hyphens=False, drop_whitespace=True)
        return [line.replace(_TOGETHER, " ") for line in lines] or [""]


def together(text: str) -> str:
    """A text that is not broken at its blanks."""
    return text.replace(" ", _TOGETHER)


def cut(text: str, most: int) -> str:
    """A text of at most about `most` characters; of a longer one its beginning, and how long it is."""
    return text if len(text) <= most else f"{text[:most].rstrip()} … ({len(text):,} characters)"


def listed(texts: Iterable[str], most: int) -> str:
    """Texts, each once, with commas; how many more there are where there are more than `most`."""
    found = list(dict.fromkeys(texts))
    more = f" and {len(found) - most:,} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more


def counted(number: int, noun: str) -> str:
    """`1 request`, `1,200 requests`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
