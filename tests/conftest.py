"""Fixtures of tests that need a running server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Running, Start, start_process


@pytest.fixture
def start_mock() -> Iterator[Start]:
    """Starts mocks and stops them after the test."""
    started: list[Running] = []

    def start(*arguments: str, cwd: Path | None = None) -> Running:
        started.append(start_process(*arguments, cwd=cwd))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate(timeout=10)


@pytest.fixture(scope="session")
def shared_mock() -> Iterator[Running]:
    """One mock of the bundled document for all tests that leave its other records alone."""
    running = start_process()
    yield running
    running.process.kill()
    running.process.communicate(timeout=10)
