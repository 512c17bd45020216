"""What is shown of a run: no secret, no control character, curl lines that send what was sent."""

import base64
import json
import shutil
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from contract_tests.exchange import NOBODY, Exchange, Request
from contract_tests.showing.curl import curl, written
from contract_tests.showing.derived import derived, shares
from contract_tests.showing.mask import Mask, header_word, masked, visible
from contract_tests.showing.shell import Expand, folded, word
from contract_tests.target import Header, make_headers
from tests.contract_tests.asking import ENVIRONMENT

MASK = Mask(
    make_headers([("x-api-key", "s3cret/'\"é"), ("authorization", "Bearer t0ken-of-mine"), ("x-v", "1")])
)


def echoed(arguments: str, mask: Mask = MASK) -> bytes:
    """What a shell makes of words that Mask wrote, the secrets being set."""
    values = {header.variable: header.value.encode("latin-1") for header in mask.headers}
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
        "zero\u200djoiner %s \\ '".encode(),
        "s3cret/'\"é".encode("latin-1"),
        b"before t0ken-of-mine,behind",
        b'{"a":"s3cret/\'"}',
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
    assert "$HYFN_" in shown or "${HYFN_" in shown


@pytest.mark.parametrize(
    "text", ["the key t0ken... is unknown", "…ken-of-mine", "a T0KEN-OF-MINE", "xt0ken-of-min"]
)
def test_what_is_left_of_a_secret_is_hidden(text: str) -> None:
    """Where it was cut, or written in another case."""
    assert not shares(MASK.hide(text).lower(), "t0ken-of-mine")


def test_a_value_too_short_to_be_a_secret_leaves_text_readable() -> None:
    assert "1 is not of type string" == MASK.hide("1 is not of type string")


def test_a_header_that_holds_no_secret_leaves_text_readable() -> None:
    mask = Mask(make_headers([("accept", "application/json")]))
    assert "application/json came" == mask.hide("application/json came")


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (Request("GET", "http://h/a?b=1&c=2"), "curl -siw '\\n' 'http://h/a?b=1&c=2'"),
        (Request("GET", "http://h/a", (("X-V", "1"),)), "curl -siw '\\n' http://h/a -H \"X-V: $HYFN_X_V\""),
        (Request("GET", "http://h/a", (("x-v", "2"),)), "curl -siw '\\n' http://h/a -H 'x-v: 2'"),
        (Request("GET", "http://h/a", (("x-v", ""),)), "curl -siw '\\n' http://h/a -H 'x-v;'"),
        (Request("HEAD", "http://h/[a]"), "curl -siw '\\n' -I -g 'http://h/[a]'"),
        (Request("GET", "http://h/../a"), "curl -siw '\\n' --path-as-is http://h/../a"),
        (
            Request("PUT", "http://h/", (), b"{}"),
            "curl -siw '\\n' -X PUT http://h/ -H content-type: --data-raw '{}'",
        ),
        (
            Request("POST", "http://h/", (("Content-Type", "a/b"),), b"\x00%"),
            "printf '\\000%%' | curl -siw '\\n' -X POST http://h/ -H 'Content-Type: a/b' --data-binary @-",
        ),
    ],
)  # fmt: skip
def test_a_request_as_curl(request_: Request, line: str) -> None:
    assert line == " ".join(curl(written(request_, MASK)))


