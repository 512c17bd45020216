"""The only way out. What leaves is guarded, paced, recorded, and what it makes is remembered until it is
deleted.

`Transport.send` is for everything that is asked; its clean-up is in cleanup.py. `get_json` is for a
mock of our own, before a run.
"""

import itertools
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contract_tests.contract import Contract
from contract_tests.exchange import NOBODY, ONE, OTHER, Exchange, Request
from contract_tests.footprint import Footprint
from contract_tests.guard import Guard, Held, Plan, Proof
from contract_tests.ledger import Ledger, Whereabouts, check_of, default_folder, whereabouts
from contract_tests.network.contact import get_json
from contract_tests.network.dispatch import TIMEOUT, Dispatch, Sent, Stopped, Unsendable
from contract_tests.network.pace import Pace
from contract_tests.problems import Unreachable
from contract_tests.profile import Permissions, Profile
from contract_tests.safety.acceptance import Acceptance
from contract_tests.safety.address import Key, fill, key_of
from contract_tests.safety.custody import Custody
from contract_tests.safety.identify import item_path
from contract_tests.safety.manners import Headers, Manners
from contract_tests.safety.ownership import Ownership, Record, scalars
from contract_tests.target import Target
from openapi.operation import Operation
from openapi.resources import Resource

__all__ = ["ABSENT_FOR", "Held", "Outgoing", "Stopped", "Transport", "get_json"]

ABSENT_FOR = 1.0
"""Seconds that a 404 counts as `just before`, where nothing else was sent to that path since."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to send.

    `path`: raw (percent-encoded) path below the target's base path, with ?query if any. `headers`: complete,
    the identity's credentials are in it. `identity`: whose credentials they are. `valid`: whether the
    document allows the request, for the record. `fuzz`: from the relay. `purpose`: the requirement or check
    that asks.
    """

    method: str
    path: str
    headers: Headers = ()
    body: bytes | None = None
    identity: str = ONE
    valid: bool = True
    fuzz: bool = False
    purpose: str = ""


class Transport:
    """A run's way to its target. Safe for several threads.

    `run` names it; `marker` is the text that tells its records. `ledger`: where it is kept, None in profile
    read-only, which creates nothing. `dispatch` and `ledger` make what a rehearsal has instead. Raises Misuse
    where the ledger cannot be kept.
    """

    def __init__(  # noqa: PLR0913  (each is a part that a rehearsal or a test replaces)
        self,
        target: Target,
        contract: Contract,
        profile: Profile | Permissions,
        *,
        folder: Path | None = None,
        pace: Pace | None = None,
        timeout: float = TIMEOUT,
        dispatch: Callable[[Target, str, Footprint, Pace, float], Dispatch] = Dispatch,
        ledger: type[Ledger] = Ledger,
    ) -> None:
        permissions = profile if isinstance(profile, Permissions) else Permissions(profile, target.loopback)
        self.target, self.contract = target, contract
        self.run = secrets.token_hex(4)
        self.marker = f"hyfn-{self.run}"
        self.footprint = Footprint()
        self.ownership = Ownership(scalars(contract.document.data))
        self.guard = Guard(contract, permissions, self.ownership)
        self.manners = Manners(target, contract)
        keeps = permissions.profile is not Profile.READ_ONLY
        self.ledger = self._open(folder, ledger) if keeps else None
        self.custody = Custody(self.ownership, self.ledger, self.footprint, self.marker, self._whereabouts())
        self._over = threading.Event()
        self._reason = ""
        self._pace = pace or Pace()
        if self._pace.sleep is time.sleep:
            self._pace.sleep = self._sleep
        self._dispatch = dispatch(target, self.run, self.footprint, self._pace, timeout)
        self._acceptance = Acceptance(target)
        self._numbers = itertools.count(1)
        self._last: dict[Key, tuple[str, int, str, float]] = {}
        self._listeners: list[Callable[[Exchange], None]] = []
        self._telling = threading.RLock()

    def send(self, outgoing: Outgoing) -> Exchange:
        """Sends a request, after the GETs that have to prove it harmless.

        The exchange has no answer where none came in time. Raises Held where the guard does not let it leave,
        Unreachable where nobody ever listened, Stopped when the run is over.
        """
        tries = 0
        while True:
            self._proceed()
            plan = self._planned(outgoing)
            exchange = self._leave(outgoing, plan, self._dispatch.send)
            pause = self._pace.pause(exchange.answer, tries)
            if pause is None:
                break
            tries += 1
            self.footprint.retry()
            self._pace.sleep(pause)
        self._watch(exchange)
        self._tell(exchange)
        return exchange

    def listen(self, hear: Callable[[Exchange], None]) -> None:
        """`hear` is called with every exchange that comes, of the relay and of the guard's proofs too; one at
        a time, in the thread that sent it."""
        self._listeners.append(hear)

    def mint(self, path: str) -> None:
        """Registers the path of an item that this run made up and that does not exist. A write may go there
        as long as a GET just before, which `send` asks by itself, is answered 404. Raises Held where it
        cannot be."""
        try:
            self.guard.mint(path)
        except Held as held:
            self.footprint.hold(held.group)
            raise

    def created(self, exchange: Exchange, resource: Resource, identifier: str) -> bool:
        """Whether what a create answered is taken for a new record of this run: what was there before is
        not."""
        path = self.below_base(exchange.request.url)
        match = self.contract.match(exchange.request.method, path)
        item = item_path(resource, path, identifier, match.values if match else {})
        return item is None or self.ownership.record(key_of(item)) is not None

    def interrupt(self, reason: str = "interrupted") -> None:
        """Ends the run: the next `send` raises Stopped; the clean-up may still ask. May be called by a signal
        handler."""
        self._reason = self._reason or reason
        self._over.set()

    def wait(self, seconds: float) -> None:
        """Waits, but no longer than the run lasts. Raises Stopped."""
        self._over.wait(seconds)
        self._proceed()

    def knock(self) -> bool:
        """Whether somebody answers a documented GET that needs no record, and is no gateway without a server
        behind it. It is told to nobody."""
        for operation in self.contract.operations.values():
            if operation.method != "GET" or "{" in operation.path:
                continue
            if self.guard.barred("GET", operation.path, operation) is None:
                query, headers = self.manners.of(operation, ONE)
                try:
                    sent = self._dispatch.send("GET", operation.path + query, headers)
                except (Stopped, Unreachable):
                    return False
                return sent.answer is not None and sent.answer.status not in (502, 503, 504)
        return True

    def _sleep(self, seconds: float) -> None:
        """Ends early when the run is interrupted; the clean-up after that waits in full."""
        if self._over.is_set():
            time.sleep(seconds)
        else:
            self._over.wait(seconds)

    def below_base(self, url: str) -> str:
        """The path below the base path, with its query, of a URL that was asked."""
        return url.removeprefix(self.target.url)

    def owns(self, template: str, values: Sequence[str]) -> bool:
        """Whether an item at the path of a template, with values in it, is a record of this run."""
        names = [part.strip("{}") for part in template.split("/") if "{" in part]
        path = fill(template, dict(zip(names, values, strict=False)))
        return path is not None and self.ownership.record(key_of(path)) is not None

    def close(self) -> None:
        """Closes connections and ledger; the ledger's file stays where something is left."""
        self._dispatch.close()
        if self.ledger is not None:
            self.ledger.close(all(record.gone for record in self.ownership.records))

    def ask(
        self, method: str, path: str, identity: str, *, headers: Headers = (), query: Headers = ()
    ) -> Sent:
        """A request of the clean-up, to a place that the document has."""
        match = self.contract.match(method, path)
        if match is None or match.operation is None:
            raise Unsendable(f"{method} {path} is not in the document")
        exchange = self._ask(match.operation, path, identity, headers, query)
        return Sent(exchange.answer, exchange.problem, exchange.seconds)

    def _ask(
        self, operation: Operation, path: str, identity: str, headers: Headers = (), query: Headers = ()
    ) -> Exchange:
        """A request of the transport's own: a proof, or the clean-up. It is recorded, and not guarded: its
        caller has the right. Raises Stopped when the target is gone."""
        wanted, given = self.manners.of(operation, identity, query)
        outgoing = Outgoing(
            operation.method, path + wanted, (*given, *headers), None, identity, purpose="proof and clean-up"
        )
        resource = self.contract.resource_of(operation)
        at_item = resource is not None and resource.item is not None and resource.item == operation.path
        match = self.contract.match(operation.method, path)
        plan = Plan(operation.method, path, match, resource, key_of(path) if at_item else None)
        exchange = self._leave(outgoing, plan, self._dispatch.send_patiently)
        self._tell(exchange)
        return exchange

    def _whereabouts(self) -> dict[str, Whereabouts]:
        """How records of each resource are found again, with the operations that may be sent."""
        roles = ("read", "list", "delete")
        resources = self.contract.model.resources
        return {
            key: whereabouts(each, [role for role in roles if self.guard.permitted(each, role)])
            for key, each in resources.items()
        }

    def _open(self, folder: Path | None, kind: type[Ledger]) -> Ledger:
        where = folder or default_folder(os.environ)
        checks = {
            identity: check_of(self.run, ((h.name, h.value) for h in self.target.of(identity)))
            for identity in self.target.identities
        }
        return kind(where, self.target.url, self.run, self.marker, checks, self.manners.in_query)

    def _proceed(self) -> None:
        if self._over.is_set():
            raise Stopped(self._reason)
        if self._pace.is_spent(self.footprint.sent, 2 * self.ownership.alive):
            raise Stopped(f"--max-requests {self._pace.most} is reached")

    def _planned(self, outgoing: Outgoing) -> Plan:
        try:
            plan = self.guard.plan(
                outgoing.method, outgoing.path, outgoing.headers, body=outgoing.body, fuzz=outgoing.fuzz
            )
            for proof in plan.proofs:
                self._prove(proof, outgoing.identity)
        except Held as held:
            self.footprint.hold(held.group)
            raise
        return plan

    def _prove(self, proof: Proof, identity: str) -> None:
        """Asks whose an item is. Raises Held where it is not the run's to write to."""
        operation = self.guard.permitted(proof.resource, "read")
        if operation is None:
            raise Held(f"no GET tells whether {proof.path} is free")
        record = self.ownership.record(key_of(proof.path))
        for witness in self._witnesses(identity, record):
            if not self._is_just_absent(proof.path, witness):
                self._accept(proof, record, self._ask(operation, proof.path, witness))

    def _accept(self, proof: Proof, record: Record | None, exchange: Exchange) -> None:
        self._watch(exchange)
        if exchange.status == 404 or (exchange.status == 410 and not proof.absent):
            return
        if record is not None and self.custody.recognizes(record, exchange, proof.resource):
            return
        came = f"answered {exchange.status}" if exchange.answer else exchange.problem
        not_ours = "it is not this run's to write to"
        raise Held(
            f"GET {proof.path} just before is {came}: {not_ours}", group=f"GET just before: {not_ours}"
        )

    def _witnesses(self, identity: str, record: Record | None) -> tuple[str, ...]:
        """Whose GET says whether an item is there: its owner's; for an id that was made up, everybody's but
        that of identity one is enough for identity one."""
        if record is not None and record.identity != NOBODY:
            return (record.identity,)
        return (ONE,) if identity == ONE else self.target.identities

    def _is_just_absent(self, path: str, identity: str) -> bool:
        method, status, who, at = self._last.get(key_of(path), ("", 0, "", 0.0))
        fresh = time.monotonic() - at < ABSENT_FOR
        return (method, status, who) == ("GET", 404, identity) and fresh

    def _leave(self, outgoing: Outgoing, plan: Plan, dispatch: Callable[..., Sent]) -> Exchange:
        """Sends, and keeps the books."""
        number = self.custody.before(plan, outgoing.identity, outgoing.body)
        record = self.ownership.record(plan.item) if plan.item else None
        was_ended = record is not None and record.ended
        if plan.method == "DELETE" and record is not None:
            record.ended = True
        started = time.monotonic()
        try:
            sent = dispatch(outgoing.method, outgoing.path, outgoing.headers, outgoing.body)
        except (Unsendable, Stopped, Unreachable) as error:
            self._unsent(number, record, was_ended)
            if isinstance(error, Unsendable):
                raise Held(str(error)) from error
            self.interrupt(str(error))
            raise
        exchange = self._exchange(outgoing, plan, sent)
        if plan.item is not None:
            self._last[plan.item] = (plan.method, exchange.status, outgoing.identity, time.monotonic())
        self.manners.learn(exchange)
        unknown = self.custody.after(plan, exchange, number, started, was_ended)
        if unknown is not None:
            self._settle(unknown)
        return exchange

    def _unsent(self, number: int | None, record: Record | None, was_ended: bool) -> None:
        """A request that never left changed nothing."""
        if number is not None and self.ledger is not None:
            self.ledger.void(number)
        if record is not None and not was_ended:
            self.custody.kept(record)

    def _settle(self, record: Record) -> None:
        """Looks at a new record that nothing tells from another one yet."""
        resource = self.contract.model.resources[record.resource]
        operation = self.guard.permitted(resource, "read")
        if operation is not None:
            self._ask(operation, record.path, record.identity if record.identity != NOBODY else ONE)

    def _exchange(self, outgoing: Outgoing, plan: Plan, sent: Sent) -> Exchange:
        request = Request(outgoing.method, self.target.url + outgoing.path, outgoing.headers, outgoing.body)
        return Exchange(
            next(self._numbers), request, sent.answer, outgoing.identity, plan.operation, outgoing.valid,
            sent.problem, sent.seconds, outgoing.fuzz, plan.match.template if plan.match else None,
        )  # fmt: skip

    def _watch(self, exchange: Exchange) -> None:
        """Raises Stopped where an identity that was accepted is so no more, or the target does not answer any
        more."""
        good = self._acceptance.hear(exchange)
        if good is None:
            return
        again = self._dispatch.send("GET", good.path, good.headers)
        if again.answer is None:
            self.interrupt(f"{self.target.url} does not answer any more: {again.problem}")
        elif again.answer.status in (401, 403):
            which = " (--other-header)" if exchange.identity == OTHER else ""
            self.interrupt(f"the identity is no longer accepted{which}")
        if self._over.is_set():
            raise Stopped(self._reason)

    def _tell(self, exchange: Exchange) -> None:
        with self._telling:
            for hear in self._listeners:
                hear(exchange)
