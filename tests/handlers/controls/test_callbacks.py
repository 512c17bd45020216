"""Requests that the mock sends itself: callbacks after an answer, webhooks on demand."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from openapi.body_reader import reading
from openapi.callbacks import webhooks_of
from openapi.document import load
from openapi.expressions import Exchanged, Side, evaluate
from openapi.schema import Schemas
from tests.handlers.raw import DOCUMENTS, Mock, serving
from tests.handlers.test_command import started

DOCUMENT = DOCUMENTS / "callbacks.yaml"


class Receiver:
    """A server that keeps what it gets: (method, path, headers in lower case, body)."""

    def __init__(self, delay: float = 0) -> None:
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.got.append((self.command, self.path, headers, body))
                time.sleep(delay)
                self.send_response(302)
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            do_POST = do_PUT = do_GET = _take  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count: int) -> list[tuple[str, str, dict[str, str], bytes]]:
        for _ in range(200):
            if len(self.got) >= count:
                break
            time.sleep(0.05)
        assert count == len(self.got)
        return self.got


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving("callbacks.yaml") as mock:
        yield mock


def logged(mock: Mock, words: str) -> dict[str, Any]:
    """The entry of a request that the mock sent, as soon as there is one."""
    for _ in range(200):
        for entry in mock.log():
            if words in entry["path"] or any(words in problem for problem in entry["problems"]):
                return entry
        time.sleep(0.05)
    raise AssertionError(f"nothing was logged with {words}")


def test_a_callback_tells_of_what_was_made(mock: Mock, receiver: Receiver) -> None:
    """Valid for its schema, about the stored item, read-only properties too; redirects are not followed."""
    body = {"seats": 2, "name": "Ada", "callbackUrl": f"{receiver.url}/hook?secret=1"}
    made = mock.ask("POST", "/bookings", body).json["data"]
    (method, path, headers, sent), *_ = receiver.wait(1)
    event = json.loads(sent)

    assert ("POST", "/hook?secret=1", "application/json") == (method, path, headers["content-type"])
    assert made == event["booking"]
    assert made["id"] != event["id"]
    assert Schemas(load(DOCUMENT), "response").at("#/components/schemas/Event").is_valid(event)
    entry = logged(mock, f"{receiver.url}/hook")
    assert ("POST", 302, []) == (entry["method"], entry["status"], entry["problems"])
    assert "secret" not in json.dumps(mock.log())


def test_every_kind_of_expression_and_a_form(mock: Mock, receiver: Receiver) -> None:
    """A bare query, and a header, a pointer into the answer and the method inside text."""
    query = quote(f"{receiver.url}/q", safe="")
    made = mock.ask(
        "POST", f"/bookings?notify={query}", {"seats": 1}, {"x-notify": f"{receiver.url}/h"}
    ).json["data"]
    got = {path: (method, headers, body) for method, path, headers, body in receiver.wait(2)}
    method, headers, form = got[f"/h/{made['id']}?of=POST"]

    assert made == json.loads(got["/q"][2])
    assert ("PUT", "booked") == (method, headers["x-event"])
    assert {"bookingId": [made["id"]], "state": ["booked"]} == parse_qs(form.decode())


def test_a_refused_request_calls_nobody(mock: Mock, receiver: Receiver) -> None:
    """Neither does one without an address."""
    assert 400 == mock.ask("POST", "/bookings", {"seats": 0, "callbackUrl": receiver.url}).status
    assert 201 == mock.ask("POST", "/bookings", {"seats": 1}).status
    time.sleep(0.3)
    assert [] == receiver.got


BLOCKED = {
    "another machine": ("http://callback.example.com/x", "--allow-callback callback.example.com"),
    "a name that only begins like this machine": ("http://localhost.example.com/", "is not this machine"),
    "an address in disguise": ("http://127.0.0.1@example.com/", "example.com is not this machine"),
    "no http": ("ftp://127.0.0.1/x", "expected an absolute http or https URL"),
    "no host": ("/x", "expected an absolute http or https URL"),
    "a bad port": ("http://127.0.0.1:x/", "no usable URL"),
    "our own controls": ("http://127.0.0.1:1/_mock/reset", "the controls of a mock"),
}


@pytest.mark.parametrize(("url", "said"), BLOCKED.values(), ids=BLOCKED.keys())
def test_where_nothing_is_sent(mock: Mock, url: str, said: str) -> None:
    """A webhook is 403 there; a callback is logged, and its request answered all the same."""
    refused = mock.ask("POST", "/_mock/webhooks/bookingExpired", {"url": url}, at="")
    assert 403 == refused.status
    assert said in str(refused.json)
    mock.running.ask("POST", "/_mock/reset", at="")
    assert 201 == mock.ask("POST", f"/bookings?notify={quote(url, safe='')}", {"seats": 1}).status
    assert 0 == logged(mock, said)["status"]


def test_a_receiver_that_is_not_there_is_logged(mock: Mock) -> None:
    """The answer does not wait for it."""
    mock.ask("POST", "/bookings?notify=http%3A%2F%2F127.0.0.1%3A1%2Fnobody", {"seats": 1})
    entry = logged(mock, "127.0.0.1:1/nobody")
    assert entry["problems"][0].startswith("callback onQuery not sent: ConnectError")


def test_a_slow_receiver_stops_no_answer() -> None:
    """More are set off than may wait: all are answered at once, and what is left out is logged."""
    slow = Receiver(delay=30)
    with serving("callbacks.yaml") as mock:
        begun = time.monotonic()
        where = quote(slow.url, safe="")
        assert {201} == {
            mock.ask("POST", f"/bookings?notify={where}", {"seats": 1}).status for _ in range(105)
        }
        assert time.monotonic() - begun < 20
        assert 10 == len(slow.wait(10))
        assert logged(mock, "others wait already")
        assert logged(mock, "no answer within 5 s")


def test_the_mock_calls_itself_once_at_most(mock: Mock) -> None:
    """A callback to an operation that has callbacks sets off none."""
    mock.running.ask("POST", "/_mock/reset", at="")
    own = quote(
        f"{mock.running.url}/bookings?notify={quote(mock.running.url + '/bookings', safe='')}", safe=""
    )
    mock.ask("POST", f"/bookings?notify={own}", {"seats": 1})
    logged(mock, f"{mock.running.url}/bookings")
    time.sleep(0.3)
    assert 2 == sum(entry["path"] == "/bookings" for entry in mock.log())


def test_webhooks_are_listed_and_sent(mock: Mock, receiver: Receiver) -> None:
    """202 with what is sent, valid for its schema."""
    listed = mock.ask("GET", "/_mock/webhooks", at="").json
    answer = mock.ask("POST", "/_mock/webhooks/bookingExpired", {"url": receiver.url}, at="")
    (method, _, headers, sent), *_ = receiver.wait(1)

    assert {"bookingExpired", "bookingPaid", "bookingPrinted"} == set(listed)
    assert ("POST", "A booking was not paid in time") == (
        listed["bookingExpired"]["method"], listed["bookingExpired"]["summary"],
    )  # fmt: skip
    assert (202, json.loads(sent)) == (answer.status, answer.json["body"])
    assert ("POST", "hyfn-mock-callback") == (method, headers["user-agent"])
    assert Schemas(load(DOCUMENT), "response").at("#/components/schemas/Event").is_valid(json.loads(sent))


@pytest.mark.parametrize("name", ["bookingPaid", "bookingPrinted"])
def test_a_webhook_is_sent_in_its_media_type(mock: Mock, receiver: Receiver, name: str) -> None:
    """What is read from XML and from a multipart body is what the control says was sent."""
    told = mock.ask("POST", f"/_mock/webhooks/{name}", {"url": receiver.url}, at="").json["body"]
    (_, _, headers, sent), *_ = receiver.wait(1)
    document = load(DOCUMENT)
    content = webhooks_of(document)[name].operation.body
    assert content is not None
    (declared, place), *_ = content.content.items()
    read = reading(document.schemas("response"), declared, place, declared, 128)

    assert headers["content-type"].startswith(declared)
    assert told == read.decode(sent, headers["content-type"])


def test_wrong_requests_for_webhooks(mock: Mock) -> None:
    """An unknown name is 404; a body without an address 400; only this machine may ask."""
    assert 404 == mock.ask("POST", "/_mock/webhooks/nope", {"url": "http://127.0.0.1/"}, at="").status
    bodies: list[Any] = [b"", b"{", {}, {"url": 5}, []]
    for body in bodies:
        assert 400 == mock.ask("POST", "/_mock/webhooks/bookingExpired", body, at="").status
    assert 405 == mock.ask("GET", "/_mock/webhooks/bookingExpired", at="").status


def test_another_host_may_be_allowed() -> None:
    """By name; the start lists the webhooks."""
    with serving("callbacks.yaml", "--allow-callback", "nowhere.invalid") as mock:
        url = {"url": "http://nowhere.invalid/"}
        assert 202 == mock.ask("POST", "/_mock/webhooks/bookingExpired", url, at="").status
        assert "webhook bookingExpired not sent" in logged(mock, "nowhere.invalid")["problems"][0]
    process, lines = started(str(DOCUMENT))
    process.kill()
    process.communicate()
    assert "/_mock/webhooks/bookingExpired" in "".join(lines)


ABOUT = Exchanged(
    "http://h/p?q=1", "POST", 201,
    Side({"x-a": "head"}, {"q": "1"}, {"id": "7"}, {"a/b": {"c": [1, True]}, "url": "http://u", "no": None}),
    Side({"location": "/l"}, body=[{"id": 5}]),
)  # fmt: skip
EXPRESSIONS = {
    "$url": "http://h/p?q=1", "$method": "POST", "$statusCode": "201", "$request.header.X-A": "head",
    "$request.query.q": "1", "$request.path.id": "7", "$request.body#/url": "http://u",
    "$request.body#/a~1b/c/1": "true", "$response.header.Location": "/l", "$response.body#/0/id": "5",
    "http://x/{$request.path.id}/{$response.body#/0/id}": "http://x/7/5", "http://fixed": "http://fixed",
    "$request.body#/no": None, "$request.body#/nope": None, "$request.query.no": None, "$nonsense": None,
    "http://x/{$request.query.no}": None, "$response.body": '[{"id":5}]',
}  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), EXPRESSIONS.items())
def test_runtime_expressions(expression: str, value: str | None) -> None:
    """Their text, or None where a part names nothing."""
    assert value == evaluate(expression, ABOUT)
