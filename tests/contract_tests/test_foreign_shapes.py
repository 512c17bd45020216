"""Servers of other shapes: ids that come back, markers that are copied, answers that name somebody else's
record. What the run did not create stays, at its end and after a kill."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract_tests.cleanup import clean_up
from contract_tests.sweep import sweep
from contract_tests.target import Target, make_headers
from contract_tests.transport import Held, Transport
from tests.contract_tests.recording import (
    KEY,
    OTHER_KEY,
    OTHER_SECRET,
    SECRET,
    Api,
    Seen,
    create,
    document,
    send,
    transport,
)

OLD = "2020-01-01T00:00:00+00:00"
End = Callable[[Transport], None]


def cleaned(way: Transport) -> None:
    clean_up(way)
    way.close()


def killed(way: Transport) -> None:
    way.close()
    assert way.ledger is not None
    other = make_headers(OTHER_KEY, "HYFN_OTHER_") if way.target.other else ()
    sweep(way.ledger.path.parent, Target(way.target.url, make_headers(KEY), other))


@pytest.fixture(params=[cleaned, killed], ids=["cleaned", "killed"])
def end(request: pytest.FixtureRequest) -> End:
    """How a run ends."""
    found: End = request.param
    return found


@contextmanager
def untimed(api: Api, url: str, folder: Path, **more: Any) -> Iterator[Transport]:
    """Records that do not say when they were created."""
    api.times = False
    with transport(url, folder, described=document(times=False), **more) as way:
        yield way


def lose(api: Api) -> Callable[[Seen], Any]:
    """A create that is carried out, and not answered."""

    def reply(seen: Seen) -> Any:
        api.collection(seen, "/things", SECRET)
        raise ConnectionAbortedError

    return reply


@pytest.mark.parametrize("times", [True, False])
def test_a_record_into_which_the_server_copies_the_marker_stays(
    api: Api, url: str, tmp_path: Path, end: End, times: bool
) -> None:
    api.times = times
    api.put("/things/foreign", name="theirs", createdAt=OLD)
    with transport(url, tmp_path, described=document(times=times)) as way:
        api.instead["POST", "/things"] = lose(api)
        send(way, "POST", "/things", {"name": f"{way.marker}-1"})
        api.records["/things/foreign"]["latest"] = f"{way.marker}-1"
        end(way)
    assert ["/things/foreign"] == list(api.records)


@pytest.mark.parametrize("times", [True, False])
def test_records_that_a_wrong_update_changed_too_stay(
    api: Api, url: str, tmp_path: Path, end: End, times: bool
) -> None:
    """An UPDATE that lost its WHERE: everybody's record has the marker then."""
    api.times = times
    api.put("/things/foreign", name="theirs", createdAt=OLD)

    def all_of_them(seen: Seen) -> Any:
        for path in api.records:
            api.item(seen, path)
        return api.item(seen, ours)

    with transport(url, tmp_path, described=document(times=times)) as way:
        ours = create(way, name=f"{way.marker}-1")
        api.instead["PATCH", ours] = all_of_them
        send(way, "PATCH", ours, {"name": f"{way.marker}-2"})
        api.instead["POST", "/things"] = lose(api)
        send(way, "POST", "/things", {"name": f"{way.marker}-3"})
        del api.instead["PATCH", ours]
        end(way)
    assert ["/things/foreign"] == list(api.records)


def test_a_create_that_changed_an_older_record_too_does_not_make_it_ours(
    api: Api, url: str, tmp_path: Path, end: End
) -> None:
    api.put("/things/foreign", name="theirs", createdAt=OLD)
    with transport(url, tmp_path) as way:
        api.instead["POST", "/things"] = lose(api)
        send(way, "POST", "/things", {"name": f"{way.marker}-1"})
        api.records["/things/foreign"]["name"] = f"{way.marker}-1"
        end(way)
    assert ["/things/foreign"] == list(api.records)


def test_of_two_that_may_be_one_none_is_deleted_by_guess(
    api: Api, url: str, tmp_path: Path, end: End
) -> None:
    """A record that does not say when it was created, and into whose name the server wrote that of ours."""
    api.put("/things/foreign", name="theirs")
    with untimed(api, url, tmp_path) as way:
        send(way, "GET", "/things")
        api.instead["POST", "/things"] = lose(api)
        send(way, "POST", "/things", {"name": f"{way.marker}-1"})
        api.records["/things/foreign"]["name"] = f"{way.marker}-1"
        end(way)
    assert "/things/foreign" in api.records


def test_an_id_that_came_back_to_a_record_that_shows_the_marker_of_others_stays(
    api: Api, url: str, tmp_path: Path, end: End
) -> None:
    with untimed(api, url, tmp_path) as way:
        path = create(way, name=f"{way.marker}-1")
        api.put(path, name="theirs", siblings=[{"name": f"{way.marker}-1"}])
        end(way)
    assert [path] == list(api.records)


def test_an_id_that_came_back_to_a_record_that_looks_the_same_stays(
    api: Api, url: str, tmp_path: Path, end: End
) -> None:
    api.ids = "next"
    with untimed(api, url, tmp_path) as way:
        path = create(way, name="plain")
        assert 204 == send(way, "DELETE", path).status
        api.put(path, name="plain")
        end(way)
    assert [path] == list(api.records)


def test_a_delete_that_was_refused_leaves_a_plain_record_ours(
    api: Api, url: str, tmp_path: Path, end: End
) -> None:
    with untimed(api, url, tmp_path) as way:
        path = create(way, name="plain")
        create(way, f"{path}/parts", name="plain")
        assert 409 == send(way, "DELETE", path).status
        end(way)
    assert {} == api.records


def test_a_record_of_another_organization_that_looks_the_same_stays(
    api: Api, url: str, tmp_path: Path, end: End
) -> None:
    """Ids that two organizations may have each."""
    with untimed(api, url, tmp_path, other=True) as way:
        path = create(way, name="plain")
        api.put(path, OTHER_SECRET, name="plain")
        end(way)
    assert [path] == list(api.records)


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("status", [200, 201, 202, 303])
@pytest.mark.parametrize("there", [{"name": "theirs"}, {"name": "theirs", "createdAt": OLD}])
def test_a_location_that_names_an_older_record_does_not_make_it_ours(
    api: Api, url: str, tmp_path: Path, end: End, status: int, there: dict[str, str], marked: bool
) -> None:
    api.put("/things/foreign", **there)
    api.instead["POST", "/things"] = lambda seen: (status, {"Location": "/things/foreign"}, None)
    before = dict(api.records["/things/foreign"])
    with transport(url, tmp_path) as way:
        send(way, "POST", "/things", {"name": way.marker if marked else "plain", "state": "new"})
        for method in ("PATCH", "DELETE"):
            with pytest.raises(Held):
                send(way, method, "/things/foreign", {"name": "mine"})
        end(way)
    assert {"/things/foreign": before} == api.records


def test_a_create_that_finds_instead_does_not_make_it_ours(
    api: Api, url: str, tmp_path: Path, end: End
) -> None:
    """`200` where the document says `201` for what was created, and a record that is as it was sent."""
    api.put("/things/foreign", name="blue")
    api.instead["POST", "/things"] = lambda seen: (200, {}, api.records["/things/foreign"])
    with untimed(api, url, tmp_path) as way:
        send(way, "POST", "/things", {"name": "blue"})
        end(way)
    assert ["/things/foreign"] == list(api.records)
