"""Your own functions for one API, in a file."""

from pathlib import Path

import pytest

from tests.handlers.raw import DOCUMENTS
from tests.handlers.test_command import run, started
from tests.handlers.test_reload import wait
from tests.running import Start

DOCUMENT = str(DOCUMENTS / "credentials.yaml")
TOKEN = {"authorization": "Bearer demo-key-123"}
OWN = """
from handlers.call import Call, Reply
from handlers.problems import NotFound
from beside import SIGNED

def create_note(call: Call) -> Reply:
    call.body = {**call.body, "text": call.body["text"] + SIGNED}
    return call.default()

def read_note(call: Call) -> Reply:
    if call.parameters["id"] == "secret":
        raise NotFound("there is no secret note")
    return call.default()

def get_basic(call: Call) -> Reply:
    return Reply("own of " + call.caller.organization)

def get_digest(call):
    return "no reply"

def _helper():
    pass
"""


def own_code(folder: Path, text: str = OWN) -> str:
    (folder / "beside.py").write_text("SIGNED = ' (signed)'\n")
    path = folder / "my_handlers.py"
    path.write_text(text)
    return str(path)


def test_own_functions_win_and_may_ask_for_the_default(start_mock: Start, tmp_path: Path) -> None:
    """Named after an operation id, or after method and path; the rest is answered as before."""
    mock = start_mock(DOCUMENT, "--handlers", own_code(tmp_path), "--auth", "off")
    made = mock.ask("POST", "/notes", {"text": "hello"}, headers=TOKEN).json

    assert "hello (signed)" == made["text"]
    assert made == mock.ask("GET", f"/notes/{made['id']}", headers=TOKEN).json
    assert [made] == mock.ask("GET", "/notes", headers=TOKEN).json
    assert 404 == mock.ask("GET", "/notes/secret", headers=TOKEN).status
    assert "own of demo-org-123" == mock.ask("GET", "/basic").json
    assert "in" == mock.ask("GET", "/connect").json


def test_what_is_no_reply_is_blamed_by_name(start_mock: Start, tmp_path: Path) -> None:
    """500, with the function and what it gave."""
    mock = start_mock(DOCUMENT, "--handlers", own_code(tmp_path), "--auth", "off")
    answer = mock.ask("GET", "/digest")

    assert 500 == answer.status
    assert b"my_handlers.py get_digest gave str, expected a Reply" in answer.body


def test_the_start_names_them(tmp_path: Path) -> None:
    """Beside what the store and the document answer."""
    process, lines = started(DOCUMENT, "--handlers", own_code(tmp_path))
    process.kill()
    process.communicate()
    text = "".join(lines)

    for part in (
        "my_handlers.py create_note", "the store: list of /notes", "the document's examples and schemas",
    ):  # fmt: skip
        assert part in text


BAD = {
    "a name that is no operation's": ("\ndef creat_note(call): pass", ":2: no operation is named creat_note: "
                                      "expected a name such as create_note"),
    "a syntax error": ("x = 1\ndef f(:", ":2: cannot be imported: SyntaxError: "),
    "an import that fails": ("\n\nimport no_such_module", ":3: cannot be imported: ModuleNotFoundError: "),
    "an exit": ("raise SystemExit", ":1: cannot be imported: SystemExit"),
    "an async function": ("async def create_note(call): pass", ":1: create_note is async, expected a plain"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    """With file and line, and exit code 2."""
    path = own_code(tmp_path, text)
    done = run("mock", DOCUMENT, "--port", "0", "--handlers", path)

    assert 2 == done.returncode
    assert done.stderr.startswith(f"hyfn mock: {path}{said}")
    assert 1 == done.stderr.count("\n")
    assert "" == done.stdout


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    """It says that it cannot be read."""
    done = run("mock", DOCUMENT, "--port", "0", "--handlers", str(tmp_path / "none.py"))
    assert (2, 1) == (done.returncode, done.stderr.count("\n"))
    assert "none.py: cannot be read" in done.stderr


def test_an_edit_is_served(start_mock: Start, tmp_path: Path) -> None:
    """With --reload; a broken edit leaves the last good functions in place, and the records stay."""
    path = Path(own_code(tmp_path))
    mock = start_mock(DOCUMENT, "--handlers", str(path), "--reload", "--auth", "off")
    mock.ask("POST", "/notes", {"text": "kept"}, headers=TOKEN)
    path.write_text(OWN.replace("own of", "new of"))
    wait(lambda: mock.ask("GET", "/basic").json == "new of demo-org-123")
    path.write_text("broken(")
    path.write_text("broken((")

    assert "new of demo-org-123" == mock.ask("GET", "/basic").json
    assert 1 == len(mock.ask("GET", "/notes", headers=TOKEN).json)
