"""What became of creates whose end nobody heard: killed in flight, not answered, answered without an id."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from contract_tests.exchange import NOBODY, ONE
from contract_tests.ledger import Intent, Whereabouts
from contract_tests.safety.address import Key, key_of
from contract_tests.safety.ownership import Record
from contract_tests.safety.search import FEW, MANY, Ask, Searched, item_of, search
from openapi.codec import Json
from openapi.resources import ABSENT

_LOOKED_INTO = 40
"""Items that are asked for one by one at most."""

Place = tuple[str, str, str]
"""A collection that was written to: its raw path, the key of its resource, the identity."""


@dataclass
class Settled:
    """`found`: records of the run that it did not know of. `void`: intents that created nothing, or what is
    found. `open`: intents of which nothing can be told. `shown`: what the lists showed, by identity and
    path."""

    found: list[Record] = field(default_factory=list)
    void: list[Intent] = field(default_factory=list)
    open: list[Intent] = field(default_factory=list)
    shown: dict[tuple[str, str], Json] = field(default_factory=dict)


@dataclass
class Settle:
    """Looks for what a run created without knowing it. `is_known`: whether a record is in its books."""

    ask: Ask
    whereabouts: Mapping[str, Whereabouts]
    marker: str
    is_known: Callable[[Key], bool]

    def all(self, intents: Collection[Intent], marked: Iterable[Place] = ()) -> Settled:
        """Settles intents; looks through the collections of `marked` besides, for records that nobody asked
        for.

        Raises Stopped when the target is gone.
        """
        settled = Settled()
        for intent in intents:
            if intent.at_item:
                self._at_item(intent, settled)
        posts = [intent for intent in intents if not intent.at_item]
        waiting = {(i.path, i.resource, i.identity) for i in posts if i.marked}
        for place in (*waiting, *(set(marked) - waiting)):
            ours = [i for i in posts if i.marked and (i.path, i.resource, i.identity) == place]
            self._listed(place, ours, settled)
        settled.open += [intent for intent in posts if not intent.marked]
        return settled

    def _at_item(self, intent: Intent, settled: Settled) -> None:
        """A PUT to an id that was free: what is there, as it was sent, is the run's."""
        sent = self.ask("GET", intent.path, _who(intent.identity))
        status = sent.answer.status if sent.answer else 0
        if 200 <= status < 300:
            prints = (intent.fingerprint,) if intent.fingerprint else ()
            settled.found.append(Record(intent.path, intent.resource, intent.identity, intent.marked, prints))
        gone = status in (404, 410) or 200 <= status < 300
        (settled.void if gone else settled.open).append(intent)

    def _listed(self, place: Place, intents: list[Intent], settled: Settled) -> None:
        """Creates with the marker: the list shows what carries it."""
        path, resource, identity = place
        where = self.whereabouts[resource]
        found = search(self.ask, where, path, _who(identity), self.marker, MANY if intents else FEW)
        if found is not None and self._is_hidden(found, resource, intents):
            found = self._looked_into(found, where, _who(identity))
        settled.shown.update({(_who(identity), p): item for p, item in found.items.items()} if found else {})
        new = self._new(found, resource, identity)
        settled.found += new
        enough = len(new) >= len(intents)
        for intent in intents:
            told = enough or (found is not None and found.excludes(intent.fields))
            (settled.void if told else settled.open).append(intent)

    def _is_hidden(self, found: Searched, resource: str, intents: list[Intent]) -> bool:
        """Whether a record may be in a list that does not show where it carries the marker."""
        missing = len(self._new(found, resource, ONE)) < len(intents)
        return (
            missing
            and found.complete
            and any(not found.excludes(each.fields) for each in intents if each.fields)
        )

    def _looked_into(self, found: Searched, where: Whereabouts, identity: str) -> Searched:
        """The items of a list that are in no book, as a GET shows them; not where they are many."""
        unknown = [path for path in found.items if not self.is_known(key_of(path))]
        if where.envelope is None or len(unknown) > _LOOKED_INTO:
            return found
        items: dict[str, Json] = {}
        for path in unknown:
            answer = self.ask("GET", path, identity).answer
            item = item_of(where, answer.json) if answer and 200 <= answer.status < 300 else ABSENT
            if not isinstance(item, dict):
                return found
            items[path] = item
        return found.with_items(items, self.marker)

    def _new(self, found: Searched | None, resource: str, identity: str) -> list[Record]:
        paths = found.found if found else ()
        return [Record(p, resource, identity, marked=True) for p in paths if not self.is_known(key_of(p))]


def _who(identity: str) -> str:
    return ONE if identity == NOBODY else identity
