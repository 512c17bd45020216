"""Credentials that are almost right."""

import base64
import binascii
from random import Random

from contract_tests.check import CannotAsk
from contract_tests.contract import place
from contract_tests.exchange import ONE, OTHER
from contract_tests.probing.asking import Asking
from contract_tests.probing.credentials import Credential, Headers, with_cookie
from openapi.operation import Operation

OF_ANOTHER = "of_another_organization"
"""One credential of another identity, the rest of one's own: each is right, together they are nobody's."""

WAYS = ("empty", "truncated", "prefixed", "extended", "in_other_case", "under_another_scheme", OF_ANOTHER)
"""How a secret is broken, besides missing and wrong."""


def broken(credential: Credential, way: str, chance: Random) -> str | None:
    """The secret of a credential, broken in one way; None where that way would not break it.

    `way`: one of WAYS, or `wrong`: another secret of the same length.
    """
    user, colon, password = _basic(credential)
    secret = password if colon else credential.secret
    changed = _changed(secret, way, chance)
    if changed is None or changed == secret:
        return None
    if not colon:
        return changed
    return base64.b64encode(f"{user}:{changed}".encode()).decode()


def authority(
    asking: Asking, operation: Operation, scheme: str, way: str, chance: Random, identity: str = ONE
) -> tuple[Headers, Headers]:
    """(headers, query) in which one scheme's credential is missing or broken and all others are right.

    Credentials of alternatives that the operation does not ask for are left out. Raises CannotAsk.
    """
    credentials = asking.credentials
    wanted = next((tuple(one) for one in operation.security if scheme in one), ())
    given = credentials.of(identity)
    if any(name not in given for name in wanted):
        raise CannotAsk(f"no credential was given for {', '.join(n for n in wanted if n not in given)}")
    if any(set(one) <= set(wanted) - {scheme} for one in operation.security):
        raise CannotAsk(f"{place(operation)} is allowed without {scheme}")
    found = given[scheme]
    if way == "missing":
        secret = None
    elif way == "under_another_scheme":
        secret = _other_scheme(found)
    elif way == OF_ANOTHER:
        secret = _mixed(found, credentials.of(OTHER).get(scheme))
    else:
        secret = broken(found, way, chance)
    if secret is None and way != "missing":
        raise CannotAsk(f"the credential of {scheme} cannot be broken this way")
    headers, query = credentials.changed(scheme, secret, identity)
    unwanted = {
        given[name].name.lower() for name in given if name not in wanted and given[name].place == "header"
    }
    kept = {given[name].name.lower() for name in wanted}
    if way == "under_another_scheme" and secret is not None:
        headers = tuple((n, secret if n.lower() == found.name.lower() else v) for n, v in headers)
    others = [given[name] for name in given if name not in wanted]
    for cookie in (each for each in others if each.place == "cookie"):
        headers = tuple(with_cookie(headers, cookie.name, None))
    keys = {each.name for each in others if each.place == "query"}
    return (
        tuple(pair for pair in headers if pair[0].lower() not in unwanted - kept),
        tuple(pair for pair in query if pair[0] not in keys),
    )


def _mixed(own: Credential, other: Credential | None) -> str | None:
    """The other identity's secret; of a Basic credential its password under one's own name. None where both
    have one."""
    if other is None or other.secret == own.secret:
        return None
    user, colon, password = _basic(own)
    if not colon:
        return other.secret
    theirs = _basic(other)[2]
    return base64.b64encode(f"{user}:{theirs}".encode()).decode() if theirs != password else None


def _changed(secret: str, way: str, chance: Random) -> str | None:
    match way:
        case "wrong":
            return "".join(_other(char, chance) for char in secret)
        case "empty":
            return ""
        case "truncated":
            return secret[:-1] or None
        case "prefixed":
            return "x" + secret
        case "extended":
            return secret + "x"
        case "in_other_case":
            return secret.swapcase()
    return None


def _other(char: str, chance: Random) -> str:
    """Another character of the same kind."""
    kinds = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    kind = next((kind for kind in kinds if char in kind), None)
    return chance.choice([other for other in kind if other != char]) if kind else char


def _basic(credential: Credential) -> tuple[str, str, str]:
    """(user, colon, password) of a Basic credential (RFC 7617); no colon where it is none."""
    if credential.prefix.strip().lower() != "basic":
        return "", "", ""
    try:
        return base64.b64decode(credential.secret, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", "", ""


def _other_scheme(credential: Credential) -> str | None:
    """The whole Authorization value with another scheme's word before the secret."""
    word = credential.prefix.strip().lower()
    if not word:
        return None
    return f"{'Basic' if word != 'basic' else 'Bearer'} {credential.secret}"
