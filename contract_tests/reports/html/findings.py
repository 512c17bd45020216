"""A finding as the page shows it."""

from collections import defaultdict
from dataclasses import dataclass

from contract_tests.reports.data import Data
from contract_tests.reports.html import anchors
from contract_tests.reports.html.body import Piece, laid_out, missing
from contract_tests.reports.html.tally import STATUSES, status


@dataclass(frozen=True, slots=True)
class Step:
    """A request and its answer. `mark`: which part of the answer is wrong; `missing`: the member it lacks."""

    told: Data
    last: bool
    mark: Data
    request: list[Piece]
    response: list[Piece]
    missing: str | None

    def marks_header(self, name: str) -> bool:
        return self.mark.get("part") == "header" and str(self.mark.get("name", "")).lower() == name.lower()

    @property
    def lacks_header(self) -> str | None:
        """The header that is wrong by not being there."""
        there = any(self.marks_header(name) for name, _ in self.told["response_headers"])
        return str(self.mark.get("name")) if self.mark.get("part") == "header" and not there else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding: its place on the page, what it is called, and the requests that show it."""

    told: Data
    anchor: str
    number: int
    status: str
    resources: tuple[str, ...]
    steps: list[Step]
    places: list[tuple[str, str]]
    """(place, anchor of its requirement)."""


def shown(data: Data) -> list[Shown]:
    """Findings, failures first; what the baseline knows comes after what is new."""
    at: dict[str, Data] = {each["id"]: each for each in data["requirements"]}
    found = sorted(data["findings"], key=lambda each: STATUSES.index(status(each)))
    return [_shown(each, number, at) for number, each in enumerate(found, 1)]


def _shown(told: Data, number: int, at: dict[str, Data]) -> Shown:
    broken = [at[each] for each in told["requirements"] if each in at]
    exchanges = told["exchanges"]
    return Shown(
        told=told,
        anchor=anchors.finding(told),
        number=number,
        status=status(told),
        resources=tuple(dict.fromkeys(each["resource"] for each in broken)),
        steps=[_step(each, each is exchanges[-1]) for each in exchanges],
        places=_places(broken),
    )


def _places(broken: list[Data]) -> list[tuple[str, str]]:
    """One per requirement; where a place has several, the end of the pointer tells them apart."""
    by_place: dict[str, list[Data]] = defaultdict(list)
    for each in broken:
        by_place[each["place"]].append(each)
    return [
        (place if len(those) == 1 else f"{place} {_end(each['id'])}", anchors.requirement(each))
        for place, those in by_place.items()
        for each in those
    ]


def _end(identifier: str) -> str:
    """What tells a requirement from others at its place: the end of its pointer, or what comes after."""
    pointer, _, rest = identifier.partition(" · ")
    at = rest.partition(" · ")[2]
    return at or "/".join(pointer.split("/")[-2:])


def _step(told: Data, last: bool) -> Step:
    mark = told.get("mark") or {}
    pointer = str(mark.get("pointer", "")) if mark.get("part") == "body" else None
    body = told["response_body"]
    return Step(
        told=told,
        last=last,
        mark=mark,
        request=laid_out(told["request_body"]) if told["request_body"] else [],
        response=laid_out(body, pointer) if body else [],
        missing=missing(body, pointer) if body and pointer else None,
    )