def test_curl_sends_what_was_sent(tmp_path: Path) -> None:
    """Body bytes, an empty header, a header beyond ASCII: as curl itself reports them."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    request = Request("POST", "http://127.0.0.1:1/", (("x-e", ""), ("x-l", "é")), b"\x00\r\n%s")
    line = " ".join(curl(written(request, MASK))).replace(
        "curl -si", f"curl --libcurl {tmp_path}/sent.c --connect-timeout 1 -si"
    )
    subprocess.run(["sh", "-c", line], check=False, capture_output=True)
    sent = (tmp_path / "sent.c").read_text("latin-1")

    assert '"x-e;"' in sent
    assert '"x-l: \\xe9"' in sent or '"x-l: é"' in sent
    assert '"\\0\\r\\n%s"' in sent or '"\\x00\\r\\n%s"' in sent


KEY = "Zq7-Wm4/Rk9+Vt2=Xp6"
LOGIN = base64.b64encode(f"robin:{KEY}".encode()).decode()


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("name", "value", "broken"),
    [
        ("x-api-key", KEY, KEY[:-1]),
        ("x-api-key", KEY, f"x{KEY}"),
        ("x-api-key", KEY, f"{KEY}x"),
        ("x-api-key", KEY, KEY.swapcase()),
        ("x-api-key", KEY, f"{KEY[:5]}{KEY[14:]}"),
        ("Authorization", f"Bearer {KEY}", f"Bearer {KEY[:-1]}"),
        ("Authorization", f"Bearer {KEY}", f"Bearer x{KEY}"),
        ("Authorization", f"Bearer {KEY}", f"Bearer {KEY.swapcase()}"),
        ("Authorization", f"Bearer {KEY}", f"Basic {KEY}"),
        ("Authorization", f"Basic {LOGIN}", f"Basic {encoded(f'robin:{KEY[:-1]}')}"),
        ("Authorization", f"Basic {LOGIN}", f"Basic {encoded(f'robin:x{KEY}')}"),
        ("Authorization", f"Basic {LOGIN}", f"Basic {encoded(f'robin:{KEY.swapcase()}')}"),
        ("Authorization", f"Basic {LOGIN}", f"Basic {encoded('robin:')}"),
        ("Authorization", f"Basic {LOGIN}", f"Bearer {LOGIN}"),
        ("Cookie", f"a=1; session={KEY}; b=2", f"a=1; session={KEY[:-1]}; b=2"),
        ("Cookie", f"a=1; session={KEY}; b=2", f"a=1; session={KEY.swapcase()}; b=2"),
    ],
)
def test_a_broken_credential_is_an_expression_over_the_right_one(name: str, value: str, broken: str) -> None:
    """The shell makes of it exactly what was sent; the text of it, and of what a server repeats, tells
    nothing."""
    (header,) = make_headers([(name, value)])
    sent = Exchange(1, Request("GET", "http://h/", ((name, broken),)), None, NOBODY)
    mask = masked([sent], [header])
    shown = mask.header(name, broken)

    assert f"{name}: {broken}".encode() == echoed(f"printf %s {shown}", mask)
    for text in (shown, mask.hide(f"I do not know {broken} at all")):
        assert not any(shares(text, secret) for secret in (KEY, KEY.swapcase(), LOGIN))


def test_a_wrong_credential_is_shown_as_it_was_sent() -> None:
    (header,) = make_headers([("x-api-key", KEY)])
    assert derived("Ab3-Cd5/Ef7+Gh9=Ij1", header) is None


def test_a_key_of_the_query_is_a_variable_in_the_url() -> None:
    """Encoded as the URL was."""
    (header,) = make_headers([("api_key", KEY)])
    request = Request(
        "GET", f"http://h/a?api_key={KEY.replace('/', '%2F').replace('+', '%2B').replace('=', '%3D')}"
    )
    shown = curl(written(request, Mask([header])))[1]

    assert not shares(shown, KEY)
    assert request.url.encode() == echoed(f"printf %s {shown}", Mask([header]))


def test_a_variable_is_told_from_the_text_behind_it() -> None:
    assert '"${HYFN_A}b"' == word([Expand("${HYFN_A}"), "b"])
    assert '"a: $HYFN_A-b"' == word(["a: ", Expand("${HYFN_A}"), "-b"])
    assert '\'"!\'"$HYFN_A"' == word(['"!', Expand("${HYFN_A}")])


def test_an_empty_header_is_sent_by_curl() -> None:
    assert "'x-e;'" == header_word("x-e", [])


def test_a_folded_command_is_one_command() -> None:
    lines = folded(["printf %s-", "one", "two", "three"], 16)
    assert ["printf %s- one \\", "  two three"] == lines
    assert b"one-two-three-" == echoed("\n".join(lines))


def test_control_characters_are_shown_not_obeyed() -> None:
    assert "a\\x1b[31m\\ud800\nb☃" == visible("a\x1b[31m\ud800\nb☃")


def test_two_headers_have_two_variables() -> None:
    one, two = make_headers([("x-api-key", KEY), ("X_API_KEY", "another one")])
    assert [
        Header("x-api-key", KEY, "HYFN_X_API_KEY"),
        Header("X_API_KEY", "another one", "HYFN_X_API_KEY_"),
    ] == [one, two]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: quote(text, safe=""), lambda text: quote(text).lower(), json.dumps, escape, str.swapcase,
        lambda text: b64encode(f"key {text}!".encode()).decode(), lambda text: text.encode().hex(),
        lambda text: urlsafe_b64encode(f"ke {text}!".encode()).decode(),
    ],
)  # fmt: skip
def test_a_secret_is_found_in_what_it_is_encoded_to(encode: Callable[[str], str]) -> None:
    secret = 's3cr/et"+of=mine&yours'
    mask = Mask(make_headers([("x-api-key", secret)]))
    for shown in (
        mask.hide(f"it is {encode(secret)}, see?"),
        word(mask.pieces(f"it is {encode(secret)}, see?")),
    ):
        assert "HYFN_X_API_KEY" in shown
        assert [] == [
            each for each in (encode(secret), secret) for n in range(12) if each[n : n + 8] in shown
        ]


def test_parts_that_overlap_are_hidden_both() -> None:
    mask = Mask(make_headers([("a", "abcdefghij"), ("b", "fghijklmno")]))
    assert "(a part of $HYFN_A)(a part of $HYFN_B)" == mask.hide("bcdefghijklmn")


def test_a_part_of_a_secret_is_cut_out_of_its_variable() -> None:
    header = make_headers([("x-api-key", "s3cret-of-mine")])[0]
    shown = word(Mask([header]).pieces("/things/s3cret-of?x"))
    assert "s3cret" not in shown
    assert b"/things/s3cret-of?x" == echoed(f"printf %s {shown}", Mask([header]))


def test_a_secret_is_found_in_a_long_text() -> None:
    """Also where one part of what is looked through at once ends and the next one begins."""
    mask = Mask(make_headers([("x-api-key", "s3cret-of-mine-and-yours")]))
    encoded = b64encode(b"s3cret-of-mine-and-yours").decode()
    for before in (*range(9_960, 10_010, 5), 200_000):
        shown = mask.hide("." * before + encoded + ". " * 30_000)
        assert [] == [encoded[n : n + 8] for n in range(len(encoded) - 7) if encoded[n : n + 8] in shown]
