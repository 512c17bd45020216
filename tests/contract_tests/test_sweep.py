"""After a run was killed, the sweep finishes its clean-up, and touches nothing else."""

import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from contract_tests.cleanup import clean_up
from contract_tests.exchange import OTHER
from contract_tests.ledger import read_book
from contract_tests.safety.fingerprint import take
from contract_tests.sweep import Swept, sweep, waiting
from contract_tests.target import Target, make_headers
from contract_tests.transport import Transport
from tests.contract_tests.recording import (
    KEY,
    OTHER_KEY,
    SECRET,
    Api,
    Reply,
    Seen,
    create,
    document,
    send,
    serving,
    things,
    transport,
)

ROOT = Path(__file__).parents[2]


def finish(folder: Path, url: str, key: tuple[tuple[str, str], ...] = KEY) -> Swept:
    return sweep(folder, Target(url, make_headers(key)))


def die(way: Transport) -> None:
    """The run ends without its clean-up."""
    way.close()


def test_what_a_dead_run_created_is_deleted(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path) as way:
        path = create(way)
        part = create(way, f"{path}/parts", name=f"{way.marker}-1")
        die(way)
    api.put("/things/foreign", name="theirs")
    assert [way.run] == [book.run for book in waiting(tmp_path)]
    swept = finish(tmp_path, url)
    assert (0, [f"deleted {url}{part}", f"deleted {url}{path}"], 2) == (
        swept.exit_code,
        swept.lines,
        swept.deleted,
    )
    assert (["/things/foreign"], []) == (list(api.records), list(tmp_path.iterdir()))


@pytest.mark.parametrize("kind", ["marked", "plain", "timed"])
@pytest.mark.parametrize("moment", range(4))
def test_after_a_kill_nothing_of_the_run_is_left(
    api: Api, url: str, tmp_path: Path, kind: str, moment: int
) -> None:
    """Over foreign records, which stay byte for byte; an unmarked create in flight is named instead."""
    api.times = kind == "timed"
    for number in range(20):
        api.put(f"/things/f{number}", name=f"theirs {number}", state="new", createdAt="2020-01-01T00:00:00Z")
    before = {path: dict(record) for path, record in api.records.items()}
    command = [sys.executable, "-P", "-m", "tests.contract_tests.killed", url, str(tmp_path), kind]
    run = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
    )
    assert run.stdout
    assert run.stdout.readline()
    time.sleep(random.Random(f"{kind}{moment}").uniform(0.05, 0.4))
    run.kill()
    run.communicate()
    time.sleep(0.05)  # what is in flight arrives
    swept = finish(tmp_path, url)
    left = {path: record for path, record in api.records.items() if path not in before}
    assert before == {path: record for path, record in api.records.items() if path in before}
    if kind == "marked":
        assert (0, {}, []) == (swept.exit_code, left, [line for line in swept.lines if "deleted" not in line])
        assert [] == list(tmp_path.iterdir())
    else:
        collections = [line.split(": ")[0].removeprefix(f"look into {url}") for line in swept.lines]
        listed = "".join(line for line in swept.lines if not line.startswith("deleted"))
        assert all(path in listed or path.rpartition("/")[0] in collections for path in left)
        assert swept.exit_code == (1 if listed else 0)


@pytest.mark.parametrize("state", ["new", "changed by somebody"])
def test_a_record_that_nobody_has_seen_yet_is_known_by_what_was_sent(
    api: Api, url: str, tmp_path: Path, state: str
) -> None:
    """A create that is only accepted (202), and a kill before the first GET of it is answered."""

    def accept(seen: Seen) -> Reply:
        _, _, record = api.collection(seen, "/things", SECRET)
        path = f"/things/{record['id']}"
        api.instead["GET", path] = lose
        return 202, {"Location": path}, None

    def lose(_seen: Seen) -> Reply:
        raise ConnectionAbortedError

    api.instead["POST", "/things"] = accept
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", {"name": "plain", "state": "new"})
        die(way)
    del api.instead["GET", next(iter(api.records))]
    next(iter(api.records.values()))["state"] = state
    expected = (0, 0) if state == "new" else (1, 1)
    assert expected == (finish(tmp_path, url).exit_code, len(api.records))


