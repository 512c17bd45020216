"""Properties that answers hold elsewhere than requests."""

import pytest

from openapi.resources import Envelope, Resource
from tests.openapi.describing import NUMBER, TEXT, Json, asks, read, several, thing

FOLDED = Envelope(("data",), (("title", ("attributes", "title")), ("FullName", ("full_name",))))


def lines(answer: Json, body: Json, listed: Json = None, **more: Json) -> Resource:
    """The resource of a document whose requests and answers have these schemas."""
    paths = {
        "/lines": {"get": asks(listed or several(answer)), "post": asks(answer, body, "201")},
        "/lines/{lineId}": {"get": asks(answer), **more},
    }
    return read(paths).resources["/lines"]


def tracks(attributes: Json = None, **beside: Json) -> Resource:
    """A resource as JSON:API writes it."""
    inner = attributes or thing("title", title=TEXT, plays={**NUMBER, "readOnly": True})
    item = thing("id attributes", id=TEXT, attributes=inner)
    answer = thing("data", data=item)
    sent = thing("attributes", type={"enum": ["tracks"]}, attributes=thing(title=TEXT), **beside)
    changed = thing("id attributes", id=TEXT, attributes=thing(title=TEXT))
    patch = asks(answer, thing("data", data=changed))
    return lines(answer, thing("data", data=sent), thing("data", data=several(item)), patch=patch)


def test_a_name_that_answers_spell_otherwise_is_one_property() -> None:
    answer = thing("friendly_name", sid=TEXT, friendly_name=TEXT)
    found = lines(answer, thing(FriendlyName=TEXT)).properties["FriendlyName"]
    assert (True, True, True) == (found.read == TEXT, found.create == TEXT, found.always)


def test_a_name_that_answers_spell_otherwise_is_found_where_it_stands() -> None:
    made = lines(thing(sid=TEXT, friendly_name=TEXT), thing(FriendlyName=TEXT))
    assert {"sid": "1", "FriendlyName": "x"} == made.envelopes["read"].find(
        {"sid": "1", "friendly_name": "x"}
    )


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (thing(sid=TEXT, friendly_name=NUMBER), thing(FriendlyName=TEXT)),
        (thing(sid=TEXT, friendly_name=TEXT, friendlyName=TEXT), thing(FriendlyName=TEXT)),
        (thing(sid=TEXT, friendly_name=TEXT), thing(FriendlyName=TEXT, friendly_name=TEXT)),
        (thing(sid=TEXT, friendly_name=TEXT), thing(FriendlyName=TEXT, friendlyName=TEXT)),
        (thing(sid=TEXT, friendly_name={"enum": ["a"]}), thing(FriendlyName={"enum": ["A"]})),
        (thing(sid=TEXT, friendly_name=thing(a_b=TEXT)), thing(Size=TEXT, FriendlyName=thing(aB=TEXT))),
    ],
)
def test_names_that_may_mean_two_things_stay_two_properties(answer: Json, body: Json) -> None:
    assert {None} == {lines(answer, body).properties["FriendlyName"].read}


def test_properties_inside_attributes_are_those_of_the_item() -> None:
    made = tracks()
    kinds = {name: found.role for name, found in made.properties.items()}
    assert {"id": "id", "title": "plain", "plays": "server"} == kinds


def test_requests_write_inside_attributes_with_the_id_beside() -> None:
    update = tracks().bodies["update"]
    assert (("data", "attributes"), True) == (update.path, "id" in update.beside)


def test_an_answer_with_attributes_is_read_as_one_object() -> None:
    body = {"data": {"id": "1", "attributes": {"title": "x", "plays": 0}}}
    assert {"id": "1", "title": "x", "plays": 0} == tracks().envelopes["read"].find(body)


def test_relationships_may_stand_beside_attributes() -> None:
    assert "title" in tracks(relationships=thing(author=thing(id=TEXT))).properties


@pytest.mark.parametrize(
    "made",
    [
        tracks(note=TEXT),
        tracks(thing(title=TEXT, id=TEXT)),
        lines(thing(id=TEXT, spec=thing(size=NUMBER)), thing(spec=thing(size=NUMBER), meta=thing(a=TEXT))),
    ],
    ids=["something else is written", "a name stands twice", "two objects are written"],
)
def test_an_object_among_others_stays_one_property(made: Resource) -> None:
    assert {"title", "size"}.isdisjoint(made.properties)


def test_an_item_is_spelled_as_it_is_found() -> None:
    item = {"data": {"id": "1", "attributes": {"title": "x"}, "full_name": "y"}}
    assert item["data"] == FOLDED.spelled(FOLDED.find(item))


def test_items_of_a_list_are_found_under_their_names() -> None:
    listed = Envelope((), FOLDED.moved)
    assert [{"title": "x"}, 3] == listed.find([{"attributes": {"title": "x"}}, 3])


@pytest.mark.parametrize("strange", [None, 1, "x", {"attributes": None}, {"attributes": [1]}])
def test_an_answer_of_another_shape_is_left_as_it_is(strange: Json) -> None:
    assert strange == Envelope((), FOLDED.moved).find(strange)
