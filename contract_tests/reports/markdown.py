"""The result for the page of a CI job (GITHUB_STEP_SUMMARY and the like), in GitHub's Markdown.

What others chose (names in the document, answers) stands only in code, which nothing breaks out of.
"""

from collections import Counter
from collections.abc import Iterator

from contract_tests.reports.data import Data
from contract_tests.reports.layout import Layout, counted, cut
from contract_tests.reports.markup import code, fence, in_html, plain
from contract_tests.reports.table import STAGES

MOST_BYTES = 1_000_000
"""GitHub refuses a summary of more than 1 MiB."""

_FULL = 600_000
"""Bytes after which a finding is one line."""

_BRIEF = 800_000
"""Bytes after which findings are only counted."""

_TEXT, _SCRIPT, _BODY = 1_500, 12_000, 2_000
"""Characters of what was received, of commands, of an answer."""

_MOST_PLACES, _MOST_ROWS = 12, 100
_SIGNS = {"conforms": "✅", "does not conform": "❌", "inconclusive": "⚠️"}
_WRAPPED = Layout(100)


def render(data: Data) -> bytes:
    """The page, of less than 1 MiB."""
    page = ""
    for part in _parts(data):
        if len((page + part).encode()) < MOST_BYTES:
            page += part
    return page.encode()


def _parts(data: Data) -> Iterator[str]:
    yield _verdict(data)
    yield from _findings(data)
    yield from _baseline(data)
    yield from _errors(data)
    yield _table(data)
    yield from _untested(data)
    yield from _coverage(data)
    yield _facts(data)


def _verdict(data: Data) -> str:
    document, counts, tested = data["document"], data["counts"], data["tested"]
    title = plain(f"{document['title']} {document['version']}".strip())
    known = f" ({counts['known']:,} known)" if counts.get("known") else ""
    share = 100 * tested["requirements"] // max(tested["admitted"], 1)
    every = 100 * tested["requirements"] // max(tested["all"], 1)
    stopped = f"\n\nThe run ended before its time: {code(data['stopped'])}" if data["stopped"] else ""
    return (
        f"## {_SIGNS[data['verdict']]} {title} — {data['verdict']}\n\n"
        f"**{counts['failed']:,} failed**{known}, {counts['warned']:,} warned, {counts['passed']:,} passed; "
        f"tested {share} % of what may be asked ({tested['requirements']:,} of {tested['admitted']:,}), "
        f"{every} % of all{stopped}\n\n"
    )


def _findings(data: Data) -> Iterator[str]:
    """In full as long as there is room, then in one line each, then only their number."""
    used = 0
    for number, finding in enumerate(data["findings"]):
        part = _finding(finding, data) if used < _FULL else _brief(finding)
        if used > _BRIEF:
            yield f"\nand {counted(len(data['findings']) - number, 'more finding')}\n\n"
            return
        used += len(part.encode())
        yield part
    if data["findings"]:
        yield "\n"


def _finding(finding: Data, data: Data) -> str:
    check = data["checks"].get(finding["check"])
    asks = f"*{plain(check['asks'], 1_000)}*\n\n" if check else ""
    return (
        f"<details><summary><b>{_word(finding)}</b> {in_html(finding['check'])} "
        f"{in_html(finding['place'])} ({finding['level']}{_many(finding)})</summary>\n\n"
        f"{asks}{fence(_told(finding))}"
        f"At {code(_at(finding, data))}, {code(finding['pointer'])}{_known(finding)}\n\n"
        f"{fence(_quote(finding))}{_again(finding)}{_answer(finding)}{_places(finding)}</details>\n\n"
    )


def _brief(finding: Data) -> str:
    return f"- **{_word(finding)}** {code(finding['check'])} {code(finding['place'])}{_many(finding)}\n"


def _word(finding: Data) -> str:
    entry = finding.get("baseline")
    state = entry["state"].upper() + " " if entry else ""
    return f"{state}{finding['status'].upper()}"


def _many(finding: Data) -> str:
    return f", {len(finding['places']):,} places" if len(finding["places"]) > 1 else ""


def _at(finding: Data, data: Data) -> str:
    file = data["document"]["file"]
    return f"{file}:{finding['line']}" if finding["line"] else file


def _told(finding: Data) -> str:
    received, promised = cut(finding["received"], _TEXT), cut(finding["promised"], _TEXT)
    return "\n".join([*_WRAPPED.hanging("received  ", received), *_WRAPPED.hanging("promised  ", promised)])


def _known(finding: Data) -> str:
    entry = finding.get("baseline")
    if not entry:
        return ""
    facts = {name: entry[name] for name in ("since", "reason", "owner", "ticket", "expires") if entry[name]}
    return "; " + ", ".join(f"{name} {code(value)}" for name, value in facts.items())


def _quote(finding: Data) -> str:
    return "\n".join(f"{number:>5}  {text}" for number, text in finding["quote"])


def _again(finding: Data) -> str:
    """The commands; of very long ones none is better than a part."""
    exports = [f"export {variable}=...  # {name}" for variable, name in finding["variables"].items()]
    script = "\n".join([*exports, *finding["reproduce"]])
    if len(script) > _SCRIPT:
        return "See it again: the commands are too long for this page, the other reports have them.\n\n"
    return f"See it again:\n\n{fence(script, 'sh')}" if finding["reproduce"] else ""


