"""Results to make reports of: runs against servers with and without faults, and results made by hand."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contract_tests.check import Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.footprint import Footprint
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question, read_document
from contract_tests.reports.data import Data, told
from contract_tests.result import Result
from contract_tests.session import Session
from contract_tests.target import Target, make_headers, parse_target
from tests.contract_tests.recording import document
from tests.servers import serving

RUNS = [
    ("library", "none"),
    ("library", "deleted_author_comes_with_204"),
    ("ledgerly", "none"),
]
"""Servers and faults: green runs, and a red one."""

RED = ("library", "book_has_an_undeclared_property")

HOSTILE = (
    "\x00\x1b[31m]]>&<\ud800\ufffe\r\n\u202e|`~~~\n```\n</details></script><script>alert(1)</script>"
    "<!-- --> ![x](http://e.invalid/x.png) [y](javascript:alert(1)) $(touch x) {{7*7}} %0a::error::x \u2028"
)
"""What a server may answer, or a document may be called."""


def at(place: str, check: str = "some_check", level: Level = Level.DOCUMENT) -> Requirement:
    """A requirement about `GET /things`."""
    path = place.partition(" ")[2].replace("~", "~0").replace("/", "~1")
    return Requirement(f"#/paths/{path}/get", check, level, place)


def exchange(number: int = 1, **more: Any) -> Exchange:
    request = Request("POST", f"http://h/things?q={number}", (("content-type", "application/json"),), b"{}")
    answer = Answer(201, (("content-type", "application/json"), ("location", "/things/1")), b'{"id":1}')
    return Exchange(number, more.pop("request", request), more.pop("answer", answer), **more)


def made(*outcomes: Outcome, **more: Any) -> Result:
    """A result of these outcomes."""
    given: dict[str, Any] = {"barred": frozenset(), "footprint": Footprint(), **more}
    stages = {o.requirement.id: (o.requirement.place.partition(" ")[2], "read") for o in outcomes}
    return Result("http://h", "Things 1", "sandboxed", 7, outcomes, stages=stages, **given)


def tell(found: Result, *, headers: tuple[tuple[str, str], ...] = (), exchanges: bool = False) -> Data:
    """The data of a result that was made by hand."""
    asked = Question(document(), 7, Permissions(Profile.SANDBOXED, loopback=True))
    return told(found, asked, Target("http://h", make_headers(headers)), exchanges=exchanges)


def hostile() -> Data:
    """Everything that others may choose is hostile: names in the document, answers, reasons."""
    sent = HOSTILE.encode("latin-1", "ignore").decode("latin-1")  # all that a header can be
    body = HOSTILE.encode("utf-16", "surrogatepass")
    request = Request("POST", f"http://h/{quote(sent)}?{quote(sent)}", ((sent, sent),), body)
    answer = Answer(
        200, (("content-type", HOSTILE), ("set-cookie", HOSTILE), ("location", HOSTILE)), b"\xff" * 9000
    )
    steps = (Exchange(1, request, answer), Exchange(2, request, None, problem=HOSTILE))
    found = failed(at(f"GET /{HOSTILE}", f"check {HOSTILE}"), f"title {HOSTILE}\nmore", HOSTILE, *steps)
    odd = failed(at("GET /odd", level=Level.CONVENTION), HOSTILE, HOSTILE, *steps, cause=HOSTILE)
    untested = not_tested(at("GET /untested"), HOSTILE)
    result = made(
        found, odd, untested, passed(at("GET /fine")), stopped=HOSTILE, footprint=Footprint(left=[HOSTILE]),
        notes=(HOSTILE,), exchanges=steps,
    )  # fmt: skip
    data = tell(result, exchanges=True)
    return {
        **data,
        "document": {**data["document"], "title": visible_hostile(), "version": visible_hostile()},
    }


def visible_hostile() -> str:
    """What the data has of hostile text."""
    from contract_tests.showing.mask import visible

    return visible(HOSTILE)


@cache
def run(name: str, fault: str) -> Data:
    """The data of a run, with all its exchanges."""
    one, other = serving.service_of(name).CREDENTIALS
    described = read_document(Path(serving.__file__).with_name(f"{name}.yaml"))
    with serving.running(name, fault) as server, tempfile.TemporaryDirectory() as folder:
        target = parse_target(server.url, map(": ".join, one.items()), {}, map(": ".join, other.items()))
        asked = Question(described, 1, Permissions(Profile.SANDBOXED, loopback=True), ledger=Path(folder))
        return told(Session(target, asked).conduct(), asked, target, exchanges=True)
