"""No secret is in anything that a run writes or prints, whatever the server does with those it was sent."""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from contract_tests.reports.kinds import KINDS
from contract_tests.showing.encodings import encodings
from tests.contract_tests.recording import OTHER_SECRET, SECRET, Api, Reply, Seen, serving, things

GIVEN = {
    "x-api-key": SECRET,
    "api_query_key": "qu3ry/Secret+of=one&mine",
    "cookie": "sid=c00kie-Secret-of-one; theme=d4rk-but-s3cret",
    "authorization": "Bearer b3arer.Secret-of_one.signature~",
}
OTHER = {
    "x-api-key": OTHER_SECRET,
    "api_query_key": "qu3ry/Secret+of=two&yours",
    "cookie": "sid=c00kie-Secret-of-two; theme=l1ght-but-s3cret",
    "authorization": "Bearer b3arer.Secret-of_two.signature~",
}
CHECKS = (
    "create_then_get_returns_it,body_fits_its_schema,broken_credential_is_refused,update_is_applied,"
    "never_answers_with_a_server_error,location_leads_to_the_created_item"
)
LEAST = 8
"""Characters of a secret in a row that nobody may see. What is shorter tells little."""


def bare(headers: dict[str, str]) -> list[str]:
    """The secrets in headers, without the words around them."""
    texts = [part for value in headers.values() for part in re.split(r"[; ]+", value)]
    return [
        text.partition("=")[2] if re.match(r"(sid|theme)=", text) else text
        for text in texts
        if text != "Bearer"
    ]


SECRETS = [*bare(GIVEN), *bare(OTHER)]


def told_back(seen: Seen) -> str:
    """All that came with a request, in every way in which it can be said."""
    said = [value for _, value in seen.headers] + [seen.path]
    whole = " ".join(said)
    return " ".join(
        [
            whole, *(base64.b64encode(("x" * n + whole).encode("latin-1")).decode() for n in range(3)),
            *(base64.urlsafe_b64encode(each.encode("latin-1")).decode() for each in said),
            *(quote(each, safe="") for each in said), *(quote_plus(each).lower() for each in said),
            *(json.dumps(each) for each in said), *(escape(each) for each in said),
            *(each.encode("latin-1").hex() for each in said), whole.swapcase(),
        ]
    )  # fmt: skip


@dataclass
class Parrot(Api):
    """Things, whose server repeats what it was sent in bodies, headers and messages. It breaks promises, so
    that its answers are told in findings."""

    def answer(self, seen: Seen) -> Reply:
        status, headers, value = super().answer(seen)
        said = told_back(seen)
        headers = {
            **headers,
            "X-Echo": said,
            "Set-Cookie": f"sid={seen.header('cookie')}; Path=/",
            "Location": f"/things/{quote(seen.path + repr(seen.headers))}",
        }
        if isinstance(value, dict) and len(self.requests) % 7 == 0:
            return 500, {**headers, "Content-Type": "text/plain"}, f"Error: {said}".encode()
        if isinstance(value, dict) and "items" not in value:
            value = {**value, "createdAt": said, "state": said[:500], said[:300]: 1}
        return (status if len(self.requests) % 11 else 418), headers, value


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Things, with credentials in every place that OpenAPI knows."""
    schemes = {
        "a": {"type": "apiKey", "in": "header", "name": "x-api-key"},
        "b": {"type": "apiKey", "in": "query", "name": "api_query_key"},
        "c": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "d": {"type": "http", "scheme": "bearer"},
    }
    data = {
        "openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": things(),
        "security": [{name: [] for name in schemes}], "components": {"securitySchemes": schemes},
    }  # fmt: skip
    path = tmp_path_factory.mktemp("document") / "things.json"
    path.write_text(json.dumps(data))
    return path


@dataclass(frozen=True)
class Told:
    """What a run printed and wrote, by name; what it was answered."""

    texts: dict[str, str]
    sent: list[Seen]


@pytest.fixture(scope="module")
def told(document: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A run with every report, and those that are made later."""
    folder, api = tmp_path_factory.mktemp("run"), Parrot()
    with serving(api) as url:
        headers = [part for name, value in GIVEN.items() for part in ("-H", f"{name}: {value}")]
        headers += [part for name, value in OTHER.items() for part in ("--other-header", f"{name}: {value}")]
        kinds = ",".join(KINDS)
        check = hyfn(
            folder, "check", url, *headers, "--document", str(document), "--seed", "1", "--report", kinds,
            "--report-dir", "out", "--ledger", "ledger", "--junit", "junit.xml", "-c", CHECKS,
        )  # fmt: skip
    later = hyfn(folder, "report", "out/report.json", "--report", kinds, "--report-dir", "later")
    texts = {
        f"{verb} {name}": text
        for verb, run in (("check", check), ("report", later))
        for name, text in run.items()
    }
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return Told({**texts, **{name: path.read_text("utf-8") for name, path in files.items()}}, api.requests)


def hyfn(folder: Path, *words: str) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-P", "-m", "hyfn", *words], cwd=folder, capture_output=True, text=True, timeout=240,
        check=False, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {"stdout": done.stdout, "stderr": done.stderr}


def parts(secret: str) -> Iterator[tuple[str, str]]:
    """(name, text) of everything that tells too much of a secret."""
    for way, form in [
        ("as it is", secret),
        ("swapped", secret.swapcase()),
        *(("encoded", e) for e in encodings(secret)),
    ]:
        size = max(LEAST, len(form) // 2 + 1)
        for at in range(len(form) - size + 1):
            yield way, form[at : at + size]


def leaks(text: str) -> list[str]:
    """Every part of a secret in a text, with what is around it."""
    return [
        f"{way}: {part} in {text[max(0, text.find(part) - 60) : text.find(part) + 60]!r}"
        for secret in SECRETS
        for way, part in parts(secret)
        if part in text
    ]


def test_the_secrets_arrived_and_came_back(told: Told) -> None:
    """Else the tests below would show nothing."""
    whole = " ".join(told_back(seen) for seen in told.sent)
    assert [] == [secret for secret in SECRETS if secret not in whole and quote(secret, safe="") not in whole]
    assert any("api_query_key=" in seen.path for seen in told.sent)
    data = json.loads(told.texts["out/report.json"])
    assert "does not conform" == data["verdict"]
    assert 5 < len(data["findings"])
    assert "x-echo" in told.texts["out/report.har"].lower()
    assert "HYFN_AUTHORIZATION" in told.texts["out/report.json"]


def test_everything_was_written(told: Told) -> None:
    names = [kind.file_name for kind in KINDS.values()]
    assert {f"{folder}/{name}" for folder in ("out", "later") for name in names} <= set(told.texts)
    assert [] == [name for name in names if told.texts[f"out/{name}"] != told.texts[f"later/{name}"]]


def test_no_secret_is_in_any_file_or_output(told: Told) -> None:
    found: dict[str, Any] = {name: leaks(text)[:3] for name, text in told.texts.items()}
    assert {} == {name: each for name, each in found.items() if each}


def test_no_secret_is_in_what_decodes_to_text(told: Told) -> None:
    """A reader may decode what looks like base64."""
    for name, text in told.texts.items():
        for found in re.finditer(r"[A-Za-z0-9+/_-]{12,}", text):
            for at in range(4):
                data = found[0][at:].replace("-", "+").replace("_", "/")
                plain = base64.b64decode(data[: len(data) // 4 * 4]).decode("latin-1")
                assert [] == [secret for secret in SECRETS if secret in plain], name
