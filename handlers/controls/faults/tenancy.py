"""Organizations that see, change, or own what is another's."""

from functools import partial

from handlers.call import Call, Caller, Handler, Reply
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import CHANGES, WRITES, Spot
from handlers.controls.faults.spoils import Answer, Function
from handlers.controls.faults.through import Everyones, EveryonesOwn, FirstInsert, Inserted
from handlers.problems import OtherOrganization

_fault = partial(Fault, "tenancy")

_UNSEEN = "What belongs to one organization is never shown to another."
_UNTOUCHED = "What belongs to one organization is never changed by another."
_OWN = "What an organization creates belongs to it."
_NO_EFFECT = "A refused request changes nothing."


def _as_ones_own(_spot: Spot, handler: Handler, call: Call) -> Reply:
    call.store = EveryonesOwn(call.store, call.caller.organization)
    return handler(call)


def _with_everyones(_spot: Spot, handler: Handler, call: Call) -> Reply:
    call.store = Everyones(call.store)
    return handler(call)


def _carried_out(_spot: Spot, handler: Handler, call: Call) -> Reply:
    """Refuses another organization, and does what it asked for."""
    store = call.store
    try:
        return handler(call)
    except OtherOrganization:
        call.store = EveryonesOwn(store, call.caller.organization)
        handler(call)
        raise


def _for_another(spot: Spot, handler: Handler, call: Call) -> Reply:
    other = spot.scene.other(call.caller.organization)
    call.store = FirstInsert(call.store, lambda _table, new: (new[0], other, new[2]))
    return handler(call)


def _naming_another(spot: Spot, handler: Handler, call: Call) -> Reply:
    tenant = spot.resource.tenant if spot.resource else None
    other = spot.scene.other(call.caller.organization)

    def change(_table: str, new: Inserted) -> Inserted:
        return new[0], new[1], {**new[2], tenant: other} if tenant in new[2] else new[2]

    call.store = FirstInsert(call.store, change)
    return handler(call)


def _as_the_body_says(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Takes the caller for the organization that the body names."""
    tenant = (spot.resource.tenant if spot.resource else None) or ""
    named = call.body.get(tenant) if isinstance(call.body, dict) else None
    if isinstance(named, str) and named:
        call.caller = Caller(named)
    return handler(call)


def _on(answer: Answer, *roles: str) -> Function:
    return Function(dict.fromkeys(roles, answer))


FAULTS = (
    _fault("item_of_another_organization_is_read", "Every organization may read every item.", _UNSEEN,
           _on(_as_ones_own, "read")),
    _fault("list_holds_items_of_all_organizations", "A list holds the items of every organization.", _UNSEEN,
           _on(_with_everyones, "list")),
    _fault("item_of_another_organization_is_updated", "Every organization may change every item.", _UNTOUCHED,
           _on(_as_ones_own, *CHANGES)),
    _fault("item_of_another_organization_is_deleted", "Every organization may delete every item.", _UNTOUCHED,
           _on(_as_ones_own, "delete")),
    _fault("refused_update_of_another_organization_is_carried_out",
           "A change to another organization's item is refused, and made.", _NO_EFFECT,
           _on(_carried_out, *CHANGES)),
    _fault("refused_delete_of_another_organization_is_carried_out",
           "The deletion of another organization's item is refused, and done.", _NO_EFFECT,
           _on(_carried_out, "delete")),
    _fault("create_is_stored_for_another_organization",
           "What is created belongs to another organization.", _OWN,
           _on(_for_another, "create")),
    _fault("create_names_another_organization",
           "What is created says that it is another organization's.", _OWN,
           _on(_naming_another, "create")),
    _fault("create_believes_the_organization_in_the_body",
           "Who names an organization in a body creates for it.",
           _OWN, _on(_as_the_body_says, *WRITES)),
)  # fmt: skip
