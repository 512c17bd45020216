"""Tokens by OAuth 2.0 (RFC 6749, client credentials and password): fetched before a run, and again when they
are over.

The first token of an identity stands in its headers for the whole run, so that guard, record and reports know
it by one value. What leaves carries the one that is good now. A login is no request of the run: it is counted
apart, follows no redirect, and is not recorded.
"""

import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from urllib.parse import quote_plus, urlencode, urlsplit

from contract_tests.exchange import ONE, Answer, Exchange
from contract_tests.footprint import Footprint
from contract_tests.network.connection import Broken, Connection, Headers, Peer, request_head
from contract_tests.network.dispatch import TIMEOUT, Stopped
from contract_tests.problems import LoginRefused
from contract_tests.target import Header, Target, make_headers

_BEFORE = 5.0
"""Seconds before its end that a token is not used any more; of a short one a fifth of its life."""

_FORM = "application/x-www-form-urlencoded"
_NAME = "Authorization"


@dataclass(frozen=True, slots=True)
class Grant:
    """A login: where, and as whom. With a user it is the flow `password`, without `clientCredentials`.

    `in_body`: whether the client says who it is in the body, and not by Basic (RFC 6749 section 2.3.1).
    """

    identity: str
    url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()
    in_body: bool = False

    @property
    def who(self) -> str:
        """Who logs in, without a secret: the same for every token."""
        return " ".join(("oauth2", self.url, self.client_id, self.username))

    def request(self) -> tuple[Headers, bytes]:
        """Headers and body (RFC 6749 sections 4.3.2 and 4.4.2)."""
        kind = "password" if self.username else "client_credentials"
        form = {"grant_type": kind}
        form |= {"username": self.username, "password": self.password} if self.username else {}
        form |= {"scope": " ".join(self.scopes)} if self.scopes else {}
        headers = [("Content-Type", _FORM), ("Accept", "application/json"), ("Connection", "close")]
        if self.in_body or not self.client_secret:
            form |= {"client_id": self.client_id}
            form |= {"client_secret": self.client_secret} if self.client_secret else {}
        else:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
            headers.append((_NAME, f"Basic {b64encode(pair.encode()).decode()}"))
        return tuple(headers), urlencode(form).encode()


@dataclass(frozen=True, slots=True)
class Token:
    """The value of an Authorization header, and until when it is good: seconds of the clock."""

    value: str = field(repr=False)
    until: float = inf


@dataclass
class _Holder:
    """The tokens of one identity. `first` stands for all of them; `accepted`: whether the current one was
    taken since it came; `in_vain`: operations that a new token did not help; `refused`: why there is no new
    one, which is not asked again."""

    grant: Grant
    first: Header
    current: Token
    number: int = 1
    accepted: bool = False
    in_vain: set[str] = field(default_factory=set)
    refused: str = ""


Fetch = Callable[[Grant, float], Token]


