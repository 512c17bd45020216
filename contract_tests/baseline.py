"""Failures that are known: a file says which, why, and until when.

The file is a YAML list. An entry names requirements by id, or by a pattern in which `*` stands for any text;
of several that fit, the exact id counts first, then the order of the file. An id is a JSON pointer and the
name of a check, so it stays when other parts of the document change; where such a change moves a parameter
or a branch to another index, an id that fits nothing is taken for the one that differs in the index alone.
What is renamed in the document has another id: its old entry fits nothing any more, which is said, and its
failure is new until the file is written again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path

from contract_tests.check import Outcome, Status
from contract_tests.problems import Misuse
from openapi.codec import Json
from openapi.source import Source, SourceError, join_pointer
from openapi.source import read as read_source

MEMBERS = ("id", "reason", "owner", "expires", "ticket", "since")
"""What an entry may say, in the order in which it is written."""

FUZZING = " · fuzzing "
"""What stands in the id of a requirement that only the fuzz engine found."""

_INDEX = re.compile(r"(?<=/)(parameters|allOf|anyOf|oneOf)/\d+(?=/| |$)")
"""The places of a pointer that say only how many stand before."""

_DATES = ("expires", "since")
_BAD = (Status.FAILED, Status.WARNED)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known to fail, and why. `expires`: the last day on which it is accepted. `line`: where it
    stands in its file, 0 where it is not written yet."""

    id: str
    reason: str = ""
    owner: str = ""
    expires: date | None = None
    ticket: str = ""
    since: date | None = None
    line: int = field(default=0, compare=False)

    def fits(self, requirement_id: str) -> bool:
        """Whether a requirement is meant."""
        if "*" not in self.id or self.id == requirement_id:
            return self.id == requirement_id
        pattern = ".*".join(re.escape(part) for part in self.id.split("*"))
        return re.fullmatch(pattern, requirement_id, re.DOTALL) is not None

    def is_expired(self, today: date) -> bool:
        return self.expires is not None and self.expires < today


@dataclass(frozen=True, slots=True)
class Baseline:
    """A file of known failures; `source` is None where there is no such file yet."""

    path: Path
    entries: tuple[Entry, ...] = ()
    source: Source | None = None


class Known:
    """A baseline over the requirements of a document, of which `ids` are all the ids."""

    def __init__(self, baseline: Baseline, ids: Iterable[str]) -> None:
        self.baseline, self.ids = baseline, frozenset(ids)
        self._exact = {entry.id: entry for entry in reversed(baseline.entries)}
        self._patterns = [entry for entry in baseline.entries if "*" in entry.id]
        self._moved = dict(self._find_moved())

    def entry(self, requirement_id: str) -> Entry | None:
        """The entry that a requirement falls under, also one that only the fuzz engine found."""
        exact = self._exact.get(requirement_id) or self._moved.get(requirement_id)
        return exact or next((each for each in self._patterns if each.fits(requirement_id)), None)

    def means(self, entry: Entry, requirement_id: str) -> bool:
        """Whether an entry speaks of a requirement, though another one may count for it."""
        return entry.fits(requirement_id) or self._moved.get(requirement_id) == entry

    def _find_moved(self) -> Iterator[tuple[str, Entry]]:
        """New id and entry, of what only stands at another index now."""
        lost = [e for e in self._exact.values() if e.id not in self.ids and "*" not in e.id]
        if not any(_INDEX.search(entry.id) for entry in lost):
            return
        by_form: dict[str, list[str]] = {}
        for each in self.ids - self._exact.keys():
            by_form.setdefault(_INDEX.sub(r"\1", each), []).append(each)
        for entry in lost:
            found = by_form.get(_INDEX.sub(r"\1", entry.id), [])
            if len(found) == 1:
                yield found[0], entry


@dataclass(frozen=True, slots=True)
class Standing:
    """A baseline beside what came of a run.

    `entries`: of each requirement that failed or warned, the entry that it falls under. `fixed`: entries
    whose requirements were all asked and kept. `expired`: entries that are over and whose requirements
    still fail. `unfit`: entries that fit no requirement of the document.
    """

    known: Known
    today: date
    entries: Mapping[str, Entry]
    fixed: tuple[Entry, ...]
    expired: tuple[Entry, ...]
    unfit: tuple[Entry, ...]

    @property
    def baseline(self) -> Baseline:
        return self.known.baseline

    def entry(self, requirement_id: str) -> Entry | None:
        return self.entries.get(requirement_id)

    def state(self, requirement_id: str) -> str:
        """`known`, `expired`, or `new` where no entry has it."""
        entry = self.entries.get(requirement_id)
        if entry is None:
            return "new"
        return "expired" if entry.is_expired(self.today) else "known"


