"""What the file promises: one line per commit, nothing lost, nothing foreign touched."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import pytest

from handlers.store import locked_file
from handlers.store.base import StoreFailed, StoreRefused
from handlers.store.journal import HEADER, Commit, Journal
from handlers.store.locked_file import LockedFile
from handlers.store.tiny import TinyStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.hyfn"


def fill(path: Path, count: int = 3) -> None:
    store = TinyStore(path)
    for number in range(count):
        store.insert("jobs", f"j{number}", "org", {"n": number, "text": "äö\n"})
    store.close()


def held(path: Path) -> list[str]:
    """The ids in the file, as a store that opens it sees them."""
    store = TinyStore(path)
    try:
        return [record.id for record in store.list("jobs")]
    finally:
        store.close()


def refusal(path: Path) -> str:
    """The one line with which opening `path` is refused."""
    with pytest.raises(StoreRefused) as refused:
        TinyStore(path)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    return str(refused.value)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: the system writes up to there, then fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_commit_is_one_line(path: Path) -> None:
    """A header, then a line per commit that is there when the call returns."""
    store = TinyStore(path, clock=lambda: 12.5)
    assert HEADER == path.read_bytes()
    store.insert("jobs", "j1", "org", {"n": 1})
    with store.transaction():
        store.update("jobs", "j1", {"n": 2})
        store.update("jobs", "j1", {"n": 3})
    store.remove("jobs", "j1")
    expected = [
        b'[12.5,2,[["jobs","j1",{"owner":"org","seq":1,"value":{"n":1}}]]]',
        b'[12.5,2,[["jobs","j1",{"owner":"org","seq":1,"value":{"n":3}}]]]',
        b'[12.5,2,[["jobs","j1",null]]]',
    ]
    assert expected == [line[9:] for line in path.read_bytes().splitlines()[1:]]
    store.close()


def test_what_changes_nothing_writes_nothing(path: Path) -> None:
    """An empty or undone transaction, a refused call and a fitting sort_out leave no line."""
    fill(path)
    expected = path.read_bytes()
    store = TinyStore(path)
    with store.transaction():
        pass
    with pytest.raises(ValueError), store.transaction():
        store.remove("jobs", "j1")
        raise ValueError
    store.remove("jobs", "none")
    store.sort_out(lambda table, record: True)
    store.close()
    assert expected == path.read_bytes()


def test_last_written_is_the_largest_time(path: Path) -> None:
    """A clock that went back does not make last_written go back, nor does compaction."""
    times = iter([30.0, 20.0])
    store = TinyStore(path, clock=lambda: next(times))
    assert None is store.last_written
    store.insert("jobs", "j1", "org", {})
    store.insert("jobs", "j2", "org", {})
    store.compact()
    store.close()
    again = TinyStore(path)
    assert 30.0 == again.last_written
    again.close()
    assert None is TinyStore().last_written


def test_an_empty_file_is_new(path: Path) -> None:
    """A file of no bytes is taken as ours."""
    path.touch()
    assert [] == held(path)
    assert HEADER == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{}", "is not a store of hyfn"),
        (b"\n", "is not a store of hyfn"),
        (b"\0" * 100, "is not a store of hyfn"),
        (HEADER[:-1], "is not a store of hyfn"),
        (HEADER[:5], "is not a store of hyfn"),
        (b"hyfn-store x\n", "is not a store of hyfn"),
        (HEADER.replace(b"\n", b"\r\n"), "is not a store of hyfn"),
        (b"hyfn-store 2\nanything", "is in format 2, this version reads 1"),
    ],
)
def test_a_foreign_file_is_left_untouched(path: Path, content: bytes, sentence: str) -> None:
    """Without our header in our version a file is refused in one line, byte for byte untouched."""
    path.write_bytes(content)
    before = path.stat().st_mtime_ns
    said = refusal(path)
    assert sentence in said
    assert "left untouched" in said
    assert (content, before) == (path.read_bytes(), path.stat().st_mtime_ns)
    assert [path] == list(path.parent.iterdir())


def test_a_torn_last_line_is_cut_at_every_byte(path: Path) -> None:
    """Wherever the last line is torn, it alone is gone, and the store goes on."""
    fill(path)
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(whole)):
        path.write_bytes(whole[:end])
        assert ["j0", "j1"] == held(path), end
        assert whole[:start] == path.read_bytes(), end
    fill(path, 0)
    assert ["j0", "j1"] == held(path)


def test_a_damaged_last_line_is_cut_at_every_byte(path: Path) -> None:
    """Whichever byte of the last line is wrong, it alone is gone."""
    fill(path)
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for at in range(start, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert ["j0", "j1"] == held(path), at


def test_damage_before_the_last_line_is_refused(path: Path) -> None:
    """A bad checksum further up names file and line, and nothing is cut, not even a torn end."""
    fill(path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"n":1', b'"n":7')
    damaged = b"".join(lines)[:-4]
    path.write_bytes(damaged)
    assert "line 3 is damaged" in refusal(path)
    assert damaged == path.read_bytes()


@pytest.mark.parametrize("body", [b"7", b"[1]", b'[1,"x",[]]', b"[1,2,"])
def test_a_whole_line_of_nonsense_is_refused(path: Path, body: bytes) -> None:
    """A line with a right checksum was written whole: it is never cut, even as the last."""
    fill(path)
    path.write_bytes(path.read_bytes() + b"%08x %s\n" % (crc32(body), body))
    before = path.read_bytes()
    assert "line 5 is damaged" in refusal(path)
    assert before == path.read_bytes()


def test_out_of_reach_is_one_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, a missing folder, a device, a file without permission: refused in one line."""
    path.mkdir()
    assert "Is a directory" in refusal(path)
    assert "does not exist" in refusal(path / "no" / "state")
    assert "not a regular file" in refusal(Path("/dev/null"))

    def denied(*_: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", denied)
    assert "cannot be opened: Permission denied" in refusal(path)


def test_links_in_a_circle_are_refused(path: Path) -> None:
    """A link to itself is refused in one line."""
    path.symlink_to(path)
    assert "symbolic links" in refusal(path)


def test_no_locks_no_store(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fcntl the refusal says what is missing, and no file is made."""
    monkeypatch.setattr(locked_file, "fcntl", None)
    with pytest.raises(StoreRefused, match="--store needs POSIX file locks"):
        TinyStore(path)
    assert not path.exists()


def test_one_store_at_a_time(path: Path) -> None:
    """A second store on the file, here or in another process, is refused until the first closes."""
    fill(path)
    store = TinyStore(path)
    other = "import sys; from pathlib import Path; from handlers.store.tiny import TinyStore\n"
    other += "TinyStore(Path(sys.argv[1]))"
    child = [sys.executable, "-c", other, str(path)]
    for _ in range(2):
        assert "is in use by another process" in refusal(path)
        ended = subprocess.run(child, capture_output=True, text=True, env=child_env(), check=False)
        assert "is in use by another process" in ended.stderr
        store.compact()  # the lock goes over to the new file
    store.close()
    assert ["j0", "j1", "j2"] == held(path)


def child_env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_a_refused_file_is_unlocked(path: Path) -> None:
    """After a refusal the file can be opened as soon as it is mended."""
    path.write_bytes(b"no")
    refusal(path)
    path.write_bytes(b"")
    assert [] == held(path)


def test_the_file_that_was_renamed_over_is_not_taken(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a compaction renames between open and lock, the new file is opened."""
    fill(path)
    real, renamed = locked_file._lock, path.with_name("new")
    renamed.write_bytes(path.read_bytes().splitlines(keepends=True)[0])

    def late(fd: int, name: Path) -> None:
        if renamed.exists():
            renamed.rename(path)
        real(fd, name)

    monkeypatch.setattr(locked_file, "_lock", late)
    assert [] == held(path)


def test_a_full_disk_changes_nothing(path: Path) -> None:
    """Wherever the disk gets full, the call fails, file and memory stay, and it goes on later."""
    store = TinyStore(path)
    store.insert("jobs", "j0", "org", {})
    before, snapshot = path.read_bytes(), store.snapshot()
    for room in (0, 1, 20):
        with room_for(len(before) + room), pytest.raises(StoreFailed, match="nothing is changed"):
            store.insert("jobs", "j1", "org", {"text": "x" * 50})
        with (
            room_for(len(before) + room),
            pytest.raises(StoreFailed, match="nothing is changed"),
            store.transaction(),
        ):
            store.remove("jobs", "j0")
            store.insert("jobs", "j1", "org", {"text": "x" * 50})
        assert before == path.read_bytes()
        assert snapshot == store.snapshot()
    store.insert("jobs", "j1", "org", {})
    store.close()
    assert ["j0", "j1"] == held(path)


def test_a_piece_that_could_not_be_cut_is_cut_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When even cutting fails, the next write cuts first."""
    store = TinyStore(path)

    def broken(fd: int, size: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch, room_for(len(HEADER) + 9):
        patch.setattr(os, "ftruncate", broken)
        for _ in range(2):
            with pytest.raises(StoreFailed):
                store.insert("jobs", "j0", "org", {})
    assert len(HEADER) + 9 == path.stat().st_size
    store.insert("jobs", "j1", "org", {})
    store.close()
    assert ["j1"] == held(path)


def test_a_failing_sync_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With fsync, a commit that did not reach the disk is taken back."""
    store = TinyStore(path, durability="power")
    store.insert("jobs", "j0", "org", {})

    def broken(fd: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(locked_file, "_sync_data", broken)
    with pytest.raises(StoreFailed, match="Input/output error"):
        store.insert("jobs", "j1", "org", {})
    store.close()
    assert ["j0"] == held(path)


def test_text_that_no_file_can_hold(path: Path) -> None:
    """A lone surrogate is refused before anything is written or kept."""
    store = TinyStore(path)
    with pytest.raises(ValueError):
        store.insert("jobs", "j0", "org", {"text": "\ud800"})
    assert (HEADER, 0) == (path.read_bytes(), store.count("jobs"))
    store.close()


def overgrow(path: Path, changes: int) -> None:
    store = TinyStore(path)
    for number in range(2):
        store.insert("jobs", f"j{number}", "org", {})
    for number in range(changes - 2):
        store.update("jobs", "j0", {"n": number})
    store.close()


def test_an_overgrown_journal_is_compacted_when_opened(path: Path) -> None:
    """Over 1,000 changes and four times as many as records: a line of the records is left, and an end."""
    overgrow(path, 1_000)
    assert ["j0", "j1"] == held(path)
    assert 1_001 == len(path.read_bytes().splitlines())
    overgrow(path.with_name("more"), 1_001)
    store = TinyStore(path.with_name("more"))
    assert 3 == len(path.with_name("more").read_bytes().splitlines())
    record = store.get("jobs", "j0")
    assert record is not None
    assert {"n": 998} == record.value
    assert 3 == store.insert("jobs", "j2", "org", {}).seq
    store.close()
    assert ["j0", "j1", "j2"] == held(path.with_name("more"))


def compacted(store: TinyStore) -> None:
    """Waits for the compaction that runs."""
    assert store._compaction is not None
    store._compaction.wait()


def test_an_overgrown_journal_is_compacted_while_it_grows(path: Path) -> None:
    """In a thread, as soon as it is overgrown; what is written meanwhile is in the new file, too."""
    store = TinyStore(path)
    store.insert("jobs", "j0", "org", {})
    for number in range(2_500):
        store.update("jobs", "j0", {"n": number})
        if number % 100 == 0:
            with store.transaction():
                store.insert("jobs", f"k{number}", "org", {"n": number})
    compacted(store)
    expected = store.snapshot()
    store.close()
    assert len(path.read_bytes().splitlines()) < 2_400
    again = TinyStore(path)
    assert expected == again.snapshot()
    assert [path] == list(path.parent.iterdir())
    again.close()


def test_what_comes_during_a_compaction_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change between the beginning and the end of a rewriting is in the new file, in its order."""
    gate, real = threading.Event(), LockedFile.prepare

    def slow(self: LockedFile, chunks: Iterable[bytes]) -> int:
        gate.wait(10)
        return real(self, chunks)

    monkeypatch.setattr(LockedFile, "prepare", slow)
    overgrow(path, 1_000)
    store = TinyStore(path)
    store.update("jobs", "j0", {"n": "last before"})
    for number in range(50):
        store.insert("jobs", f"new{number}", "org", {})
    store.remove("jobs", "j1")
    store.update("jobs", "j0", {"n": "meanwhile"})
    gate.set()
    compacted(store)
    store.insert("jobs", "after", "org", {})
    expected = store.snapshot()
    store.close()
    assert len(path.read_bytes().splitlines()) < 60
    again = TinyStore(path)
    assert expected == again.snapshot()
    assert {"n": "meanwhile"} == expected["tables"]["jobs"]["j0"]["value"]
    again.close()


def test_closing_ends_a_compaction(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up, and the long file says the same."""
    real = LockedFile.prepare

    def late(self: LockedFile, chunks: Iterable[bytes]) -> int:
        prepared = real(self, chunks)
        closing.wait(10)
        return prepared

    closing = threading.Event()
    monkeypatch.setattr(LockedFile, "prepare", late)
    overgrow(path, 1_000)
    store = TinyStore(path)
    store.update("jobs", "j0", {"n": "last"})
    closing.set()
    store.close()
    assert [path] == list(path.parent.iterdir())
    assert ["j0", "j1"] == held(path)


def test_durability_memory_writes_the_file_at_the_end(path: Path) -> None:
    """Nothing before; all of it then; and a file in which nothing changed stays as it is."""
    fill(path)
    before = path.read_bytes()
    store = TinyStore(path, durability="memory")
    store.insert("jobs", "more", "org", {})
    store.remove("jobs", "j0")
    assert before == path.read_bytes()
    store.close()
    assert ["j1", "j2", "more"] == held(path)
    after = path.read_bytes()
    TinyStore(path, durability="memory").close()
    assert after == path.read_bytes()


def test_compaction_keeps_seq_mode_and_what_is_set_aside(path: Path) -> None:
    """Nothing but the length of the file changes, also when nothing is stored."""
    store = TinyStore(path)
    store.insert("jobs", "j0", "org", {})
    store.remove("jobs", "j0")
    store.compact()
    assert 2 == store.insert("jobs", "j1", "org", {}).seq
    store.sort_out(lambda table, record: False)
    path.chmod(0o640)
    expected = store.snapshot()
    store.compact()
    store.close()
    again = TinyStore(path)
    assert expected == again.snapshot()
    assert 0o640 == path.stat().st_mode & 0o777
    again.close()


def test_compaction_through_a_link_keeps_the_link(path: Path) -> None:
    """A symbolic link to the file stays one."""
    fill(path)
    link = path.with_name("link")
    link.symlink_to(path)
    store = TinyStore(link)
    store.compact()
    store.close()
    assert link.is_symlink()
    assert ["j0", "j1", "j2"] == held(path)


def test_no_compaction_within_a_transaction(path: Path) -> None:
    """What may yet be undone is not written."""
    store = TinyStore(path)
    with store.transaction(), pytest.raises(StoreFailed, match="transaction"):
        store.compact()
    store.close()


def test_a_leftover_of_a_crash_is_removed(path: Path) -> None:
    """The half-written file of a compaction that was killed goes at the next open."""
    fill(path)
    spare = path.with_name(f".{path.name}.compacting")
    spare.write_bytes(HEADER + b"half")
    assert ["j0", "j1", "j2"] == held(path)
    assert not spare.exists()


def test_a_failed_compaction_keeps_the_old_file(path: Path) -> None:
    """A full disk fails a compaction that was asked for, and does not keep a file from opening."""
    overgrow(path, 1_001)
    before = path.read_bytes()
    with room_for(60):
        store = TinyStore(path)
        with pytest.raises(StoreFailed, match="not compacted"):
            store.compact()
    assert before == path.read_bytes()
    assert [path] == list(path.parent.iterdir())
    store.insert("jobs", "j2", "org", {})
    store.close()
    assert ["j0", "j1", "j2"] == held(path)


def test_a_new_file_is_synced_with_its_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With fsync, a new file's name is on the disk before its first commit is."""
    synced: list[str] = []
    monkeypatch.setattr(locked_file, "_sync_data", lambda fd: synced.append("file"))
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append("folder"))
    TinyStore(path, durability="power").close()
    assert ["file", "folder"] == synced


def test_a_journal_needs_no_database(path: Path) -> None:
    """A journal hands back the commits it was given, whatever their rows are."""
    journal = Journal(path, replay=lambda commit: None, clock=lambda: 5.0)
    journal.append(7, [("t", "a", {"any": [1]}), ("t", "b", None)])
    journal.close()
    seen: list[Commit] = []
    Journal(path, seen.append).close()
    assert [Commit(5.0, 7, [["t", "a", {"any": [1]}], ["t", "b", None]])] == seen  # type: ignore[list-item]
