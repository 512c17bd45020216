"""The recording server, for every test here that asks for it."""

from collections.abc import Iterator

import pytest

from tests.contract_tests.recording import Api, serving


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def url(api: Api) -> Iterator[str]:
    with serving(api) as address:
        yield address
