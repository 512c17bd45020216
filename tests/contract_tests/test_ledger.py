"""What a run created is on disk before it could be forgotten, and nothing else is."""

import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.cleanup import clean_up
from contract_tests.ledger import default_folder, read_book
from contract_tests.problems import Misuse
from contract_tests.profile import Profile
from contract_tests.transport import Transport
from tests.contract_tests.recording import SECRET, Api, Reply, Seen, create, send, serving, transport


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def way(api: Api, tmp_path: Path) -> Iterator[Transport]:
    with serving(api) as url, transport(url, tmp_path / "state") as made:
        yield made


def file_of(way: Transport) -> Path:
    assert way.ledger is not None
    return way.ledger.path


def test_it_is_for_its_owner_alone(way: Transport) -> None:
    path = file_of(way)
    assert (0o600, 0o700) == (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode))


def test_it_is_locked_while_the_run_lives(way: Transport) -> None:
    file = os.open(file_of(way), os.O_RDWR)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        way.close()
    finally:
        os.close(file)


def test_the_intent_is_on_disk_before_the_request(api: Api, way: Transport) -> None:
    intents: list[int] = []

    def look(seen: Seen) -> Reply:
        intents.extend(read_book(file_of(way)).intents)
        return api.collection(seen, "/things", SECRET)

    api.instead["POST", "/things"] = look
    create(way)
    assert [1] == intents


def test_the_record_is_on_disk_at_once(way: Transport) -> None:
    path = create(way, name=f"{way.marker}-1")
    book = read_book(file_of(way))
    assert ({}, [path]) == (book.intents, list(book.records))
    assert (("createdAt", "id"), True, "one") == (
        book.records[path].fingerprints[0].names, book.records[path].marked, book.records[path].identity,
    )  # fmt: skip
    assert (way.target.url, way.run, way.marker) == (book.target, book.run, book.marker)


def test_a_refused_create_leaves_no_intent(way: Transport) -> None:
    assert 400 == send(way, "POST", "/things", b"{").status
    assert {} == read_book(file_of(way)).intents


def test_no_header_no_body_and_no_secret_is_in_it(way: Transport) -> None:
    path = create(way, name="a very private name", state="secret state")
    send(way, "PATCH", path, {"state": "another secret state"})
    send(way, "GET", path)
    text = file_of(way).read_text()
    assert path in text
    for word in (SECRET, "x-api-key", "private", "secret", "content-type"):
        assert word not in text.lower()


def test_it_is_deleted_when_nothing_is_left(way: Transport) -> None:
    create(way)
    clean_up(way)
    assert file_of(way).exists()
    way.close()
    assert not file_of(way).exists()


def test_it_stays_when_something_is_left(api: Api, way: Transport) -> None:
    path = create(way)
    api.instead["DELETE", path] = lambda seen: (403, {}, None)
    clean_up(way)
    way.close()
    assert [path] == list(read_book(file_of(way)).records)


def test_it_is_deleted_when_nothing_was_created(way: Transport) -> None:
    send(way, "GET", "/things")
    way.close()
    assert not file_of(way).exists()


def test_a_line_that_was_cut_off_is_skipped(way: Transport) -> None:
    path = create(way)
    with file_of(way).open("ab") as file:
        file.write(b'{"event":"intent","num')
    assert [path] == list(read_book(file_of(way)).records)


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ledger").write_text("hello\n[]\n")
    with pytest.raises(ValueError, match="no ledger"):
        read_book(tmp_path / "x.ledger")


def test_a_folder_that_cannot_be_written_is_a_misuse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misuse, match="--ledger DIR"), transport("http://127.0.0.1:1", tmp_path / "file"):
        pass


def test_read_only_keeps_none(tmp_path: Path) -> None:
    with transport("http://127.0.0.1:1", tmp_path / "state", Profile.READ_ONLY) as way:
        assert way.ledger is None
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_STATE_HOME": "/var/state"}, Path("/var/state/hyfn")),
        ({"XDG_STATE_HOME": "relative"}, Path.home() / ".local/state/hyfn"),
        ({}, Path.home() / ".local/state/hyfn"),
    ],
)
def test_it_is_kept_in_the_state_directory(environment: dict[str, str], folder: Path) -> None:
    assert folder == default_folder(environment)
