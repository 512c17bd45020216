"""Operations that could end the run's own access, or the deployment. They are known by path and name alone.

They are never sent unless named with `--include-operation-id`: a log-out ends the session that the run lives
on, a token or password reset its credentials, a shutdown everything.
"""

import re

from openapi.operation import Operation

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LEAVE = _set("logout logoff signout signoff endsession logoutall deauthorize deauthenticate")
_SECRETS = _set(
    "token tokens key keys apikey apikeys secret secrets credential credentials accesstoken refreshtoken "
    "session sessions certificate"
)
_TURN = _set(
    "revoke refresh rotate reset regenerate invalidate roll renew expire reissue revocation rotation "
    "revoked recreate"
)
_PASSWORD = _set("password passwords passwd passphrase passcode mfa 2fa totp otp twofactor")
_MACHINE = _set(
    "shutdown restart reboot halt poweroff poweron terminate reset wipe purge flush truncate factoryreset "
    "restore kill stop drain suspend deactivate selfdestruct uninstall reinitialize clear cleardata"
)
_SELF = _set("me self myself current currentuser own whoami mine")
_ACCOUNT = _set(
    "account user profile organization organisation org tenant workspace company session team "
    "subscription membership identity login project"
)
_END = _set(
    "delete close deactivate disable suspend terminate remove cancel erase destroy unsubscribe leave "
    "unregister deregister block lock archive"
)
_BUTTONS = _set("shutdown restart reboot poweroff reset factoryreset wipe purge")
_LAPSE = _set("revoke revocation rotate regenerate invalidate")

SELF_NAMES = _SELF
"""Values of a path parameter that name the caller, and no record that a run could make up."""


def danger(method: str, path: str, operation: Operation | None = None) -> str | None:
    """Why a request might end the run's access or the deployment, or None.

    `path`: the document's template where there is one, else the raw path.
    """
    literals = [_words(part) for part in path.split("/")[1:] if part and "{" not in part]
    name = _words(operation.id) if operation and not operation.id.startswith(f"{method} /") else []
    under_item = "{" in path
    if method in _SAFE:
        return _of_reading(literals, name)
    return (
        _of_access(literals, name, under_item)
        or _of_own_account(method, literals, name, under_item)
        or (None if under_item else _of_deployment(literals, name))
    )


def _of_reading(literals: list[list[str]], name: list[str]) -> str | None:
    """A GET changes nothing, but for the ones that are buttons: their last word alone says what they do."""
    last = "".join(literals[-1]) if literals else ""
    if last in _LEAVE or _starts(name, _LEAVE):
        return "it looks like a log-out"
    if last in _BUTTONS:
        return f"it looks like a {last} of the deployment"
    if last in _LAPSE:
        return "it looks like the end of a token"
    return None


def _of_access(literals: list[list[str]], name: list[str], under_item: bool) -> str | None:
    everything = [word for words in literals for word in words]
    for words in (everything, name):
        if _has(words, _LEAVE):
            return "it looks like a log-out"
        if _has(words, _PASSWORD):
            return "it looks like a change of a password"
        if _has(words, _SECRETS) and _has(words, _TURN):
            return "it looks like a token reset"
    if literals and not under_item and _has(literals[-1], _LAPSE | {"refresh"}):
        return "it looks like a token reset"
    return None


def _of_own_account(method: str, literals: list[list[str]], name: list[str], under_item: bool) -> str | None:
    if under_item or not literals:
        return None
    joined = ["".join(words) for words in literals]
    own = joined[-1] in _SELF or joined[-1] in _ACCOUNT
    ends = joined[-1] in _END and len(joined) > 1 and (joined[-2] in _SELF or joined[-2] in _ACCOUNT)
    said = _has(name, _END) and (_has(name, _SELF) or _has(name, _ACCOUNT)) and _is_own(joined)
    if (method == "DELETE" and own) or ends or said:
        return "it looks like the end of the caller's own account"
    return None


def _is_own(joined: list[str]) -> bool:
    return any(word in _SELF or word in _ACCOUNT for word in joined)


def _of_deployment(literals: list[list[str]], name: list[str]) -> str | None:
    last = literals[-1] if literals else []
    if _ends(last, _MACHINE) or _starts(name, _MACHINE):
        return "it looks like a shutdown or reset of the deployment"
    return None


def _words(text: str) -> list[str]:
    """The words of a path segment or of an operationId, in lower case."""
    apart = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)(?=[A-Z][a-z])", r"\1\3 \2", text)
    return [word for word in re.split(r"[^A-Za-z0-9]+", apart.lower()) if word]


def _runs(words: list[str]) -> set[str]:
    """Every one, two or three words in a row, written together: `log out` is `logout`."""
    return {"".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)}


def _has(words: list[str], wanted: frozenset[str]) -> bool:
    return not _runs(words).isdisjoint(wanted)


def _starts(words: list[str], wanted: frozenset[str]) -> bool:
    return any("".join(words[:size]) in wanted for size in (1, 2, 3))


def _ends(words: list[str], wanted: frozenset[str]) -> bool:
    return any("".join(words[-size:]) in wanted for size in (1, 2, 3))
