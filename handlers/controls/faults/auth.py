"""Credentials that let in whom they should not.

Each fault is asked about what security has refused: for one requirement of the operation, all of whose
schemes have to be there and right.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from handlers.call import Caller
from handlers.controls.faults.admission import Admitted, AllTheSame
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import Spot
from handlers.exchange import cookies, header
from handlers.problems import Unauthorized
from handlers.security import Keyring, SecurityStage
from handlers.settings import Identity

_fault = partial(Fault, "auth")

_CREDENTIALS = (
    "Each credential that an operation asks for is there and right, or the request is refused with 401."
)
_NO_EFFECT = "A refused request changes nothing."

Names = tuple[str, ...]
Fits = Callable[[str, str], bool]
"""Whether a value that was sent passes for the one that is expected."""


def _values(keyring: Keyring, names: Names, scope: Any) -> dict[str, str]:
    """The values that a request carries, by scheme; those that it lacks are not there."""
    found = {name: keyring.extractors[name](scope) for name in names}
    return {name: value for name, value in found.items() if value}


def _nobody_asks(keyring: Keyring, _names: Names, scope: Any) -> Caller:
    return keyring.anonymous(scope)


def _known(keyring: Keyring, right: Callable[[Identity], bool]) -> Caller | None:
    """The first identity that is right."""
    found = next((identity for identity in keyring.identities if right(identity)), None)
    return Caller(found.organization) if found else None


def _comparing(fits: Fits) -> Admitted:
    """Compares the secrets in another way; the organization's name as it should."""

    def admit(keyring: Keyring, names: Names, scope: Any) -> Caller | None:
        sent = _values(keyring, names, scope)

        def right(identity: Identity) -> bool:
            return all(
                (_same if name == keyring.tenant else fits)(
                    sent.get(name, ""), keyring.expected(identity, name)
                )
                for name in names
            )

        return _known(keyring, right) if len(sent) == len(names) else None

    return Admitted(admit)


def _same(sent: str, expected: str) -> bool:
    return sent == expected


def _looking_at(some: Callable[[Keyring, Names, Any], Names]) -> Admitted:
    """Looks at some of the schemes; the others may be missing or wrong."""

    def admit(keyring: Keyring, names: Names, scope: Any) -> Caller | None:
        seen = some(keyring, names, scope)
        sent = _values(keyring, seen, scope)
        if not seen or len(sent) < len(seen):
            return None
        return _known(keyring, lambda identity: sent == {n: keyring.expected(identity, n) for n in seen})

    return Admitted(admit)


def _those_there(keyring: Keyring, names: Names, scope: Any) -> Names:
    """The schemes of a requirement for which anything was sent."""
    return tuple(_values(keyring, names, scope))


def _those_not_empty(keyring: Keyring, names: Names, scope: Any) -> Names:
    """The schemes, but for those that were sent empty; none of them where one is not there at all."""
    sent = _values(keyring, names, scope)
    empty = [name for name in names if name not in sent and _is_empty(keyring, name, scope)]
    return tuple(sent) if len(sent) + len(empty) == len(names) else ()


def _is_empty(keyring: Keyring, name: str, scope: Any) -> bool:
    """Whether a credential was sent with nothing in it."""
    scheme = keyring.schemes[name]
    key, place = str(scheme.get("name", "")), scheme.get("in")
    if scheme.get("type") != "apiKey":
        text = header(scope, b"authorization")
        return text is not None and not text.partition(" ")[2].strip()
    if place == "header":
        return header(scope, key.lower().encode()) is not None
    if place == "query":
        return key in parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return key in cookies(scope)


def _any_organization(keyring: Keyring, names: Names, scope: Any) -> Caller | None:
    """A secret that is known goes with every organization's name."""
    sent = _values(keyring, names, scope)
    if keyring.tenant not in sent or len(sent) < len(names):
        return None
    secrets = {name: value for name, value in sent.items() if name != keyring.tenant}
    known = _known(keyring, lambda identity: secrets == {n: keyring.expected(identity, n) for n in secrets})
    return Caller(sent[keyring.tenant]) if known else None


def _with_role(*roles: str) -> Callable[[Spot], bool]:
    return lambda spot: spot.role in roles


_WRITES = frozenset({"create", "replace", "update", "delete", "action"})

FAULTS = (
    _fault("no_credentials_are_asked_for", "Every request is let in.", _CREDENTIALS, Admitted(_nobody_asks)),
    _fault("reading_needs_no_credentials", "Every request to read an item is let in.", _CREDENTIALS,
           Admitted(_nobody_asks, _with_role("read"))),
    _fault("listing_needs_no_credentials", "Every request to list items is let in.", _CREDENTIALS,
           Admitted(_nobody_asks, _with_role("list"))),
    _fault("updating_needs_no_credentials", "Every request to change an item is let in.", _CREDENTIALS,
           Admitted(_nobody_asks, _with_role("update", "replace"))),
    _fault("deleting_needs_no_credentials", "Every request to delete an item is let in.", _CREDENTIALS,
           Admitted(_nobody_asks, _with_role("delete"))),
    _fault("any_key_is_accepted", "Any secret of a known organization will do.", _CREDENTIALS,
           _comparing(lambda _sent, _expected: True)),
    _fault("beginning_of_the_key_is_accepted", "A secret may be cut short.", _CREDENTIALS,
           _comparing(lambda sent, expected: expected.startswith(sent))),
    _fault("longer_key_is_accepted", "A secret may go on behind its end.", _CREDENTIALS,
           _comparing(lambda sent, expected: sent.startswith(expected))),
    _fault("end_of_a_longer_key_is_accepted", "A secret may have anything in front.", _CREDENTIALS,
           _comparing(lambda sent, expected: sent.endswith(expected))),
    _fault("key_in_another_case_is_accepted", "A secret may be in capitals.", _CREDENTIALS,
           _comparing(lambda sent, expected: sent.lower() == expected.lower())),
    _fault("only_the_first_scheme_is_checked", "Of several credentials the first is looked at, and no other.",
           _CREDENTIALS, _looking_at(lambda _keyring, names, _scope: names[:1])),
    _fault("missing_credential_is_forgiven", "Of several credentials those that are there are looked at.",
           _CREDENTIALS, _looking_at(_those_there)),
    _fault("empty_credential_is_forgiven", "Of several credentials one may be empty.",
           _CREDENTIALS, _looking_at(_those_not_empty)),
    _fault("any_organization_is_accepted_with_a_known_key", "A known key opens every organization.",
           "A key opens its own organization and no other.", Admitted(_any_organization)),
    _fault("unauthorized_write_is_carried_out", "A write without credentials is refused, and carried out.",
           _NO_EFFECT, AllTheSame(SecurityStage, Unauthorized, _WRITES)),
)  # fmt: skip
