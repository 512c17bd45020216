"""The number of all items is the number of all items."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from contract_tests.check import WRITE, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.listing import Listing, is_cut, one_page, whole_list
from contract_tests.probing.pages import allows, how_to_list, stock
from contract_tests.probing.subjects import closure, maker
from contract_tests.probing.totals import Total, totals

NAME = "list_total_counts_the_items"

_COUNTS, _MOVES = "counts", "moves"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for total in totals(contract, resource):
            operation = resource.operations["list"]
            counts = Requirement(
                total.pointer, NAME, Level.LIFECYCLE, place(operation), at=f"{place(operation)} {total.name}",
                subject=f"{resource.key} {total.name}", part=(_COUNTS, total),
                impossible=None if "list" in resource.envelopes else "its answer holds no list",
            )  # fmt: skip
            yield counts
            if maker(resource) and "delete" in resource.operations:
                yield replace(
                    counts, at=f"{counts.at} after a create and a delete", part=(_MOVES, total),
                    needs=frozenset({WRITE}), creates=closure(contract, resource),
                )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    for requirement in requirements:
        way, total = requirement.part
        yield _counts(asking, requirement, total) if way == _COUNTS else _moves(asking, requirement, total)


def _counts(asking: Asking, requirement: Requirement, total: Total) -> Outcome:
    """Whether the total is the number of items over all pages, on a short page too: twice, so that nobody
    who writes is to blame."""
    stock(asking, total.resource)
    one, short = _read(asking, total), _short_page(asking, total)
    if is_cut(total.resource, one):
        return not_tested(requirement, "the list is longer than one page, and no parameter leads to the next")
    told = [total.read(page) for page in (one.pages[0], short)]
    if None in told:
        return not_tested(requirement, f"no {total.name} came")
    if told == [len(one.items)] * 2:
        return passed(requirement)
    two, again = _read(asking, total), _short_page(asking, total)
    if (
        two.ids(total.resource) != one.ids(total.resource)
        or [total.read(p) for p in (two.pages[0], again)] != told
    ):
        return not_tested(requirement, "others write to the list meanwhile")
    wrong = next(number for number in told if number != len(two.items))
    return failed(
        requirement, f"{total.name} is {wrong}, and the list has {len(two.items)} items over all pages",
        f"{total.name} is the number of all items", *two.pages[:3], again,
        cause="the total is not the number of items",
        spot=total.spot if told[1] == wrong else None,
    )  # fmt: skip


def _short_page(asking: Asking, total: Total) -> Exchange:
    """A page that does not hold the whole list, as far as the document lets one ask for it. Raises
    CannotAsk."""
    resource, how = total.resource, how_to_list(asking, total.resource)
    limit = resource.paging.limit if resource.paging else None
    size = next((size for size in (1, 2) if allows(asking.contract, limit, size)), None)
    asked = {limit.name: size} if limit and size else {}
    return one_page(asking, resource, {**how["query"], **asked}, how["parents"])[1]


def _moves(asking: Asking, requirement: Requirement, total: Total) -> Outcome:
    """Whether a create adds one, and a delete takes one away: tried twice, so that nobody who writes is
    to blame."""
    for _ in range(2):
        before = _read(asking, total)
        item = asking.create(total.resource)
        between = _read(asking, total)
        gone = asking.delete(item)
        after = _read(asking, total)
        told = [total.read(listing.pages[0]) for listing in (before, between, after)]
        if not gone.succeeded:
            return not_tested(requirement, f"the delete is answered {gone.status}")
        if told[0] is None:
            return not_tested(requirement, f"no {total.name} came")
        if told == [told[0], told[0] + 1, told[0]]:
            return passed(requirement)
        if not _undisturbed(total, before, between, after, item.id):
            return not_tested(requirement, "others write to the list meanwhile")
    return failed(
        requirement,
        f"{total.name} was {told[0]}, is {told[1]} after a create and {told[2]} after its delete",
        f"{total.name} moves by one with a create and with a delete",
        before.pages[0], item.made, between.pages[0], gone, after.pages[0],
        cause="the total does not move with a create and a delete",
        spot=total.spot if told[2] != told[0] else None,
    )  # fmt: skip


def _undisturbed(total: Total, before: Listing, between: Listing, after: Listing, own: str) -> bool:
    """Whether nothing but our record came and went, as the ids say and as each page tells the same total."""
    told = [{total.read(page) for page in listing.pages} for listing in (before, between, after)]
    one, two, three = (set(listing.ids(total.resource)) for listing in (before, between, after))
    same_ids = "" not in two and one - {own} == two - {own} == three - {own}
    return same_ids and all(len(each) == 1 for each in told)


def _read(asking: Asking, total: Total) -> Listing:
    how = how_to_list(asking, total.resource)
    return whole_list(asking, total.resource, parents=how["parents"], query=how["query"])


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is the total that a list tells the number of its items over all pages?",
    source="conformance.md section 3, list_total",
    how=(
        "Reads all pages of a list, and one short page, and compares the total that they tell with the"
        " number of items. Then it creates a record and deletes it: the total has to go up by one and"
        " down again."
    ),
    example=('GET /things?limit=1 answers {"items": [...], "total": 1}; over all pages there are 12 things.'),
    derive=derive,
    ask=ask,
)
