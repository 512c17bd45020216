"""What the three servers have in common between a request and its answer, and nothing of HTTP on the wire.

Every question is a method of its own, so that a fault (faults.py) can answer one of them wrongly.
"""

import re
import threading
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any, ClassVar
from urllib.parse import unquote, unquote_to_bytes

from tests.servers import exact
from tests.servers.faults import Faults
from tests.servers.shapes import Shape, problem
from tests.servers.tables import Row

JSON = "application/json"


@dataclass(slots=True)
class Call:
    """A request. `path` is raw and without the query; `values` are the path's parameters, decoded."""

    method: str
    path: str
    query: str
    headers: Message
    raw: bytes
    values: dict[str, str] = field(default_factory=dict)
    tenant: str = ""

    def header(self, name: str) -> str | None:
        """Its first value, stripped."""
        value: str | None = self.headers.get(name)
        return value if value is None else value.strip(" \t")


@dataclass(slots=True)
class Reply:
    """An answer; no body when `body` is None."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON


class Refusal(Exception):
    """A request that is answered with a 4xx."""

    def __init__(self, status: int, reason: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers or {}


class Service:
    """An API: its routes, its records in memory, and what is wrong with it on purpose."""

    BASE: ClassVar[str] = ""
    ROUTES: ClassVar[dict[str, dict[str, str]]]
    """Path template -> method -> name of the method here that answers."""
    FAULTS: ClassVar[dict[str, str]]
    """Name -> what the server does wrong, in a sentence."""
    BREAKS: ClassVar[Faults]
    CREDENTIALS: ClassVar[tuple[dict[str, str], ...]]
    """The headers of two callers of two organizations."""
    PUBLIC: ClassVar[frozenset[str]] = frozenset()
    """The methods here that answer anyone."""
    ANSWERS_HEAD: ClassVar[bool] = True
    MALFORMED: ClassVar[int] = 400
    INVALID: ClassVar[int] = 400
    WRONG_MEDIA_TYPE: ClassVar[int] = 400

    def __init__(self, fault: str = "none") -> None:
        self.lock, self.crashes = threading.RLock(), list[str]()
        self.unchecked: set[str] = set()
        self._latest = datetime.min.replace(tzinfo=UTC)
        self.fault = fault
        self.open()
        if fault != "none":
            self.BREAKS.apply(fault, self)

    def open(self) -> None:
        """Makes the empty tables."""

    # --- the way of a request ---

    def answer(self, call: Call) -> Reply:
        """Never raises: a crash is a 500, kept in `crashes`."""
        try:
            reply = self.perform(call)
        except Refusal as refusal:
            reply = self.refused(refusal)
        except Exception:
            self.crashes.append(traceback.format_exc())
            reply = self.refused(Refusal(500, "a bug"))
        return self.finished(call, reply)

    def perform(self, call: Call) -> Reply:
        methods = self.route(call)
        name = self.operation(call, methods)
        call.tenant = "" if self.is_public(name) else self.caller(call)
        self.acceptable(call)
        with self.lock:
            reply: Reply = getattr(self, name)(call)
            return reply

    def finished(self, call: Call, reply: Reply) -> Reply:
        """The last look at every answer."""
        return reply

    def refused(self, refusal: Refusal) -> Reply:
        """The answer to a refused request."""
        raise NotImplementedError

    def route(self, call: Call) -> dict[str, str]:
        """The methods of the path; keeps its parameters in the call. Refuses an unknown path."""
        if not call.path.startswith(self.BASE + "/"):
            raise Refusal(404, "there is nothing here")
        parts = call.path[len(self.BASE) :].split("/")
        for template, methods in self.ROUTES.items():
            values = _matched(template.split("/"), parts)
            if values is not None:
                call.values = values
                return methods
        raise Refusal(404, "there is nothing here")

    def operation(self, call: Call, methods: dict[str, str]) -> str:
        """What answers. Refuses a method that the path has not (RFC 9110 section 15.5.6)."""
        wanted = "GET" if call.method == "HEAD" and self.ANSWERS_HEAD else call.method
        if wanted in methods:
            return methods[wanted]
        raise Refusal(405, "not with this method", {"Allow": self.allowed(methods)})

    def allowed(self, methods: dict[str, str]) -> str:
        implied = ["HEAD"] if self.ANSWERS_HEAD and "GET" in methods else []
        return ", ".join(dict.fromkeys([*methods, *implied]))

    def is_public(self, name: str) -> bool:
        """Whether what answers asks for no credentials."""
        return name in self.PUBLIC

    def caller(self, call: Call) -> str:
        """Whose records the caller may see. Refuses with 401."""
        raise NotImplementedError

    def acceptable(self, call: Call) -> None:
        """Refuses a caller who takes none of our media types, where the document says so."""

    # --- reading a request ---

    def body(self, call: Call, shape: Shape, media_type: str = JSON) -> dict[str, Any]:
        """The body, checked. Refuses what the document does not allow."""
        value = self.decoded(call, media_type)
        value = self.received(shape, value)
        self.check(shape, value)
        whole: dict[str, Any] = value
        return whole

    def decoded(self, call: Call, media_type: str) -> Any:
        if not call.raw:
            raise Refusal(self.MALFORMED, "a body is required")
        self.check_media_type(call, media_type)
        try:
            return exact.decode(call.raw)
        except ValueError:
            raise Refusal(self.MALFORMED, "the body is no JSON") from None

    def check_media_type(self, call: Call, media_type: str) -> None:
        given = (call.header("content-type") or "").partition(";")[0].strip(" \t").lower()
        if given != media_type:
            raise Refusal(self.WRONG_MEDIA_TYPE, f"the body must be {media_type}")

    def received(self, shape: Shape, value: Any) -> Any:
        """A body before it is checked."""
        return value

    def check(self, shape: Shape, value: Any) -> None:
        wrong = problem(shape, value, self.unchecked, "the body")
        if wrong:
            raise Refusal(self.INVALID, wrong)

    def query(self, call: Call, **shapes: Shape) -> dict[str, Any]:
        """The values of the parameters that are given or have a default. Others are ignored."""
        pairs = [part.partition("=") for part in call.query.split("&") if part]
        found: dict[str, Any] = {name: own["default"] for name, own in shapes.items() if "default" in own}
        seen = [(unquote(name.replace("+", " ")), text) for name, _, text in pairs]
        for name, text in seen:
            if name in shapes and shapes[name]["type"] == "array":
                found.setdefault(name, []).append(self.parameter(name, shapes[name]["items"], text))
            elif name in shapes:
                if [other for other, _ in seen].count(name) > 1:
                    raise Refusal(self.INVALID, f"{name} is given twice")
                found[name] = self.parameter(name, shapes[name], text)
        return found

    def parameter(self, name: str, shape: Shape, text: str) -> Any:
        """The value of one parameter, from its raw text."""
        value: Any = plain(text.replace("+", " "))
        if value is None:
            raise Refusal(self.INVALID, f"{name} is no UTF-8")
        if shape["type"] == "integer":
            value = self.integer(value)
        elif shape["type"] == "boolean":
            value = {"true": True, "false": False}.get(value)
        self.check_parameter(name, shape, value)
        return value

    def integer(self, text: str) -> int | None:
        """The integer that a parameter's text is, or None."""
        return int(text) if re.fullmatch(r"-?[0-9]{1,4000}", text) else None

    def check_parameter(self, name: str, shape: Shape, value: Any) -> None:
        wrong = problem(shape, value, self.unchecked, name)
        if wrong:
            raise Refusal(self.INVALID, wrong)

    # --- records ---

    def now(self) -> str:
        """The time in UTC; later than every time told before."""
        self._latest = max(datetime.now(UTC), self._latest + timedelta(microseconds=1))
        return self._latest.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def filtered(self, rows: list[Row], **wanted: Any) -> list[Row]:
        """The rows whose properties have all these values."""
        return [row for row in rows if all(row.fields[name] == value for name, value in wanted.items())]


def _matched(template: list[str], parts: list[str]) -> dict[str, str] | None:
    """The parameters of the path, or None when it is another path. A parameter is never empty."""
    if len(template) != len(parts):
        return None
    values = {}
    for name, raw in zip(template, parts, strict=True):
        value = plain(raw)
        if not name.startswith("{"):
            if value != name:
                return None
        elif not value:
            return None
        else:
            values[name[1:-1]] = value
    return values


def plain(text: str) -> str | None:
    """Percent-decoded text, or None when it is no UTF-8. Python hands the request line over as Latin-1."""
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode("utf-8")
    except ValueError:
        return None
