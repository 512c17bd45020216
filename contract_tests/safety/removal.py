"""Deletes what a run created, and nothing else. A run does it at its end, `hyfn sweep` after a run was
killed.

The rule: GET first; only what still carries the run's marker, or fits a stored digest, is deleted. The last
created goes first; what others hold on to (409) is tried again after them.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from contract_tests.exchange import GONE_AFTER_DELETE, NOBODY, Answer
from contract_tests.ledger import Whereabouts
from contract_tests.network.dispatch import Sent, Stopped, Unsendable
from contract_tests.safety.claim import is_ours
from contract_tests.safety.ownership import Record
from contract_tests.safety.search import FEW, Ask, item_of, search
from openapi.codec import Json
from openapi.resources import ABSENT

PASSES = 3
"""How often everything that could not be deleted is tried again."""

_AGAIN = (409, 412, 423, 424, 425, 429)
_POLLS = 8
_PAUSE = 0.25


class Stays(Exception):
    """A record that could not be deleted, and why. `again`: whether it may go after others have."""

    def __init__(self, reason: str, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


@dataclass
class Removal:
    """The removal of one run's records. `gone` hears of each record that is not there any more, `deleted` of
    each that was deleted here. `alive`: whether it is the run itself that cleans up. `accepted`: the
    identities whose credentials are known to be those of the run, so that a 404 says that a record is gone.
    `shown`: what lists showed just before, by identity and path. `trusted`: by resource, whether what was
    deleted of it was seen to be gone.
    """

    ask: Ask
    whereabouts: Mapping[str, Whereabouts]
    marker: str
    identities: tuple[str, ...]
    gone: Callable[[Record], None]
    deleted: Callable[[Record], None] = lambda _record: None
    alive: bool = False
    accepted: set[str] = field(default_factory=set)
    shown: dict[tuple[str, str], Json] = field(default_factory=dict)
    sleep: Callable[[float], object] = time.sleep
    trusted: dict[str, bool] = field(default_factory=dict)
    _polls: dict[str, int] = field(default_factory=dict)

    def remove(self, records: Sequence[Record]) -> dict[str, str]:
        """Deletes records; path -> why, of what stays."""
        stays: dict[str, str] = {}
        waiting = list(reversed(records))
        for last in range(PASSES):
            stays, again = {**stays}, []
            for record in waiting:
                try:
                    self._remove(record)
                    stays.pop(record.path, None)
                except Stays as reason:
                    stays[record.path] = str(reason)
                    again += [record] if reason.again else []
                except Stopped as stopped:
                    return {**stays, **{each.path: str(stopped) for each in waiting if not each.gone}}
                except Unsendable as error:
                    stays[record.path] = str(error)
            waiting = again
            if not waiting or last == PASSES - 1:
                break
            self.sleep(_PAUSE)
        return stays

    def _remove(self, record: Record) -> None:
        """Returns when a record is gone. Raises Stays, Stopped."""
        where = self.whereabouts[record.resource]
        shown = (record.identity, record.path) in self.shown
        if record.gone or (record.deleted and not shown and self.trusted.get(record.resource)):
            return self.gone(record)
        found = self._find(record, where)
        if found is None:
            if record.deleted:
                self.trusted.setdefault(record.resource, True)
            return self.gone(record)
        if record.deleted:
            self.trusted[record.resource] = False
        if not where.deletable:
            raise Stays("no DELETE of it may be sent")
        self._delete(record, where, *found)
        self.deleted(record)
        return self.gone(record)

    def _find(self, record: Record, where: Whereabouts) -> tuple[str, Answer | None] | None:
        """(who may delete a record, the GET that showed it), or None where nobody sees it. Raises Stays."""
        if where.envelope is None:
            return self._find_listed(record, where)
        if self._is_shown(record, where):
            return record.identity, None
        doubt: Stays | None = None
        who = self._who(record)
        for identity in who:
            sent = self.ask("GET", record.path, identity)
            try:
                if self._shows(record, where, sent, identity != who[0]):
                    self.accepted.add(identity)
                    return identity, sent.answer
            except Stays as reason:  # what others may not see tells nothing
                doubt = reason if identity == who[0] else doubt
        if doubt:
            raise doubt
        if record.slow and self._polls.setdefault(record.path, _POLLS) > 0:
            self._polls[record.path] -= 1
            self.sleep(_PAUSE)
            return self._find(record, where)
        if who[0] not in self.accepted:
            raise Stays("GET is answered 404, but with credentials that the run did not have", again=True)
        return None

    def _is_shown(self, record: Record, where: Whereabouts) -> bool:
        """Whether a list that was just read shows a record as it is, which is as good as a GET of it."""
        item = self.shown.pop((record.identity, record.path), ABSENT)
        if not isinstance(item, dict) or where.if_match or _is_marked_deleted(where, item):
            return False
        return is_ours(record, json.dumps(item).encode(), item, self.marker.encode(), where.written)

    def _shows(self, record: Record, where: Whereabouts, sent: Sent, strict: bool = False) -> bool:
        """Whether a GET shows a record (`strict`: one of another caller than its owner). Raises Stays where
        it shows another one, or tells nothing."""
        answer = sent.answer
        if answer is None:
            raise Stays(f"GET is not answered: {sent.problem}", again=True)
        if answer.status in (GONE_AFTER_DELETE if record.deleted else (404, 410)):
            return False
        if not 200 <= answer.status < 300:
            raise Stays(
                f"GET is answered {answer.status}", again=answer.status >= 500 or answer.status == 429
            )
        item = item_of(where, answer.json)
        if item is ABSENT and answer.status == 202 and record.slow:
            raise Stays("it is not ready yet", again=True)
        nothing_but_id = self.alive and not record.fingerprints and not record.ended
        marker = self.marker.encode()
        if (strict or not nothing_but_id) and not is_ours(
            record, answer.body, item, marker, where.written, strict
        ):
            raise _foreign(record)
        return not _is_marked_deleted(where, item)

    def _find_listed(self, record: Record, where: Whereabouts) -> tuple[str, None] | None:
        """The same where no GET shows one item: by the list; else an id that the server chose, which can be
        nobody else's while the run lives."""
        identity = self._who(record)[0]
        collection = record.path.rstrip("/").rpartition("/")[0]  # the only shape of lists that is known here
        listed = search(self.ask, where, collection, identity, self.marker, FEW)
        item = listed.items.get(record.path, ABSENT) if listed is not None else ABSENT
        if item is not ABSENT:
            if not is_ours(record, json.dumps(item).encode(), item, self.marker.encode(), where.written):
                raise _foreign(record)
            return identity, None
        surely = record.ended or (record.marked and not self.alive)
        if surely and listed is not None and listed.complete:
            return None
        if self.alive and record.server_made and not record.ended:
            return identity, None
        if record.deleted:
            return None
        raise Stays("no GET tells whether it is still what this run created")

    def _delete(self, record: Record, where: Whereabouts, identity: str, shown: Answer | None) -> None:
        """Raises Stays."""
        tag = shown.header("etag") if shown and where.if_match else None
        sent = self.ask("DELETE", record.path, identity, headers=(("If-Match", tag),) if tag else ())
        status = sent.answer.status if sent.answer else 0
        if sent.answer is None:
            raise Stays(f"DELETE is not answered: {sent.problem}", again=True)
        if status not in (404, 410) and not 200 <= status < 300:
            raise Stays(f"DELETE is answered {status}", again=status in _AGAIN or status >= 500)
        if where.envelope is not None and (status == 202 or not self.trusted.get(record.resource)):
            self._confirm(record, where, identity, status)

    def _confirm(self, record: Record, where: Whereabouts, identity: str, status: int) -> None:
        """Looks whether a DELETE deleted: the first one of a resource, and all after one that did not."""
        patient = status == 202 and self.trusted.get(record.resource) is not False
        for _ in range(_POLLS if patient else 1):
            try:
                if not self._shows(record, where, self.ask("GET", record.path, identity)):
                    self.trusted.setdefault(record.resource, True)
                    return
            except Stays:
                return  # it cannot be seen any more
            self.sleep(_PAUSE if patient else 0)
        self.trusted[record.resource] = False
        raise Stays(f"DELETE was answered {status}, and it is still there")

    def _who(self, record: Record) -> tuple[str, ...]:
        """Who may see a record: whoever created it, then the others, whose it may have become by a fault."""
        if record.identity == NOBODY:
            return (*self.identities, NOBODY)
        others = (each for each in self.identities if each != record.identity and not record.deleted)
        return (record.identity, *others)


def _foreign(record: Record) -> Stays:
    """What is there is not the record. If it was deleted, its id may have come back to somebody: whether it
    was is known once others of its resource have been looked for."""
    return Stays("it is not, or no more, what this run created", again=record.deleted)


def _is_marked_deleted(where: Whereabouts, item: Json) -> bool:
    """Whether a record says of itself that it is deleted."""
    return isinstance(item, dict) and any(item.get(name) not in (None, False, "") for name in where.deleted)
