"""What the checks about paging share: records to page through, and sizes worth asking for."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.listing import selecting
from contract_tests.probing.samples import around, fullest, made, third
from contract_tests.probing.values import fits
from openapi.operation import Parameter
from openapi.resources import Paging, Resource


def stock(asking: Asking, resource: Resource) -> list[Item]:
    """Two or three records of this run in one collection; none where it may not make any."""
    found, _ = made(asking, resource, lambda: _stock(asking, resource))
    return found or []


def _stock(asking: Asking, resource: Resource) -> list[Item]:
    found = (asking.shared(resource), fullest(asking, resource), third(asking, resource))
    return list({item.id: item for item in found}.values())


def how_to_list(asking: Asking, resource: Resource) -> dict[str, Any]:
    """What `whole_list` needs to read the collection that the stock is in. Raises CannotAsk."""
    return {"parents": around(asking, resource), "query": selecting(resource, None)}


def sizes(contract: Contract, paging: Paging, count: int, budget: int, ours: Sequence[int] = ()) -> list[int]:
    """Page sizes that cut a list of `count` items in several ways, in at most about `budget` requests in
    all. `ours`: the places of the records that are looked for: a cut beside one of them shows most."""
    chosen: list[int] = []
    beside = [max(ours), max(ours) + 1] if ours else []
    for size in (2, *beside, count - 1, 1, ceil(count / 2), ceil(count / 4), ceil(count / (budget - 2))):
        cost = ceil(count / size) + 1 if size > 0 else 0
        if (
            0 < size < count
            and size not in chosen
            and cost <= budget
            and allows(contract, paging.limit, size)
        ):
            chosen.append(size)
            budget -= cost
    return chosen


def allows(contract: Contract, parameter: Parameter | None, value: int) -> bool:
    return parameter is not None and fits(parameter, value, contract)


def why_no_list(resource: Resource) -> str | None:
    """Why the list cannot be looked into, or None."""
    if "list" not in resource.envelopes:
        return "its answer holds no list"
    if resource.id is None or resource.id.property is None:
        return "the items of the list do not tell their id"
    return None
