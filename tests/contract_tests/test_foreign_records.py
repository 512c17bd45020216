"""Whatever a run does, and however it ends, other people's records stay as they are, byte for byte.

`HYFN_KILLS=10 pytest tests/contract_tests/test_foreign_records.py -s` kills ten times each, and in profile
full, too.
"""

import contextlib
import os
import random
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.profile import Profile
from tests.contract_tests.between import Passed, between
from tests.contract_tests.deployments import NAMES, Deployment, counted, deployed, wrong
from tests.contract_tests.foreign import UNLISTED, Foreign, seed_file, settle
from tests.contract_tests.killing import Moment, alive, rest

KILLS = int(os.environ.get("HYFN_KILLS", "2"))
LONG = "HYFN_KILLS" in os.environ
KILLED = [Profile.SANDBOXED, *([Profile.FULL] if LONG else [])]
PROFILES = [Profile.SANDBOXED, Profile.FULL]
SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
LOOK = re.compile(r"look into (\S+): a create was on its way there, and nothing tells its record from others")

HELD = re.compile(r"left: \S+/([^/]+): DELETE is answered 409")

Held = tuple[Deployment, Foreign]


@pytest.fixture(params=NAMES)
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    """A deployment with twenty foreign records."""
    with inhabited(request.param, tmp_path) as found:
        yield found


@contextlib.contextmanager
def inhabited(name: str, folder: Path, chosen: tuple[str, ...] = ()) -> Iterator[Held]:
    arguments = ("--seed-data", str(seed_file(folder))) if name == "mock" else ()
    with deployed(name, *arguments) as deployment:
        foreign = settle(deployment, chosen)
        yield deployment, foreign
        foreign.close()


def tell(*words: object) -> None:
    print("\n", *words, end="")  # noqa: T201


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.value)
def test_foreign_records_stay_byte_for_byte(
    held: Held, profile: Profile, workers: int, tmp_path: Path
) -> None:
    deployment, foreign = held
    before, state = foreign.seen(), deployment.state()
    result = deployment.session(profile, 7, tmp_path, examples=3, workers=workers).conduct()
    tell(deployment.name, profile.value, workers, counted(result))
    assert [] == wrong(result)
    assert (before, state) == (foreign.seen(), deployment.state())
    assert 0 < result.footprint.created


def test_an_id_that_the_run_would_make_up_may_be_taken(tmp_path: Path) -> None:
    """Ids that clients choose: the same seed chooses the same, and now they are somebody else's."""
    with deployed("depot") as first:
        result = first.session(Profile.SANDBOXED, 7, tmp_path).conduct()
    puts = [
        e.request.url.rpartition("/")[2]
        for e in result.exchanges
        if e.request.method == "PUT" and e.status == 201
    ]
    assert puts
    with inhabited("depot", tmp_path, tuple(dict.fromkeys(puts))) as (deployment, foreign):
        before, state = foreign.seen(), deployment.state()
        again = deployment.session(Profile.SANDBOXED, 7, tmp_path).conduct()
        tell(len(puts), "ids taken", counted(again))
        assert [] == wrong(again)
        assert (before, state) == (foreign.seen(), deployment.state())


@pytest.mark.parametrize("profile", KILLED, ids=lambda profile: profile.value)
@pytest.mark.parametrize("number", range(KILLS))
def test_after_a_kill_and_a_sweep_only_the_foreign_records_are_there(
    held: Held, profile: Profile, number: int, tmp_path: Path
) -> None:
    """The one exception: a create in flight whose record nothing tells from others. The sweep names its
    collection, and exits with 1; what that record names cannot be deleted before it."""
    deployment, foreign = held
    moment = Moment.draw(random.Random(f"{deployment.name} {profile.value} {number}"), profile)
    before, state = foreign.seen(), deployment.state()
    with between(deployment.url) as passage:
        seen = deployment.at(passage.url)
        run = seen.start("check", tmp_path, "--profile", profile.value, "--seed", str(number), "-n", "3")
        struck = moment.kill(passage, run)
        ended = run.wait(timeout=120)
        assert (-signal.SIGKILL if struck else 0) == ended, (tmp_path / "output").read_text()
        rest(passage)
        code, lines = swept(seen, tmp_path)
    assert [] == alive(moment.family)
    extra = {key: held for key, held in deployment.state().items() if key not in state}
    last = f"{struck[0].method} {struck[0].path}" if struck else "its end"
    tell(deployment.name, profile.value, moment, "killed at", last, "sweep", code, "left", len(extra))
    assert state == {key: held for key, held in deployment.state().items() if key in state}
    ledgers = list((tmp_path / "state" / "hyfn").glob("*.ledger"))
    if code == 0:
        said = [line for line in lines if not line.startswith(("deleted ", "nothing is left"))]
        assert ({}, [], []) == (extra, ledgers, said)
        assert before == foreign.seen()
        return
    assert (1, 1) == (code, len(ledgers)), lines
    assert [] == surprising(lines, seen, struck[0])
    records = [key for key in extra if not key.startswith("settings ")]
    held_on_to = [line for line in lines if HELD.match(line)]
    assert len(records) <= moment.arrives + len(held_on_to)


