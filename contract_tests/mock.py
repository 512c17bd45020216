"""A mock of the document as a child process, for who has no deployment at hand. We meet it over HTTP only."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from contract_tests.problems import Inconclusive
from contract_tests.target import Target, make_headers
from contract_tests.transport import get_json
from openapi.document import Document
from openapi.operation import Place


@contextmanager
def mock(path: Path | None, document: Document) -> Iterator[Target]:
    """A running mock of the document at `path` (None: the bundled one), asked with credentials it accepts.

    Raises Inconclusive when it does not start.
    """
    command = [sys.executable, "-P", "-m", "hyfn", "mock", "--port", "0", "-q"]
    command += [str(path.resolve())] if path else []
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL)
        try:
            url = process.stdout.readline().decode().strip() if process.stdout else ""
            if not url:
                process.wait()
                said.seek(0)
                last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                raise Inconclusive(f"the mock did not start: {last}")
            yield Target(url, make_headers(_credentials(url, document).items()))
        finally:
            _stop(process)


def _credentials(url: str, document: Document) -> dict[str, str]:
    """Header to value, for every security scheme that travels in a header."""
    parts = urlsplit(url)
    values = get_json(f"{parts.scheme}://{parts.netloc}/_mock/credentials")
    headers: dict[str, str] = {}
    for name, value in values.items():
        found = _header(document.security_schemes[name], value)
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


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
