"""At the end everything that a run created is deleted, and nothing else; what is not is listed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.cleanup import clean_up
from contract_tests.exchange import NOBODY, OTHER
from contract_tests.network.pace import Pace
from contract_tests.transport import Held, Transport
from openapi.document import Document
from tests.contract_tests.recording import (
    KEY,
    OTHER_KEY,
    OTHER_SECRET,
    SECRET,
    Api,
    Reply,
    Seen,
    create,
    document,
    send,
    serving,
    things,
    transport,
)


@pytest.fixture
def way(url: str, tmp_path: Path) -> Iterator[Transport]:
    with transport(url, tmp_path) as made:
        yield made


def untimed(url: str, folder: Path, described: Document | None = None) -> Any:
    """A transport for records that do not say when they were created."""
    return transport(url, folder, described=described or document(times=False))


def lost(_seen: Seen) -> Reply:
    raise ConnectionAbortedError


def left(way: Transport) -> list[str]:
    """What is left, without the target's address."""
    return [line.removeprefix(way.target.url) for line in way.footprint.left]


def test_children_go_before_their_parents(api: Api, way: Transport) -> None:
    path = create(way)
    part = create(way, f"{path}/parts")
    clean_up(way)
    assert [f"DELETE {part}", f"DELETE {path}"] == api.sent("DELETE")
    assert ({}, [], 2) == (api.records, left(way), way.footprint.deleted)


def test_what_others_hold_on_to_is_tried_again_after_them(api: Api, way: Transport) -> None:
    first, second = create(way), create(way)
    api.instead["DELETE", second] = lambda seen: (
        (409, {}, None) if first in api.records else (api.records.pop(second), (204, {}, None))[1]
    )
    clean_up(way)
    assert ({}, []) == (api.records, left(way))


def test_what_cannot_be_deleted_is_listed_by_its_url(api: Api, url: str, way: Transport) -> None:
    path = create(way)
    api.instead["DELETE", path] = lambda seen: (409, {}, None)
    clean_up(way)
    assert [f"{url}{path}: DELETE is answered 409"] == way.footprint.left
    assert 3 == len(api.sent("DELETE"))


def test_a_delete_that_deletes_nothing_is_seen(api: Api, way: Transport) -> None:
    path = create(way)
    api.instead["DELETE", path] = lambda seen: (204, {}, None)
    clean_up(way)
    assert [f"{path}: DELETE was answered 204, and it is still there"] == left(way)


def test_a_delete_that_takes_its_time_is_waited_for(api: Api, way: Transport) -> None:
    path = create(way)
    looks = iter(range(99))
    record = api.records[path]
    api.instead["DELETE", path] = lambda seen: (202, {}, None)
    api.instead["GET", path] = lambda seen: (200, {}, record) if next(looks) < 3 else (404, {}, None)
    clean_up(way)
    assert [] == left(way)


def test_a_record_that_says_it_is_deleted_is_gone(api: Api, url: str, tmp_path: Path) -> None:
    paths = things()
    for there in paths.values():
        for operation in there.values():
            for response in operation.get("responses", {}).values() if isinstance(operation, dict) else ():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if "id" in schema.get("properties", {}):
                    schema["properties"]["deletedAt"] = {"type": "string", "nullable": True, "readOnly": True}
    with transport(url, tmp_path, described=document(paths)) as way:
        path = create(way)
        api.instead["DELETE", path] = lambda seen: (
            api.records[path].update(deletedAt="now"),
            (204, {}, None),
        )[1]
        clean_up(way)
        assert [] == left(way)


def test_a_record_that_became_somebody_elses_is_left_alone(api: Api, way: Transport) -> None:
    path = create(way)
    api.put(path, name="theirs", createdAt="2020-01-01T00:00:00+00:00")
    clean_up(way)
    assert [f"{path}: it is not, or no more, what this run created"] == left(way)
    assert [] == api.sent("DELETE")


def test_a_deleted_record_is_not_left_because_somebody_has_its_id_now(
    api: Api, url: str, tmp_path: Path
) -> None:
    """Where ids come back, and no time tells records apart: other deletions of the resource were true."""
    api.times, api.ids = False, "next"
    with untimed(url, tmp_path) as way:
        stays = create(way)
        path = create(way, name="ours")
        assert 204 == send(way, "DELETE", path).status
        api.put(path, name="theirs")
        clean_up(way)
        assert ({path: api.records[path]}, [], 2) == (api.records, left(way), way.footprint.deleted)
        assert [f"DELETE {path}", f"DELETE {stays}"] == api.sent("DELETE")


def test_the_marker_alone_tells_a_record(api: Api, way: Transport) -> None:
    path = create(way, name=f"{way.marker}-1")
    api.records[path]["createdAt"] = "changed by a fault"
    clean_up(way)
    assert {} == api.records


