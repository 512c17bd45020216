"""Does every fault spoil what its sentence says, nothing that is ours, and nothing at all when it is off?"""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from handlers import announcement
from handlers.answer import ReplyStage
from handlers.controls import faults
from handlers.controls.calling import CallbackStage
from handlers.controls.faults import FAULTS
from handlers.resolve import FunctionStage
from handlers.router import RouterStage
from handlers.security import SecurityStage
from handlers.store.tiny import TinyStore
from handlers.validation import RequestStage
from openapi.document import Document, load
from openapi.source import SourceError, parse
from tests.handlers.faults import access, answers, requests, state, writing
from tests.handlers.faults.probe import Probe
from tests.handlers.faults.served import Served

ROOMS = (answers, requests, access, writing, state)
PROBES: dict[str, Probe] = {name: probe for room in ROOMS for name, probe in room.PROBES.items()}
FOREIGN = sorted((Path(__file__).parent / "documents").glob("*.yaml"))
SMALL = Document(parse("bounds.yaml", requests.DEMANDED.encode()))


@pytest.fixture(scope="module")
def clean() -> Served:
    """The mock as it is."""
    return Served()


@pytest.mark.parametrize("name", PROBES)
def test_a_fault_does_what_its_sentence_says(name: str, clean: Served) -> None:
    """The probe tells it from the clean mock; the controls are as ever, and nothing else goes wrong."""
    probe, spoilt = PROBES[name], Served(name)
    controls = _controls(clean)

    assert controls == _controls(spoilt)
    assert probe.clean == probe.ask(clean)
    assert probe.spoilt == probe.ask(spoilt)
    assert [] == clean.own.found + spoilt.own.found


def _controls(mock: Served) -> list[object]:
    """What the paths that are ours answer, after a reset."""
    reset = mock.post("/_mock/reset", at="", who={})
    told = [mock.get(path, at="", who={}) for path in ("/_mock/credentials", "/_mock/state", "/openapi.json")]
    refused = mock.ask("DELETE", "/_mock/state", at="")
    tables = told[1].json["tables"].keys()
    return [
        reset.status, [(answer.status, answer.headers["content-type"]) for answer in told], told[0].body,
        tables, refused.status, refused.headers["allow"], refused.body,
    ]  # fmt: skip


@pytest.mark.parametrize("name", requests.ELSEWHERE)
def test_a_fault_that_the_bundled_document_cannot_show_does_so_in_another(name: str) -> None:
    """Keywords and parameters that the Hyfn document does not have."""
    probe = requests.ELSEWHERE[name]

    assert probe.clean == probe.ask(Served(document=SMALL))
    assert probe.spoilt == probe.ask(Served(name, SMALL))
    assert (False, True) == (FAULTS[name].shows(load()), FAULTS[name].shows(SMALL))


def test_every_fault_has_a_probe() -> None:
    """No more and no fewer."""
    assert set(FAULTS) == PROBES.keys() | requests.ELSEWHERE.keys()


def test_every_fault_says_what_it_does_and_what_it_breaks() -> None:
    """One sentence each; the name is a lower_case_sentence."""
    for fault in FAULTS.values():
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", fault.name)
        for sentence in (fault.says, fault.breaks):
            assert re.fullmatch(r"[A-Z0-9].*\.", sentence), fault.name
        assert 110 >= len(fault.says)


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_a_fault_starts_with_any_document(path: Path) -> None:
    """Each with one of the foreign ones, whose operations it answers without a mistake of its own."""
    document = load(path)
    asked = [(o.method, re.sub(r"\{[^}]*\}", "1", o.path)) for o in document.operations][:6]
    mocks = {name: Served(name, document) for name in [*FAULTS][FOREIGN.index(path) :: len(FOREIGN)]}
    mocks["none"] = Served(document=document)
    for method, where in asked:
        for mock in mocks.values():
            mock.ask(method, where, None if method in ("GET", "HEAD") else {"name": "x"}, at="")

    assert dict.fromkeys(mocks, mocks["none"].own.found) == {name: m.own.found for name, m in mocks.items()}


def test_no_fault_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stages and the store are the very ones, and nothing is asked of the faults."""
    monkeypatch.setattr(faults, "find", None)
    monkeypatch.setattr(faults, "Plan", None)
    mock = Served()
    stages = []
    stage = mock.app._asgi
    while stage is not None:
        stages.append(type(stage))
        stage = getattr(stage, "app", None)
    store = mock.app.context.store

    assert [RouterStage, CallbackStage, ReplyStage] == stages[1:4]
    assert {SecurityStage, RequestStage, FunctionStage} <= set(stages)
    assert TinyStore is type(store)


def test_an_unknown_name_is_told_the_nearest() -> None:
    """In one line."""
    with pytest.raises(SourceError) as raised:
        faults.find("create_answer_200")

    found, expected = (
        "'create_answer_200' found",
        "a fault such as create_answers_200; --list-faults shows all",
    )
    assert f"--fault: {found}, expected {expected}" == str(raised.value)


def test_the_list_has_every_fault_under_its_class() -> None:
    """Name and sentence, class by class, each class once."""
    lines = list(faults.listing())
    kinds = [line for line in lines if line and not line.startswith(" ")]
    rows = [line.split(maxsplit=1) for line in lines if line.startswith(" ")]

    assert [[fault.name, fault.says] for fault in FAULTS.values()] == rows
    assert list(dict.fromkeys(fault.kind for fault in FAULTS.values())) == kinds


@pytest.mark.parametrize(
    ("name", "row"),
    [
        (None, ""),
        ("list_is_empty", "  fault       list_is_empty: A list is empty.\n"),
        ("bounds_are_not_checked", "  (nothing in this document shows it)\n"),
    ],
)
def test_start_up_says_which_fault_is_on(name: str | None, row: str) -> None:
    """And where the document has nothing that could show it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        told = announcement.text(Served(name).app, [listening], None, quiet=False)

    assert row in told
    assert (name is not None) == ("  fault  " in told)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "hyfn", "mock", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_lists_the_faults_and_refuses_an_unknown_one() -> None:
    """Exit 0 and the table; exit 2 and one line."""
    told, refused = _run("--list-faults"), _run("--fault", "text_is_trimed")

    assert (0, "\n".join(faults.listing()) + "\n") == (told.returncode, told.stdout)
    assert (2, 1) == (refused.returncode, len(refused.stderr.splitlines()))
    assert "such as text_is_trimmed;" in refused.stderr
