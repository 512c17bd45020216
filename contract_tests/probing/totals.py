"""Where a list tells how many items there are in all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.listing import total_of
from contract_tests.probing.subjects import answer_property, success
from contract_tests.spot import Spot, header, in_body
from openapi.codec import Json
from openapi.resources import ABSENT, Envelope, Resource
from openapi.source import join_pointer

_HEADERS = re.compile(
    r"x?(pagination|paging|list|collection)?total(count|items|results|records|elements|size)?"
)
"""Names of headers without case and punctuation: `X-Total-Count`, `X-Total`, `Pagination-Total`."""


@dataclass(frozen=True, slots=True)
class Total:
    """A number of all items that a list declares: in a header, or (None) in the body."""

    resource: Resource
    header: str | None
    pointer: str

    def read(self, page: Exchange) -> int | None:
        """What a page tells, or None where it tells nothing, or no whole number."""
        if self.header is None:
            return _whole(total_of(self.resource, page))
        text = (page.answer.header(self.header) if page.answer else None) or ""
        return int(text) if text.isascii() and text.isdecimal() else None

    @property
    def spot(self) -> Spot:
        """Where in a page it stands."""
        return header(self.header) if self.header else in_body(*(self.resource.total or ()))

    @property
    def name(self) -> str:
        return self.header or ".".join(self.resource.total or ())


def totals(contract: Contract, resource: Resource) -> Iterator[Total]:
    """The totals that the list of a resource declares."""
    operation = resource.operations.get("list")
    response = success(operation) if operation else None
    if operation is None or response is None:
        return
    if resource.total:
        *around, name = resource.total
        pointer = answer_property(contract, operation, Envelope(tuple(around)), name)
        yield Total(resource, None, pointer)
    for name in response.headers:
        if _HEADERS.fullmatch(re.sub(r"[^a-z]", "", name.lower())):
            below = ("responses", response.key, "headers", name)
            yield Total(resource, name, join_pointer(operation.place.pointer, *below))


def _whole(value: Json) -> int | None:
    if value is ABSENT or isinstance(value, bool):
        return None
    return int(value) if isinstance(value, (int, float)) and value == int(value) else None
