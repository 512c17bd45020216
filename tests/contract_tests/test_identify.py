"""The id of what a create made."""

import json
from dataclasses import replace
from typing import Any, Literal

import pytest

from contract_tests.contract import Match
from contract_tests.exchange import Answer
from contract_tests.safety.identify import identify, item_path
from openapi.operation import Parameter, Place
from openapi.resources import ABSENT, Envelope, Id, Resource


def resource(
    collection: str | None = "/things", item: str = "/things/{thingId}", name: str | None = "id",
    given: Literal["server", "either", "client"] = "server", envelope: tuple[str | int, ...] | None = (),
) -> Resource:  # fmt: skip
    last = item.rstrip("/").rpartition("{")[2].partition("}")[0]
    parameter = Parameter(last, "path", True, "simple", False, None, {}, Place("#", {}))
    envelopes = {} if envelope is None else {"create": Envelope(envelope)}
    return Resource(
        collection or item,
        "things",
        collection,
        item,
        {},
        id=Id(parameter, name, given, ""),
        envelopes=envelopes,
    )


def answer(value: Any = None, status: int = 201, location: str | None = None) -> Answer:
    headers = (("Location", location),) if location is not None else ()
    return Answer(status, headers, b"" if value is None else json.dumps(value).encode())


POST = Match("/things", {}, None)


@pytest.mark.parametrize(
    ("envelope", "value", "found"),
    [
        ((), {"id": "a"}, "a"),
        ((), {"id": 7}, "7"),
        ((), {"id": 7.0}, "7"),
        ((), {"id": 12345678901234567890123}, "12345678901234567890123"),
        ((), {"id": "a/b c"}, "a/b c"),
        (("thing",), {"thing": {"id": "a"}}, "a"),
        (("things", 0), {"things": [{"id": "a"}]}, "a"),
        (("thing",), {"id": "a"}, "a"),
        ((), {"id": None}, None),
        ((), {"id": True}, None),
        ((), {"id": ""}, None),
        ((), {"id": ".."}, None),
        ((), {"id": "\ud800"}, None),
        ((), {"name": "x"}, None),
        ((), [1], None),
        (None, "a", "a"),
        (None, 7, "7"),
    ],
)
def test_the_answer_tells_it(envelope: tuple[str | int, ...] | None, value: Any, found: str | None) -> None:
    assert found == identify(resource(envelope=envelope), POST, ABSENT, answer(value))


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("/things/a", "a"),
        ("/api/v1/things/a", "a"),
        ("https://elsewhere/things/a%20b?x=1#y", "a b"),
        ("things/a", "a"),
        ("/things/a/", "a"),
        ("/others/a", None),
        ("/things", None),
        ("", None),
        ("http://[", None),
    ],
)
def test_else_the_location_does(location: str, found: str | None) -> None:
    assert found == identify(resource(name=None), POST, ABSENT, answer(location=location))


def test_else_the_client_chose_it() -> None:
    chosen = Match("/things/{thingId}", {"thingId": "mine"}, None)
    assert "mine" == identify(resource(given="client"), chosen, {"name": "x"}, answer(status=204))
    assert "own" == identify(resource(given="either"), POST, {"id": "own"}, answer(status=204))
    assert identify(resource(), POST, {"id": "own"}, answer(status=204)) is None


def test_the_id_of_a_job_is_not_the_items() -> None:
    assert identify(resource(envelope=None), POST, ABSENT, answer({"id": "job"}, 202)) is None
    assert "a" == identify(resource(), POST, ABSENT, answer({"id": "a"}, 202))


@pytest.mark.parametrize(
    ("collection", "item", "path", "values", "found"),
    [
        ("/things", "/things/{thingId}", "/things?x=1", {}, "/things/a%2Fb"),
        ("/things/", "/things/{thingId}/", "/things/", {}, "/things/a%2Fb/"),
        ("/a/{x}/things", "/a/{y}/things/{z}", "/a/x%20y/things", {"x": "x y"}, "/a/x%20y/things/a%2Fb"),
        ("/a/{x}/things", "/things/{z}", "/a/1/things", {"x": "1"}, "/things/a%2Fb"),
        ("/a/{x}/things", "/b/{x}/things/{z}", "/a/1/things", {"x": "1"}, "/b/1/things/a%2Fb"),
        ("/a/{x}/things", "/b/{y}/things/{z}", "/a/1/things", {"x": "1"}, None),
        ("/things", "/things/{id}.json", "/things", {}, "/things/a%2Fb.json"),
        (None, "/things/{thingId}", "/things/old", {}, "/things/a%2Fb"),
    ],
)
def test_an_item_has_a_path(
    collection: str | None, item: str, path: str, values: dict[str, str], found: str | None
) -> None:
    assert found == item_path(resource(collection, item), path, "a/b", values)


def test_what_has_no_item_path_has_none() -> None:
    assert item_path(replace(resource(), item=None), "/things", "a", {}) is None


def test_an_id_in_metadata_is_found_in_the_answer_and_in_what_was_sent() -> None:
    things, value = resource(name=None, given="either"), {"metadata": {"name": "a"}, "spec": {}}
    assert things.id is not None
    things = replace(things, id=replace(things.id, inside=("metadata", "name")))

    assert "a" == identify(things, POST, ABSENT, answer(value))
    assert "a" == identify(things, POST, value, answer(status=204))
    assert identify(things, POST, {"spec": {}}, answer({"metadata": {}})) is None
