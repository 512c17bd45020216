"""Two small APIs that have nearly all that OpenAPI 3.1 and 3.2 have: loaded, served and checked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from handlers.commands.inspect import inspect
from openapi.document import load
from openapi.findings import look_at_patterns, look_through, unhonoured
from tests.running import Start
from tests.supported.features import FEATURES
from tests.supported.keywords import KEYWORDS

DOCUMENTS = Path(__file__).parents[1] / "documents"
ORDINARY = {
    "allOf", "not", "multipleOf", "minProperties", "uniqueItems", "style", "explode", "content", "example"
}  # fmt: skip
NAMES = ["kilns_3_1.yaml", "kilns_3_2.yaml"]


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_without_a_finding(name: str) -> None:
    """Nothing is wrong in it, and nothing of it is not honoured."""
    document = load(DOCUMENTS / name)
    look_through(document)
    look_at_patterns(document)
    assert [] == [str(finding) for finding in document.findings()]
    assert [] == unhonoured(document)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_what_its_version_brought(name: str) -> None:
    """Written in it are the words that 3.1 brought, and in the other one those of 3.2."""
    text = (DOCUMENTS / name).read_text()
    words = {"type: [", "const", "prefixItems", "if", "then", "unevaluatedProperties", "$defs", "webhooks"}
    later = {"query", "additionalOperations", "itemSchema", "querystring", "$self", "defaultMapping"}
    wanted = words | {"examples"} | (later if "3_2" in name else set())
    assert [] == [word for word in sorted(wanted) if word not in text]


def test_all_that_is_supported_stands_in_one_of_them() -> None:
    """Each keyword of 3.1 and later is written in a document, as is each feature that is a keyword."""
    text = "".join((DOCUMENTS / name).read_text() for name in NAMES)
    new = [name.removeprefix("beside ") for name, each in KEYWORDS.items() if "3.1" in each.versions]
    words = [word for name in new for word in name.split(", ") if word != "type lists"]
    words += [part.split(":")[0].rsplit(".")[-1] for name in FEATURES for part in name.split("`")[1::2]]
    assert [] == [word for word in words if f"{word}:" not in text and word not in ORDINARY]


@pytest.mark.parametrize(("name", "resource"), [("kilns_3_1.yaml", "/pots"), ("kilns_3_2.yaml", "/kilns")])
def test_its_resource_is_understood(name: str, resource: str) -> None:
    """Create, list, read, replace and delete are answered by the store."""
    told = json.loads(CliRunner().invoke(inspect, [str(DOCUMENTS / name), "--json"]).stdout)
    assert resource in json.dumps(told["resources"])


@pytest.mark.parametrize("profile", ["sandboxed", "read-only"])
@pytest.mark.parametrize("name", NAMES)
def test_the_suite_finds_no_failure(name: str, profile: str, start_mock: Start, tmp_path: Path) -> None:
    """Of the mock that serves it, with all credentials that it gives."""
    document = str(DOCUMENTS / name)
    mock = start_mock(document)
    given = {"kilns_3_1.yaml": "X-Key: demo-key-123", "kilns_3_2.yaml": "api_key: demo-key-123"}[name]
    login = "Authorization: Bearer demo-key-123"
    command = [sys.executable, "-W", "ignore", "-P", "-m", "hyfn", "check", mock.url, "--document", document]
    command += ["--profile", profile, "--seed", "1", "--ledger", str(tmp_path), "-H", given, "-H", login]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert "conforms: 0 failed, 0 warned" in done.stdout, done.stdout + done.stderr
