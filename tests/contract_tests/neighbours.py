"""Other people's clients in the same organization: they know nothing of the suite, and write down what
surprises them."""

import http.client
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tests.contract_tests.deployments import Deployment
from tests.contract_tests.kinds import JSON, KINDS, Ids, Kind


@dataclass
class Own:
    """A record of a client, as its last write showed it (None: nothing was shown)."""

    kind: Kind
    path: str
    value: dict[str, Any] | None


class Client:
    """A plain HTTP client of one caller of a deployment, on one connection."""

    def __init__(self, deployment: Deployment, caller: int) -> None:
        parts = urlsplit(deployment.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        self._base, self._headers = parts.path, dict(deployment.callers[caller])

    def ask(self, method: str, path: str, body: Any = None, media: str = JSON) -> tuple[int, bytes, str]:
        """Status, body, and the path that Location names below the base path."""
        headers = self._headers if body is None else {**self._headers, "content-type": media}
        data = None if body is None else json.dumps(body).encode()
        try:
            response = self._answer(method, self._base + path, data, headers)
        except http.client.RemoteDisconnected:  # a connection that was idle for long
            response = self._answer(method, self._base + path, data, headers)
        location = urlsplit(response.getheader("location") or "").path.removeprefix(self._base)
        return response.status, response.read(), location

    def _answer(self, *request: Any) -> http.client.HTTPResponse:
        self._connection.request(*request)
        return self._connection.getresponse()

    def close(self) -> None:
        self._connection.close()


@dataclass
class Neighbour:
    """Makes, changes, reads, lists and deletes its own records, one request a step."""

    client: Client
    kinds: tuple[Kind, ...]
    random: random.Random
    own: list[Own] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    steps: int = 0
    most: int = 24
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def step(self) -> None:
        """One request, whatever comes to its mind."""
        self.steps += 1
        what = self.random.choice(
            [self.make, self.make, self.change, self.change, self.look, self.list, self.drop]
        )
        if len(self.own) > self.most:
            what = self.drop
        what()

    def make(self) -> None:
        """A record of a kind whose parents are there."""
        ids = self._ids()
        kinds = [kind for kind in self.kinds if self._is_ready(kind, ids)]
        self.create(self.random.choice(kinds), ids)

    def create(self, kind: Kind, ids: Ids | None = None) -> Own | None:
        ids, number = self._ids() if ids is None else ids, next(self._numbers)
        path = kind.collection.format(**ids)
        if kind.chosen:
            path += f"/{kind.chosen(number)}"
        status, body, location = self.client.ask(
            "PUT" if kind.chosen else "POST", path, kind.body(number, ids)
        )
        if status not in (200, 201, 202):
            self._wonder("create", path, status, body)
            return None
        value = _value(kind, body)
        if not kind.chosen:
            path = location or f"{path}/{(value or {})[kind.id]}"
        self.own = [each for each in self.own if each.path != path]
        self.own.append(Own(kind, path, value))
        return self.own[-1]

    def change(self) -> None:
        own = self._any()
        if own is None or own.kind.change is None:
            return self.make()
        method, media, body = own.kind.change
        ids = {**self._ids(), **_named(own)}
        status, answer, _ = self.client.ask(method, own.path, body(next(self._numbers), ids), media)
        if status != 200:
            return self._wonder(method, own.path, status, answer)
        own.value = _value(own.kind, answer)
        return None

    def look(self) -> None:
        if own := self._any():
            self.verify(own)

    def verify(self, own: Own) -> None:
        """It is as this client left it."""
        status, body, _ = self.client.ask("GET", own.path)
        if status == 202:
            return
        value = _value(own.kind, body) if status == 200 else None
        if status != 200 or (own.value is not None and value != own.value):
            self._wonder("read", own.path, status, body)
        own.value = value

    def list(self) -> None:
        """A list shows this client's records as they are, where it shows them."""
        own = self._any()
        if own is None or own.kind.name == "report":
            return self.make()
        path = own.path.rpartition("/")[0]
        status, body, _ = self.client.ask("GET", path)
        if status != 200:
            self._wonder("list", path, status, body)
        return None

    def drop(self) -> None:
        own = self._any()
        if own is None:
            return self.make()
        status, body, _ = self.client.ask("DELETE", own.path)
        if status in (200, 202, 204):
            self.own = [each for each in self.own if not f"{each.path}/".startswith(f"{own.path}/")]
        elif status != 409:
            self._wonder("delete", own.path, status, body)
        return None

    def leave(self) -> None:
        """Looks at everything once more, and takes it away: what came last first."""
        for own in list(self.own):
            self.verify(own)
        while self.own:
            last = self.own.pop()
            self.client.ask("DELETE", last.path)
        self.client.close()

    def _any(self) -> Own | None:
        return self.random.choice(self.own) if self.own else None

    def _ids(self) -> dict[str, Any]:
        """By kind, the id of one of this client's records."""
        shuffled = self.random.sample(self.own, len(self.own))
        return {own.kind.name: own.value[own.kind.id] for own in shuffled if own.value}

    def _is_ready(self, kind: Kind, ids: Ids) -> bool:
        try:
            kind.collection.format(**ids)
            kind.body(0, ids)
        except KeyError:
            return False
        return True

    def _wonder(self, doing: str, path: str, status: int, body: bytes) -> None:
        self.surprises.append(f"{doing} {path}: {status} {body[:300]!r}")


def _value(kind: Kind, body: bytes) -> dict[str, Any] | None:
    """The record in an answer, without what moves by itself."""
    if not body:
        return None
    whole = json.loads(body)
    value = whole[kind.envelope] if kind.envelope else whole
    return {name: each for name, each in value.items() if name not in kind.moves}


def _named(own: Own) -> dict[str, Any]:
    """References that a change has to repeat."""
    value = own.value or {}
    return {"warehouse": value["warehouseId"]} if "warehouseId" in value else {}


def neighbour(deployment: Deployment, seed: object, caller: int = 0, seat: int = 0) -> Neighbour:
    """A client of one of the two callers; two of one caller sit in two seats. The same seed does the same."""
    chance = random.Random(f"{seed} {caller} {seat}")
    return Neighbour(
        Client(deployment, caller), KINDS[deployment.name], chance, _numbers=count(1 + 5000 * seat)
    )


@contextmanager
def beside(deployment: Deployment, seed: object, every: float = 0.02) -> Iterator[Neighbour]:
    """A neighbour in a thread of its own, one request every so many seconds."""
    other, over = neighbour(deployment, seed), threading.Event()

    def live() -> None:
        while not over.wait(every):
            try:
                other.step()
            except Exception as error:  # a thread that dies unheard would hide what happened
                other.surprises.append(f"{type(error).__name__}: {error}")

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    try:
        yield other
    finally:
        over.set()
        thread.join(timeout=20)
        other.leave()