def test_a_marked_create_in_flight_is_found(api: Api, url: str, tmp_path: Path) -> None:
    def lose(seen: Seen) -> Reply:
        api.collection(seen, "/things", SECRET)
        raise ConnectionAbortedError

    api.instead["POST", "/things"] = lose
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", {"name": f"{way.marker}-1"})
        die(way)
    api.put("/things/foreign", name="theirs")
    assert (0, ["/things/foreign"]) == (finish(tmp_path, url).exit_code, list(api.records))


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"%s"}',
        b'{"name":"%s\xff\xfe"}',
        b'[{"name":"%s"}]',
        b'{"name":"%s"',
        b'{"name":"%s","state":7}',
    ],
)
def test_a_marked_create_that_never_arrived_is_told_by_the_list(
    api: Api, url: str, tmp_path: Path, body: bytes
) -> None:
    """Also one that should be refused: a patient server might have taken it."""
    api.put("/things/foreign", name="theirs")

    def vanish(_seen: Seen) -> Reply:
        raise ConnectionAbortedError

    api.instead["POST", "/things"] = vanish
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", body.replace(b"%s", f"{way.marker}-1".encode()))
        die(way)
    swept = finish(tmp_path, url)
    assert (0, [], []) == (swept.exit_code, swept.lines, list(tmp_path.iterdir()))


@pytest.mark.parametrize("arrives", [True, False])
def test_where_the_list_does_not_show_the_marker_a_get_of_each_does(
    api: Api, url: str, tmp_path: Path, arrives: bool
) -> None:
    api.put("/things/foreign", name="theirs")

    def vanish(seen: Seen) -> Reply:
        if arrives:
            api.collection(seen, "/things", SECRET)
        raise ConnectionAbortedError

    def short(_seen: Seen) -> Reply:
        return 200, {}, {"items": [{"id": each["id"]} for each in api.records.values()]}

    api.instead.update({("POST", "/things"): vanish, ("GET", "/things"): short})
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", {"name": f"{way.marker}-1"})
        die(way)
    assert (0, ["/things/foreign"]) == (finish(tmp_path, url).exit_code, list(api.records))
    assert [] == list(tmp_path.iterdir())


def test_a_list_item_without_a_place_may_be_the_one(api: Api, url: str, tmp_path: Path) -> None:
    def vanish(_seen: Seen) -> Reply:
        raise ConnectionAbortedError

    api.instead["POST", "/things"] = vanish
    api.instead["GET", "/things"] = lambda seen: (200, {}, {"items": [{"name": "whose?"}]})
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", {"name": f"{way.marker}-1"})
        die(way)
    swept = finish(tmp_path, url)
    assert (1, True) == (swept.exit_code, swept.lines[0].startswith(f"look into {url}/things:"))


def test_what_only_the_server_writes_is_no_promise(api: Api, url: str, tmp_path: Path) -> None:
    """A create that is only accepted, and sent what the server writes itself."""

    def accept(seen: Seen) -> Reply:
        _, _, record = api.collection(seen, "/things", SECRET)
        record["createdAt"] = "2026-01-05T10:00:00Z"
        path = f"/things/{record['id']}"
        api.instead["GET", path] = lambda seen: (202, {}, None)
        return 202, {"Location": path}, None

    api.instead["POST", "/things"] = accept
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", {"name": "plain", "createdAt": "1999-01-01T00:00:00Z"})
        die(way)
    del api.instead["GET", next(iter(api.records))]
    assert (0, {}) == (finish(tmp_path, url).exit_code, api.records)


def test_a_number_has_many_spellings() -> None:
    sent, shown = {"size": 1.0, "all": [{"n": 2.0}]}, {"size": 1, "all": [{"n": 2}]}
    assert take(sent, sent).fits(shown)
    assert not take(sent, sent).fits({**shown, "size": 1.5})
    assert not take({"on": 1}, ["on"]).fits({"on": True})


def test_an_unmarked_create_in_flight_is_never_deleted_by_guess(api: Api, url: str, tmp_path: Path) -> None:
    def lose(seen: Seen) -> Reply:
        api.collection(seen, "/things", SECRET)
        raise ConnectionAbortedError

    api.instead["POST", "/things"] = lose
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", {"name": "plain"})
        die(way)
    for _ in range(2):
        swept = finish(tmp_path, url)
        assert (1, 1) == (swept.exit_code, len(api.records))
        assert f"look into {url}/things:" in swept.lines[0]
    assert [] == api.sent("DELETE")


def test_a_record_that_became_somebody_elses_is_left_alone(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path) as way:
        path = create(way, name=f"{way.marker}-1")
        die(way)
    api.put(path, name="theirs", createdAt="2020-01-01T00:00:00Z")
    swept = finish(tmp_path, url)
    assert (1, [path]) == (swept.exit_code, list(api.records))
    assert f"left: {url}{path}: it is not, or no more, what this run created" == swept.lines[0]
    del api.records[path]
    assert 0 == finish(tmp_path, url).exit_code
    assert [] == list(tmp_path.iterdir())


