"""A rehearsal: what would be asked and sent, without a socket and without a ledger."""

import re
import socket
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contract_tests.check import Status
from contract_tests.contract import Contract
from contract_tests.exchange import Answer
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question, read_document
from contract_tests.rehearsing.imaginary import Imaginary
from contract_tests.rehearsing.rehearsal import rehearsal, rehearsed
from contract_tests.session import Session
from contract_tests.target import Target, make_headers, parse_target
from tests.contract_tests.asking import check
from tests.contract_tests.recording import KEY, OTHER_KEY, document
from tests.servers import serving
from tests.servers.things import things

NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def question(name: str, profile: Profile, folder: Path) -> tuple[Question, list[list[str]]]:
    """The question of a server of tests/servers, and the headers of its callers."""
    described = read_document(Path(serving.__file__).with_name(f"{name}.yaml"))
    callers = [list(map(": ".join, each.items())) for each in serving.service_of(name).CREDENTIALS]
    return Question(described, 1, Permissions(profile, loopback=True), ledger=folder / "ledger"), callers


def sent(session: Session) -> Counter[str]:
    """Requests by method and template."""
    found: Counter[str] = Counter()
    session.transport.listen(lambda each: found.update([f"{each.request.method} {each.path}"]))
    return found


@pytest.mark.parametrize("name", serving.NAMES)
def test_it_sends_what_a_run_sends(
    tmp_path: Path, no_socket: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As nearly as nobody can know what the target holds; the ledger's folder is not even made."""
    asked, callers = question(name, Profile.SANDBOXED, tmp_path)
    session = rehearsal(parse_target(NOBODY, callers[0], {}, callers[1]), asked)
    imagined, lines = sent(session), list(rehearsed(session))
    assert [] == list(tmp_path.iterdir())

    monkeypatch.undo()
    with serving.running(name) as server:
        real = Session(parse_target(server.url, callers[0], {}, callers[1]), asked)
        done = sent(real)
        result = real.conduct()
    assert {} == {
        place: (imagined[place], count)
        for place, count in done.items()
        if abs(imagined[place] - count) > max(8, count // 4)
    }
    admitted = [o for o in result.outcomes if o.requirement.id not in result.barred]
    asked_for = {line.removeprefix("asked      ") for line in lines if line.startswith("asked ")}
    assert asked_for == {o.requirement.id for o in admitted if o.status is not Status.NOT_APPLICABLE}


def test_what_is_imagined_keeps_the_document(tmp_path: Path, no_socket: None) -> None:
    """Else checks would stop early, and the requests that follow were missing."""
    for name in ("library", "ledgerly"):
        asked, callers = question(name, Profile.SANDBOXED, tmp_path)
        session = rehearsal(parse_target(NOBODY, callers[0], {}, callers[1]), asked)
        list(rehearsed(session))
        wrong = (Status.FAILED, Status.WARNED, Status.ERROR)
        assert [] == [
            (o.requirement.id, o.received, o.reason) for o in session.run.finish() if o.status in wrong
        ]


def test_the_lines_say_what_is_asked_or_why_not_then_the_requests(tmp_path: Path, no_socket: None) -> None:
    asked, callers = question("library", Profile.READ_ONLY, tmp_path)
    lines = list(rehearsed(rehearsal(parse_target(NOBODY, callers[0], {}), asked)))
    empty = lines.index("")

    assert "asked      #/paths/~1authors/get · never_answers_with_a_server_error" in lines[:empty]
    assert any(
        re.fullmatch(r"not asked  #/.* · deleted_is_gone: profile read-only sends no writes", each)
        for each in lines
    )
    assert re.fullmatch(r"[\d,]+ of [\d,]+ requirements would be asked", lines[empty - 1])
    assert all(re.fullmatch(r"( *\d+  |       )(GET|HEAD) /\S*", line) for line in lines[empty + 1 : -1])
    assert re.fullmatch(
        r"about \d+ requests would be sent \(\d+ GET(, \d+ HEAD)?\), 0 records created and deleted", lines[-1]
    )


def test_the_command_sends_nothing(tmp_path: Path) -> None:
    with things() as server:
        done = check(
            tmp_path, server.url, "--document", Path(__file__).with_name("things.yaml"), "--dry-run",
            "-H", "x-api-key: any",
        )  # fmt: skip
        assert 0 == server.requests
    assert 0 == done.returncode, done.stderr
    assert re.search(r"\nabout \d+ requests would be sent ", done.stdout)
    assert [] == list(tmp_path.iterdir())


# The imagined deployment.

TARGET = Target(NOBODY, make_headers(KEY), make_headers(OTHER_KEY, "HYFN_OTHER_"))
JSON = ("content-type", "application/json")
BODY = b'{"name":"n"}'


class Asked:
    """An imagined deployment of things, asked with the key of identity one."""

    def __init__(self) -> None:
        self.imaginary = Imaginary(Contract(document()), TARGET)

    def __call__(self, method: str, path: str, body: bytes | None = None, who: Any = KEY) -> Answer:
        return self.imaginary.answer(method, path, (*who, JSON) if body is not None else who, body)

    def thing(self) -> str:
        """The path of a new thing."""
        return f"/things/{self('POST', '/things', BODY).json['id']}"


@pytest.fixture
def ask() -> Asked:
    return Asked()


def test_what_is_created_is_there_until_it_is_deleted(ask: Asked) -> None:
    path = ask.thing()
    assert (200, "n") == (ask("GET", path).status, ask("GET", path).json["name"])
    assert [path.rpartition("/")[2]] == [item["id"] for item in ask("GET", "/things").json["items"]]
    assert [204, 404, 404] == [ask(method, path).status for method in ("DELETE", "GET", "DELETE")]


def test_what_is_written_is_shown(ask: Asked) -> None:
    path = ask.thing()
    ask("PATCH", path, b'{"name":"n","state":"new"}')
    assert ("n", "new") == (ask("GET", path).json["name"], ask("GET", path).json["state"])
    ask("PUT", path, b'{"name":"other"}')
    assert ("other", False) == (ask("GET", path).json["name"], "state" in ask("GET", path).json)


@pytest.mark.parametrize(
    ("method", "path", "body", "who", "status"),
    [
        ("GET", "/things", None, (), 401),
        ("GET", "/things", None, (("x-api-key", "another"),), 401),
        ("GET", "/things/none", None, KEY, 404),
        ("POST", "/things/none/parts", b'{"name":"n"}', KEY, 404),
        ("POST", "/things", b"{", KEY, 400),
        ("POST", "/things", b"{}", KEY, 400),
        ("POST", "/things", b'{"name":1}', KEY, 400),
        ("DELETE", "/things", None, KEY, 405),
        ("GET", "/nothing", None, KEY, 404),
        ("HEAD", "/things", None, KEY, 200),
    ],
)
def test_it_refuses_what_the_document_does_not_allow(
    ask: Asked, method: str, path: str, body: bytes | None, who: Any, status: int
) -> None:
    assert status == ask(method, path, body, who).status


def test_what_belongs_to_one_is_not_there_for_the_other(ask: Asked) -> None:
    path = ask.thing()
    assert [404, 404, 404] == [
        ask(method, path, body, OTHER_KEY).status
        for method, body in (("GET", None), ("PATCH", b'{"name":"n"}'), ("DELETE", None))
    ]
    assert [] == ask("GET", "/things", who=OTHER_KEY).json["items"]


def test_children_go_with_their_parent(ask: Asked) -> None:
    path = ask.thing()
    part = f"{path}/parts/{ask('POST', f'{path}/parts', BODY).json['id']}"
    assert 200 == ask("GET", part).status
    ask("DELETE", path)
    assert 404 == ask("GET", part).status


def test_a_furnished_one_has_something_to_read(ask: Asked) -> None:
    ask.imaginary.furnish()
    (item,) = ask("GET", "/things").json["items"]
    assert 200 == ask("GET", f"/things/{item['id']}").status
    assert 1 == len(ask("GET", f"/things/{item['id']}/parts").json["items"])
