"""The README's table of what is supported, made of the cases that the tests here ask.

`python -m tests.supported.table` writes it; `make docs` does.
"""

import re
from pathlib import Path

from tests.supported.features import FEATURES
from tests.supported.keywords import ALL, KEYWORDS

README = Path(__file__).parents[2] / "README.md"
_MARKS = re.compile(r"(<!-- supported -->\n).*?(<!-- /supported -->)", re.DOTALL)


def table() -> str:
    """A row for each kind of thing, with a column for each version of OpenAPI."""
    words: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, keyword in KEYWORDS.items():
        kind = "schemas" if keyword.breaks else "schemas, in answers"
        words.setdefault((kind, keyword.versions), []).extend(_code(each) for each in name.split(", "))
    for name, feature in FEATURES.items():
        words.setdefault(("documents", feature.versions), []).append(name)
    rows = sorted(words.items(), key=lambda row: (not row[0][0].startswith("schemas"), -len(row[0][1])))
    lines = [f"| {kind}: {', '.join(names)} | {_cells(versions)} |" for (kind, versions), names in rows]
    return "\n".join(["| supported in | 3.0 | 3.1 | 3.2 |", "| --- | --- | --- | --- |", *lines]) + "\n"


def _code(name: str) -> str:
    """A keyword as code, other words as they are."""
    if name.startswith("beside "):
        return f"what stands beside `{name.removeprefix('beside ')}`"
    return name if name == "type lists" else f"`{name}`"


def _cells(versions: tuple[str, ...]) -> str:
    return " | ".join("yes" if version in versions else "" for version in ALL)


def readme() -> str:
    """The README with the table in its place."""
    return _MARKS.sub(lambda found: found[1] + table() + found[2], README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
