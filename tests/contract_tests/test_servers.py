"""Do the servers of tests/servers keep their documents, and does each of their faults break something?"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import schemathesis
from openapi_spec_validator import validate

from openapi.document import load
from tests.servers import exact, serving, tours
from tests.servers.service import JSON, Call, Reply, Service

DOCUMENTS = {name: Path(serving.__file__).with_name(f"{name}.yaml") for name in serving.NAMES}
ALL = [(name, fault) for name in serving.NAMES for fault in serving.service_of(name).BREAKS.by_name.values()]
FAULTS = [(name, fault.name) for name, fault in ALL]
CRASHES = {fault.name for _, fault in ALL if fault.kind == "crash"}
KINDS = {"shape", "statuses", "headers", "methods", "input", "crash", "auth", "tenancy", "write fidelity"}
KINDS |= {"lists", "update", "delete", "actions", "idempotency", "references", "asynchronous"}

PASSING = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|inv_[a-z0-9]{12}|[0-9-]{10}T[0-9:]{8}\.[0-9]{6}Z|\"[0-9a-f]{20}\""
)
"""Ids, times and entity tags: what differs from one run to the next."""

Send = Callable[[str, str, dict[str, str], bytes], Any]


class Walk:
    """A tour's way to a server: `ask`, and everything that was answered."""

    def __init__(self, service: type[Service], send: Send) -> None:
        self.service, self.send, self.seen = service, send, list[str]()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        who: int | None = 0,
        headers: dict[str, str] | None = None,
        raw: bytes = b"",
    ) -> Any:
        caller = {} if who is None else self.service.CREDENTIALS[who]
        payload = raw if body is None else exact.encode(body)
        media = {"content-type": JSON} if payload else {}
        answer = self.send(method, self.service.BASE + path, {**caller, **media, **(headers or {})}, payload)
        self.seen.append(f"{method} {path} {answer.status} {sorted(answer.headers.items())} {answer.body}")
        return answer

    @property
    def transcript(self) -> list[str]:
        """What was seen; whatever passes by its number, in the order of its first appearance."""
        numbers: dict[str, str] = {}
        told = (
            PASSING.sub(lambda found: numbers.setdefault(found[0], f"<{len(numbers)}>"), line)
            for line in self.seen
        )
        return list(told)


def directly(service: Service) -> Send:
    """Sends without HTTP."""

    def send(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        message = Message()
        for name, value in headers.items():
            message[name] = value
        place, _, query = path.partition("?")
        reply = service.answer(Call(method, place, query, message, body))
        return SimpleNamespace(status=reply.status, headers=_headers(reply), body=_decoded(reply))

    return send


def _headers(reply: Reply) -> dict[str, str]:
    named = {name.lower(): text for name, text in reply.headers.items()}
    return named if reply.body is None else {**named, "content-type": reply.media_type}


def _decoded(reply: Reply) -> Any:
    return {} if reply.body is None else exact.decode(exact.encode(reply.body))


def walked(name: str, fault: str = "none") -> list[str]:
    """What a tour of the server with this fault brings to light. Only a fault of class crash may be a bug."""
    kind = serving.service_of(name)
    service = kind(fault)
    vars(service)["PATIENCE"] = 60.0
    walk = Walk(kind, directly(service))
    with suppress(*([] if fault == "none" else [KeyError])):  # an answer may be too wrong to go on with
        getattr(tours, name)(walk.ask)
    assert bool(service.crashes) == (fault in CRASHES), service.crashes
    return walk.transcript


@pytest.fixture(scope="module")
def clean() -> dict[str, list[str]]:
    return {name: walked(name) for name in serving.NAMES}


@pytest.mark.parametrize("name", serving.NAMES)
def test_the_document_of_a_server_is_one(name: str) -> None:
    """It is valid OpenAPI, and it has the paths and methods that the server has, and no others."""
    document = load(DOCUMENTS[name])
    validate(document.data)
    declared = {(each.path, each.method) for each in document.operations}
    assert declared == {
        (path, method) for path, has in serving.service_of(name).ROUTES.items() for method in has
    }


@pytest.mark.parametrize("name", serving.NAMES)
def test_every_answer_over_http_is_what_the_document_says(name: str) -> None:
    """A tour with another client, and another judge."""
    schema = schemathesis.openapi.from_path(DOCUMENTS[name])
    judged: Counter[int] = Counter()
    with serving.running(name) as server, requests.Session() as session:
        origin = server.url.removesuffix(server.service.BASE)

        def send(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
            response = session.request(method, origin + path, headers=headers, data=body, timeout=5)
            template = _template(server.service, path.removeprefix(server.service.BASE))
            if response.status_code == 405:
                assert response.headers["allow"]
            elif method in server.service.ROUTES[template]:
                schema[template][method].validate_response(response)
            judged[response.status_code] += 1
            named = {header.lower(): text for header, text in response.headers.items()}
            answered = exact.decode(response.content) if response.content else {}
            return SimpleNamespace(status=response.status_code, headers=named, body=answered)

        getattr(tours, name)(Walk(type(server.service), send).ask)
        assert [] == server.service.crashes
    assert {200, 401, 404} <= judged.keys()
    assert not [status for status in judged if status >= 500]


def _template(service: Service, path: str) -> str:
    parts = path.partition("?")[0].split("/")
    fits = (
        template
        for template in service.ROUTES
        if len(parts) == len(template.split("/"))
        and all(own[:1] == "{" or own == part for own, part in zip(template.split("/"), parts, strict=True))
    )
    return next(fits)


@pytest.mark.parametrize("name", serving.NAMES)
def test_a_clean_server_answers_a_tour_the_same_twice(name: str, clean: dict[str, list[str]]) -> None:
    """So a difference is a fault's doing."""
    assert clean[name] == walked(name)


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_shows(name: str, fault: str, clean: dict[str, list[str]]) -> None:
    """A tour of the server that has it is answered differently."""
    assert clean[name] != walked(name, fault)


def test_every_fault_has_a_name_of_its_own_and_a_sentence() -> None:
    """Over all servers; and there are enough of them, of every class."""
    assert [] == [name for name, times in Counter(fault for _, fault in FAULTS).items() if times > 1]
    assert KINDS == {fault.kind for _, fault in ALL}
    assert [] == [fault.name for _, fault in ALL if not re.fullmatch(r"[A-Z].*[^ ]\.", fault.sentence)]
    assert 75 <= len(FAULTS)


def test_a_server_runs_by_hand() -> None:
    """It prints its address and how two callers sign, then serves."""
    command = [sys.executable, "-m", "tests.servers.depot", "total_is_sent_as_text"]
    root = DOCUMENTS["depot"].parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout
            url, header = process.stdout.readline().strip(), process.stdout.readline().strip().split(": ")
            answer = requests.get(f"{url}/warehouses", headers={header[0]: header[1]}, timeout=5)
            assert {"items": [], "total": "0"} == answer.json()
        finally:
            process.kill()


@pytest.mark.parametrize(
    "text", ["1" + "0" * 400, "0.1234567890123456789", "1E+400", '"\\ud800"', "[1.0, -0]"]
)
def test_json_is_kept_as_it_came(text: str) -> None:
    """Also where Python's floats would not."""
    assert text == exact.encode(exact.decode(text.encode())).decode().replace("[1.0,0]", "[1.0, -0]")


@pytest.mark.parametrize("raw", [b"", b"{", b"NaN", b"[Infinity]", b'"\xff"', b"[" * 200 + b"]" * 200])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    """As a ValueError."""
    with pytest.raises(ValueError, match=r"."):
        exact.decode(raw)
