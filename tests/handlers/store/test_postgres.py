"""What is PostgreSQL's alone: whose database it is, what is said when it is out of reach, and no password."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from handlers.store.base import StoreFailed, StoreRefused
from handlers.store.keeping import Keeping
from tests.handlers.store.database import PASSWORD, USER, Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as one:
        yield one


def refusal(url: str) -> str:
    with pytest.raises(StoreRefused) as refused:
        Keeping(url).open()
    assert "\n" not in str(refused.value)
    assert PASSWORD not in repr(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((f":{PASSWORD}@", ":wrong-secret@"), "password authentication failed"),
        (("/postgres?", "/nowhere?"), 'database "nowhere" does not exist'),
        (("search_path%3D", "search_path%3Dnot_there_"), "has no schema that this user may use"),
    ],
)
def test_out_of_reach_is_one_line(server: Server, change: tuple[str, str], sentence: str) -> None:
    """With the user and the place, and without any password."""
    said = refusal(server.new().replace(*change))

    assert sentence in said
    assert said.startswith(f"postgresql://{USER}@127.0.0.1:")
    assert "wrong-secret" not in said


def test_no_server_is_one_line() -> None:
    """A port where nobody listens, with every kind of secret in the address."""
    pytest.importorskip("psycopg")
    said = refusal(f"postgresql://me:{PASSWORD}@127.0.0.1:1/db?sslpassword={PASSWORD}")

    assert "postgresql://me@127.0.0.1:1/db: " in said
    assert "refused" in said


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:a@{PASSWORD}@host/db",
        f"postgresql://me:1/{PASSWORD}@host/db",
        f"postgresql://me:a/{PASSWORD}@host/db",
        f"postgresql://me:a#{PASSWORD}@host/db",
        f"postgresql://me:{PASSWORD}@[host/db",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    """No part of it: any may be part of the password."""
    assert "no address such as postgresql://" in refusal(url)
    with pytest.raises(StoreRefused, match="no address such as"):
        _ = Keeping(url).shown


def test_a_database_of_something_else_is_left_untouched(server: Server) -> None:
    """Whatever is in it; and so is one of another version of ours."""
    url = server.new()
    server.run("CREATE TABLE customers (id int)", url)
    assert "holds tables of something else (customers)" in refusal(url)

    url = server.new()
    server.run("CREATE TABLE hyfn_store (id int)", url)
    assert "is none of ours" in refusal(url)

    url = server.new()
    Keeping(url).open().close()
    server.run("UPDATE hyfn_store SET version = 7", url)
    assert "is in format 7, this version reads 1" in refusal(url)


def test_durability_memory_is_for_files(server: Server) -> None:
    """A database keeps what it is told."""
    with pytest.raises(StoreRefused, match="--durability memory is for files"):
        Keeping(server.new(), "memory").open()


def test_without_the_extra_one_line_says_what_to_install() -> None:
    """psycopg is no dependency of the mock."""
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from handlers.store.base import StoreRefused\nfrom handlers.store.keeping import Keeping\n"
        "try: Keeping('postgresql://me:hush-hush@host/db').open()\n"
        "except StoreRefused as refused: print(refused)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "pip install 'hyfn-contract[postgres]'" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr


def test_a_lost_connection_undoes_the_block_and_is_opened_again(server: Server) -> None:
    """A transaction that lost it fails as a whole; what comes next works."""
    url = server.new()
    store = Keeping(url).open()
    store.insert("jobs", "j0", "org", {})
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hyfn mock'"
    with pytest.raises(StoreFailed) as failed, store.transaction():
        store.insert("jobs", "j1", "org", {})
        server.run(end, url)
        store.insert("jobs", "j2", "org", {})
    assert PASSWORD not in str(failed.value)
    assert ["j0"] == [record.id for record in store.list("jobs")]
    server.run(end, url)
    assert 2 == store.insert("jobs", "j3", "org", {}).seq
    store.close()


def test_two_stores_see_each_others_changes(server: Server) -> None:
    """At once; what one reads within a block the other cannot have changed at its end; seqs go on."""
    url = server.new()
    one, two = Keeping(url).open(), Keeping(url).open()
    assert 1 == one.insert("jobs", "j1", "org", {"n": 1}).seq
    assert 2 == two.insert("jobs", "j2", "org", {}).seq
    two.update("jobs", "j1", {"n": 2})
    record = one.get("jobs", "j1")
    assert record is not None
    assert {"n": 2} == record.value
    with one.transaction():
        assert one.last_written == two.last_written
    assert one.snapshot() == two.snapshot()
    one.close()
    two.close()
