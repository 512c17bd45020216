"""The exchanges as an HTTP Archive (HAR 1.2), for browsers' tools and other readers of traffic."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from contract_tests.reports.data import LONGEST, Data
from openapi import codec

_LEGAL = ":/?#[]@!$&'()*+,;=%~"
"""What a URL may have besides letters and digits."""

_UNKNOWN = "1970-01-01T00:00:00+00:00"
_HTTP = "HTTP/1.1"

Part = dict[str, Any]
Pairs = Iterable[tuple[str, str]]


def render(data: Data) -> bytes:
    """The archive; of a report that does not hold all exchanges of its run, those of the findings."""
    exchanges = data.get("exchanges")
    if exchanges is None:
        shown = (each for finding in data["findings"] for each in finding["exchanges"])
        exchanges = list({each["number"]: each for each in shown}.values())
    log = {
        "version": "1.2",
        "creator": {"name": "hyfn", "version": data["tools"].get("hyfn-contract", "unknown")},
        "comment": _comment(data),
        "entries": [_entry(each, data) for each in sorted(exchanges, key=lambda each: each["number"])],
    }
    return codec.encode({"log": log}) + b"\n"


def _comment(data: Data) -> str:
    whole = "All exchanges of a run" if "exchanges" in data else (
        "Not all exchanges of a run, only those of its findings (all are here with `hyfn check --report har`)"
    )  # fmt: skip
    return (
        f"{whole}: {data['target']}, profile {data['profile']}, seed {data['seed']}. Secrets are the names of"
        f" variables; bodies are cut after {LONGEST:,} characters; where no answer came, the status is 0."
    )


def _entry(exchange: Data, data: Data) -> Part:
    milliseconds = exchange["milliseconds"]
    problem = f": {exchange['problem']}" if exchange["problem"] else ""
    return {
        "startedDateTime": exchange["started"] or data["started"] or _UNKNOWN,
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"request {exchange['number']}, identity {exchange['identity']}{problem}",
    }


def _request(exchange: Data) -> Part:
    headers = exchange["request_headers"]
    url = quote(exchange["url"], safe=_LEGAL)
    body, media = exchange["request_body"], _value(headers, "content-type")
    return {
        "method": exchange["method"],
        "url": url,
        "httpVersion": _HTTP,
        "cookies": _named(_cookies(_value(headers, "cookie"))),
        "headers": _named(headers),
        "queryString": _named(parse_qsl(urlsplit(url).query, keep_blank_values=True)),
        **({} if body is None else {"postData": {"mimeType": media, "text": body}}),
        "headersSize": -1,
        "bodySize": exchange["request_bytes"],
    }


def _response(exchange: Data) -> Part:
    headers, size = exchange["response_headers"], exchange["response_bytes"]
    set_cookies = [value.partition(";")[0] for name, value in headers if name.lower() == "set-cookie"]
    content = {"size": size, "mimeType": _value(headers, "content-type")}
    return {
        "status": exchange["status"] or 0,
        "statusText": "",
        "httpVersion": _HTTP,
        "cookies": _named(pair for text in set_cookies for pair in _cookies(text)),
        "headers": _named(headers),
        "content": {**content, "text": exchange["response_body"] or ""},
        "redirectURL": _value(headers, "location"),
        "headersSize": -1,
        "bodySize": size if exchange["status"] else -1,
    }


def _value(headers: Iterable[list[str]], name: str) -> str:
    """The first value of a header, or an empty text."""
    return next((value for each, value in headers if each.lower() == name), "")


def _cookies(text: str) -> Pairs:
    for each in text.split(";"):
        name, equals, value = each.strip().partition("=")
        if equals:
            yield name, value


def _named(pairs: Pairs | Iterable[list[str]]) -> list[Part]:
    return [{"name": name, "value": value} for name, value in pairs]
