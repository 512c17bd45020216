"""What a mock of our own says of itself, and is told; a run asks documented GETs only."""

from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from contract_tests.network.dispatch import TIMEOUT
from contract_tests.problems import Unreachable
from openapi import codec
from openapi.codec import Json


def get_json(url: str) -> Json:
    """The JSON that a GET of `url` is answered with, status 200. Raises Unreachable for anything else."""
    status, body = _ask("GET", url, TIMEOUT)
    if status != 200:
        raise Unreachable(f"GET {url} is answered {status}, expected 200")
    try:
        return codec.decode(body)
    except codec.DecodeError as error:
        raise Unreachable(f"GET {url}: {error}") from error


def post(url: str) -> None:
    """An empty POST that is answered 204. Raises Unreachable for anything else."""
    status, _ = _ask("POST", url, TIMEOUT)
    if status != 204:
        raise Unreachable(f"POST {url} is answered {status}, expected 204")


def _ask(method: str, url: str, timeout: float) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request(method, parts.path or "/", headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, _body(answer)
    except TimeoutError as error:
        raise Unreachable(f"{url} does not answer: silent for {timeout:g} s") from error
    except OSError as error:
        raise Unreachable(f"{url} does not answer: {(error.strerror or str(error)).lower()}") from error
    except (HTTPException, ValueError) as error:
        raise Unreachable(f"{url} answers, but not in HTTP: {type(error).__name__}") from error
    finally:
        connection.close()


def _body(answer: HTTPResponse) -> bytes:
    """At most a megabyte of it: a first contact may answer with a stream that has no end."""
    return answer.read(1_000_000)
