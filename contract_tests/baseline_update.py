"""A baseline written again: what is fixed goes, what is new comes, the rest stays as people wrote it.

The text of an entry that stays is not touched, nor are the comments beside and above it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from contract_tests.baseline import MEMBERS, Baseline, Entry, Known, Standing, standing
from contract_tests.check import Status
from contract_tests.reports.files import check_writable, write_all
from contract_tests.result import Result
from openapi.source import SourceError, join_pointer, parse

REASON = "say here why this is accepted"
"""The reason of a new entry, until somebody writes a better one."""

_HEAD = """\
# Failures that are known. `hyfn check --baseline` lists them and does not fail because of them.
# An entry: id (of a requirement, `*` stands for any text), reason, owner, expires (the last day), ticket.
"""


@dataclass(frozen=True, slots=True)
class Update:
    """A baseline as it is to be: its entries, its text, what is new in it, what is gone, and which entries
    follow what was renamed, as (old id, entry)."""

    entries: tuple[Entry, ...]
    text: str
    added: tuple[Entry, ...]
    dropped: tuple[Entry, ...]
    renamed: tuple[tuple[str, Entry], ...]


def check_update(path: Path) -> None:
    """Raises Misuse where the baseline cannot be written; better before a run than after it."""
    check_writable(path, "--update-baseline")


def rewritten(result: Result) -> Result:
    """Writes the baseline of a run, whole or not at all; the result beside the new one, with a note of what
    became of the file. What is no verdict is no baseline. Raises Misuse where it cannot be written."""
    before = result.standing
    if before is None:
        return result
    reason = result.stopped or ("faults of our own" if result.faults else "too little was tested")
    if result.stopped or result.faults or result.too_little:
        return _noted(result, f"{before.baseline.path} is not written: {reason}")
    statuses = (Status.FAILED, Status.WARNED) if result.strict else (Status.FAILED,)
    made = update(before, [o.requirement.id for o in result.outcomes if o.status in statuses])
    write_all([(before.baseline.path, made.text.encode(), "--update-baseline")])
    baseline, ids = Baseline(before.baseline.path, made.entries), before.known.ids
    after = standing(Known(baseline, ids), result.outcomes, before.today)
    return _noted(replace(result, standing=after), _told(made, baseline))


def _told(made: Update, baseline: Baseline) -> str:
    counts = {"added": made.added, "taken out": made.dropped, "renamed": made.renamed}
    changes = ", ".join(f"{len(each)} {word}" for word, each in counts.items() if each)
    followed = "".join(f"; {old} is now {entry.id}" for old, entry in made.renamed)
    return f"{baseline.path} is written: {changes or 'nothing changed'}, {len(made.entries)} in it{followed}"


def _noted(result: Result, note: str) -> Result:
    return replace(result, notes=(*result.notes, note))


def update(standing: Standing, failing: Iterable[str]) -> Update:
    """The baseline after a run. `failing`: ids of the requirements that fail it, known ones too.

    An entry stays unless all that it means was asked and kept. An entry that fits nothing any more follows
    a failure of the same check whose pointer differs from its own in one token, where there is one such pair.
    """
    baseline = standing.baseline
    new = [each for each in failing if standing.entry(each) is None]
    followed = _renamed(standing.unfit, new)
    added = tuple(Entry(each, REASON, since=standing.today) for each in new if each not in followed.values())
    kept = [entry for entry in baseline.entries if entry not in standing.fixed]
    entries = (*(replace(e, id=followed.get(e.id, e.id)) for e in kept), *added)
    return Update(
        entries,
        _text(baseline, standing.fixed, followed, entries, added),
        added,
        standing.fixed,
        tuple((e.id, replace(e, id=followed[e.id])) for e in kept if e.id in followed),
    )


def _renamed(unfit: Sequence[Entry], new: Sequence[str]) -> dict[str, str]:
    """Old id -> new id, where each has the other alone."""
    old = [entry.id for entry in unfit]
    pairs = [(a, b) for a in old for b in new if _is_renamed(a, b)]
    firsts, seconds = [a for a, _ in pairs], [b for _, b in pairs]
    return {a: b for a, b in pairs if firsts.count(a) == 1 and seconds.count(b) == 1}


def _is_renamed(old: str, new: str) -> bool:
    """Whether two ids name one check, and pointers that differ in one token."""
    (a, *rest), (b, *others) = old.split(" · "), new.split(" · ")
    tokens = list(zip(a.split("/"), b.split("/"), strict=False))
    as_long = a.count("/") == b.count("/") and rest[:1] == others[:1] and len(rest) == len(others)
    return as_long and bool(rest) and sum(x != y for x, y in tokens) == 1


def _text(
    baseline: Baseline,
    dropped: Sequence[Entry],
    followed: dict[str, str],
    entries: Sequence[Entry],
    added: Sequence[Entry],
) -> str:
    """The file as people wrote it, edited; written anew where it is not written line by line."""
    edited = _edited(baseline, dropped, followed, added)
    return edited if edited is not None and _spells(edited, entries) else _anew(entries)


def _anew(entries: Sequence[Entry]) -> str:
    return _HEAD + ("".join(map(written, entries)) if entries else "[]\n")


def written(entry: Entry, indent: str = "") -> str:
    """An entry as lines of YAML. Texts are quoted as JSON, which is YAML, too."""
    lines = [
        f"{name}: {_value(getattr(entry, name))}".rstrip() for name in MEMBERS if _is_written(entry, name)
    ]
    return f"\n{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def _is_written(entry: Entry, name: str) -> bool:
    """Owner and expiry are asked for, also where they are empty."""
    return bool(getattr(entry, name)) or name in ("reason", "owner", "expires")


def _value(value: str | date | None) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if value else ""


def _edited(
    baseline: Baseline, dropped: Sequence[Entry], followed: dict[str, str], added: Sequence[Entry]
) -> str | None:
    """The text of the file without the blocks of some entries, and with others after them; None where the
    entries do not begin on lines of their own."""
    if baseline.source is None or baseline.source.data == []:
        return None
    if not baseline.entries:  # comments alone
        return baseline.source.text.rstrip("\n") + "\n" + "".join(map(written, added))
    lines = baseline.source.text.removesuffix("\n").split("\n")
    starts = [entry.line - 1 for entry in baseline.entries]
    if sorted(set(starts)) != starts or not all(lines[at].lstrip().startswith("-") for at in starts):
        return None
    begins = [_with_comments(lines, at) for at in starts]
    text = lines[: begins[0]]
    for entry, begin, end in zip(baseline.entries, begins, [*begins[1:], len(lines)], strict=True):
        if entry not in dropped:
            text += _following(baseline, entry, lines[begin:end], begin, followed)
    indent = lines[starts[0]].partition("-")[0]
    return "\n".join(text).rstrip("\n") + "\n" + "".join(written(each, indent) for each in added)


def _with_comments(lines: Sequence[str], at: int) -> int:
    """The first line of the comments right above an entry."""
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _following(
    baseline: Baseline, entry: Entry, lines: list[str], begin: int, followed: dict[str, str]
) -> list[str]:
    """The lines of an entry, with its new id where what it means was renamed."""
    if entry.id not in followed or baseline.source is None:
        return lines
    at = (baseline.source.line(join_pointer("", baseline.entries.index(entry), "id")) or 0) - 1 - begin
    before, colon, _ = lines[at].partition("id:")
    return [*lines[:at], f"{before}{colon} {_value(followed[entry.id])}", *lines[at + 1 :]]


def _spells(text: str, entries: Sequence[Entry]) -> bool:
    """Whether a text says just these entries."""
    try:
        found = parse("", text.encode()).data
    except SourceError:
        return False
    wanted = [entry.id for entry in entries]
    told = [each.get("id") if isinstance(each, dict) else None for each in found or ()]
    return [str(each).strip() for each in told] == wanted