@pytest.mark.parametrize("changes", [{"name": "b"}, {"state": "old"}, {"name": "b", "state": "c"}])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("quiet", [False, True])
def test_a_record_without_marker_and_time_is_known_after_our_writes(
    api: Api, url: str, tmp_path: Path, changes: dict[str, str], method: str, quiet: bool
) -> None:
    """Also where the update answers nothing (`quiet`)."""
    with untimed(url, tmp_path, document(times=False)) as way:
        path = create(way, name="a", state="new")
        if quiet:
            api.instead[method, path] = lambda seen: (api.item(seen, path), (204, {}, None))[1]
        send(way, method, path, {"name": "a", **changes})
        clean_up(way)
        assert ({}, []) == (api.records, left(way))


def test_writes_that_were_refused_do_not_make_a_record_strange(api: Api, url: str, tmp_path: Path) -> None:
    with untimed(url, tmp_path) as way:
        path = create(way, name="a")
        api.instead["PATCH", path] = lambda seen: (422, {}, None)
        for number in range(9):
            send(way, "PATCH", path, {"name": f"b{number}"})
        clean_up(way)
        assert {} == api.records


def test_an_action_may_change_a_record(api: Api, url: str, tmp_path: Path) -> None:
    with untimed(url, tmp_path) as way:
        path = create(way, name="a", state="new")
        assert 200 == send(way, "POST", f"{path}/close").status
        clean_up(way)
        assert ({}, []) == (api.records, left(way))


def test_somebody_elses_change_makes_a_record_strange(api: Api, url: str, tmp_path: Path) -> None:
    with untimed(url, tmp_path) as way:
        path = create(way, name="a")
        api.records[path]["name"] = "changed by somebody"
        clean_up(way)
        assert [f"{path}: it is not, or no more, what this run created"] == left(way)


def test_records_go_with_the_identity_that_created_them(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path, other=True) as way:
        path = send(way, "POST", "/things", {"name": "x"}, headers=OTHER_KEY, identity=OTHER).json["id"]
        clean_up(way)
        assert ({}, []) == (api.records, left(way))
    assert [OTHER_SECRET] == [s.header("x-api-key") for s in api.requests if s.method == "DELETE"]
    assert path in api.sent("DELETE")[0]


def test_what_broken_credentials_created_is_found(api: Api, url: str, tmp_path: Path) -> None:
    api.instead["POST", "/things"] = lambda seen: api.create(
        "/things/stray", {"name": "x"}, "stray", OTHER_SECRET
    )
    with transport(url, tmp_path, other=True) as way:
        send(way, "POST", "/things", {"name": "x"}, headers=(), identity=NOBODY)
        clean_up(way)
        assert ({}, []) == (api.records, left(way))


@pytest.mark.parametrize("answer", [(201, {}, {}), (202, {}, None), (200, {}, {"name": "no id"})])
def test_a_create_without_an_id_is_found_by_its_marker(api: Api, way: Transport, answer: Reply) -> None:
    api.instead["POST", "/things"] = lambda seen: (api.collection(seen, "/things", SECRET), answer)[1]
    send(way, "POST", "/things", {"name": f"{way.marker}-1"})
    api.put("/things/foreign", name="theirs")
    clean_up(way)
    assert (["/things/foreign"], []) == (list(api.records), left(way))


def test_a_create_that_was_not_answered_is_found_by_its_marker(api: Api, way: Transport) -> None:
    def lose(seen: Seen) -> Reply:
        api.collection(seen, "/things", SECRET)
        return lost(seen)

    api.instead["POST", "/things"] = lose
    send(way, "POST", "/things", {"name": f"{way.marker}-1"})
    clean_up(way)
    assert ({}, []) == (api.records, left(way))


def test_a_record_made_twice_is_found_by_its_marker(api: Api, way: Transport) -> None:
    api.instead["POST", "/things"] = lambda seen: [api.collection(seen, "/things", SECRET) for _ in "12"][1]
    send(way, "POST", "/things", {"name": f"{way.marker}-1"})
    clean_up(way)
    assert ({}, []) == (api.records, left(way))


def test_an_unmarked_create_without_an_id_is_listed(api: Api, url: str, way: Transport) -> None:
    api.instead["POST", "/things"] = lambda seen: (201, {}, {})
    send(way, "POST", "/things", {"name": "plain"})
    clean_up(way)
    assert [f"{url}/things: a create was answered 201, and nothing tells whether it made something"] == (
        way.footprint.left
    )