def test_a_run_that_lives_is_left_alone(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path) as way:
        create(way)
        assert [] == waiting(tmp_path)
        assert [f"run {way.run} is still going: left alone"] == finish(tmp_path, url).lines
        assert 1 == len(api.records)
        clean_up(way)


def test_the_ledger_of_another_target_is_left_alone(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path) as way:
        create(way)
        die(way)
    swept = sweep(tmp_path, Target(f"{url}/api", make_headers(KEY)))
    assert (0, 1, 1) == (swept.exit_code, len(api.records), len(list(tmp_path.iterdir())))
    assert [f"run {way.run} asked {url}: left alone, 1 records"] == swept.lines


@pytest.mark.parametrize("key", [(), OTHER_KEY, (("x-api-key", "wrong"),)])
def test_other_credentials_forget_nothing(
    api: Api, url: str, tmp_path: Path, key: tuple[tuple[str, str], ...]
) -> None:
    """To them a record is not there, or not to be seen: that does not mean that it is gone."""
    with transport(url, tmp_path) as way:
        create(way)
        die(way)
    assert 1 == finish(tmp_path, url, key).exit_code
    assert 0 == finish(tmp_path, url).exit_code
    assert {} == api.records


def test_new_credentials_of_the_same_organization_do(api: Api, url: str, tmp_path: Path) -> None:
    """A token that was renewed since: it shows the records of the run."""
    with transport(url, tmp_path) as way:
        gone, path = create(way), create(way)
        die(way)
    del api.records[gone]
    api.keys.add("renewed")
    api.owners = dict.fromkeys(api.owners, "renewed")
    assert 0 == finish(tmp_path, url, (("x-api-key", "renewed"),)).exit_code
    assert ({}, True) == (api.records, path in api.sent("DELETE")[-1])


def test_records_of_the_second_identity_need_its_headers(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path, other=True) as way:
        send(way, "POST", "/things", {"name": "x"}, headers=OTHER_KEY, identity=OTHER)
        die(way)
    swept = finish(tmp_path, url)
    assert 1 == swept.exit_code
    assert "--other-header" in swept.lines[0]
    both = Target(url, make_headers(KEY), make_headers(OTHER_KEY, "HYFN_OTHER_"))
    assert (0, {}) == (sweep(tmp_path, both).exit_code, api.records)


def test_a_target_that_is_gone_forgets_nothing(tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(serving(Api()))
        with transport(url, tmp_path) as way:
            create(way)
            die(way)
        stack.close()
    swept = finish(tmp_path, url)
    assert (1, 1) == (swept.exit_code, len(list(tmp_path.iterdir())))
    assert "does not answer" in swept.lines[0]


def test_without_a_get_nothing_is_deleted_by_guess(api: Api, url: str, tmp_path: Path) -> None:
    described = document(things(without=("getThing", "listThings")))
    with transport(url, tmp_path, described=described) as way:
        create(way)
        die(way)
    swept = finish(tmp_path, url)
    assert (1, 1) == (swept.exit_code, len(api.records))
    assert "no GET tells whether it is still what this run created" in swept.lines[0]


@pytest.mark.parametrize("marked", [True, False])
def test_without_a_get_the_list_tells(marked: bool, api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path, described=document(things(without=("getThing",)))) as way:
        create(way, name=f"{way.marker}-1" if marked else "plain")
        die(way)
    assert (0, {}) == (finish(tmp_path, url).exit_code, api.records)


def test_what_is_no_ledger_is_left_alone(url: str, tmp_path: Path) -> None:
    (tmp_path / "x.ledger").write_text("hello")
    assert [f"{tmp_path / 'x.ledger'} is no ledger: left alone"] == finish(tmp_path, url).lines
    assert (tmp_path / "x.ledger").exists()


def test_a_sweep_that_was_cut_short_goes_on(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path) as way:
        first, second = create(way), create(way)
        die(way)
    api.instead["DELETE", first] = lambda seen: (403, {}, None)
    assert 1 == finish(tmp_path, url).exit_code
    (file,) = tmp_path.iterdir()
    assert [first] == list(read_book(file).records)
    del api.instead["DELETE", first]
    assert (0, 1) == (finish(tmp_path, url).exit_code, len([r for r in api.sent("DELETE") if second in r]))
