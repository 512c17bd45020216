"""Operations that answer items of a resource and are not its list: searches, and lists of a choice."""

from collections.abc import Iterable, Iterator

from openapi.inference.draft import Draft
from openapi.inference.envelopes import Found, Thing, called, find_list
from openapi.inference.filters import find_choices, find_filters
from openapi.inference.paging import find_paging
from openapi.inference.pairing import Spot
from openapi.inference.reading import Reading
from openapi.operation import Operation
from openapi.resources import Envelope, Search


def find_searches(reading: Reading, spots: Iterable[Spot], drafts: Iterable[Draft]) -> Iterator[Search]:
    """The searches on the paths that no resource has taken. Their items have the very schema (by name) of a
    resource's items."""
    known = {reading.responses.target(made.item): made for made in reversed([*drafts]) if made.item}
    for spot in spots:
        operation = spot.operations.get("GET")
        body = reading.answer(operation) if operation else None
        found = find_list(reading.responses, body, Thing(called(*spot.tokens))) if body else None
        if operation is None or found is None or spot.names:
            continue
        target = reading.responses.target(found.schema)
        if isinstance(target, str) and target in known:
            yield _search(reading, operation, found, known[target])


def _search(reading: Reading, operation: Operation, found: Found, made: Draft) -> Search:
    paging = find_paging(reading, operation, reading.answer(operation), found.schema)
    filters = find_filters(reading, operation, found.schema, paging)
    choices = find_choices(reading, operation, found.schema, paging)
    limit = paging.limit if paging else None
    return Search(operation, made.spot.path, Envelope(found.path), (*filters, *choices), limit)
