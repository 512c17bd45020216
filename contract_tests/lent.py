"""Mocks that the fixture `hyfn_mock` lends to tests: one per document and options, for a whole session."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from contract_tests.mock import Mock, mock
from contract_tests.problems import CannotTell, Misuse

_OURS = ("port", "host", "quiet", "log_format", "admin_token", "list_faults", "help")
"""Options that the fixture needs for itself."""

Key = tuple[Path | None, tuple[str, ...]]


class Lender:
    """Starts mocks, and stops them at its end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._running, self._end = config, dict[Key, Mock](), ExitStack()

    def __enter__(self) -> "Lender":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.close()

    def lend(self, node: pytest.Item) -> Mock:
        """The mock that a test asks for, with the records of its start. Where there is none, the test has an
        error that says why."""
        try:
            return self._lend(*self._wish(node))
        except CannotTell as error:
            says = str(error)
        pytest.fail(f"hyfn_mock: {says}", pytrace=False)

    def _lend(self, path: Path | None, options: tuple[str, ...]) -> Mock:
        known = self._running.pop((path, options), None)
        if known is None:
            known = self._end.enter_context(mock(path, options))
        else:
            known.reset()  # one that a test has ended is told of once; the next test has a new one
        self._running[path, options] = known
        return known

    def _wish(self, node: pytest.Item) -> Key:
        """What the marks of a test ask for; the nearest one wins. Raises Misuse."""
        wish: dict[str, Any] = {}
        for mark in reversed(list(node.iter_markers("hyfn_mock"))):
            if len(mark.args) > 1:
                raise Misuse("the mark takes one document, and options by name")
            wish |= {**({"document": mark.args[0]} if mark.args else {}), **mark.kwargs}
        named = wish.pop("document", None)
        return self._document(named, node), _options(wish)

    def _document(self, named: Any, node: pytest.Item) -> Path | None:
        """The mark's document is beside the test or, where it is not, below the root; --document is seen from
        the working directory, that of the ini option from its file."""
        config = self._config
        if named is not None:
            return _found(named, node.path.parent, config.rootpath)
        given, ini = config.getoption("document"), config.getini("hyfn_document")
        if given:
            return Path(config.invocation_params.dir / given).resolve()
        return ((config.inipath or config.rootpath / "ini").parent / ini).resolve() if ini else None


def _found(name: Any, *folders: Path) -> Path:
    for folder in folders:
        path = folder / str(name)
        if path.exists():
            return path.resolve()
    raise Misuse(f"{name}: there is no such file, neither beside the test nor below the root")


def _options(wish: Mapping[str, Any]) -> tuple[str, ...]:
    """`seed=3, cors=False` as `--seed 3 --no-cors`. Raises Misuse."""
    taken = [name for name in wish if name in _OURS]
    if taken:
        raise Misuse(f"the mark has {taken[0]}, which the fixture chooses itself")
    words: list[str] = []
    for name, value in sorted(wish.items()):
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        elif value is not None:
            words += [f"--{option}", str(value)]
    return tuple(words)
