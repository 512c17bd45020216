"""One file, locked until it is closed, appended to all or nothing, replaced as a whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from handlers.store.base import StoreRefused

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class LockedFile:
    """`path` is the file itself, symbolic links followed; `size` is how much of it is good.

    Two processes, or two LockedFiles of one process, never have the same path open.
    """

    def __init__(self, path: Path, *, fsync: bool = False) -> None:
        """Opens `path`, creates it when it is missing. With `fsync`, appends outlive a power loss.

        Raises StoreRefused: in use, out of reach, no regular file, or no file locks on this system.
        """
        self.path = _followed(path)
        self._spare = self.path.with_name(f".{self.path.name}.compacting")
        self._fsync = fsync
        self._torn = False
        self._fd = _open_locked(self.path)
        self.size = os.fstat(self._fd).st_size

    def head(self, length: int) -> bytes:
        return os.pread(self._fd, length, 0)

    def reader(self) -> IO[bytes]:
        """The file from its start, to be closed by the caller; the lock stays."""
        reader = os.fdopen(self._fd, "rb", buffering=1 << 20, closefd=False)
        reader.seek(0)
        return reader

    def append(self, data: bytes) -> None:
        """Writes all of `data`, or raises OSError and leaves the file as it was."""
        if self._torn:
            self.cut(self.size)
        try:
            self._write(data)
        except BaseException:
            self._torn = True
            # Where even this fails, the next append tries again; at the latest the next open cuts.
            with suppress(OSError):
                self.cut(self.size)
            raise
        self.size += len(data)

    def cut(self, size: int) -> None:
        os.ftruncate(self._fd, size)
        self.size, self._torn = size, False

    def replace(self, chunks: Iterable[bytes]) -> None:
        """Puts a file of `chunks` in the place of this one, or raises OSError or StoreRefused.

        At any moment, a loss of power included, the path names the old file or the new one,
        complete.
        """
        self.take(self.prepare(chunks))

    def prepare(self, chunks: Iterable[bytes]) -> int:
        """Writes a file of `chunks` beside this one, which may be appended to meanwhile, by another thread
        too; what `take` needs. Raises OSError, StoreRefused, and what `chunks` raises."""
        self.remove_leftover()
        fd = _open_locked(self._spare)
        try:
            self._fill(fd, chunks)
        except BaseException:
            self.drop(fd)
            raise
        return fd

    def take(self, fd: int, more: bytes = b"") -> None:
        """Puts what was prepared in the place of this file, with `more` at its end. Raises OSError."""
        try:
            if more:
                _write_all(fd, more)
                os.fsync(fd)
            self._spare.replace(self.path)
        except BaseException:
            self.drop(fd)
            raise
        os.close(self._fd)
        self._fd, self.size, self._torn = fd, os.fstat(fd).st_size, False
        self.sync_folder()

    def drop(self, fd: int) -> None:
        """Gives up what was prepared."""
        os.close(fd)
        self.remove_leftover()

    def remove_leftover(self) -> None:
        """Removes what a crash in the middle of `replace` left. It is ours: we hold the lock."""
        with suppress(OSError):
            self._spare.unlink()

    def sync_folder(self) -> None:
        """Puts the name of the file on the disk, as fsync alone does not."""
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        os.close(self._fd)

    def _write(self, data: bytes) -> None:
        # One call, so that a kill leaves all of it or nothing in the system's hands.
        _write_all(self._fd, data)
        if self._fsync:
            _sync_data(self._fd)

    def _fill(self, fd: int, chunks: Iterable[bytes]) -> None:
        old = os.fstat(self._fd)
        with suppress(PermissionError):
            os.fchown(fd, old.st_uid, old.st_gid)
        os.fchmod(fd, stat.S_IMODE(old.st_mode))
        with os.fdopen(fd, "wb", closefd=False) as file:
            file.writelines(chunks)
        os.fsync(fd)


def _write_all(fd: int, data: bytes) -> None:
    written = os.write(fd, data)
    if written != len(data):
        raise OSError(None, f"the disk took {written} of {len(data)} bytes")


def _followed(path: Path) -> Path:
    """A rename onto a symbolic link would replace the link, not the file that it names."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links in a circle: opening it says so
        return path


def _open_locked(path: Path) -> int:
    if fcntl is None:
        raise StoreRefused("--store needs POSIX file locks, which this system does not have.")
    while True:
        fd = _open(path)
        try:
            _lock(fd, path)
            if _is_named(path, fd):
                return fd
        except BaseException:
            os.close(fd)
            raise
        # A compaction renamed a new file over this one between the open and the lock.
        os.close(fd)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
    except FileNotFoundError as error:
        raise StoreRefused(f"{path}: the folder {path.parent} does not exist.") from error
    except OSError as error:
        raise StoreRefused(f"{path}: cannot be opened: {error.strerror}.") from error


def _lock(fd: int, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        raise StoreRefused(f"{path}: not a regular file.")
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreRefused(f"{path}: is in use by another process.") from error
    except OSError as error:
        raise StoreRefused(f"{path}: cannot be locked: {error.strerror}.") from error


def _is_named(path: Path, fd: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(fd))
    except FileNotFoundError:
        return False


_sync_data = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync
