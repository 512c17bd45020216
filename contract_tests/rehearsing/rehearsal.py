"""A run without a target: what would be asked, and sent. No socket is opened, no ledger is written."""

import os
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from contract_tests.cleanup import clean_up
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.footprint import Footprint
from contract_tests.ledger import Ledger
from contract_tests.network.connection import Headers
from contract_tests.network.dispatch import Dispatch, Sent, Stopped, Unsendable
from contract_tests.network.pace import Pace
from contract_tests.preflight import preflight
from contract_tests.problems import Inconclusive
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question
from contract_tests.rehearsing.imaginary import Imaginary
from contract_tests.safety.address import unsafe
from contract_tests.session import Session
from contract_tests.target import Target
from contract_tests.transport import Transport


class Rehearsal(Dispatch):
    """Hands requests to an imagined deployment in the place of the target."""

    def __init__(
        self,
        contract: Contract,
        writes: bool,
        target: Target,
        run: str,
        footprint: Footprint,
        pace: Pace,
        timeout: float,
    ) -> None:
        super().__init__(target, run, footprint, pace, timeout)
        self._deployment = Imaginary(contract, target)
        if not writes:
            self._deployment.furnish()

    def send(self, method: str, path: str, headers: Headers = (), body: bytes | None = None) -> Sent:
        """An imagined answer. Raises Unsendable."""
        if reason := unsafe(path):
            raise Unsendable(reason)
        self._head(method, path, headers, body)
        self._footprint.count(method)
        return Sent(self._deployment.answer(method, path, headers, body), "", 0.0)


class Unwritten(Ledger):
    """A ledger that stays in memory."""

    def __init__(self, folder: Path, *rest: Any) -> None:
        super().__init__(folder, *rest)
        self.path = folder

    def _create(self, _folder: Path) -> int:
        return os.open(os.devnull, os.O_WRONLY)

    def close(self, _nothing_left: bool) -> None:
        os.close(self._file)


class Stage(Transport):
    """The way to an imagined deployment, where nobody waits."""

    def wait(self, _seconds: float) -> None:
        self._proceed()


def stage(target: Target, contract: Contract, permissions: Permissions, **_more: Any) -> Stage:
    """A transport to an imagined deployment."""
    writes = permissions.profile is not Profile.READ_ONLY
    return Stage(
        target, contract, permissions, pace=Pace(sleep=lambda _seconds: None),
        dispatch=partial(Rehearsal, contract, writes), ledger=Unwritten,
    )  # fmt: skip


def rehearsal(target: Target, question: Question) -> Session:
    """A session that asks an imagined deployment. Raises Misuse."""
    return Session(target, question, stage)


def rehearsed(session: Session) -> Iterator[str]:
    """What a run would ask, and the requests that it would send, as lines for people."""
    sent: list[Exchange] = []
    session.transport.listen(sent.append)
    try:
        preflight(session.asking)
        session.run.ask()
    except (Stopped, Inconclusive) as stopped:
        session.run.stop(str(stopped))
    clean_up(session.transport)
    session.transport.close()
    yield from _requirements(session)
    yield ""
    yield from _requests(sent, session)


def _requirements(session: Session) -> Iterator[str]:
    for planned in session.planned:
        reason = planned.requirement.impossible or planned.barred
        yield (
            f"asked      {planned.requirement.id}"
            if reason is None
            else f"not asked  {planned.requirement.id}: {reason}"
        )
    asked = sum(planned.barred is None and not planned.requirement.impossible for planned in session.planned)
    yield f"{asked:,} of {len(session.planned):,} requirements would be asked"


def _requests(sent: list[Exchange], session: Session) -> Iterator[str]:
    places = (f"{exchange.request.method} {_template(exchange, session)}" for exchange in sent)
    for place, group in groupby(places):
        count = len(list(group))
        yield f"{count:5}  {place}" if count > 1 else f"       {place}"
    methods = ", ".join(
        f"{count:,} {name}" for name, count in session.transport.footprint.requests.most_common()
    )
    created = session.transport.footprint.created
    yield f"about {len(sent):,} requests would be sent ({methods}), {created:,} records created and deleted"
    if session.run.stopped:
        yield f"the rehearsal stopped early: {session.run.stopped}"
    if session.question.permissions.profile is Profile.FULL and not session.question.checks:
        yield "and what the fuzz engine generates, see --max-examples"


def _template(exchange: Exchange, session: Session) -> str:
    return exchange.path or session.transport.below_base(exchange.request.url).partition("?")[0]