def today() -> date:
    """The day in UTC, so that a file means the same everywhere."""
    return datetime.now(UTC).date()


def read_baseline(path: Path, *, may_be_absent: bool = False) -> Baseline:
    """The baseline at `path`. Raises Misuse, with file and line, for what is no such file.

    `may_be_absent`: a file that is about to be written need not be there yet.
    """
    if may_be_absent and not path.exists():
        return Baseline(path)
    try:
        source = read_source(path)
        found = [] if source.data is None else source.data
        if not isinstance(found, list):
            raise SourceError(source.name, "expected a list of known failures", 1)
        entries = tuple(_entry(source, number, each) for number, each in enumerate(found))
    except SourceError as error:
        raise Misuse(str(error)) from error
    return Baseline(path, entries, source)


def standing(known: Known, outcomes: Sequence[Outcome], day: date) -> Standing:
    """The baseline beside what came of a run, which may have asked for a part of the document only."""
    asked = {outcome.requirement.id: outcome.status for outcome in outcomes}
    bad = {requirement_id: known.entry(requirement_id) for requirement_id, s in asked.items() if s in _BAD}
    entries = {requirement_id: entry for requirement_id, entry in bad.items() if entry is not None}
    failing = list(entries.values())
    ids = {*known.ids, *asked}
    quiet = {
        entry: [asked.get(each) for each in ids if known.means(entry, each)]
        for entry in known.baseline.entries
        if entry not in failing
    }
    return Standing(
        known,
        day,
        entries,
        fixed=tuple(entry for entry, statuses in quiet.items() if _is_fixed(statuses)),
        expired=tuple(dict.fromkeys(entry for entry in failing if entry.is_expired(day))),
        # A finding of the fuzz engine has a requirement of its own only when it is found.
        unfit=tuple(e for e, statuses in quiet.items() if not statuses and FUZZING not in e.id),
    )


def _is_fixed(statuses: Iterable[Status | None]) -> bool:
    """Whether all that an entry means was asked and kept; what does not apply needs no entry."""
    found = set(statuses)
    return Status.PASSED in found and found <= {Status.PASSED, Status.NOT_APPLICABLE}


def _entry(source: Source, number: int, found: Json) -> Entry:
    """Raises SourceError."""
    pointer = join_pointer("", number)
    if not isinstance(found, dict):
        raise source.error(pointer, "expected an entry with an id, as `- id: ...`")
    for name in found:
        if name not in MEMBERS:
            raise source.error(join_pointer(pointer, name), f"{name!r} is not known{_nearest(name)}")
    texts = {name: _text(source, join_pointer(pointer, name), value) for name, value in found.items()}
    if not texts.get("id"):
        raise source.error(pointer, "an entry without an id, expected that of a requirement")
    dates = {name: _date(source, join_pointer(pointer, name), texts.pop(name, "")) for name in _DATES}
    return Entry(**texts, **dates, line=source.line(pointer) or 0)  # type: ignore[arg-type]


def _text(source: Source, pointer: str, value: Json) -> str:
    """A value as text; a ticket may be a number. Raises SourceError."""
    if isinstance(value, (dict, list, bool)):
        raise source.error(pointer, f"{pointer.rpartition('/')[2]}: found {_kind(value)}, expected text")
    return "" if value is None else str(value).strip()


def _kind(value: Json) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else str(value).lower()


def _date(source: Source, pointer: str, text: str) -> date | None:
    """Raises SourceError."""
    try:
        if text and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    else:
        if not text:
            return None
    name = pointer.rpartition("/")[2]
    raise source.error(pointer, f"{name}: {text!r} is no date, expected one like 2027-01-31")


def _nearest(name: str) -> str:
    found = get_close_matches(name, MEMBERS, 1, 0.5)
    return f", did you mean {found[0]}?" if found else f", expected some of {', '.join(MEMBERS)}"
