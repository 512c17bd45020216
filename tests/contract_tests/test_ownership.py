"""Whose things are: the run writes to what it created or made up, as the server itself says, and to nothing
else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.cleanup import clean_up
from contract_tests.exchange import OTHER
from contract_tests.profile import Profile
from contract_tests.transport import Held, Transport
from tests.contract_tests.recording import (
    OTHER_KEY,
    OTHER_SECRET,
    Api,
    create,
    document,
    send,
    transport,
)


@pytest.fixture
def way(url: str, tmp_path: Path) -> Iterator[Transport]:
    with transport(url, tmp_path) as made:
        yield made


def test_foreign_records_are_never_touched(api: Api, url: str, tmp_path: Path) -> None:
    for profile in (Profile.SANDBOXED, Profile.FULL):
        before = {}
        for number in range(20):
            api.put(f"/things/f{number}", name=f"theirs {number}", state="new")
        before = {path: dict(record) for path, record in api.records.items()}
        with transport(url, tmp_path, profile) as way:
            send(way, "GET", "/things")
            ours = create(way)
            for method in ("POST", "PUT", "PATCH", "DELETE", "FOO"):
                for path in (*before, "/things", f"{ours}/parts", ours, "/nowhere"):
                    for fuzz in (False, True):
                        try:
                            send(way, method, path, {"name": "mine"}, fuzz=fuzz)
                        except Held:
                            continue
            clean_up(way)
            assert [] == way.footprint.left
        assert before == api.records


def test_a_write_to_what_was_minted_follows_a_404(api: Api, way: Transport) -> None:
    way.mint("/things/made-up")
    assert 404 == send(way, "DELETE", "/things/made-up").status
    assert ["GET /things/made-up", "DELETE /things/made-up"] == api.sent()


def test_a_404_just_before_is_not_asked_again(api: Api, way: Transport) -> None:
    way.mint("/things/made-up")
    send(way, "GET", "/things/made-up")
    send(way, "DELETE", "/things/made-up")
    send(way, "DELETE", "/things/made-up")
    assert ["GET", "DELETE", "GET", "DELETE"] == [seen.method for seen in api.requests]


def test_a_minted_id_that_is_taken_is_not_written_to(api: Api, way: Transport) -> None:
    way.mint("/things/taken")
    api.put("/things/taken", name="theirs")
    with pytest.raises(Held, match="answered 200"):
        send(way, "PATCH", "/things/taken", {"name": "mine"})
    assert ["GET /things/taken"] == api.sent()


def test_the_fuzz_engine_writes_where_nothing_is(api: Api, url: str, tmp_path: Path) -> None:
    api.put("/things/foreign", name="theirs")
    with transport(url, tmp_path, Profile.FULL) as way:
        assert 404 == send(way, "DELETE", "/things/zzz", fuzz=True).status
        with pytest.raises(Held):
            send(way, "DELETE", "/things/foreign", fuzz=True)
        assert 1 == way.footprint.held_back
    assert ["DELETE /things/zzz"] == api.sent("DELETE")


def test_two_identities_have_to_agree_that_an_id_is_free(api: Api, url: str, tmp_path: Path) -> None:
    api.put("/things/theirs", OTHER_SECRET, name="of the other organization")
    with transport(url, tmp_path, other=True) as way:
        way.mint("/things/theirs")
        with pytest.raises(Held):
            send(way, "DELETE", "/things/theirs", headers=OTHER_KEY, identity=OTHER)
    assert [] == api.sent("DELETE")


def test_an_id_that_came_back_as_somebody_elses_is_not_written_to(url: str, api: Api, tmp_path: Path) -> None:
    """With and without a time of creation, which tells one record from another."""
    api.ids = "next"
    for times in (True, False):
        api.times = times
        with transport(url, tmp_path, described=document(times=times)) as way:
            path = create(way)
            assert 204 == send(way, "DELETE", path).status
            api.put(path, name="theirs", createdAt="2020-01-01T00:00:00+00:00")
            for method in ("DELETE", "PATCH"):
                with pytest.raises(Held, match="not this run's to write to"):
                    send(way, method, path, {"name": "mine"})
            clean_up(way)
            assert "theirs" == api.records.pop(path)["name"]


def test_a_record_that_survives_its_delete_is_deleted_again(api: Api, way: Transport) -> None:
    path = create(way)
    api.instead["DELETE", path] = lambda seen: (204, {}, None)
    send(way, "DELETE", path)
    del api.instead["DELETE", path]
    clean_up(way)
    assert {} == api.records


def test_a_refused_delete_leaves_the_record_ours(api: Api, way: Transport) -> None:
    path = create(way)
    create(way, f"{path}/parts")
    assert 409 == send(way, "DELETE", path).status
    send(way, "PATCH", path, {"name": "changed"})
    assert [] == api.sent("GET")


def test_what_the_other_identity_cannot_see_stays_ours(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path, other=True) as way:
        path = create(way)
        assert 404 == send(way, "DELETE", path, headers=OTHER_KEY, identity=OTHER).status
        assert 200 == send(way, "PATCH", path, {"name": "changed"}).status
        assert [] == api.sent("GET")


def test_what_an_answer_did_not_create_is_not_ours(api: Api, way: Transport) -> None:
    """A server that is wrong answers a create with a record that was there before."""
    api.put("/things/foreign", name="theirs")
    send(way, "GET", "/things")
    api.instead["POST", "/things"] = lambda seen: (201, {}, api.records["/things/foreign"])
    send(way, "POST", "/things", {"name": "mine"})
    with pytest.raises(Held):
        send(way, "DELETE", "/things/foreign")
    clean_up(way)
    assert ["/things/foreign"] == list(api.records)
    assert 1 == len(way.footprint.left)


@pytest.mark.parametrize(
    "there", [{"name": "theirs", "createdAt": "2020-01-01T00:00:00+00:00"}, {"name": "theirs"}]
)
def test_what_looks_older_than_the_run_is_not_ours(api: Api, way: Transport, there: dict[str, str]) -> None:
    api.put("/things/foreign", **there)
    api.instead["POST", "/things"] = lambda seen: (201, {}, api.records["/things/foreign"])
    send(way, "POST", "/things", {"name": "mine"})
    clean_up(way)
    assert ["/things/foreign"] == list(api.records)
