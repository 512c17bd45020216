"""The deployment that is asked: its base URL, and the headers that go with every request."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from contract_tests.exchange import ONE, OTHER
from contract_tests.problems import Misuse

if TYPE_CHECKING:
    from contract_tests.network.login import Logins

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_VALUE = re.compile(r"[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")  # section 5.5
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Header:
    """A header and its secret value. `variable` names it wherever the value must not be seen: in the
    environment of a child, in a curl line."""

    name: str
    value: str = field(repr=False)
    variable: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where the API answers (`url`, without trailing slash) and what the requests of each identity carry:
    `headers` those of identity one, `other` those of identity two, of another organization. `logins`: where
    tokens in them come from."""

    url: str
    headers: tuple[Header, ...] = ()
    other: tuple[Header, ...] = ()
    logins: "Logins | None" = field(default=None, compare=False, repr=False)

    def of(self, identity: str) -> tuple[Header, ...]:
        """The headers of an identity; nobody has none."""
        return {ONE: self.headers, OTHER: self.other}.get(identity, ())

    @property
    def secrets(self) -> tuple[Header, ...]:
        """All that no report may show."""
        return (*self.headers, *self.other, *(self.logins.secrets if self.logins else ()))

    def signature(self, identity: str) -> list[tuple[str, str]]:
        """What tells an identity from others, from run to run: its headers, and for a token who logs in."""
        who = self.logins.who(identity) if self.logins else None
        pairs = [(header.name, header.value) for header in self.of(identity)]
        return pairs if who is None else [*pairs[:-1], (pairs[-1][0], who)]

    @property
    def identities(self) -> tuple[str, ...]:
        """Identity one, which may have no headers, and identity two where it has any."""
        return (ONE, OTHER) if self.other else (ONE,)

    @property
    def loopback(self) -> bool:
        """Whether the target is this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")


def parse_target(
    url: str, headers: Iterable[str], environment: Mapping[str, str], other_headers: Iterable[str] = ()
) -> Target:
    """A target as people type it: its URL, and headers as `name: value` where `${VAR}` stands for a variable
    of the environment. Raises Misuse; no message repeats a header's value."""
    one = parse_headers(headers, environment)
    taken = [header.variable for header in one]
    return Target(_base(url), one, parse_headers(other_headers, environment, "HYFN_OTHER_", taken))


def parse_headers(
    texts: Iterable[str], environment: Mapping[str, str], prefix: str = "HYFN_", taken: Iterable[str] = ()
) -> tuple[Header, ...]:
    """Headers from `name: value` texts, none of their variables among `taken`. Raises Misuse."""
    pairs = [_pair(text, environment) for text in texts]
    names = [name.lower() for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise Misuse(f"the header {name} is given {names.count(name)} times, expected once")
    return make_headers(pairs, prefix, taken)


def make_headers(
    pairs: Iterable[tuple[str, str]], prefix: str = "HYFN_", taken: Iterable[str] = ()
) -> tuple[Header, ...]:
    """Headers from names and values, each with a variable of its own: `x-api-key` has HYFN_X_API_KEY."""
    made: dict[str, Header] = {}
    used = set(taken)
    for name, value in pairs:
        variable = prefix + re.sub(r"[^A-Za-z0-9]", "_", name).upper()
        while variable in made or variable in used:
            variable += "_"
        made[variable] = Header(name, value, variable)
    return tuple(made.values())


def _pair(text: str, environment: Mapping[str, str]) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name = name.strip()
    if not colon:
        raise Misuse("a header without a colon, expected 'name: value'")  # the text may be a bare secret
    if not _TOKEN.fullmatch(name):
        raise Misuse(f"{name!r} is no header name, expected 'name: value'")
    value = expanded(f"the header {name}", value, environment).strip(" \t")
    if not value:
        raise Misuse(f"the header {name} has no value, expected 'name: value'")
    if not _VALUE.fullmatch(value):
        raise Misuse(f"the value of the header {name} has characters that no header may carry (RFC 9110)")
    return name, value


def expanded(what: str, value: str, environment: Mapping[str, str]) -> str:
    """A text with the variables that `${VAR}` in it stands for. Raises Misuse; `what` the text is."""
    missing = [found[1] for found in _VARIABLE.finditer(value) if found[1] not in environment]
    if missing:
        wanted = " and ".join(dict.fromkeys(missing))
        raise Misuse(f"{what} asks for {wanted}, which the environment does not have")
    return _VARIABLE.sub(lambda found: environment[found[1]], value)


def _base(url: str) -> str:
    """`url` put together again from its parts, so that nobody after us can read another host in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misuse(f"{url!r} is no URL ({error}), expected one like http://127.0.0.1:5000/api") from error
    _check(url, parts)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}{parts.path.rstrip('/')}"


def _check(url: str, parts: SplitResult) -> None:
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misuse(f"{url!r} is no http(s) URL, expected one like http://127.0.0.1:5000/api")
    if parts.username is not None or parts.password is not None:
        raise Misuse("the URL holds credentials, expected them in a header: -H 'authorization: Basic ${VAR}'")
    if parts.query or parts.fragment or not re.fullmatch(r"[\x21-\x5b\x5d-\x7e]+", url):
        raise Misuse("the URL has more than a base URL has, expected scheme, host, port and path only")


def is_loopback(host: str) -> bool:
    """Whether a host, as it is written and without asking DNS, is this machine."""
    if host == "localhost":
        return True
    try:
        return "%" not in host and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
