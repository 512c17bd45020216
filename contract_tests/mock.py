"""A mock of a document as a child process, for who has no deployment at hand. We meet it over HTTP only."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from contract_tests.network.contact import get_json, post
from contract_tests.problems import Inconclusive, Unreachable
from contract_tests.question import read_document
from openapi.document import BUNDLED
from openapi.operation import Place

_NOT_TOLD = "(one of your own keys)"


@dataclass(frozen=True, slots=True)
class Mock:
    """A mock that runs.

    `url`: where its API answers, base path included. `headers`, `other_headers`: what lets a caller of one
    organization in, and one of another; empty where the document asks for nothing, or the mock has keys of
    your own. `document`: the file that it keeps.
    """

    url: str
    document: Path
    headers: dict[str, str]
    other_headers: dict[str, str]
    _process: "subprocess.Popen[bytes]" = field(repr=False)
    _said: IO[bytes] = field(repr=False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def reset(self) -> None:
        """The records of the start again. Raises Inconclusive where the mock is gone."""
        try:
            post(_control(self.url, "reset"))
        except Unreachable as error:
            raise Inconclusive(self._end() or str(error)) from error

    def _end(self) -> str | None:
        """How the process ended, or None while it runs."""
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            return None
        return f"the mock has ended with exit code {code}: {_last_line(self._said)}".rstrip(": ")


@contextmanager
def mock(path: Path | None, options: Sequence[str] = ()) -> Iterator[Mock]:
    """A running mock of the document at `path` (None: the bundled one); `options` as `hyfn mock` takes them.

    Raises Misuse where the document cannot be read, Inconclusive when the mock does not start.
    """
    schemes = read_document(path).security_schemes
    command = [sys.executable, "-P", "-m", "hyfn", "mock", "--port", "0", "-q", "--until-eof", *options]
    command += ["--", str(path.resolve())] if path else []
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said)
        try:
            url = process.stdout.readline().decode().strip() if process.stdout else ""
            if not url:
                process.wait()
                raise Inconclusive(f"the mock did not start: {_last_line(said)}")
            one, other = (_headers(url, name, schemes) for name in ("credentials", "credentials/other"))
            yield Mock(url, path or BUNDLED, one, other, process, said)
        finally:
            _stop(process)


def _control(url: str, name: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/_mock/{name}"


def _headers(url: str, control: str, schemes: dict[str, Place]) -> dict[str, str]:
    """Header to value, for every security scheme that travels in a header."""
    headers: dict[str, str] = {}
    for name, value in get_json(_control(url, control)).items():
        found = _header(schemes[name], value) if value != _NOT_TOLD else None
        if found and found[0].lower() == "cookie" and "Cookie" in headers:
            headers["Cookie"] += f"; {found[1]}"
        elif found:
            headers.setdefault(*found)
    return headers


def _header(scheme: Place, value: str) -> tuple[str, str] | None:
    """How a value is sent (OpenAPI 3, Security Scheme Object), or None when it is not by a header."""
    kind, place, name = scheme.get("type"), scheme.get("in"), str(scheme.get("name", ""))
    if kind == "apiKey":
        return {"header": (name, value), "cookie": ("Cookie", f"{name}={value}")}.get(str(place))
    if kind in ("http", "oauth2", "openIdConnect"):
        return "Authorization", f"{str(scheme.get('scheme', 'bearer')).title()} {value}"
    return None


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
