"""Documents from the web: GET, a few redirects that somebody must admit, and limits of size and time.

This is the one address of an HTTP client for documents.
"""

import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from openapi.limits import MAX_BYTES
from openapi.source import SourceError, check_size

_TIMEOUT = 10
"""Seconds without a byte."""

_DEADLINE = 60
"""Seconds for the whole of one document."""

_MOST_REDIRECTS = 5
_PIECE = 256 * 1024
_ACCEPT = "application/vnd.oai.openapi, application/yaml, application/json, text/plain, */*;q=0.5"


def fetch(url: str, admitted: Callable[[str], bool]) -> tuple[str, bytes]:
    """(the URL that answered in the end, what it answered).

    Raises SourceError: not to be had, too large, too slow, redirected to where `admitted` says no.
    """
    until = time.monotonic() + _DEADLINE
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            answer = _open(url)
            if isinstance(answer, str):
                url = _redirected(url, answer, admitted)
                continue
            with answer:
                return url, _read(url, answer, until)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise SourceError(url, f"cannot be fetched: {reason}") from error
    raise SourceError(url, f"more than {_MOST_REDIRECTS} redirects")


def _open(url: str) -> Any:
    """The answer, or where it redirects to."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()
    ):  # fmt: skip
        opener.add_handler(handler)
    request = Request(url, headers={"Accept": _ACCEPT, "User-Agent": "hyfn"})  # noqa: S310  (no file: handler)
    try:
        answer = opener.open(request, timeout=_TIMEOUT)
    except HTTPError as error:
        with error:
            where = error.headers.get("Location")
            if error.code in (301, 302, 303, 307, 308) and where:
                return str(where)
            raise SourceError(url, f"cannot be fetched: it answers {error.code} {error.reason}") from error
    if answer is None:
        raise URLError("no http or https address")
    return answer


def _redirected(url: str, where: str, admitted: Callable[[str], bool]) -> str:
    target = urljoin(url, where)
    if not admitted(target):
        raise SourceError(url, f"redirects to {target}, another place (admit it with --allow-ref)")
    return target


def _read(url: str, answer: Any, until: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while size <= MAX_BYTES and (piece := answer.read1(_PIECE)):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() > until:
            raise SourceError(url, f"cannot be fetched: not there after {_DEADLINE} seconds")
    return check_size(url, b"".join(pieces))
