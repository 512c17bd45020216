"""Which paths are resources: what GET answers there tells collections, items and single things apart."""

from collections.abc import Iterator, Mapping

from openapi.inference.draft import thing_of
from openapi.inference.envelopes import Thing, called, find_list, find_sure_list
from openapi.inference.identity import find_id
from openapi.inference.naming import plain
from openapi.inference.paging import find_paging
from openapi.inference.pairing import Pair, Spot, Tokens
from openapi.inference.reading import Reading

_READS = {"GET", "HEAD", "OPTIONS"}
_NO_RESOURCE = {"singleton", "none"}
_ON_ITEM = {"GET", "PUT", "PATCH", "DELETE"}
_SEARCHES = {
    "search", "query", "find", "filter", "lookup", "suggest", "suggestions", "autocomplete", "similar",
    "related", "export", "feed", "random", "recent", "latest", "popular", "trending", "top", "stats", "watch",
}  # fmt: skip
"""Last words of paths whose list is a choice from another collection."""


def choose_pairs(reading: Reading, found: Mapping[Tokens, Spot]) -> Iterator[Pair]:
    """The collections with their items, the items without a collection, the collections without items."""
    taken: set[Tokens] = set()
    said = reading.corrections
    found = {tokens: spot for tokens, spot in found.items() if said.path_role(tokens) not in _NO_RESOURCE}
    for tokens, spot in found.items():
        pair = Pair(_collection_of(reading, spot, found), spot)
        if spot.ends_at_parameter and _is_item(reading, pair, found):
            taken |= {tokens} | ({pair.collection.tokens} if pair.collection else set())
            yield pair
    for tokens, spot in found.items():
        if tokens not in taken and _stands_alone(reading, spot, found):
            yield Pair(spot, None)


def _collection_of(reading: Reading, item: Spot, found: Mapping[Tokens, Spot]) -> Spot | None:
    """The path before an item where it is a collection: POST creates there, or GET answers no single thing.
    One that ends at a parameter itself (`/shelves/{shelf}`) is one only where GET surely lists."""
    spot = found.get(item.tokens[:-1])
    if spot is not None and reading.corrections.path_role(spot.tokens) == "collection":
        return spot
    if spot is None or spot.operations.keys().isdisjoint(("GET", "POST")):
        return None
    if spot.ends_at_parameter:
        return spot if _lists(reading, spot) else None
    if "POST" in spot.operations:
        return spot
    body = reading.answer(spot.operations["GET"])
    listed = find_list(reading.responses, body, Thing(called(spot.last_word)))
    return spot if listed or not reading.responses.members(body).properties else None


def _is_item(reading: Reading, pair: Pair, found: Mapping[Tokens, Spot]) -> bool:
    """Whether a path that ends at a parameter is an item's: more than a list that the parameter chooses."""
    assert pair.item is not None
    if said := reading.corrections.path_role(pair.item.tokens):
        return said == "item"
    methods = pair.item.operations.keys()
    if methods.isdisjoint(_ON_ITEM):
        return pair.collection is not None and "POST" in methods and "GET" in pair.collection.operations
    if "GET" not in methods or not _lists(reading, pair.item):
        return True
    if any(_collection_of(reading, spot, found) is pair.item for spot in _right_below(pair.item, found)):
        return False
    if methods - _READS:
        return True
    return pair.collection is not None and (
        _holds_id(reading, pair) or not _answers_array(reading, pair.item)
    )


def _right_below(spot: Spot, found: Mapping[Tokens, Spot]) -> list[Spot]:
    below = found.get((*spot.tokens, "{}"))
    return [below] if below else []


def _answers_array(reading: Reading, spot: Spot) -> bool:
    return reading.responses.is_array(reading.answer(spot.operations["GET"]))


def _holds_id(reading: Reading, pair: Pair) -> bool:
    """Whether the things that GET lists at an item's path hold its parameter: a list of one."""
    assert pair.item is not None
    parameter, thing = pair.item.pointer(), thing_of(pair)
    listed = find_list(reading.responses, reading.answer(pair.item.operations["GET"]), thing)
    value = reading.parameter(parameter)
    item = listed.schema if listed else None
    return find_id(parameter, reading.responses, item, thing, value)[0] is not None


def _stands_alone(reading: Reading, spot: Spot, found: Mapping[Tokens, Spot]) -> bool:
    """Whether a path without items is a collection: GET lists, and POST creates or it lies under no other."""
    if reading.corrections.path_role(spot.tokens) == "collection":
        return True
    if spot.ends_at_parameter or not _lists(reading, spot) or plain(spot.last_word) in _SEARCHES:
        return False
    above = found.get(spot.tokens[:-1])
    is_view = (
        above is not None and not above.ends_at_parameter and bool(above.operations.keys() & {"GET", "POST"})
    )
    if "POST" in spot.operations:
        return True
    single = spot.operations.keys() & {"PUT", "PATCH", "DELETE"} and not _answers_array(reading, spot)
    return not is_view and not single  # a cart, say, holds items and is one thing


def surely_lists(reading: Reading, spot: Spot, thing: Thing) -> bool:
    """Whether GET on a path answers a list, though nothing else says so."""
    operation = spot.operations.get("GET")
    if operation is None:
        return False
    body = reading.answer(operation)
    listed = find_list(reading.responses, body, thing)
    paged = listed is not None and find_paging(reading, operation, body, listed.schema) is not None
    return find_sure_list(reading.responses, body, thing, paged) is not None


def _lists(reading: Reading, spot: Spot) -> bool:
    return surely_lists(reading, spot, Thing(called(spot.last_word)))
