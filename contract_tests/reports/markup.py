"""Text that others chose, in Markdown: it stands in code, which nothing breaks out of."""

import re

from contract_tests.reports.layout import cut

_LINE = 200
"""Characters of a name."""


_READ = re.compile(r"[!-$&-*.:<>@\[-_`|~]")


def code(text: str, most: int = _LINE) -> str:
    """A text as code inside a line; not for the cells of a table, which end at `|` even there."""
    line = _one_line(text, most)
    ticks = "`" * (_longest_run(line) + 1)
    apart = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{apart}{line}{apart}{ticks}"


def in_html(text: str, most: int = _LINE) -> str:
    """The same as an HTML element, for cells and summaries."""
    return f"<code>{plain(text, most)}</code>"


def plain(text: str, most: int = _LINE) -> str:
    """A text inside a line: the characters that HTML or Markdown would read something in are written as their
    numbers."""
    return _READ.sub(lambda found: f"&#{ord(found[0])};", _one_line(text, most))


def fence(text: str, language: str = "text") -> str:
    """A text as a block of code; nothing where there is none."""
    if not text.strip():
        return ""
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{language}\n{text}\n{ticks}\n\n"


def _one_line(text: str, most: int) -> str:
    return cut(" ".join(text.split()), most) or "(nothing)"


def _longest_run(text: str) -> int:
    """Of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)
