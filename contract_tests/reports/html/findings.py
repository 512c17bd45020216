"""A finding as the page shows it."""

from collections import Counter, defaultdict
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

    nth: int
    """Which one of its check it is: from the third on it is folded."""

    @property
    def quote(self) -> list[tuple[int, str]]:
        """(line, text) of what the document promises, without the indent that all lines have."""
        told = self.told["quote"]
        indent = min((len(text) - len(text.lstrip(" ")) for _, text in told if text.strip()), default=0)
        return [(number, text[indent:]) for number, text in told]

    @property
    def rest(self) -> str:
        """What tells its place from others, without the place."""
        return str(self.told["at"]).removeprefix(self.told["place"]).strip()


@dataclass(frozen=True, slots=True)
class Line:
    """All findings of a check in one line: the first of them, how many there are, and in how many places."""

    first: Shown
    causes: int
    places: int


def lines(found: list[Shown]) -> list[Line]:
    """One per check and status, in the order of the findings."""
    groups: dict[tuple[str, str], list[Shown]] = defaultdict(list)
    for each in found:
        groups[each.told["check"], each.status].append(each)
    return [Line(each[0], len(each), sum(len(one.places) for one in each)) for each in groups.values()]


def shown(data: Data) -> list[Shown]:
    """Findings, failures first; what the baseline knows comes after what is new."""
    at: dict[str, Data] = {each["id"]: each for each in data["requirements"]}
    found = sorted(data["findings"], key=lambda each: STATUSES.index(status(each)))
    seen: Counter[str] = Counter()
    shown_so_far = []
    for number, each in enumerate(found, 1):
        seen[each["check"]] += 1
        shown_so_far.append(_shown(each, number, seen[each["check"]], at))
    return shown_so_far


def _shown(told: Data, number: int, nth: int, at: dict[str, Data]) -> Shown:
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
        nth=nth,
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