def swept(deployment: Deployment, folder: Path) -> tuple[int, list[str]]:
    """Exit code and lines of `hyfn sweep`."""
    sweep = deployment.start("sweep", folder)
    code = sweep.wait(timeout=60)
    return code, (folder / "output").read_text(encoding="utf-8").splitlines()


def surprising(lines: list[str], deployment: Deployment, struck: Passed) -> list[str]:
    """What a sweep may not say: it names the collection of the one create that it was killed at, if nothing
    in that tells its record, what that one names and holds on to, and nothing else. The marker tells it where
    there is a list."""
    path = struck.path.removeprefix(deployment.base)
    expected = [f"{deployment.url}{path}"]
    named = [found[1] for line in lines if (found := LOOK.match(line))]
    marked = re.search(rb"hyfn-[0-9a-f]{8}", struck.body) is not None
    told = [
        line
        for line in lines
        if not LOOK.match(line)
        and not line.startswith(("deleted ", "look there"))
        and not ((found := HELD.match(line)) and _names(struck.body, found[1]))
    ]
    telling = marked and path not in UNLISTED
    if struck.method not in ("POST", "PATCH", "PUT") or named != expected or telling:
        told += [f"{struck.method} {path} was in flight, marked: {marked}", *named]
    return told


def _names(body: bytes, identifier: str) -> bool:
    """Whether a value in a body is an id."""
    return re.search(rb"[:\[,]\s*\"?" + re.escape(identifier.encode()) + rb"\b", body) is not None


@pytest.mark.parametrize("number, code", SIGNALS)
def test_a_run_that_is_interrupted_leaves_nothing(held: Held, number: int, code: int, tmp_path: Path) -> None:
    deployment, foreign = held
    before, state = foreign.seen(), deployment.state()
    turn = random.Random(f"{deployment.name} {code}").randint(30, 500)
    with between(deployment.url) as passage:
        run = deployment.at(passage.url).start("check", tmp_path, "--seed", "3", "--profile", "sandboxed")

        def strike(request: Passed) -> None:
            if request.number == turn:
                run.send_signal(number)

        passage.behind = strike
        assert code == run.wait(timeout=120), (tmp_path / "output").read_text()
    tell(deployment.name, signal.Signals(number).name, "at request", turn, "of", passage.count())
    assert (before, state) == (foreign.seen(), deployment.state())
    assert [] == list((tmp_path / "state" / "hyfn").iterdir())


@pytest.mark.parametrize("number, code", SIGNALS)
def test_the_second_signal_stops_at_once_and_tells_how_to_sweep(
    number: int, code: int, tmp_path: Path
) -> None:
    with inhabited("library", tmp_path) as (deployment, foreign), between(deployment.url) as passage:
        before, state = foreign.seen(), deployment.state()
        seen = deployment.at(passage.url)
        run = seen.start("check", tmp_path, "--seed", "3")

        def strike(request: Passed) -> None:
            if (
                request.method == "DELETE" and passage.count() > 60
            ):  # also in the clean-up that the first one starts
                run.send_signal(number)
                time.sleep(0.05)

        passage.behind = strike
        assert code == run.wait(timeout=120)
        rest(passage)
        output = (tmp_path / "output").read_text(encoding="utf-8")
        assert f"hyfn sweep {passage.url}" in output
        assert "QzLibrary" not in output
        held_then = len(deployment.state())
        tell(signal.Signals(number).name, "twice:", held_then - len(state), "records left to the sweep")
        assert len(state) < held_then
        assert 0 == swept(seen, tmp_path)[0]
        assert (before, state) == (foreign.seen(), deployment.state())
