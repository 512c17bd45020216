"""Keeps the books of a run: what each exchange says of who owns what, in memory and in the ledger."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from contract_tests.exchange import GONE_AFTER_DELETE, NOBODY, Exchange
from contract_tests.footprint import Footprint
from contract_tests.guard import HARMLESS, Plan
from contract_tests.ledger import Intent, Ledger, Place, Whereabouts
from contract_tests.safety.address import Key, key_of, shape_of
from contract_tests.safety.claim import is_new, is_ours, may_find
from contract_tests.safety.fingerprint import Fingerprint, lasting, present, promised, take
from contract_tests.safety.identify import as_text, identify, item_in, item_path, moved_to
from contract_tests.safety.marking import fields_of, texts_of
from contract_tests.safety.ownership import Ownership, Record
from openapi import codec
from openapi.codec import Json
from openapi.resources import ABSENT, Envelope, Resource

_REMEMBERED = 3

_FIRST_LOOK = 300.0
"""Seconds in which a record, seen for the first time, should look newly made."""


class Custody:
    """What the run has, as its exchanges tell. Safe for several threads as far as its parts are."""

    def __init__(
        self,
        ownership: Ownership,
        ledger: Ledger | None,
        footprint: Footprint,
        marker: str,
        whereabouts: Mapping[str, Whereabouts],
    ) -> None:
        self.ownership, self.ledger, self.footprint = ownership, ledger, footprint
        self._marker, self.whereabouts = marker.encode(), whereabouts
        self.began = datetime.now(UTC)
        self.marked: dict[Place, dict[str, float]] = {}
        """Collections that records with the marker were sent to, and with which of its words, since when."""

        self._unseen: dict[Key, tuple[Intent, float]] = {}
        """What records were made by, and when, which no answer has shown yet."""

        self.uncertain: dict[int, str] = {}
        """Intents whose end tells nothing, and what came of them."""

    def before(self, plan: Plan, identity: str, body: bytes | None) -> int | None:
        """A request is about to leave; the number of its intent, where it may create something."""
        if plan.creates and plan.resource is not None and self.ledger is not None:
            intent = self._intent(plan, plan.resource, identity, body)
            if intent.marked and not intent.at_item:
                words = self.marked.setdefault((plan.path, plan.resource.key, identity), {})
                words.update({each: time.monotonic() for each in intent.texts if each not in words})
            return self.ledger.intend(self.whereabouts[plan.resource.key], intent)
        record = self.ownership.record(plan.item) if plan.item else None
        if record is not None and plan.method == "DELETE" and not record.parted:
            self._part(record, True)
        if record is not None and plan.method not in HARMLESS | {"DELETE"} and not record.lasting:
            self._expect(plan, record, body)
        return None

    def after(
        self, plan: Plan, exchange: Exchange, number: int | None, started: float, was_ended: bool
    ) -> Record | None:
        """What came of it; a new record that nothing tells from another one yet, or None."""
        answer = exchange.answer
        if answer is not None:
            self.ownership.hear(answer.body, answer.headers)
        if number is not None:
            return self._created(plan, exchange, number, started)
        if plan.method in ("GET", "HEAD"):
            self._read(plan, exchange)
        elif plan.method == "DELETE" and plan.item is not None:
            self._deleted(plan.item, exchange, was_ended)
        elif plan.method not in HARMLESS:
            self._written(plan, exchange)
        return None

    def recognizes(self, record: Record, exchange: Exchange, resource: Resource) -> bool:
        """Whether an answer to a GET of a record's path still shows that record."""
        if not exchange.succeeded or exchange.answer is None:
            return False
        item, written = item_in(resource, "read", exchange.json), self.whereabouts[resource.key].written
        return is_ours(record, exchange.answer.body, item, self._marker, written)

    def adopt(self, record: Record) -> None:
        """A record of the run that no answer told of."""
        self.ownership.add(record)
        self.footprint.create()
        if self.ledger is not None:
            self.ledger.made(None, record)

    def is_gone(self, record: Record) -> None:
        """A record is not there any more: it was deleted, or went with what it lay under."""
        if not record.deleted:
            record.deleted = True
            self.footprint.delete()
        self.let_go(record)

    def let_go(self, record: Record) -> None:
        """A record is nobody's business any more, nor a sweep's."""
        if self.ledger is not None and not record.gone:
            self.ledger.gone(record)
        record.ended = record.gone = True

    def kept(self, record: Record) -> None:
        """A DELETE of a record was refused, or never left."""
        record.ended = False
        if record.parted:
            self._part(record, False)

    def _part(self, record: Record, parted: bool) -> None:
        self.ownership.part(record.key, parted)
        if self.ledger is not None:
            (self.ledger.parting if parted else self.ledger.stays)(record.path)

    def _intent(self, plan: Plan, resource: Resource, identity: str, body: bytes | None) -> Intent:
        envelope = resource.bodies.get("create", resource.bodies.get("replace", Envelope()))
        item = envelope.find(_json(body))
        return Intent(
            0, resource.key, plan.path, identity,
            marked=body is not None and self._marker in body,
            fields=fields_of(body or b"", envelope, self._marker.decode()),
            texts=texts_of((body or b"").decode("utf-8", "replace"), self._marker.decode()),
            at_item=plan.item is not None,
            fingerprint=promised(resource, item) if plan.item is not None else None,
        )  # fmt: skip

    def _created(self, plan: Plan, exchange: Exchange, number: int, started: float) -> Record | None:
        """After a request that may have made a record. An intent whose end is not known stays open."""
        assert plan.resource is not None and self.ledger is not None
        if 300 <= exchange.status < 500 and exchange.status != 303:
            self.ledger.void(number)
            return None
        answered = f"was answered {exchange.status}"
        self.uncertain[number] = answered if exchange.answer else f"was not answered: {exchange.problem}"
        if exchange.answer is None or exchange.status >= 500:
            return None
        record = self._claim(plan, plan.resource, exchange, started)
        if record is None:
            return None
        known = self.ownership.record(record.key)
        if known is not None and not known.ended:
            self.ledger.void(number)
            return None  # an answer that was given before, as for an Idempotency-Key
        self.ownership.add(record)
        if not record.fingerprints:
            self._unseen[record.key] = self.ledger.open[number], started
        self.ledger.made(number, record)
        self.footprint.create()
        return None if record.fingerprints else record

    def _claim(self, plan: Plan, resource: Resource, exchange: Exchange, started: float) -> Record | None:
        """The record that an answer speaks of, unless it was there before the request."""
        assert exchange.answer is not None
        sent = _json(exchange.request.body)
        path: str | None = plan.path
        if plan.item is None:
            found = identify(resource, plan.match, sent, exchange.answer)
            values = plan.match.values if plan.match else {}
            path = item_path(resource, plan.path, found, values) if found is not None else None
        if path is None:
            return None
        item = item_in(resource, "create", exchange.json)
        marked = exchange.request.body is not None and self._marker in exchange.request.body
        seen = self.ownership.was_seen(key_of(path), before=started)
        told = plan.item is not None or self._is_alive(key_of(path))
        may_be = may_find(resource, exchange.answer)
        if not told and not is_new(resource, exchange.answer, sent, self._marker, seen, may_be):
            self.footprint.note(
                f"{plan.method} {plan.path} was answered with {path}, which it did not create"
            )
            return None
        lasts = lasting(resource, item)
        made = lasts or present(resource, item)
        server_made = plan.item is None and resource.id is not None and resource.id.given == "server"
        envelope = resource.bodies.get("create", resource.bodies.get("replace", Envelope()))
        made_it = exchange.status in (201, 202) or plan.item is not None
        expected = promised(resource, envelope.find(sent)) if made_it and not made else None
        return Record(
            path, resource.key, exchange.identity, marked, (made,) if made else (), server_made=server_made,
            slow=exchange.status == 202, stale=exchange.status == 202, lasting=lasts is not None,
            last=item if isinstance(item, dict) else None, sent=(expected,) if expected else (), given=sent,
        )  # fmt: skip

    def _read(self, plan: Plan, exchange: Exchange) -> None:
        """A GET shows foreign items, that a record of ours is gone, or how it looks now."""
        resource = plan.resource
        if resource is None or plan.method != "GET":
            return
        if plan.item is None:
            if exchange.succeeded and plan.operation and plan.operation is resource.operations.get("list"):
                self._listed(plan, resource, exchange)
            return
        record = self.ownership.record(plan.item)
        if record is None:
            if exchange.succeeded:
                self.ownership.see(plan.item)
        elif record.identity in (exchange.identity, NOBODY):
            self._looked(record, resource, exchange)

    def _looked(self, record: Record, resource: Resource, exchange: Exchange) -> None:
        if exchange.status in (GONE_AFTER_DELETE if record.deleted else (404, 410)):
            if record.deleted:
                self.is_gone(record)
            self.ownership.end(record.key)
        elif record.ended and not record.deleted and self.recognizes(record, exchange, resource):
            record.ended = False  # it only took a while to appear, or a 404 was a fault
        elif exchange.succeeded and not record.ended and (record.stale or not record.fingerprints):
            item = item_in(resource, "read", exchange.json)
            if isinstance(item, dict) and self._is_anothers(record, resource, exchange):
                self._disown(record)
            else:
                self._renew(record, resource, item)

    def _is_alive(self, key: Key) -> bool:
        """Whether a record of the run is at a key, as far as is known."""
        known = self.ownership.record(key)
        return known is not None and not known.ended

    def _is_anothers(self, record: Record, resource: Resource, exchange: Exchange) -> bool:
        """Whether the first look at a record shows one that was there before it: its create only named it."""
        if record.fingerprints or record.key not in self._unseen or exchange.answer is None:
            return False
        intent, since = self._unseen[record.key]
        if intent.at_item or time.monotonic() - since > _FIRST_LOOK:
            return False
        return not is_new(resource, exchange.answer, record.given, self._marker, False)

    def _disown(self, record: Record) -> None:
        """A record is none of the run's; what its create made, if anything, is not known."""
        self.footprint.note(f"a create named {record.path}, which it did not create")
        self.footprint.disown()
        self.let_go(record)
        intent, _ = self._unseen.pop(record.key)
        self.uncertain[intent.number] = f"was answered with {record.path}, which it did not create"
        if self.ledger is not None:
            self.ledger.reopen(intent)

    def _listed(self, plan: Plan, resource: Resource, exchange: Exchange) -> None:
        items = resource.envelopes["list"].find(exchange.json) if "list" in resource.envelopes else ABSENT
        name = resource.id.property if resource.id else None
        if not isinstance(items, list) or name is None or resource.item is None:
            return
        prefix = key_of(plan.path)
        plain = shape_of(resource.item) == shape_of(plan.match.template if plan.match else "") + "/{}"
        for item in items:
            text = as_text(item[name]) if isinstance(item, dict) and name in item else None
            if text is not None and plain:
                self.ownership.see((*prefix, text))

    def _deleted(self, key: Key, exchange: Exchange, was_ended: bool) -> None:
        """Ownership ended when the DELETE left; an answer that refuses it gives it back."""
        record = self.ownership.record(key)
        if record is None:
            return
        absent = exchange.status in (404, 410)
        owner = exchange.identity == record.identity
        if exchange.succeeded and not record.deleted:
            record.deleted = True
            self.footprint.delete()
        if exchange.refused and not (absent and owner) and not was_ended:
            self.kept(record)
        elif exchange.succeeded:
            self.ownership.end(key)

    def _written(self, plan: Plan, exchange: Exchange) -> None:
        """After a write of ours a record may look different, or have another id."""
        record = self.ownership.covering(plan.item or key_of(plan.path))
        if record is not None and record.key == plan.item and exchange.succeeded:
            self._follow(plan, record, exchange)
        if record is not None and exchange.succeeded:
            self._unseen.pop(record.key, None)  # it is not as its create sent it any more
        if record is None or record.lasting:
            return
        expected, record.expected = record.expected, ()
        if exchange.refused:
            return
        self._know(record, *expected)
        record.stale = True
        if exchange.succeeded and plan.resource is not None and plan.resource.key == record.resource:
            item = item_in(plan.resource, "update", exchange.json)
            name = plan.resource.id.property if plan.resource.id else None
            if name and isinstance(item, dict) and as_text(item.get(name)) == record.key[-1]:
                self._renew(record, plan.resource, item)

    def _follow(self, plan: Plan, record: Record, exchange: Exchange) -> None:
        """A record whose id is made from a text of it has another one, as the answer to its update says. Not
        one that somebody else's item has, nor one whose item has nothing of what was sent."""
        new = moved_to(plan.resource, record.key[-1], exchange)
        if new is None or plan.resource is None:
            return
        sent, key = _json(exchange.request.body), (*record.key[:-1], new)
        answer = exchange.answer
        seen = self.ownership.was_seen(key) or self.ownership.record(key) is not None
        if answer is None or seen or not is_new(plan.resource, answer, sent, self._marker, False):
            return
        for before, each in self.ownership.move(record.key, new):
            if self.ledger is not None and not each.gone:
                self.ledger.made(None, each)
                self.ledger.gone_from(before)

    def _renew(self, record: Record, resource: Resource, item: Json) -> None:
        """A record was seen as it is now."""
        lasts = lasting(resource, item)
        made = lasts or present(resource, item)
        if made is None:
            return
        record.last, record.stale, record.lasting = item, False, lasts is not None
        self._know(record, made)

    def _expect(self, plan: Plan, record: Record, body: bytes | None) -> None:
        """How a record will look after a write, on disk before it: a kill may come in between."""
        sent = _json(body)
        bodies = plan.resource.bodies if plan.resource is not None else {}
        roles = [role for role in ("update", "replace", "create") if role in bodies]
        envelope = bodies[roles[0]] if roles else Envelope()
        sent = envelope.find(sent)
        if not isinstance(sent, dict) or record.last is None or self.ledger is None:
            return
        names = record.fingerprints[-1].names if record.fingerprints else tuple(record.last)
        merged = {**record.last, **sent}
        if all(name in merged for name in names):
            record.expected = (*record.expected, take(merged, names))[-_REMEMBERED:]
            self.ledger.known(record)

    def _know(self, record: Record, *made: Fingerprint) -> None:
        new = [each for each in made if each not in record.fingerprints[-1:]]
        if not new:
            return
        record.fingerprints = (*record.fingerprints, *new)[-_REMEMBERED:]
        if self.ledger is not None:
            self.ledger.known(record)


def _json(body: bytes | None) -> Json:
    try:
        return codec.decode(body) if body else ABSENT
    except codec.DecodeError:
        return ABSENT
