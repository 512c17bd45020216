"""Records of this run that a write to another one should leave alone, before and after it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contract_tests.asking import Asking, Item
from contract_tests.check import CannotAsk
from contract_tests.listing import id_in, selecting, whole_list
from contract_tests.observing import Sight, look, parents_of, same_schema
from openapi.resources import Resource

_FEW = 3
"""Pages of a list that are read; where it has more, GETs are cheaper."""


@dataclass(frozen=True)
class Watched:
    """A record that nobody wrote to, before and after a write to another one."""

    item: Item
    before: Sight
    after: Sight


class Bystanders:
    """Looks at some records when it is made, and again when it is asked. Raises CannotAsk."""

    def __init__(self, asking: Asking, items: Sequence[Item]) -> None:
        self._asking, self._items = asking, items
        self._before = list(_sights(asking, items))

    def before(self, item: Item) -> Sight:
        """What a record was."""
        return self._before[self._items.index(item)]

    def watched(self) -> tuple[Watched, ...]:
        """Those that were there, with what they are now.

        What a list showed before and no list shows now counts where it is gone: a list may show an item
        otherwise than its GET.
        """
        found = zip(self._items, self._before, _sights(self._asking, self._items), strict=True)
        return tuple(
            Watched(item, before, after)
            for item, before, after in found
            if before.there and (before.listed == after.listed or after.gone)
        )


def _sights(asking: Asking, items: Sequence[Item]) -> Iterator[Sight]:
    """What records are now: as one reading of their list shows them, where that shows all that a GET does;
    else by GET."""
    shown: dict[str, Sight] = {}
    families = {tuple(parents_of(item).items()): item for item in items}
    for around, item in families.items():
        if sum(tuple(parents_of(each).items()) == around for each in items) > 1:
            shown |= _listed(asking, item)
    for item in items:
        yield shown.get(item.id) or look(asking, item)


def _listed(asking: Asking, item: Item) -> dict[str, Sight]:
    """What the list that a record lies in shows, by id; nothing where it does not tell enough."""
    resource = item.resource
    if not _shows_all(resource):
        return {}
    try:
        if selecting(resource, item.entity):
            return {}
        listing = whole_list(asking, resource, parents=parents_of(item), most=_FEW)
    except CannotAsk:
        return {}
    told = ((id_in(resource, each), each) for each in listing.items)
    return {id_: Sight(listing.pages[-1], each, listed=True) for id_, each in told if id_}


def _shows_all(resource: Resource) -> bool:
    """Whether a list shows items as GETs of them do."""
    known = resource.id is not None and resource.id.property is not None
    return (
        known
        and "list" in resource.envelopes
        and "read" in resource.envelopes
        and same_schema(resource, "list")
    )