def test_a_create_that_failed_is_noted(api: Api, url: str, tmp_path: Path) -> None:
    with transport(url, tmp_path) as way:
        api.instead["POST", "/things"] = lambda seen: (500, {}, {})
        send(way, "POST", "/things", {"name": "plain"})
        clean_up(way)
        assert ([], 1) == (left(way), len(way.footprint.notes))
    assert not list(tmp_path.iterdir())


def test_the_location_header_tells_an_id(api: Api, way: Transport) -> None:
    """Whatever host it names: it is text."""

    def located(seen: Seen) -> Reply:
        record = api.collection(seen, "/things", SECRET)[2]
        return 201, {"Location": f"https://elsewhere.example/api/things/{record['id']}"}, None

    api.instead["POST", "/things"] = located
    send(way, "POST", "/things", {"name": "plain"})
    assert 1 == way.footprint.created
    clean_up(way)
    assert ({}, []) == (api.records, left(way))


def test_a_put_creates_at_a_minted_id(api: Api, way: Transport) -> None:
    way.mint("/things/chosen")
    assert 201 == send(way, "PUT", "/things/chosen", {"name": "plain"}).status
    send(way, "PUT", "/things/chosen", {"name": "again"})
    clean_up(way)
    assert ({}, []) == (api.records, left(way))
    assert 1 == way.footprint.created


def test_without_a_get_an_id_of_the_server_is_deleted_while_the_run_lives(
    api: Api, url: str, tmp_path: Path
) -> None:
    described = document(things(without=("getThing",)))
    with transport(url, tmp_path, described=described) as way:
        create(way)
        clean_up(way)
        assert ({}, []) == (api.records, left(way))


def test_without_a_get_what_was_deleted_is_not_deleted_again(api: Api, url: str, tmp_path: Path) -> None:
    described = document(things(without=("getThing",)))
    with transport(url, tmp_path, described=described) as way:
        path = create(way)
        send(way, "DELETE", path)
        with pytest.raises(Held):
            send(way, "DELETE", path)
        clean_up(way)
        assert [] == left(way)
    assert 1 == len(api.sent("DELETE"))


def test_a_target_that_is_gone_leaves_everything_listed(tmp_path: Path) -> None:
    api = Api()
    with serving(api) as url, transport(url, tmp_path) as way:
        path = create(way, name="x")
        kept = way
    clean_up(kept)
    assert [path] == [line.partition(": ")[0] for line in left(kept)]
    assert 1 == len(list(tmp_path.iterdir()))


def test_paging_is_walked_to_find_a_marker(api: Api, url: str, tmp_path: Path) -> None:
    paths = things()
    number = {"schema": {"type": "integer", "maximum": 2}, "in": "query"}
    paths["/things"]["get"]["parameters"] = [{"name": "limit", **number}, {"name": "offset", **number}]

    def page(seen: Seen) -> Reply:
        wanted = dict(part.split("=") for part in seen.path.partition("?")[2].split("&") if part)
        start, size = int(wanted.get("offset", 0)), int(wanted.get("limit", 2))
        return 200, {}, {"items": list(api.records.values())[start : start + size]}

    for number_ in range(5):
        api.put(f"/things/f{number_}", name="theirs")
    api.instead["GET", "/things"] = page
    api.instead["POST", "/things"] = lambda seen: (api.collection(seen, "/things", SECRET), (201, {}, None))[
        1
    ]
    with transport(url, tmp_path, described=document(paths)) as way:
        send(way, "POST", "/things", {"name": f"{way.marker}-1"}, headers=KEY)
        clean_up(way)
        assert (5, []) == (len(api.records), left(way))


def test_a_busy_target_is_cleaned_up_in_its_own_time(api: Api, url: str, tmp_path: Path) -> None:
    slept: list[float] = []
    with transport(url, tmp_path, pace=Pace(sleep=slept.append)) as way:
        path = create(way)
        answers: Iterator[Reply | None] = iter([(429, {"Retry-After": "9"}, None)])
        api.instead["DELETE", path] = lambda seen: next(answers, None) or api.item(seen, path)
        way.interrupt()
        clean_up(way)
        assert ({}, [], [9.0]) == (api.records, left(way), slept)


def test_a_record_that_takes_its_time_to_appear_is_waited_for(api: Api, way: Transport) -> None:
    def later(seen: Seen) -> Reply:
        record = api.collection(seen, "/things", SECRET)[2]
        path = f"/things/{record['id']}"
        answers: Iterator[Reply | None] = iter([(404, {}, None), (404, {}, None)])
        api.instead["GET", path] = lambda seen: next(answers, None) or api.item(seen, path)
        return 202, {}, {**record, "state": "pending"}

    api.instead["POST", "/things"] = later
    send(way, "POST", "/things", {"name": "x"})
    clean_up(way)
    assert ({}, []) == (api.records, left(way))
