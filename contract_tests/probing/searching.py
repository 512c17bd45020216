"""Searches: what they are asked, and what they find."""

from collections import Counter
from collections.abc import Iterator, Mapping

from contract_tests.check import CannotAsk
from contract_tests.contract import place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.values import fits
from contract_tests.probing.workpieces import once
from openapi.codec import Json
from openapi.inference.naming import plain
from openapi.operation import Parameter
from openapi.resources import Resource, Search

_WORDS = {"q", "query", "search", "searchterm", "term", "keyword", "keywords", "text"}
"""Parameters that take words which are looked for."""

_NAMES = {"name", "title", "label", "displayname"}
"""What an item is called."""


def searched(asking: Asking, search: Search, query: Mapping[str, Json]) -> tuple[list[Json], Exchange]:
    """What a search finds. Raises CannotAsk where no list comes."""
    wanted = [p for p in search.operation.parameters if p.required and plain(p.name) in _WORDS]
    words = {p.name: _word(asking, search, p) for p in wanted if p.name not in query}
    return _find(asking, search, {**words, **query})


def _find(asking: Asking, search: Search, query: Mapping[str, Json]) -> tuple[list[Json], Exchange]:
    exchange = asking.send(search.operation, query=query)
    found = search.envelope.find(exchange.json) if exchange.succeeded else None
    if not isinstance(found, list):
        raise CannotAsk(f"{place(search.operation)} is answered {exchange.status} without a list")
    return found, exchange


def _word(asking: Asking, search: Search, parameter: Parameter) -> str:
    """The word that finds most, for a parameter that has to be there. Raises CannotAsk."""
    return once(asking, ("word", search.operation.id), lambda: _best(asking, search, parameter))


def _best(asking: Asking, search: Search, parameter: Parameter) -> str:
    names = _names(asking, asking.contract.model.resources[search.resource])
    words = [word for word in _candidates(names) if fits(parameter, word, asking.contract)]
    counts = {word: len(_find(asking, search, {parameter.name: word})[0]) for word in words}
    if not any(counts.values()):
        raise CannotAsk("no word is known that the search finds")
    return max(counts, key=lambda word: counts[word])


def _candidates(names: list[str]) -> Iterator[str]:
    """The word and the letter that most of the names have."""
    for pieces in ([word for name in names for word in set(name.split())], _letters(names)):
        plain_ones = [piece for piece in pieces if piece.isalnum()]
        if plain_ones:
            yield Counter(plain_ones).most_common(1)[0][0]


def _letters(names: list[str]) -> list[str]:
    return [letter for name in names for letter in sorted(set(name.lower()))]


def _names(asking: Asking, resource: Resource) -> list[str]:
    """What the items of a list are called. Raises CannotAsk."""
    if "list" not in resource.envelopes:
        raise CannotAsk("nothing tells what could be found")
    exchange = asking.send(resource.operations["list"], path=asking.parents(resource))
    found = resource.envelopes["list"].find(exchange.json) if exchange.succeeded else None
    items = found if isinstance(found, list) else []
    pairs = [pair for item in items if isinstance(item, dict) for pair in item.items()]
    return [text for name, text in pairs if plain(name) in _NAMES and isinstance(text, str)]
