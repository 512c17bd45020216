"""What is shown of a run: no secret, no control character, curl lines that send what was sent."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from contract_tests.check import Level, Requirement, failed
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.footprint import Footprint
from contract_tests.reports import console, json_report, junit
from contract_tests.reports.layout import Layout
from contract_tests.reports.places import Places
from contract_tests.result import Result
from contract_tests.showing.curl import curl, written
from contract_tests.showing.mask import Mask
from contract_tests.target import make_headers
from openapi.document import load
from tests.contract_tests.asking import ENVIRONMENT

THINGS = Path(__file__).with_name("things.yaml")
MASK = Mask(
    make_headers([("x-api-key", "s3cret/'\"é"), ("authorization", "Bearer t0ken-of-mine"), ("x-v", "1")])
)
HOSTILE = "\x00\x1b[31m]]>&<\ud800\ufffe\r\n\u202e"


def echoed(arguments: str) -> bytes:
    """What a shell makes of words that Mask wrote, the secrets being set."""
    values = {header.variable: header.value.encode("latin-1") for header in MASK.headers}
    environment = {**{name: value.encode() for name, value in ENVIRONMENT.items()}, **values}
    return subprocess.run(["sh", "-c", arguments], env=environment, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain",
        b"it's $HOME `ls` \\n %s",
        "grün ☃".encode(),
        b"\xe9\xff",
        b"\x1b[0m\t%d'\\",
        "s3cret/'\"é".encode("latin-1"),
    ],
)
def test_a_shell_reads_the_same_bytes(data: bytes) -> None:
    assert data == echoed("printf %s " + MASK.word(data))
    assert data == echoed(MASK.printf(data))


def test_a_body_may_hold_anything() -> None:
    data = bytes(range(256)) + b"\n\n"
    assert data == echoed(MASK.printf(data))


@pytest.mark.parametrize(
    "text", ["s3cret/'\"é", '"s3cret/\'\\"\\u00e9"', "?k=s3cret%2F%27%22%C3%A9&", "t0ken-of-mine"]
)
def test_a_secret_is_hidden_in_every_spelling(text: str) -> None:
    """As it is, in JSON, in a URL; and the token of a bearer alone."""
    shown = MASK.hide(text)
    assert "s3cret" not in shown
    assert "t0ken" not in shown
    assert "$HYFN_" in shown


def test_a_value_too_short_to_be_a_secret_leaves_text_readable() -> None:
    assert "1 is not of type string" == MASK.hide("1 is not of type string")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request("GET", "http://h/a?b=1&c=2"), ["'http://h/a?b=1&c=2'"]),
        (Request("GET", "http://h/a", (("X-V", "1"),)), ["http://h/a", '-H "X-V: $HYFN_X_V"']),
        (Request("GET", "http://h/a", (("x-v", "2"),)), ["http://h/a", "-H 'x-v: 2'"]),
        (Request("GET", "http://h/a", (("x-v", ""),)), ["http://h/a", "-H 'x-v;'"]),
        (Request("HEAD", "http://h/[a]"), ["-I", "-g", "'http://h/[a]'"]),
        (Request("GET", "http://h/../a"), ["--path-as-is", "http://h/../a"]),
        (
            Request("PUT", "http://h/", (), b"{}"),
            ["-X PUT", "http://h/", "-H content-type:", "--data-raw '{}'"],
        ),
    ],
)
def test_a_request_as_curl(request_: Request, words: list[str]) -> None:
    """Its words after the first, which says what is printed."""
    assert words == curl(written(request_, MASK))[1:]


def test_a_hostile_answer_is_shown_as_text_and_no_secret_with_it() -> None:
    """In the JUnit file, which has to be well-formed, in JSON and on the terminal."""
    requirement = Requirement("#/paths/~1things/get", "some_check", Level.DOCUMENT, "GET /things")
    answer = Answer(200, (("content-type", "text/plain"),), HOSTILE.encode("utf-8", "surrogatepass"))
    asked = Request("GET", "http://127.0.0.1/things", (("x-api-key", "s3cret/'\"é"),))
    outcome = failed(requirement, f"{HOSTILE} t0ken-of-mine", "no such thing", Exchange(1, asked, answer))
    result = Result("http://127.0.0.1", "Things", "full", 1, (outcome,), frozenset(), Footprint())
    places = Places(load(THINGS))

    xml = junit.xml(result, places, MASK)
    data = json_report.render(result, places, MASK)
    lines = "\n".join(console.body(result, places, MASK, Layout()))

    assert "failure" == ElementTree.fromstring(xml)[1][0].tag
    for shown in (xml.decode(), data.decode(), lines):
        assert "t0ken" not in shown
        assert "s3cret" not in shown
        assert "\x1b" not in shown
        assert "$HYFN_AUTHORIZATION" in shown
