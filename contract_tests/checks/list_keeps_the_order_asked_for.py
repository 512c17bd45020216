"""A sorted list is sorted."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import told
from contract_tests.probing.filtering import value_of
from contract_tests.probing.listing import one_page
from contract_tests.probing.ordering import Order, compared, misplaced, orders
from contract_tests.probing.pages import how_to_list, stock
from contract_tests.probing.subjects import resources_with
from openapi.codec import Json
from openapi.resources import Resource

NAME = "list_keeps_the_order_asked_for"

_MOST = 4
"""Orders of one list that are asked for."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list"):
        operation = resource.operations["list"]
        for each in list(orders(contract, resource))[:_MOST]:
            yield Requirement(
                each.parameter.place.pointer, NAME, Level.CONVENTION, place(operation),
                at=f"{place(operation)} {each.parameter.name}={each.value}", subject=resource.key, part=each,
                impossible=None if "list" in resource.envelopes else "its answer holds no list",
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    stock(asking, resource)
    for requirement in requirements:
        try:
            yield _judge(asking, requirement, resource)
        except CannotAsk as reason:
            yield not_tested(requirement, str(reason))


def _judge(asking: Asking, requirement: Requirement, resource: Resource) -> Outcome:
    order: Order = requirement.part
    values, page = _values(asking, resource, order)
    wrong = misplaced(values, order.falling)
    if wrong is None:
        told_ = any(compared(*pair) for pair in pairwise(values))
        return passed(requirement) if told_ else not_tested(requirement, "it tells no two items apart")
    again = [_values(asking, resource, order) for _ in range(2)]
    second = next((exchange for found, exchange in again if misplaced(found, order.falling)), None)
    if second is None:  # somebody may have written while the page was put together
        return not_tested(requirement, "the order is right the next times")
    way = "falling" if order.falling else "rising"
    return failed(
        requirement,
        f"with {order.parameter.name}={order.value} {told(wrong[0])} comes right before {told(wrong[1])}",
        f"the items in {way} order of their {order.name}", page, second,
        cause="a list is not in the order that was asked for",
    )  # fmt: skip


def _values(asking: Asking, resource: Resource, order: Order) -> tuple[list[Json], Exchange]:
    """The values of the property down one page: one answer, so that nobody writes between its items."""
    how, paging = how_to_list(asking, resource), resource.paging
    size = {paging.limit.name: paging.most} if paging and paging.limit and paging.most else {}
    items, page = one_page(asking, resource, {**how["query"], **size, **order.asked}, how["parents"])
    return [value_of(item, order.name) for item in items], page


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Is a list in the order that a sort parameter asks for?",
    source="names of sort parameters and of their values",
    derive=derive,
    ask=ask,
)
