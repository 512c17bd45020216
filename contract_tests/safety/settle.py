"""What became of creates whose end nobody heard: killed in flight, not answered, answered without an id."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contract_tests.exchange import NOBODY, ONE
from contract_tests.ledger import Intent, Place, Whereabouts
from contract_tests.safety.address import Key, key_of
from contract_tests.safety.claim import OLD, age_of
from contract_tests.safety.marking import words_in
from contract_tests.safety.ownership import Record
from contract_tests.safety.search import FEW, MANY, Ask, Searched, carrying, item_of, search
from openapi.codec import Json
from openapi.resources import ABSENT

_LOOKED_INTO = 40
"""Items that are asked for one by one at most."""


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
    """Looks for what a run created without knowing it.

    `is_known`: whether a record is in its books; `was_there`: whether one was there before a word of the
    marker was sent to a place, as far as is known. `began`: when the run did. `alone`: whether a record that
    does not say when it was created is the run's only if no other one has its word.
    """

    ask: Ask
    whereabouts: Mapping[str, Whereabouts]
    marker: str
    began: datetime
    is_known: Callable[[Key], bool]
    was_there: Callable[[Key, Place, str], bool] = lambda _key, _place, _word: False
    alone: bool = True

    def all(
        self, intents: Collection[Intent], marked: Mapping[Place, Collection[str]] | None = None
    ) -> Settled:
        """Settles intents; looks through the collections of `marked` besides, for records that nobody asked
        for: those that have a word that was sent there.

        Raises Stopped when the target is gone.
        """
        settled = Settled()
        for intent in intents:
            if intent.at_item:
                self._at_item(intent, settled)
        posts = [intent for intent in intents if not intent.at_item]
        waiting: dict[Place, list[Intent]] = {place: [] for place in marked or {}}
        for intent in posts:
            if intent.marked:
                waiting.setdefault(_place(intent), []).append(intent)
        for place in sorted(waiting, key=lambda each: not waiting[each]):
            self._listed(place, waiting[place], set((marked or {}).get(place, ())), settled)
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

    def _listed(self, place: Place, intents: list[Intent], words: set[str], settled: Settled) -> None:
        """Creates with the marker: the list shows what carries it."""
        path, resource, identity = place
        where, words = self.whereabouts[resource], words.union(*(each.texts for each in intents))
        found = search(self.ask, where, path, _who(identity), self.marker, MANY if intents else FEW)
        if found is None:
            settled.open += intents
            return
        settled.shown.update({(_who(identity), p): item for p, item in found.items.items()})
        new = self._new(found, place, words)
        if any(self._is_hidden(found, new, each) for each in intents):
            found = self._looked_into(found, where, _who(identity))
            new = self._new(found, place, words)
        settled.found += [Record(p, resource, identity, marked=True) for p, doubt in new.items() if not doubt]
        for intent in intents:
            told = self._is_told(found, new, intent, where)
            (settled.void if told else settled.open).append(intent)

    def _new(self, found: Searched, place: Place, words: set[str]) -> dict[str, bool]:
        """What is in no book and has a word that was sent there, and whether it may be somebody's all the
        same, into whose record the server wrote it."""
        where, new = self.whereabouts[place[1]], {}
        has = {path: self._words(found.items[path], where) & words for path in found.found}
        count = Counter(word for each in has.values() for word in each)
        for path, own in has.items():
            if own and not self.is_known(key_of(path)):
                age = age_of(where.created, found.items[path])
                there = any(self.was_there(key_of(path), place, word) for word in own)
                shared = self.alone and max(count[word] for word in own) > 1
                new[path] = age > datetime.now(UTC) - self.began + OLD if age is not None else there or shared
        return new

    def _is_told(self, found: Searched, new: Mapping[str, bool], intent: Intent, where: Whereabouts) -> bool:
        """Whether it is known what became of an intent: what has one of its words was found, or nothing can
        have."""
        own = [doubt for p, doubt in new.items() if self._words(found.items[p], where) & set(intent.texts)]
        return not any(own) and (bool(own) or found.excludes(intent.fields))

    def _words(self, item: Json, where: Whereabouts) -> set[str]:
        return words_in(item, self.marker, where.written)

    def _is_hidden(self, found: Searched, new: Mapping[str, bool], intent: Intent) -> bool:
        """Whether its record may be in a list that does not show where it carries the marker."""
        told = self._is_told(found, new, intent, self.whereabouts[intent.resource])
        return bool(intent.fields) and found.complete and not told

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
        return found.with_items(items, carrying(items, self.marker, where))


def _place(intent: Intent) -> Place:
    return intent.path, intent.resource, intent.identity


def _who(identity: str) -> str:
    return ONE if identity == NOBODY else identity