def _answer(finding: Data) -> str:
    if not finding["exchanges"]:
        return ""
    last = finding["exchanges"][-1]
    asked = f"{last['method']} {cut(last['url'], _BODY)}"
    if last["status"] is None:
        return fence(f"{asked}\n\n{last['problem']}")
    headers = [cut(f"{name}: {value}", 500) for name, value in last["response_headers"][:40]]
    body = cut(last["response_body"] or "", _BODY)
    return fence("\n".join([asked, "", str(last["status"]), *headers, "", body]).rstrip())


def _places(finding: Data) -> str:
    others = [each for each in finding["places"] if each != finding["place"]]
    if not others:
        return ""
    more = f" and {len(others) - _MOST_PLACES:,} more" if len(others) > _MOST_PLACES else ""
    return f"Also at {', '.join(map(code, others[:_MOST_PLACES]))}{more}\n\n"


def _baseline(data: Data) -> Iterator[str]:
    baseline = data.get("baseline")
    if not baseline:
        return
    yield (
        f"Baseline {code(baseline['file'])}: {baseline['new']:,} new, {baseline['known']:,} known, "
        f"{len(baseline['fixed']):,} fixed, {len(baseline['expired']):,} expired\n\n"
    )
    for state in ("fixed", "expired"):
        lines = [f"- {state}: {code(entry['id'], 500)}\n" for entry in baseline[state][:_MOST_ROWS]]
        yield "".join([*lines, "\n"]) if lines else ""


def _errors(data: Data) -> Iterator[str]:
    """Faults of ours, and what is left at the target."""
    faults = Counter(each.get("reason", "") for each in data["requirements"] if each["outcome"] == "error")
    for reason, count in faults.most_common(10):
        yield f"**ERROR** our own fault, {counted(count, 'requirement')}: {code(reason, 500)}\n\n"
    left = data["footprint"]["left"]
    if left:
        yield f"**{counted(len(left), 'record')} left behind:**\n\n{fence(chr(10).join(left[:_MOST_ROWS]))}"


def _table(data: Data) -> str:
    """Resource x stage: how many requirements were kept, or how many were not."""
    cells: dict[str, dict[str, Counter[str]]] = {}
    for each in data["requirements"]:
        row = cells.setdefault(each["resource"], {stage: Counter() for stage in STAGES})
        row[each["stage"]][each["outcome"]] += 1
    stages = [stage for stage in STAGES if any(_cell(row[stage]) != "-" for row in cells.values())]
    rows = [row for row in cells if any(_cell(cells[row][stage]) != "-" for stage in stages)]
    if not rows:
        return ""
    head = f"| resource | {' | '.join(stages)} |\n|---|{'---:|' * len(stages)}\n"
    lines = [
        f"| {in_html(row)} | {' | '.join(_cell(cells[row][stage]) for stage in stages)} |\n"
        for row in rows[:_MOST_ROWS]
    ]
    more = f"\nand {counted(len(rows) - _MOST_ROWS, 'more resource')}\n" if len(rows) > _MOST_ROWS else ""
    return f"{head}{''.join(lines)}{more}\n"


def _cell(outcomes: Counter[str]) -> str:
    for word, sign in (("failed", "❌"), ("warned", "⚠️"), ("error", "⚠️")):
        if outcomes[word]:
            return f"{sign} {outcomes[word]:,} {word}"
    return f"{outcomes['passed']:,} ok" if outcomes["passed"] else "-"


def _untested(data: Data) -> Iterator[str]:
    reasons = Counter(
        each.get("reason", "") for each in data["requirements"] if each["outcome"] == "not tested"
    )
    if not reasons:
        return
    yield f"<details><summary>Not tested: {counted(reasons.total(), 'requirement')}</summary>\n\n"
    lines = [f"| {count:,} | {plain(reason, 500)} |\n" for reason, count in reasons.most_common(_MOST_ROWS)]
    yield f"| | why |\n|---:|---|\n{''.join(lines)}\n</details>\n\n"


def _coverage(data: Data) -> Iterator[str]:
    totals = (data.get("coverage") or {}).get("totals")
    if totals:
        shares = [f"{name.replace('_', ' ')} {seen:,} of {every:,}" for name, (seen, every) in totals.items()]
        yield f"Coverage of the document: {', '.join(shares)}\n\n"


def _facts(data: Data) -> str:
    footprint, document = data["footprint"], data["document"]
    methods = ", ".join(f"{count:,} {plain(method)}" for method, count in footprint["requests"].items())
    records = (
        f"{footprint['created']:,} created, {footprint['deleted']:,} deleted, {len(footprint['left']):,} left"
    )
    facts = {
        "target": f"{in_html(data['target'])}, profile {data['profile']}, seed {data['seed']}",
        "document": f"{in_html(document['file'])}, SHA-256 {in_html(document['sha256'][:12])}",
        "footprint": f"{counted(footprint['sent'], 'request')} ({methods or 'none'}), {records}",
        "run": f"{plain(data['started'] or 'unknown')}, {data['seconds']:.1f} s",
    }
    lines = "".join(f"| {name} | {fact} |\n" for name, fact in facts.items())
    notes = "".join(f"- {plain(note, 1_000)}\n" for note in data["notes"][:_MOST_ROWS])
    return f"| | |\n|---|---|\n{lines}\n{notes}"
