"""How a request is put together: path, query, headers and body of an operation, but for what a check wants
otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract, names_in_path, place
from contract_tests.exchange import ONE
from contract_tests.probing.bodies import Bodies
from contract_tests.probing.credentials import Credentials, Headers
from contract_tests.probing.values import valid_value
from openapi import codec, wire
from openapi.codec import Json
from openapi.operation import Operation, Parameter
from openapi.resources import ABSENT

_IN_QUERY = {"query", "querystring"}


@dataclass(frozen=True, slots=True)
class Sending:
    """What differs from the plain, valid request of an operation.

    `body`: JSON, ABSENT for none; `raw`: bytes in its place. `spelled`: raw text of a parameter by (location,
    name), None to leave it out. `authority`: (headers, query) in place of the identity's credentials.
    `anyhow`: also without the credentials that are
    asked for. `method`: another one than the operation's. `media_type`: another Content-Type, empty for none.
    """

    path: Mapping[str, Json] = field(default_factory=dict)
    query: Mapping[str, Json] = field(default_factory=dict)
    headers: Mapping[str, Json] = field(default_factory=dict)
    body: Json = ABSENT
    raw: bytes | None = None
    media_type: str | None = None
    spelled: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    identity: str = ONE
    authority: tuple[Headers, Headers] | None = None
    method: str | None = None
    valid: bool = True
    purpose: str = ""
    anyhow: bool = False


class Composing:
    """Puts requests of one run together."""

    def __init__(self, contract: Contract, credentials: Credentials, bodies: Bodies) -> None:
        self.contract, self.credentials, self.bodies = contract, credentials, bodies

    def required_query(self, operation: Operation) -> dict[str, Json]:
        """Valid values of the query parameters that an operation requires."""
        return {
            parameter.name: self._value(operation, parameter)
            for parameter in operation.parameters
            if parameter.location in _IN_QUERY and parameter.required
        }

    def body(self, operation: Operation, sending: Sending) -> tuple[bytes | None, str | None]:
        """The body and its media type, None where there is none."""
        form = self.bodies.form(operation) if sending.body is not ABSENT else None
        body = sending.raw if sending.body is ABSENT else codec.encode(sending.body)
        usual = (
            form.media_type if form else next(iter(operation.body.content), None) if operation.body else None
        )
        if sending.media_type is not None:
            return body, sending.media_type or None
        return body, (usual or "application/json") if body is not None else None

    def headers(
        self, operation: Operation, sending: Sending, media_type: str | None, tag: Callable[[], str]
    ) -> Headers:
        """Those that the operation declares, and the media type; not the credentials. tag: gives the ETag for
        an If-Match that has to be there."""
        found: dict[str, str] = {}
        for parameter in operation.parameters:
            if parameter.location != "header" or parameter.name.lower() in (
                "accept",
                "content-type",
                "authorization",
            ):
                continue
            spelled = sending.spelled.get(("header", parameter.name), ABSENT)
            given = next(
                (v for n, v in sending.headers.items() if n.lower() == parameter.name.lower()), ABSENT
            )
            if spelled is not ABSENT:
                if spelled is not None:
                    found[parameter.name] = spelled
            elif given is not ABSENT:
                found[parameter.name] = wire.header_text(parameter, given)
            elif parameter.required and parameter.name.lower() == "if-match":
                found[parameter.name] = tag()
            elif parameter.required and not self._is_credential(parameter):
                found[parameter.name] = wire.header_text(parameter, self._value(operation, parameter))
        known = {name.lower() for name in found}
        plain = {n: str(v) for n, v in sending.headers.items() if n.lower() not in known and v is not None}
        kind = {"Content-Type": media_type} if media_type else {}
        return tuple({**found, **plain, **kind}.items())

    def _is_credential(self, parameter: Parameter) -> bool:
        names = {name.lower() for name, _ in self.credentials.headers(ONE)}
        return parameter.name.lower() in names

    def path(self, operation: Operation, sending: Sending) -> str:
        """The raw path below the base path. Raises CannotAsk where a value is missing."""
        texts: dict[str, str] = {}
        names = names_in_path(operation.path)
        given: Mapping[str, Json] = sending.path
        if any(name not in given and ("path", name) not in sending.spelled for name in names):
            given = dict(zip(names, given.values(), strict=False))  # another path names them otherwise
        for parameter in operation.parameters:
            if parameter.location != "path":
                continue
            spelled = sending.spelled.get(("path", parameter.name))
            own = self.bodies.given(operation).parameters.get(parameter.name, ABSENT)
            value = given.get(parameter.name, own)
            if spelled is not None:
                texts[parameter.name] = spelled
            elif value is not ABSENT:
                texts[parameter.name] = wire.path_text(parameter, value)
            else:
                raise CannotAsk(f"{place(operation)} needs {{{parameter.name}}}, which nothing here creates")
        return wire.url_path(operation.path, texts)

    def query(self, operation: Operation, sending: Sending, keys: Headers) -> str:
        """The raw query with its question mark, or an empty text. keys: credentials that stand in it."""
        pairs: list[str] = []
        given = _gathered(operation, {**self.required_query(operation), **sending.query})
        for parameter in operation.parameters:
            spelled = sending.spelled.get(("query", parameter.name), ABSENT)
            if parameter.location not in _IN_QUERY or spelled is None:
                continue
            if spelled is not ABSENT:
                whole = spelled.startswith("&")  # with its names, as `&page[size]=0`
                pairs.append(spelled[1:] if whole else f"{_quoted(parameter.name)}={spelled}")
            elif parameter.name in given:
                pairs.append(wire.query_text(parameter, given[parameter.name]))
        pairs += [f"{_quoted(name)}={_quoted(value)}" for name, value in keys]
        return "?" + "&".join(pairs) if pairs else ""

    def _value(self, operation: Operation, parameter: Parameter) -> Json:
        given = self.bodies.given(operation).parameters
        if parameter.name in given:
            return given[parameter.name]
        return valid_value(parameter, self.contract, self.bodies)


def _gathered(operation: Operation, given: dict[str, Json]) -> dict[str, Json]:
    """Values by the names of parameters: `page[size]` becomes a member of the deep object `page`."""
    found = {name: value for name, value in given.items() if not name.endswith("]")}
    declared = {parameter.name for parameter in operation.parameters}
    for name, value in given.items():
        outer, _, inner = name.removesuffix("]").partition("[")
        if name.endswith("]") and name not in declared and outer in declared:
            object_ = found.get(outer)
            found[outer] = {**object_, inner: value} if isinstance(object_, dict) else {inner: value}
        elif name.endswith("]"):
            found[name] = value
    return found


def _quoted(text: str) -> str:
    return quote(text, safe="")
