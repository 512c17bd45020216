"""The end of a run: everything that it created is deleted, by the rule of removal.py, and what is not is
listed."""

from collections.abc import Collection, Mapping

from contract_tests.ledger import Intent, Ledger, Place
from contract_tests.network.dispatch import Stopped
from contract_tests.safety.address import key_of
from contract_tests.safety.removal import Removal
from contract_tests.safety.settle import Settle, Settled
from contract_tests.transport import Transport


def clean_up(transport: Transport) -> None:
    """Deletes all that a run created, also after it was stopped; what is still there, or may be, is in
    `footprint.left` then. It raises nothing but what interrupts it."""
    if transport.ledger is None:
        return
    ledger = transport.ledger
    removal = _removal(transport)
    try:
        removal.shown = _settle(transport, ledger).shown
    except Stopped as stopped:
        for intent in list(ledger.open.values()):
            _leave(transport, ledger, intent, str(stopped))
    records = [record for record in transport.ownership.records if not record.gone]
    for path, reason in removal.remove(records).items():
        if not _may_stay(transport, path):
            transport.footprint.leave(f"{transport.target.url}{path}: {reason}")


def _settle(transport: Transport, ledger: Ledger) -> Settled:
    """What became of creates that told no id; and are there records that nobody asked for?"""
    custody, ownership = transport.custody, transport.ownership
    settle = Settle(
        transport.ask,
        custody.whereabouts,
        transport.marker,
        custody.began,
        is_known=lambda key: ownership.record(key) is not None,
        was_there=lambda key, place, word: ownership.was_seen(key, custody.marked.get(place, {}).get(word)),
        alone=False,
    )
    settled = settle.all(list(ledger.open.values()), _top(custody.marked))
    for record in settled.found:
        custody.adopt(record)
    for intent in settled.void:
        ledger.void(intent.number)
    for intent in settled.open:
        _leave(transport, ledger, intent, custody.uncertain.get(intent.number, "did not end"))
    return settled


def _top(marked: Mapping[Place, Mapping[str, float]]) -> dict[Place, Collection[str]]:
    """The collections that do not lie under an item: those go with it."""
    return {place: tuple(marked[place]) for place in sorted(marked) if "{" not in place[1]}


def _leave(transport: Transport, ledger: Ledger, intent: Intent, came: str) -> None:
    """A create of which nothing more can be told. One that failed, as the server says, did not make anything
    so likely that it should fail a run."""
    line = (
        f"{transport.target.url}{intent.path}: a create {came}, and nothing tells whether it made something"
    )
    if came.startswith("was answered 5"):
        transport.footprint.note(line)
        ledger.void(intent.number)
    else:
        transport.footprint.leave(line)


def _removal(transport: Transport) -> Removal:
    return Removal(
        transport.ask,
        transport.custody.whereabouts,
        transport.marker,
        transport.target.identities,
        gone=transport.custody.is_gone,
        alive=True,
        accepted=set(transport.target.identities),
        trusted={each.resource: True for each in transport.ownership.records if each.deleted and each.gone},
    )


def _may_stay(transport: Transport, path: str) -> bool:
    """Whether a record was created though nothing may delete it, because leftovers are allowed."""
    record = transport.ownership.record(key_of(path))
    if record is None or transport.custody.whereabouts[record.resource].deletable:
        return False
    transport.footprint.note(f"{transport.target.url}{path} stays, as --allow-leftovers allows")
    transport.custody.let_go(record)
    return True
