"""The checks, told for people: what `hyfn explain` prints, and docs/checks.md, which is made of the same
words by `python -m contract_tests.guide`."""

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from contract_tests.check import Check, Level
from contract_tests.checks import load_checks
from contract_tests.options import check_names
from contract_tests.reports.layout import Layout
from contract_tests.requirements import select

PAGE = Path(__file__).parent.parent / "docs" / "checks.md"

_LEVELS = {
    Level.DOCUMENT: "a sentence of the OpenAPI document",
    Level.HTTP: "a rule of HTTP",
    Level.LIFECYCLE: "the plain meaning of create, read, update, delete and list",
    Level.CONVENTION: "inferred from names: it warns, and fails with --strict alone",
}

_INTRODUCTION = """\
# What is asked

<!-- `make docs` writes this page from the checks themselves (contract_tests/checks). -->

`hyfn check` asks these questions, in this order, of every operation, collection and property that they apply
to. `hyfn explain NAME` prints one of them; `-c NAME` asks it alone. Most are shown with things at `/things`;
a check knows no such name: it reads the document.

"""


def overview() -> Iterator[str]:
    """One line for each check."""
    for check in load_checks():
        yield f"{check.name:45} {check.level.value:11} {check.asks}"


def explained(names: Sequence[str]) -> Iterator[str]:
    """The checks of these names, one after the other. Raises Misuse, with the nearest name, for one that
    there is not."""
    wanted = select(load_checks(), check_names(names, ""), ())
    layout = Layout(shutil.get_terminal_size((100, 24)).columns)
    for number, check in enumerate(wanted):
        yield from ([""] if number else [])
        yield from _lines(check, layout)


def page() -> str:
    """docs/checks.md."""
    checks = load_checks()
    levels = "".join(f"- **{level.value}**: {text}\n" for level, text in _LEVELS.items())
    rows = "".join(f"| [{c.name}](#{c.name}) | {c.level.value} | {c.asks} |\n" for c in checks)
    table = f"| check | level | question |\n|---|---|---|\n{rows}"
    return f"{_INTRODUCTION}The level says how far a promise is written down:\n\n{levels}\n{table}" + "".join(
        _section(check) for check in checks
    )


def _lines(check: Check, layout: Layout) -> Iterator[str]:
    yield check.name
    for label, text in (
        ("asks", check.asks),
        ("level", f"{check.level.value}: {_LEVELS[check.level]}"),
        ("source", check.source),
        ("how", check.how),
        ("fails", check.example),
    ):
        yield from layout.hanging(f"  {label:8}", text)
    if check.fault:
        yield f"  {'see it':8}hyfn mock --fault {check.fault}"


def _section(check: Check) -> str:
    fault = f"\nSee it: `hyfn mock --fault {check.fault}`\n" if check.fault else ""
    return (
        f"\n## {check.name}\n\n**{check.asks}** Level: {check.level.value}. Source: {check.source}.\n\n"
        f"{_escaped(check.how)}\n\nA server that fails it: {_escaped(check.example)}\n{fault}"
    )


def _escaped(text: str) -> str:
    """Plain text as Markdown: stars and angles stay what they are, code in backticks too."""
    return "".join(
        part if part.startswith("`") else re.sub(r"([*_<>])", r"\\\1", part)
        for part in re.split(r"(`[^`]*`)", text)
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
    sys.stdout.write(f"{os.path.relpath(PAGE)}\n")
