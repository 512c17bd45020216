"""What is shown of a run: no secret, no control character, curl lines that send what was sent."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from contract_tests.finding import Finding, Report, Verdict

from contract_tests.problems import Misuse
from contract_tests.reports import console, junit
from contract_tests.showing.curl import Request, curl
from contract_tests.showing.mask import Mask, visible
from contract_tests.target import make_headers
from tests.contract_tests.asking import ENVIRONMENT

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
    ("request_", "line"),
    [
        (Request("GET", "http://h/a?b=1&c=2"), "curl -si 'http://h/a?b=1&c=2'"),
        (Request("GET", "http://h/a", (("X-V", "1"),)), 'curl -si -H "X-V: $HYFN_X_V" http://h/a'),
        (Request("GET", "http://h/a", (("x-v", "2"),)), "curl -si -H 'x-v: 2' http://h/a"),
        (Request("GET", "http://h/a", (("x-v", ""),)), "curl -si -H 'x-v;' http://h/a"),
        (Request("HEAD", "http://h/[a]"), "curl -si -I -g 'http://h/[a]'"),
        (Request("GET", "http://h/../a"), "curl -si --path-as-is http://h/../a"),
        (Request("PUT", "http://h/", (), b"{}"), "curl -si -X PUT -H content-type: --data-raw '{}' http://h/"),
        (
            Request("POST", "http://h/", (("Content-Type", "a/b"),), b"\x00%"),
            "printf '\\000%%' | curl -si -X POST -H 'Content-Type: a/b' --data-binary @- http://h/",
        ),
    ],
)  # fmt: skip
def test_a_request_as_curl(request_: Request, line: str) -> None:
    assert line == curl(request_, MASK)


def test_curl_sends_what_was_sent(tmp_path: Path) -> None:
    """Body bytes, an empty header, a header beyond ASCII: as curl itself reports them."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    request = Request("POST", "http://127.0.0.1:1/", (("x-e", ""), ("x-l", "é")), b"\x00\r\n%s")
    line = curl(request, MASK).replace(
        "curl -si", f"curl -si --libcurl {tmp_path}/sent.c --connect-timeout 1"
    )
    subprocess.run(["sh", "-c", line], check=False, capture_output=True)
    sent = (tmp_path / "sent.c").read_text("latin-1")

    assert '"x-e;"' in sent
    assert '"x-l: \\xe9"' in sent or '"x-l: é"' in sent
    assert '"\\0\\r\\n%s"' in sent or '"\\x00\\r\\n%s"' in sent


def test_control_characters_are_shown_not_obeyed() -> None:
    assert "a\\x1b[31m\\ud800\nb☃" == visible("a\x1b[31m\ud800\nb☃")


@pytest.fixture
def hostile() -> Report:
    finding = Finding(f"GET /{HOSTILE}", "check", f"title {HOSTILE}\nmore", f"curl {HOSTILE}", stateful=True)
    return Report("http://h", HOSTILE, 1, 2, (f"GET /{HOSTILE}",), (finding,), {f"GET /{HOSTILE}": HOSTILE})


def test_junit_is_well_formed_whatever_came(hostile: Report) -> None:
    suite = ElementTree.fromstring(junit.xml(hostile))
    (failure,) = suite.iter("failure")
    assert ["stateful"] == [c.get("name") for c in suite.iter("testcase") if c.find("failure") is not None]
    assert "\\x1b[31m]]>&<\\ud800" in str(failure.text)
    assert "title \\x00\\x1b[31m]]>&<\\ud800\\ufffe\\r" == failure.get("message")


def test_junit_appears_whole_or_not_at_all(tmp_path: Path, hostile: Report) -> None:
    junit.write(tmp_path / "a.xml", hostile)
    assert ["a.xml"] == [path.name for path in tmp_path.iterdir()]
    with pytest.raises(Misuse, match="is a folder"):
        junit.check_writable(tmp_path)


def test_a_run_that_stopped_has_no_verdict_whatever_it_found(hostile: Report) -> None:
    stopped = Report(
        "http://h", "T", 1, 2, ("GET /",), hostile.findings, stopped="the target stopped answering"
    )
    assert Verdict.INCONCLUSIVE is stopped.verdict
    assert console.verdict(stopped).startswith(
        "inconclusive: the target stopped answering, 0 cases, 1 failure in"
    )
