"""Report files: they appear whole, or stay as they were."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from contract_tests.problems import Misuse


def check_writable(path: Path, option: str) -> None:
    """Raises Misuse where no file can be written; better before a run than after it."""
    if path.is_dir():
        raise Misuse(f"{option} {path}: is a folder, expected a file to write")
    with _misuse(path, option):
        _draft(path).unlink()


def write_all(files: Sequence[tuple[Path, bytes, str]]) -> None:
    """Writes each file (path, data, the option that asks for it) whole, all of them or none. Raises Misuse
    where one cannot be written."""
    drafts: list[Path] = []
    try:
        for path, data, option in files:
            with _misuse(path, option):
                drafts.append(_draft(path))
                drafts[-1].write_bytes(data)
                drafts[-1].chmod(0o666 & ~_umask())
        for draft, (path, _, option) in zip(drafts, files, strict=True):
            with _misuse(path, option):
                draft.replace(path)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    return Path(name)


@contextmanager
def _misuse(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Misuse(f"{option} {path}: cannot be written: {reason}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