class Logins:
    """The tokens of a run. Safe for several threads."""

    def __init__(self, fetch: "Fetch | None" = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._clock = fetch or _fetch, clock
        self._holders: dict[str, _Holder] = {}
        self._footprint = Footprint()
        self._lock = threading.RLock()
        self._timeout = TIMEOUT
        self.secrets: tuple[Header, ...] = ()

    def log_in(self, grant: Grant, taken: Sequence[Header], timeout: float) -> Header:
        """The header that an identity's requests carry. Raises LoginRefused."""
        self._timeout = timeout
        token = self._token(grant)
        prefix = "HYFN_" if grant.identity == ONE else "HYFN_OTHER_"
        (header,) = make_headers([(_NAME, token.value)], prefix, [each.variable for each in taken])
        self._holders[grant.identity] = _Holder(grant, header, token)
        pairs = {"client_secret": grant.client_secret, "password": grant.password}
        self.secrets += make_headers([pair for pair in pairs.items() if pair[1]], prefix)
        return header

    def count_in(self, footprint: Footprint) -> None:
        """From now on logins are counted there, those before included."""
        footprint.logins += self._footprint.logins
        self._footprint = footprint

    def who(self, identity: str) -> str | None:
        """Who is logged in as an identity, or None where nobody is."""
        holder = self._holders.get(identity)
        return holder.grant.who if holder else None

    def fresh(self, headers: Headers) -> Headers:
        """Headers as they are to leave: a token that is over is replaced. Raises Stopped where no new one
        is to be had."""
        return tuple((name, self._now(name, value)) for name, value in headers)

    def number(self, identity: str) -> int:
        """Which token of an identity is in use, counted from 1; 0 where it has none."""
        holder = self._holders.get(identity)
        return holder.number if holder else 0

    def renewed(self, exchange: Exchange, number: int) -> bool:
        """Whether a request that left with a token of that number is to be sent once more: it was answered
        401 though the token was good before, or is the first, and there is a new one now. Raises Stopped."""
        holder = self._holders.get(exchange.identity)
        if holder is None or not self._carries(exchange, holder):
            return False
        operation = exchange.operation.id if exchange.operation else exchange.request.method
        with self._lock:
            if exchange.status != 401:
                holder.accepted = holder.accepted or (exchange.status != 0 and holder.number == number)
                return False
            if holder.number != number:
                return True  # another thread had it renewed in the meantime
            may_be_over = holder.accepted or holder.number == 1  # the first one may have waited for the run
            if not may_be_over or operation in holder.in_vain:
                return False
            self._renew(holder)
            return True

    def learn(self, exchange: Exchange) -> None:
        """Takes note of what came of a request that was sent once more: where the answer is 401 again, the
        token was not to blame."""
        holder = self._holders.get(exchange.identity)
        if holder is not None and exchange.status == 401:
            holder.in_vain.add(exchange.operation.id if exchange.operation else exchange.request.method)

    def _carries(self, exchange: Exchange, holder: _Holder) -> bool:
        return any(
            name.lower() == _NAME.lower() and value == holder.first.value
            for name, value in exchange.request.headers
        )

    def _now(self, name: str, value: str) -> str:
        if name.lower() != _NAME.lower():
            return value
        for holder in self._holders.values():
            if value == holder.first.value:
                with self._lock:
                    if self._clock() >= holder.current.until:
                        self._renew(holder)
                    return holder.current.value
        return value

    def _renew(self, holder: _Holder) -> None:
        if holder.refused:
            raise Stopped(holder.refused)
        try:
            holder.current = self._token(holder.grant)
        except LoginRefused as refused:
            holder.refused = str(refused)
            raise Stopped(holder.refused) from refused
        holder.number += 1
        holder.accepted = False
        self.secrets += (replace(holder.first, value=holder.current.value),)

    def _token(self, grant: Grant) -> Token:
        self._footprint.login()
        token = self._fetch(grant, self._timeout)
        life = token.until
        return replace(token, until=self._clock() + life - min(_BEFORE, life / 5)) if life < inf else token


def logged_in(
    target: Target, grants: Sequence[Grant], timeout: float = TIMEOUT, logins: Logins | None = None
) -> Target:
    """The target with the tokens of these logins. Raises LoginRefused."""
    logins = logins or Logins()
    for grant in grants:
        taken = (*target.headers, *target.other)
        header = logins.log_in(grant, taken, timeout)
        if grant.identity == ONE:
            target = replace(target, headers=(*target.headers, header))
        else:
            target = replace(target, other=(*target.other, header))
    return replace(target, logins=logins) if grants else target


def imagined(_grant: Grant, _timeout: float) -> Token:
    """A token that nobody gave, for a rehearsal."""
    return Token("Bearer token-of-a-rehearsal")


def _fetch(grant: Grant, timeout: float) -> Token:
    """A token, `until` its seconds to live. Raises LoginRefused."""
    try:
        answer = _post(grant, timeout)
    except Broken as error:
        raise _refused(grant, f"does not answer: {error}") from error
    if 300 <= answer.status < 400:
        raise _refused(grant, f"is answered {answer.status}: a redirect is not followed")
    if answer.status not in (200, 201):
        raise _refused(grant, f"is answered {answer.status}{_error(answer)}")
    return _read(grant, answer)


def _post(grant: Grant, timeout: float) -> Answer:
    """Raises Broken."""
    parts, peer = urlsplit(grant.url), Peer.of(grant.url)
    headers, body = grant.request()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    more = (("Host", peer.header), *headers, ("Content-Length", str(len(body))))
    head = request_head("POST", path, more)
    connection = Connection(peer, timeout, ssl.create_default_context() if peer.scheme == "https" else None)
    try:
        return connection.ask("POST", head, body)
    finally:
        connection.close()


def _read(grant: Grant, answer: Answer) -> Token:
    """The token of an answer (RFC 6749 section 5.1)."""
    told = answer.json if isinstance(answer.json, dict) else {}
    text = told.get("access_token")
    if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable() or " " in text:
        raise _refused(grant, "is answered without an access_token that a header may carry")
    kind = told.get("token_type", "bearer")
    if str(kind).lower() != "bearer":
        raise _refused(grant, "is answered with a token that is no bearer token")
    return Token(f"Bearer {text}", _seconds(told.get("expires_in")))


def _seconds(value: object) -> float:
    """A lifetime, also as text; what says nothing of use is endless."""
    try:
        seconds = float(str(value))
    except ValueError:
        return inf
    return seconds if 0 < seconds < inf else inf


def _error(answer: Answer) -> str:
    """The error code of an answer (RFC 6749 section 5.2); nothing else of it may be shown."""
    code = answer.json.get("error") if isinstance(answer.json, dict) else None
    known = {
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
        "invalid_scope",
    }  # fmt: skip
    return f" ({code})" if code in known else ""


def _refused(grant: Grant, came: str) -> LoginRefused:
    which = "" if grant.identity == ONE else " of the second identity"
    return LoginRefused(f"the login{which} failed: POST {grant.url} {came}")
