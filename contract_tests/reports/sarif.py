"""The findings as SARIF 2.1.0, for whatever shows problems beside the lines of a file.

Each check that was asked is a rule, each finding a result that points into the document.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from contract_tests.reports.data import Data
from contract_tests.reports.layout import counted, cut
from openapi import codec

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
"""What a path is relative to: the folder that the run was started in, for most that of the sources."""

_RESERVED = ":/?#[]@!$&'()*+,;=%~"
_LONGEST = 4_000
"""Characters of a message."""

_MOST_PLACES = 100

Part = dict[str, Any]


def render(data: Data) -> bytes:
    """The log, with one run."""
    rules = list(dict.fromkeys([*data["checks"], *(each["check"] for each in data["findings"])]))
    run = {
        "tool": {"driver": _driver(data, rules)},
        "invocations": [_invocation(data)],
        "artifacts": [_artifact(data["document"])],
        "results": list(_results(data, rules)),
        "columnKind": "unicodeCodePoints",
    }
    return codec.encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + b"\n"


def _driver(data: Data, rules: list[str]) -> Part:
    versions = data["tools"]
    return {
        "name": "hyfn",
        "fullName": "hyfn check",
        "version": versions.get("hyfn-contract", "unknown"),
        "rules": [_rule(name, data["checks"].get(name)) for name in rules],
    }


def _rule(name: str, check: Data | None) -> Part:
    """What a check asks; of one that another engine brought along there is only its name."""
    if check is None:
        return {"id": name, "name": name}
    told = f"{check['asks']}\n\nLevel: {check['level']}. Source: {check['source']}."
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": check["asks"]},
        "fullDescription": {"text": check["asks"]},
        "help": {"text": f"{told}\n\nMore: hyfn explain {name}"},
        "defaultConfiguration": {"level": "warning" if check["level"] == "convention" else "error"},
        "properties": {"tags": ["openapi", check["level"]]},
    }


def _invocation(data: Data) -> Part:
    began = {"startTimeUtc": data["started"].replace("+00:00", "Z")} if data["started"] else {}
    return {
        "executionSuccessful": data["stopped"] is None,
        "exitCode": data["exit_code"],
        "exitCodeDescription": data["verdict"],
        **began,
        "toolExecutionNotifications": [
            {"level": level, "message": _message(text)} for level, text in _notifications(data)
        ],
        "properties": {name: data[name] for name in ("target", "profile", "seed")},
    }


def _notifications(data: Data) -> Iterator[tuple[str, str]]:
    """What concerns no line of the document: (level, text)."""
    tested = data["tested"]
    yield "note", f"tested {tested['requirements']:,} of {counted(tested['all'], 'requirement')}"
    if data["stopped"]:
        yield "error", f"the run ended before its time: {data['stopped']}"
    for line in data["footprint"]["left"]:
        yield "error", f"left behind: {line}"
    for note in data["notes"]:
        yield "note", note


def _artifact(document: Data) -> Part:
    return {
        "location": _file(document["file"]),
        "roles": ["analysisTarget"],
        "hashes": {"sha-256": document["sha256"]},
    }


def _results(data: Data, rules: list[str]) -> Iterator[Part]:
    known = {each["id"]: each for each in data["requirements"]}
    for finding in data["findings"]:
        others = [known[name] for name in finding["requirements"] if name != finding["id"] and name in known]
        fails = finding["status"] == "failed" or data["strict"]
        yield {
            "ruleId": finding["check"],
            "ruleIndex": rules.index(finding["check"]),
            "kind": "fail",
            "level": "error" if fails else "warning",
            "message": _message(_told(finding)),
            "locations": [_location(finding, data["document"])],
            "relatedLocations": [
                {"id": number, **_location(each, data["document"]), "message": _message(each["place"])}
                for number, each in enumerate(others[:_MOST_PLACES], 1)
            ],
            "partialFingerprints": _fingerprints(finding["id"]),
            **(_web(finding["exchanges"][-1]) if finding["exchanges"] else {}),
            **_state(finding, data),
            "properties": {"requirements": finding["requirements"], "reproduce": finding["reproduce"]},
        }


def _told(finding: Data) -> str:
    places = counted(len(finding["places"]), "place")
    more = f"\nIn {places}." if len(finding["places"]) > 1 else ""
    return f"{finding['place']}: {finding['received']}\nPromised: {finding['promised']}{more}"


def _message(text: str) -> Part:
    """Plain text; what would be an embedded link (section 3.11.6) is none."""
    return {"text": cut(text, _LONGEST).replace("](", "] (")}


def _fingerprints(identifier: str) -> Part:
    """The id of the requirement, which edits elsewhere in the document do not change; once more under the
    name that GitHub looks for."""
    digest = sha256(identifier.encode()).hexdigest()[:16]
    return {"requirement/v1": identifier, "primaryLocationLineHash": f"{digest}:1"}


def _state(finding: Data, data: Data) -> Part:
    """What a baseline says, where there is one."""
    if not data.get("baseline"):
        return {}
    entry = finding.get("baseline")
    accepted = entry is not None and entry["state"] == "known"
    reason = {"justification": entry["reason"]} if entry and entry["reason"] else {}
    return {
        "baselineState": "unchanged" if entry else "new",
        "suppressions": [{"kind": "external", "status": "accepted", **reason}] if accepted else [],
    }


def _location(place: Data, document: Data) -> Part:
    """Of a finding or a requirement; the words of the document with it, where they are known."""
    physical: Part = {"artifactLocation": _file(document["file"])}
    if place["line"]:
        quoted = "\n".join(text for _, text in place.get("quote", []))
        snippet = {"snippet": {"text": quoted}} if quoted else {}
        lines = {"endLine": place["quote"][-1][0]} if quoted else {}
        physical["region"] = {"startLine": place["line"], **lines, **snippet}
    logical = {"name": place["place"], "fullyQualifiedName": place["pointer"], "kind": "member"}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _file(name: str) -> Part:
    """A path as a URI, relative to the root of the sources where it is relative."""
    if "://" in name:
        return {"uri": quote(name, safe=_RESERVED)}
    for kind in (PurePath, PureWindowsPath):
        if kind(name).is_absolute():
            return {"uri": kind(name).as_uri()}
    return {"uri": quote(PurePath(name).as_posix()), "uriBaseId": _ROOT}


def _web(exchange: Data) -> Part:
    """The request with the wrong answer."""
    http = {"protocol": "HTTP", "version": "1.1"}
    request = {
        **http,
        "target": exchange["url"],
        "method": exchange["method"],
        "headers": _headers(exchange["request_headers"]),
        **_body(exchange["request_body"]),
    }
    if exchange["status"] is None:
        return {"webRequest": request, "webResponse": {"noResponseReceived": True}}
    response = {
        **http,
        "statusCode": exchange["status"],
        "headers": _headers(exchange["response_headers"]),
        **_body(exchange["response_body"]),
    }
    return {"webRequest": request, "webResponse": response}


def _headers(pairs: list[list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _body(text: str | None) -> Part:
    return {"body": {"text": text}} if text else {}
