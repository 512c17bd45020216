"""A JSON report read back, so that the other reports can be made of it later."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from contract_tests.problems import Misuse
from contract_tests.reports.data import FORMAT, Data
from contract_tests.showing.mask import visible
from openapi import codec
from openapi.schema import Validator, of_schema

SCHEMA = Path(__file__).with_name("report.schema.json")
"""The JSON Schema of the format (2020-12)."""


def read(path: Path) -> Data:
    """The data of a report; `-` is the standard input. Raises Misuse for whatever is none."""
    name = "the standard input" if str(path) == "-" else str(path)
    try:
        data = codec.decode(_bytes(path))
    except OSError as error:
        raise Misuse(f"{name}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except codec.DecodeError as error:
        raise Misuse(f"{name}: is no JSON report: {error}") from error
    _check(data, name)
    shown: Data = _visible(data)
    return shown


def _bytes(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()


def _check(data: Any, name: str) -> None:
    """Raises Misuse with the first thing that is wrong."""
    if not isinstance(data, dict) or "format" not in data:
        raise Misuse(f"{name}: is no report that `hyfn check --report json` wrote")
    if data["format"] != FORMAT:
        found = codec.show(data["format"])
        raise Misuse(f"{name}: is a report of format {found}, expected format {FORMAT} of this hyfn")
    for problem in _validator().first_problem(data, "report"):
        reason = visible(str(problem)).partition("\n")[0]
        raise Misuse(f"{name}: is no report that `hyfn check --report json` wrote: {reason}")


@cache
def _validator() -> Validator:
    return of_schema(codec.decode(SCHEMA.read_bytes()))


def _visible(value: Any) -> Any:
    """The same with the characters of every text made visible, as they are in what we write ourselves."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_visible(each) for each in value]
    if isinstance(value, dict):
        return {visible(name): _visible(each) for name, each in value.items()}
    return value
