"""`hyfn inspect`, and what corrects the model that it shows."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.handlers.raw import DOCUMENTS
from tests.handlers.test_command import run
from tests.running import Start

ODD = DOCUMENTS / "odd.yaml"
CONFIG = """
[resources."/gadgets/{which}"]
id = "tag"

[resources.allGadgets]
role = "list"
resource = "/gadgets/{which}"
envelope = "stuff.rows"

[resources."POST /gadgets.new"]
role = "create"
resource = "/gadgets/{which}"

[resources."POST /gadgets/{which}"]
role = "delete"

[resources."/status/{part}"]
role = "none"
"""


def folder(tmp_path: Path, config: str | None = CONFIG) -> str:
    """A copy of the document, with a configuration beside it."""
    shutil.copy(ODD, tmp_path / "odd.yaml")
    if config is not None:
        (tmp_path / "hyfn.toml").write_text(config)
    return str(tmp_path / "odd.yaml")


def told(*arguments: str) -> Any:
    done = run("inspect", *arguments, "--json")
    assert (0, "") == (done.returncode, done.stderr)
    return json.loads(done.stdout)


def operation(inspection: Any, name: str) -> Any:
    (found,) = [each for each in inspection["operations"] if each["id"] == name]
    return found


def test_the_bundled_document_in_80_columns() -> None:
    """Each resource with how it works; each operation with what answers it and why."""
    page = run("inspect").stdout
    assert max(map(len, page.splitlines())) <= 80
    assert page.index("RESOURCES") < page.index("OPERATIONS")
    for part in (
        "/work_items\n",
        "POST /agents  createAgent\n",
        "agents.py list_agents",
        "  why ",
    ):
        assert part in page


@pytest.mark.parametrize("name", ["security.yaml", "credentials.yaml", "callbacks.yaml", "odd.yaml"])
def test_every_operation_is_told(name: str) -> None:
    """As JSON: role, what answers, why; as text: in 80 columns."""
    document = yaml.safe_load((DOCUMENTS / name).read_text())
    methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
    count = sum(len(methods & set(item)) for item in document["paths"].values())
    inspection = told(str(DOCUMENTS / name))
    assert count == len(inspection["operations"])
    assert all(each["role"] and each["answers"] and each["why"] for each in inspection["operations"])
    page = run("inspect", str(DOCUMENTS / name)).stdout
    assert max(map(len, page.splitlines())) <= 80


def test_what_is_not_declared_and_not_asked_for() -> None:
    """Refusals without a declared status, callbacks, webhooks, and security that nobody sees."""
    notes = told(str(DOCUMENTS / "credentials.yaml"))
    assert {401, 400, 415} == {r["status"] for r in operation(notes, "createNote")["undeclared_refusals"]}
    assert [] == operation(notes, "readNote")["undeclared_refusals"]
    assert {"certificate", "no_such"} == set(notes["security"]["unchecked"])
    assert "/v1/oauth/token" in notes["security"]["tokens"]
    page = run("inspect", str(DOCUMENTS / "callbacks.yaml")).stdout
    assert "  callbacks   onBooked, onQuery, onHeader\n" in page
    assert page.endswith("WEBHOOKS\n\n  bookingExpired, bookingPaid, bookingPrinted\n")


def test_without_a_correction_the_odd_api_is_not_understood(tmp_path: Path) -> None:
    """And it says so."""
    plain = told(folder(tmp_path, None))
    assert ["singleton", "other"] == [operation(plain, name)["role"] for name in ("allGadgets", "newGadget")]


def test_a_configuration_beside_the_document_corrects_it(tmp_path: Path) -> None:
    """Roles, the resource of an operation, the id, the envelope; `none` is left alone."""
    inspection = told(folder(tmp_path))
    (gadgets,) = inspection["resources"]
    roles = {name: operation(inspection, name)["role"] for name in ("allGadgets", "newGadget", "dropGadget")}

    assert ("/gadgets/{which}", "tag") == (gadgets["key"], gadgets["id"]["property"])
    assert "stuff.rows" == gadgets["envelopes"]["list"]
    assert {"allGadgets": "list", "newGadget": "create", "dropGadget": "delete"} == roles
    assert "other" == operation(inspection, "status")["role"]
    assert operation(inspection, "newGadget")["why"].startswith("hyfn.toml says so, create at /gadgets.new")


def test_the_mock_does_as_it_is_told(start_mock: Start, tmp_path: Path) -> None:
    """Create, list, read, delete, read again."""
    mock = start_mock(folder(tmp_path))
    made = mock.ask("POST", "/gadgets.new", {"label": "lamp", "colour": "red"}).json
    at = f"/gadgets/{made['tag']}"

    assert made == mock.ask("GET", at).json
    assert [made] == mock.ask("GET", "/gadgets.all").json["stuff"]["rows"]
    assert 204 == mock.ask("POST", at).status
    assert [404, []] == [mock.ask("GET", at).status, mock.ask("GET", "/gadgets.all").json["stuff"]["rows"]]


def test_an_extension_in_the_document_does_the_same(tmp_path: Path) -> None:
    """`x-resource` on paths and operations; hyfn.toml wins over it."""
    data = yaml.safe_load(ODD.read_text())
    paths = data["paths"]
    paths["/gadgets/{which}"]["x-resource"] = {"id": "label"}
    paths["/gadgets.all"]["get"]["x-resource"] = {
        "role": "list", "resource": "/gadgets/{id}", "envelope": "stuff.rows",
    }  # fmt: skip
    paths["/status/{part}"]["x-resource"] = {"role": "none"}
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(data))

    (gadgets,) = told(str(path))["resources"]
    assert ("label", "`label`: x-resource says so") == (
        gadgets["id"]["property"], gadgets["id"]["why"].partition(";")[0],
    )  # fmt: skip
    assert "allGadgets" == gadgets["operations"]["list"]
    (tmp_path / "hyfn.toml").write_text('[resources."/gadgets/{which}"]\nid = "tag"\n')
    assert "tag" == told(str(path))["resources"][0]["id"]["property"]


PATH = '\n[resources."/gadgets/{which}"]\n'
WRONG = {
    "an unknown path": ('[resources."/nope"]\nid = "x"', ":1: ", "'/nope' is no path and no operation of"),
    "an unknown field": (f'{PATH}id = "tag"\ncolour = "red"', ":4: ", "colour: no field of it"),
    "no text": (f"{PATH}id = 5", ":3: ", "id: expected text, found 5"),
    "an unknown role": (f'{PATH}role = "list"', ":3: ", "role: expected collection or item or sing"),
    "an unknown property": (f'{PATH}id = "nope"', ":3: ", "id: no property of the item is called nope"),
    "no item": ('[resources."/gadgets.all"]\nrole = "item"', ":2: ", "ends at no parameter"),
    "a parent that is not there": (f'{PATH}parent = "/x"', ":3: ", "parent: the document has no path /x"),
    "a parent of nothing": (f'{PATH}parent = "none"', ":3: ", "parent: nothing stands above it in its path"),
    "an envelope that leads nowhere": (f'{PATH}envelope = "a.b"', ":3: ", "oneGadget answers no a.b"),
    "an unknown resource": ('[resources.newGadget]\nrole = "create"\nresource = "/x"', ":3: ",
                            "resource: the document has no path /x"),
    "no table": ('[resources]\n"/gadgets/{which}" = 5', ":2: ", "expected an object with role or id"),
    "no TOML": ("[resources", ":1: ", "not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("command", ["inspect", "mock"])
@pytest.mark.parametrize(("config", "line", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_correction_is_one_line(
    tmp_path: Path, config: str, line: str, said: str, command: str
) -> None:
    """With file and line, and exit code 2."""
    options = ["--port", "0"] if command == "mock" else []
    done = run(command, folder(tmp_path, config), *options)
    assert (2, 1) == (done.returncode, done.stderr.count("\n"))
    assert f"hyfn {command}: {tmp_path}/hyfn.toml{line}" in done.stderr
    assert said in done.stderr


def test_a_wrong_extension_names_its_line(tmp_path: Path) -> None:
    """Of the document; `hyfn check` says it too."""
    text = ODD.read_text().replace(
        "    post:\n      operationId: dropGadget",
        "    post:\n      x-resource: {rôle: list}\n      operationId: dropGadget",
    )
    path = tmp_path / "odd.yaml"
    path.write_text(text)
    line = text[: text.index("x-resource")].count("\n") + 1
    wanted = f"{path}:{line}: x-resource: rôle: no field of it, expected role or resource or envelope"
    for command in (["inspect", str(path)], ["check", "http://127.0.0.1:1", "--document", str(path)]):
        done = run(*command)
        assert 2 == done.returncode
        assert wanted in done.stderr
