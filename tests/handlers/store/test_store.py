# ruff: noqa: A001  (an id is called id here, as in the contract)
"""What base.Store promises, asked of every implementation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb.table import Table

from handlers.store.base import (
    MAX_DEPTH,
    AlreadyExists,
    BadSnapshot,
    NotStored,
    Record,
    Store,
    StoreError,
    StoreFailed,
    copy_json,
)
from handlers.store.keeping import Keeping
from handlers.store.tiny import TinyStore
from tests.handlers.store.database import Server, running

AWKWARD = {
    "big": 2**70,
    "negative": -(10**30),
    "nul": "a\u0000b",
    "z": {"b": None, "a": [None, [], {}, True, 1, 1.0, 1e300, "\u2028", "😀"]},
    "a": "after z",
}


class Stores:
    """Makes one kind of store; `again` is its data after a restart (in memory: a snapshot)."""

    def __init__(self, make: Callable[[], Store], in_memory: bool = False) -> None:
        self._make, self._in_memory = make, in_memory
        self.opened: list[Store] = []

    def new(self) -> Store:
        self.opened.append(self._make())
        return self.opened[-1]

    def both(self) -> Iterator[Store]:
        """The store, and then what it is after a restart."""
        yield self.opened[-1]
        yield self.again()

    def again(self) -> Store:
        old = self.opened[-1]
        old.close()
        new = self.new()
        if self._in_memory:
            new.restore(old.snapshot())
        return new


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as one:
        yield one


@pytest.fixture(params=["memory", "file", "power", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    made = _stores(request, tmp_path / "state.hyfn")
    yield made
    for store in made.opened:
        store.close()


def _stores(request: pytest.FixtureRequest, path: Path) -> Stores:
    if request.param == "memory":
        return Stores(TinyStore, in_memory=True)
    if request.param == "postgres":
        url = request.getfixturevalue("server").new()
        return Stores(lambda: Keeping(url, "process").open())
    return Stores(Keeping(str(path), "power" if request.param == "power" else "process").open)


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.new()


def ids(records: list[Record]) -> list[str]:
    return [record.id for record in records]


def test_a_store_starts_empty(store: Store) -> None:
    """It holds nothing, and says so."""
    promised = store
    assert ([], [], 0, None) == (
        promised.tables(),
        promised.list("jobs"),
        promised.count("jobs"),
        promised.get("jobs", "a"),
    )


def test_insert_then_get(store: Store) -> None:
    """What insert gives is what get gives."""
    expected = Record("a1", "org", {"name": "A"}, 1)
    assert expected == store.insert("agents", "a1", "org", {"name": "A"})
    assert expected == store.get("agents", "a1")
    assert ["agents"] == store.tables()


def test_awkward_values_come_back_as_sent(stores: Stores) -> None:
    """Big integers, NUL, nested nulls, true beside 1 and the order of keys outlive a restart."""
    stores.new().insert("agents", "a1", "org", AWKWARD)
    back = stores.again().get("agents", "a1")
    assert back is not None
    assert repr(AWKWARD) == repr(back.value)


@pytest.mark.parametrize("name", ["", "a/b", "\u0000", "_default", "ä\n"])
def test_any_string_is_a_name(stores: Stores, name: str) -> None:
    """Table, id and owner may be any strings."""
    stores.new().insert(name, name, name, {})
    again = stores.again()
    assert Record(name, name, {}, 1) == again.get(name, name)
    assert [name] == again.tables()


def test_insert_twice_is_refused(store: Store) -> None:
    """An id is taken per table, also for another owner, and what is there stays."""
    store.insert("agents", "a1", "org", {"n": 1})
    with pytest.raises(AlreadyExists, match="agents a1"):
        store.insert("agents", "a1", "other", {"n": 2})
    store.insert("jobs", "a1", "org", {})
    assert Record("a1", "org", {"n": 1}, 1) == store.get("agents", "a1")


def test_update_replaces_the_value(store: Store) -> None:
    """Update replaces the whole value; owner, seq and the place in the order stay."""
    store.insert("agents", "a1", "org", {"n": 1, "old": True})
    store.insert("agents", "a2", "org", {})
    expected = Record("a1", "org", {"n": 2}, 1)
    assert expected == store.update("agents", "a1", {"n": 2})
    assert expected == store.get("agents", "a1")
    assert ["a1", "a2"] == ids(store.list("agents"))


def test_update_of_nothing_is_refused(store: Store) -> None:
    """Updating what is not there says so and stores nothing."""
    with pytest.raises(NotStored, match="agents a1"):
        store.update("agents", "a1", {})
    assert [] == store.tables()


def test_remove(store: Store) -> None:
    """Remove says whether there was a record; the id is free and seq goes on rising."""
    store.insert("agents", "a1", "org", {})
    assert [True, False] == [store.remove("agents", "a1"), store.remove("agents", "a1")]
    assert ([], None) == (store.tables(), store.get("agents", "a1"))
    assert 2 == store.insert("agents", "a1", "org", {}).seq


def test_seq_goes_on_after_a_restart(stores: Stores) -> None:
    """A seq is not given twice, not even that of a removed record after a restart."""
    store = stores.new()
    store.insert("agents", "a1", "org", {})
    store.remove("agents", "a1")
    assert 2 == stores.again().insert("agents", "a2", "org", {}).seq


def test_list_is_oldest_first_by_owner(store: Store) -> None:
    """List gives the records of one owner, or of everyone, in the order of insertion."""
    for number, owner in enumerate("abab"):
        store.insert("agents", f"x{9 - number}", owner, {})
    assert ["x9", "x7"] == ids(store.list("agents", "a"))
    assert ["x9", "x8", "x7", "x6"] == ids(store.list("agents"))
    assert (2, 4, 0) == (store.count("agents", "a"), store.count("agents"), store.count("no", "a"))


@pytest.mark.parametrize("where", [None, {"agent": 1}, {"agent": 1, "state": "new"}])
def test_a_list_in_pages(stores: Stores, where: Any) -> None:
    """`start` and `most` cut pieces out of the whole list; count_until tells where a seq stands in it."""
    store = stores.new()
    for number in range(30):
        store.insert("jobs", f"j{number}", "ab"[number % 2], {"agent": number % 3, "state": "new"})
    store.remove("jobs", "j7")
    for one in stores.both():
        for owner in (None, "a"):
            whole = one.list("jobs", owner, where)
            for start, most in ((0, 2), (1, 3), (2, None), (len(whole), 4), (0, 0)):
                end = None if most is None else start + most
                assert whole[start:end] == one.list("jobs", owner, where, start=start, most=most)
            for seq in (0, 1, 8, 16, 40):
                expected = sum(record.seq <= seq for record in whole)
                assert expected == one.count_until("jobs", seq, owner, where)


def test_where_leads_into_objects(stores: Stores) -> None:
    """Names that lead to a member deeper inside; what is not there, or no object, fits nothing."""
    store = stores.new()
    values: list[dict[str, Any]] = [{"item": {"state": "new"}}, {"item": {}}, {"item": "state"}, {}]
    for number, value in enumerate(values):
        store.insert("jobs", f"j{number}", "org", value)
    store.insert("jobs", "late", "org", {"item": {"state": "old"}})
    assert ["j0"] == ids(store.list("jobs", None, {("item", "state"): "new"}))
    store.update("jobs", "late", {"item": {"state": "new"}})
    for one in stores.both():
        assert ["j0", "late"] == ids(one.list("jobs", None, {("item", "state"): "new"}))
        assert ["late"] == ids(one.list("jobs", "org", {("item", "state"): "new"}, start=1))


WHERE: list[tuple[Any, list[str]]] = [
    (1, ["one", "one_point_nought"]),
    (1.0, ["one", "one_point_nought"]),
    (True, ["true"]),
    (None, ["null"]),
    ("1", ["text"]),
    ([1, True], ["list"]),
    ([True, 1], []),
    ({"a": 1, "b": [None]}, ["object"]),
    ({"a": True, "b": [None]}, []),
    (["bool", True], []),
    (2**70, ["big"]),
    (0, []),
]


@pytest.mark.parametrize("member", ["agent", "plain"])
@pytest.mark.parametrize(("value", "expected"), WHERE)
def test_where_is_json_equality(store: Store, member: str, value: Any, expected: list[str]) -> None:
    """By index (agent) and without one, where compares as JSON does, and absent is not null."""
    values = {
        "one": 1,
        "one_point_nought": 1.0,
        "true": True,
        "null": None,
        "text": "1",
        "list": [1, True],
        "object": {"b": [None], "a": 1},
        "big": 2**70,
    }
    for id, held in values.items():
        store.insert("jobs", id, "org", {member: held})
    store.insert("jobs", "absent", "org", {})
    assert expected == ids(store.list("jobs", where={member: value}))
    assert expected == ids(store.list("jobs", "org", {member: value}))
    assert len(expected) == store.count("jobs", "org", {member: value})
    assert 0 == store.count("jobs", "other", {member: value})


def test_where_takes_several_members(store: Store) -> None:
    """All members of where must fit, indexed or not."""
    for number in range(8):
        value = {"agent": number % 2, "state": number % 4 // 2, "plain": number // 4}
        store.insert("jobs", str(number), "org", value)
    assert ["3"] == ids(store.list("jobs", "org", {"agent": 1, "state": 1, "plain": 0}))
    assert ["1", "3"] == ids(store.list("jobs", None, {"plain": 0, "agent": 1}))


def test_an_index_follows_every_change(stores: Stores) -> None:
    """Update, remove, a rolled back block and a restart leave the index right."""
    store = stores.new()
    for id in "abc":
        store.insert("jobs", id, "org", {"state": "new"})
    store.update("jobs", "a", {"state": "old"})
    store.remove("jobs", "b")
    with pytest.raises(KeyError), store.transaction():
        store.update("jobs", "c", {"state": "old"})
        raise KeyError
    for one in stores.both():
        assert ["a"] == ids(one.list("jobs", "org", {"state": "old"}))
        assert ["c"] == ids(one.list("jobs", "org", {"state": "new"}))


def test_what_goes_in_is_copied(store: Store) -> None:
    """A caller that changes what it passed changes nothing."""
    value: dict[str, Any] = {"deep": [{"n": 1}]}
    store.insert("agents", "a1", "org", value)
    value["deep"][0]["n"] = 2
    other: dict[str, Any] = {"deep": [{"n": 1}]}
    store.update("agents", "a1", other)
    other["deep"].append(3)
    assert Record("a1", "org", {"deep": [{"n": 1}]}, 1) == store.get("agents", "a1")


def test_what_comes_out_is_copied(store: Store) -> None:
    """A caller that changes what any call gave changes nothing."""
    given = [store.insert("agents", "a1", "org", {"deep": [{"n": 1}]})]
    given += store.list("agents")
    given += [store.update("agents", "a1", {"deep": [{"n": 1}]})]
    given += filter(None, [store.get("agents", "a1")])
    for record in given:
        record.value["deep"][0]["n"] = 2
    store.snapshot()["tables"]["agents"]["a1"]["value"]["deep"].clear()
    assert [Record("a1", "org", {"deep": [{"n": 1}]}, 1)] == store.list("agents")


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    "value",
    [{"a": {1, 2}}, {"a": (1,)}, {"a": float("nan")}, {"a": [float("inf")]}, deep(MAX_DEPTH + 1)],
)
def test_what_is_no_json_is_refused(store: Store, value: dict[str, Any]) -> None:
    """No set, tuple, NaN, infinity or endless nesting is stored, in memory as in a file."""
    with pytest.raises((TypeError, ValueError)):
        store.insert("agents", "a1", "org", value)
    assert [] == store.tables()


def test_the_deepest_value_outlives_a_restart(stores: Stores) -> None:
    """What is stored can be changed and read again, at the deepest nesting too."""
    store = stores.new()
    store.insert("agents", "a1", "org", deep(MAX_DEPTH))
    store.update("agents", "a1", deep(MAX_DEPTH))
    store.sort_out(lambda table, record: False)
    store.sort_out(lambda table, record: True)
    assert Record("a1", "org", deep(MAX_DEPTH), 1) == stores.again().get("agents", "a1")


def test_copy_json_shares_nothing() -> None:
    """A copy is equal and has no list or object in common."""
    copied = copy_json(AWKWARD)
    assert repr(AWKWARD) == repr(copied)
    assert copied["z"]["a"][1] is not AWKWARD["z"]["a"][1]  # type: ignore[index]


def test_a_block_is_kept(stores: Stores) -> None:
    """What a transaction did is there after it, and after a restart; inside, it reads its own."""
    store = stores.new()
    with store.transaction():
        store.insert("agents", "a1", "org", {"n": 1})
        store.insert("agents", "a2", "org", {})
        store.update("agents", "a1", {"n": 2})
        store.remove("agents", "a2")
        assert ["a1"] == ids(store.list("agents", "org"))
    expected = [Record("a1", "org", {"n": 2}, 1)]
    assert expected == store.list("agents")
    assert expected == stores.again().list("agents")


def every_change(store: Store) -> None:
    store.insert("jobs", "new", "org", {})
    store.update("jobs", "j1", {"state": "done"})
    store.remove("jobs", "j2")
    store.sort_out(lambda table, record: record.id != "j3")
    store.clear()
    store.insert("more", "m1", "org", {})


def filled(stores: Stores) -> Store:
    store = stores.new()
    for id in ("j1", "j2", "j3"):
        store.insert("jobs", id, "org", {"state": "new"})
    return store


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_block_that_fails_is_undone(stores: Stores, error: type[BaseException]) -> None:
    """On any exception everything is as before, in memory and on disk, seq included."""
    store = filled(stores)
    expected = store.snapshot()
    with pytest.raises(error), store.transaction():
        every_change(store)
        raise error
    assert expected == store.snapshot()
    assert expected == stores.again().snapshot()
    assert ["j1", "j2", "j3"] == ids(stores.opened[-1].list("jobs", "org", {"state": "new"}))


def test_an_inner_block_is_undone_by_itself(stores: Stores) -> None:
    """A caught failure of a nested block undoes that block only."""
    store = stores.new()
    with store.transaction():
        store.insert("agents", "outer", "org", {})
        with pytest.raises(AlreadyExists), store.transaction():
            store.insert("agents", "inner", "org", {})
            store.insert("agents", "outer", "org", {})
        store.insert("agents", "after", "org", {})
    assert [("outer", 1), ("after", 2)] == [(r.id, r.seq) for r in stores.again().list("agents")]


def test_an_outer_block_undoes_the_inner(stores: Stores) -> None:
    """A nested block that went well is kept only when the outer one is."""
    store = stores.new()
    with pytest.raises(ValueError), store.transaction():
        with store.transaction():
            store.insert("agents", "inner", "org", {})
        raise ValueError
    assert [] == stores.again().tables()


def test_an_answer_is_one_step(stores: Stores) -> None:
    """What a failing answer has written is undone; what it gives comes back, whether it writes or not."""
    store = stores.new()

    def insert() -> str:
        return store.insert("agents", "a1", "org", {}).id

    def fail() -> None:
        insert()
        raise KeyError

    with pytest.raises(KeyError):
        store.answer(fail, writes=True)
    assert 0 == store.count("agents")
    assert "a1" == store.answer(insert, writes=False)
    assert "a1" == store.answer(lambda: store.list("agents")[0].id, writes=False)
    assert ["a1"] == ids(stores.again().list("agents"))


def test_threads_lose_nothing(stores: Stores) -> None:
    """Eight threads that read, count and write in transactions lose no update."""
    store = stores.new()
    store.insert("agents", "counter", "org", {"n": 0})

    def work(worker: int) -> None:
        for number in range(50):
            store.insert("jobs", f"{worker}-{number}", "org", {"agent": worker})
            with store.transaction():
                record = store.get("agents", "counter")
                assert record is not None
                store.update("agents", "counter", {"n": record.value["n"] + 1})

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in stores.both():
        assert Record("counter", "org", {"n": 400}, 1) == one.get("agents", "counter")
        assert [50] * 8 == [one.count("jobs", "org", {"agent": n}) for n in range(8)]
        assert list(range(2, 402)) == [record.seq for record in one.list("jobs")]


def test_clear(stores: Stores) -> None:
    """Clear removes everything, what is set aside too, and is the same state as a new store."""
    store = filled(stores)
    fresh = TinyStore().snapshot()
    store.sort_out(lambda table, record: False)
    store.clear()
    assert fresh == store.snapshot()
    assert fresh == stores.again().snapshot()


def test_restore_brings_a_snapshot_back(stores: Stores) -> None:
    """Restore makes everything as it was, what came since is gone, also after a restart."""
    store = filled(stores)
    store.sort_out(lambda table, record: record.id != "j2")
    expected = store.snapshot()
    every_change(store)
    store.restore(expected)
    for one in stores.both():
        assert expected == one.snapshot()
        assert ["j1", "j3"] == ids(one.list("jobs", "org", {"state": "new"}))
        assert [] == one.list("more")


def test_a_restored_snapshot_is_copied(store: Store) -> None:
    """Changing a snapshot after it was restored changes nothing."""
    store.insert("jobs", "j1", "org", {"deep": []})
    snapshot = store.snapshot()
    store.restore(snapshot)
    snapshot["tables"]["jobs"]["j1"]["value"]["deep"].append(1)
    assert Record("j1", "org", {"deep": []}, 1) == store.get("jobs", "j1")


def test_a_restored_snapshot_may_exchange_seqs(stores: Stores) -> None:
    """Order and lookups follow, also back where the block around it fails."""
    store = filled(stores)
    before = store.snapshot()
    other = store.snapshot()
    rows = other["tables"]["jobs"]
    rows["j1"]["seq"], rows["j3"]["seq"], rows["j1"]["owner"] = 3, 1, "other"
    with pytest.raises(KeyError), store.transaction():
        store.restore(other)
        assert ["j3", "j2", "j1"] == ids(store.list("jobs", None, {"state": "new"}))
        raise KeyError
    assert ["j1", "j2", "j3"] == ids(store.list("jobs", None, {"state": "new"}))
    assert before == store.snapshot()
    store.restore(other)
    for one in stores.both():
        assert ["j3", "j2", "j1"] == ids(one.list("jobs", None, {"state": "new"}))
        assert ["j3", "j2"] == ids(one.list("jobs", "org"))


ROW = {"owner": "org", "seq": 1, "value": {}}


def of(**rows: Any) -> dict[str, Any]:
    return {"version": 1, "next_seq": 3, "tables": {"jobs": rows}}


BAD: list[tuple[Any, str]] = [
    ([], "the snapshot must be an object"),
    ({}, "an object of next_seq, tables, version"),
    (of() | {"version": 2}, "version must be 1"),
    (of() | {"more": 1}, "the snapshot must be an object of"),
    (of() | {"next_seq": True}, "next_seq must be a whole number"),
    (of() | {"tables": []}, "tables must be an object"),
    (of() | {"tables": {"jobs": 1}}, "jobs must be an object, and is 1"),
    (of(a=[]), "jobs.a must be an object"),
    (of(a={"value": {}}), "jobs.a must be an object of owner, seq, value"),
    (of(a=ROW | {"owner": None}), "jobs.a.owner must be a string, and is null"),
    (of(a=ROW | {"seq": "1"}), "jobs.a.seq must be a whole number from 1"),
    (of(a=ROW | {"seq": 3}), "jobs.a.seq must be less than next_seq, which is 3"),
    (of(a=ROW | {"value": []}), "jobs.a.value must be an object"),
    (of(a=ROW | {"aside": 1}), "jobs.a.aside must be true"),
    (of(a=ROW | {"value": {"a": {1}}}), "jobs.a cannot be stored: set"),
    (of(a=ROW, b=ROW), "jobs.b has the seq 1 of jobs.a"),
    (of(a=ROW | {"value": deep(250)}), "jobs.a cannot be stored: nested deeper"),
]


@pytest.mark.parametrize(("snapshot", "sentence"), BAD)
def test_a_bad_snapshot_is_refused(stores: Stores, snapshot: Any, sentence: str) -> None:
    """A wrong shape is named with its place in one sentence, and nothing is changed."""
    store = filled(stores)
    expected = store.snapshot()
    with pytest.raises(BadSnapshot) as refused:
        store.restore(snapshot)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert isinstance(refused.value, ValueError)
    assert expected == store.snapshot()


def named(*good: str) -> Callable[[str, Record], bool]:
    return lambda table, record: record.id in good


def test_what_does_not_fit_is_set_aside(stores: Stores) -> None:
    """Set aside is invisible, cannot be changed, keeps its id, and outlives a restart."""
    store = filled(stores)
    store.insert("more", "m1", "org", {})
    assert (2, 0) == store.sort_out(named("j1", "j3"))
    for one in stores.both():
        assert (["j1", "j3"], 2) == (ids(one.list("jobs", "org")), one.count("jobs"))
        assert (None, ["jobs"]) == (one.get("jobs", "j2"), one.tables())
        assert 2 == one.count("jobs", None, {"state": "new"})
        assert False is one.remove("jobs", "j2")
        with pytest.raises(AlreadyExists):
            one.insert("jobs", "j2", "org", {})
        with pytest.raises(NotStored):
            one.update("jobs", "j2", {})


def test_what_fits_again_comes_back(stores: Stores) -> None:
    """What was set aside comes back with its value, at its old place in the order."""
    filled(stores).sort_out(named("j3"))
    store = stores.again()
    assert (1, 1) == store.sort_out(named("j2", "j3"))
    assert ["j2", "j3"] == ids(store.list("jobs", "org", {"state": "new"}))
    assert (0, 1) == store.sort_out(named("j1", "j2", "j3"))
    assert ["j1", "j2", "j3"] == ids(stores.again().list("jobs"))


def test_sort_out_asks_for_every_record(stores: Stores) -> None:
    """Each record, live or set aside, is asked for once; a question that fails undoes all."""
    store = filled(stores)
    store.sort_out(named("j1"))
    asked: list[tuple[str, str]] = []

    def fits(table: str, record: Record) -> bool:
        asked.append((table, record.id))
        if len(asked) == 3:
            raise ZeroDivisionError
        return record.id != "j1"

    expected = store.snapshot()
    with pytest.raises(ZeroDivisionError):
        store.sort_out(fits)
    assert [("jobs", "j1"), ("jobs", "j2"), ("jobs", "j3")] == asked
    assert expected == store.snapshot()


def test_a_closed_store_takes_no_change(store: Store) -> None:
    """Closing twice is fine; a change after it fails, also one inside a block."""
    store.insert("jobs", "j1", "org", {})
    store.close()
    store.close()
    with pytest.raises(StoreFailed, match="closed"):
        store.remove("jobs", "j1")
    with pytest.raises(StoreError), store.transaction():
        store.remove("jobs", "j1")


def test_tinydb_still_writes_through_one_method() -> None:
    """The private method that tiny.py overrides is there, and all that writes goes through it."""
    writers = [Table.insert, Table.update, Table.remove, Table.truncate]
    assert all("_update_table" in method.__code__.co_names for method in writers)


def test_tinydb_carries_the_data() -> None:
    """An updater that fails half-way through TinyDB's own table changes nothing."""
    store = TinyStore()
    store.insert("jobs", "j1", "org", {"n": 1})
    table = store._tinydb("jobs")

    def spoil(row: dict[str, Any]) -> None:
        row["value"]["n"] = 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        table.update(spoil, doc_ids=["j1"])
    assert [{"owner": "org", "seq": 1, "value": {"n": 1}}] == table.all()
    assert ["j1"] == [row.doc_id for row in table.all()]
