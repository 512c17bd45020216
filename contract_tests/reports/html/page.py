"""The page, made of its template. The address of jinja2."""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from contract_tests.reports.data import Data
from contract_tests.reports.html import anchors, coverage, findings, gaps, matrix, tally, words
from contract_tests.reports.html.summary import summary
from contract_tests.reports.layout import counted

_HERE = Path(__file__).parent


def page(data: Data) -> str:
    """The whole page as HTML."""
    data = words.printable(data)
    style, script = _asset("style.css"), _asset("script.js")
    found = findings.shown(data)
    anchor_of = {each["id"]: anchors.finding(each) for each in data["findings"]}
    return (
        _environment()
        .get_template("page.html")
        .render(
            data=data,
            style=style,
            script=script,
            policy=_policy(style, script),
            summary=summary(data),
            findings=found,
            lines=findings.lines(found),
            life=matrix.life(data),
            operations=matrix.operations(data),
            gaps=gaps.gaps(data),
            coverage=coverage.coverage(data),
            checks=_checks(data),
            requirements=_requirements(data),
            finding_of=lambda each: anchor_of.get(each.get("finding"), "findings"),
        )
    )


def _policy(style: str, script: str) -> str:
    """What the browser may do: use this style and this script. It loads nothing, and sends nothing."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text("utf-8").strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_HERE),
        lstrip_blocks=True,
        trim_blocks=True,
    )
    environment.globals |= {
        "WORDS": tally.WORDS,
        "SIGNS": tally.SIGNS,
        "status": tally.status,
        "anchor": anchors.requirement,
        "counted": counted,
        "names": _names,
    }
    environment.filters |= {
        "class": words.class_name,
        "number": "{:,}".format,
        "tail": words.tail,
        "capital": words.capital,
        "words": words.sentence,
    }
    return environment


def _names(rows: list[Any]) -> list[tuple[str, str]]:
    """Choices of a filter: the first member of each row, or its name."""
    found = [each[0] if isinstance(each, tuple) else each.name for each in rows]
    return [(name, name) for name in sorted(found)]


def _checks(data: Data) -> list[tuple[str, Data, tally.Tally]]:
    """(name, what it asks, what came of it), as the run lists them."""
    by_check: dict[str, list[Data]] = {name: [] for name in data["checks"]}
    for each in data["requirements"]:
        by_check.setdefault(each["check"], []).append(each)
    return [(name, data["checks"].get(name, {}), tally.tally(each)) for name, each in by_check.items()]


def _requirements(data: Data) -> list[Data]:
    """The worst first."""
    return sorted(data["requirements"], key=lambda each: tally.STATUSES.index(tally.status(each)))
