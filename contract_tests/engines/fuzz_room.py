"""The private folder that the fuzz engine runs in: the document, and how it is to ask (schemathesis.toml)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.contract import place
from contract_tests.target import Header
from openapi import codec
from openapi.document import Document

PATIENCE = 3600
"""Seconds that the child waits for the relay, which answers as soon as pace and target let it."""

_CONFIGURATION = """\
color = false
request-timeout = {patience}
max-redirects = 0  # whoever is asked answers, nobody else
continue-on-failure = true
workers = {workers}
suppress-health-check = ["all"]  # they judge generated data, not the target

[generation]
database = "none"

[cache]
enabled = false

# A server's refusals must not teach the generator: the document alone says what is valid.
[phases.fuzzing.error-feedback]
enabled = false

# It would also filter body values whose names look secret.
[output.sanitization]
enabled = false

[reports.ndjson]
path = "/dev/fd/{pipe}"

[reports.json]
path = "summary.json"

[headers]
{headers}
{more}"""


@dataclass(frozen=True, slots=True)
class Campaign:
    """How hard to ask: a seed (the same asks the same of a target in the same state), generated cases per
    operation and phase, requests at a time, and the places (`GET /things`) that are left out."""

    seed: int
    examples: int
    workers: int = 1
    without: frozenset[str] = frozenset()


def write_room(
    room: Path, document: Document, headers: Sequence[Header], campaign: Campaign, pipe: int
) -> None:
    """Fills the folder. Values of headers are not in it, but the variables of the environment that hold them;
    events are written to the file descriptor `pipe`, a summary to `summary.json`."""
    schemes = {header.name: _query_scheme(document, header.name) for header in headers}
    spelled = _spellings(document)
    plain = [
        f"{_text(spelled.get(header.name.lower(), header.name))} = {_variable(header)}"
        for header in headers
        if schemes[header.name] is None
    ]
    more = [
        f"[auth.openapi.{_text(scheme)}]\napi_key = {_variable(header)}\n"
        for header in headers
        if (scheme := schemes[header.name]) is not None
    ]
    more += _left_out(document, campaign.without)
    text = _CONFIGURATION.format(
        pipe=pipe, patience=PATIENCE, workers=campaign.workers, headers="\n".join(plain), more="\n".join(more)
    )
    (room / "document.json").write_bytes(codec.encode(document.data))
    (room / "schemathesis.toml").write_text(text, "utf-8")


def _text(value: Any) -> str:
    """A text, or a list of them, as TOML."""
    return json.dumps(value, ensure_ascii=False)


def _variable(header: Header) -> str:
    return f'"${{{header.variable}}}"'


def _left_out(document: Document, without: Iterable[str]) -> Iterator[str]:
    """The part of the configuration that leaves operations out."""
    names = sorted({place(operation) for operation in document.operations} & set(without))
    if names:
        yield f"[[operations]]\ninclude-name = {_text(names)}\nenabled = false\n"


def _query_scheme(document: Document, name: str) -> str | None:
    """The security scheme whose key travels in the query under this name, or None."""
    schemes = document.security_schemes.items()
    found = (
        key for key, s in schemes if (s.get("type"), s.get("in"), s.get("name")) == ("apiKey", "query", name)
    )
    return next(found, None)


def _spellings(document: Document) -> dict[str, str]:
    """The document's own spelling of each security header, by its name in lower case.

    Names of headers have no case (RFC 9110 section 5.1), but Schemathesis takes out for `ignored_auth` only
    what is spelled as the document spells it.
    """
    schemes = document.security_schemes.values()
    names = [str(scheme.get("name")) for scheme in schemes if scheme.get("in") == "header"]
    return {"authorization": "Authorization"} | {name.lower(): name for name in names}
