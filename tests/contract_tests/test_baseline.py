"""The file of known failures: read, put beside outcomes, written again."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from contract_tests.baseline import Baseline, Entry, Known, Standing, read_baseline, standing
from contract_tests.baseline_update import REASON, rewritten, update
from contract_tests.check import Level, Outcome, Requirement, Status
from contract_tests.footprint import Footprint
from contract_tests.problems import Misuse
from contract_tests.result import Result, Verdict

TODAY = date(2026, 6, 1)
READ = "#/paths/~1pets/get · body_fits_its_schema"
MADE = "#/paths/~1pets/post · never_answers_with_a_server_error"
LIMIT = "#/paths/~1pets/get/parameters/1 · filters_select_exactly · GET /pets limit"

NO_DATE = "no date, expected one like 2027-01-31"

WRITTEN = """\
# Ours.

# The list is old.
- id: "#/paths/~1pets/get · body_fits_its_schema"  # since the move
  reason: the old list
  owner: Ada
  expires: 2026-12-31
  ticket: 12
  since: 2026-01-01
# Nobody knows.
- {id: "* · never_answers_with_a_server_error", reason: 'it''s slow'}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "known.yaml"
    path.write_text(WRITTEN, "utf-8")
    return path


def outcome(requirement_id: str, status: Status = Status.FAILED, cause: str = "") -> Outcome:
    pointer, check, *at = requirement_id.split(" · ")
    level = Level.CONVENTION if status is Status.WARNED else Level.DOCUMENT
    return Outcome(Requirement(pointer, check, level, "GET /pets", at=" ".join(at)), status, cause=cause)


def beside(baseline: Baseline, *outcomes: Outcome, more: Iterable[str] = ()) -> Standing:
    ids = {*(each.requirement.id for each in outcomes), *more}
    return standing(Known(baseline, ids), outcomes, TODAY)


def result(found: Standing, *outcomes: Outcome, **more: object) -> Result:
    facts = ("http://127.0.0.1", "Pets", "full", 1, outcomes, frozenset[str](), Footprint())
    return Result(*facts, standing=found, min_tested=0, **more)  # type: ignore[arg-type]


def test_an_entry_says_why_who_and_until_when(file: Path) -> None:
    first, second = read_baseline(file).entries

    assert Entry(READ, "the old list", "Ada", date(2026, 12, 31), "12", date(2026, 1, 1)) == first
    assert (4, "it's slow", None) == (first.line, second.reason, second.expires)


def test_an_id_means_itself_and_a_star_means_any_text() -> None:
    exact, pattern = Entry("#/a/parameters/x[1]? · c"), Entry("#/a/* · c*")

    assert exact.fits("#/a/parameters/x[1]? · c")
    assert not exact.fits("#/a/parameters/x1 · c")
    assert pattern.fits("#/a/b/c · c · GET /a")
    assert not pattern.fits("#/b/c · c")


def test_the_exact_id_counts_before_a_pattern() -> None:
    known = Known(Baseline(Path("b"), (Entry("*", "all"), Entry(READ, "this"))), [READ, MADE])

    assert ["this", "all"] == [entry.reason for each in (READ, MADE) if (entry := known.entry(each))]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- id: x\n  reson: y\n", "2: 'reson' is not known, did you mean reason?"),
        ("- reason: y\n", "1: an entry without an id, expected that of a requirement"),
        ("- id: x\n\n- id: y\n  expires: soon\n", f"4: expires: 'soon' is {NO_DATE}"),
        ("- id: x\n  expires: 2026-02-30\n", f"2: expires: '2026-02-30' is {NO_DATE}"),
        ("id: x\n", "1: expected a list of known failures"),
        ("- x\n", "1: expected an entry with an id, as `- id: ...`"),
        ("- id: x\n  owner: [a]\n", "2: owner: found a list, expected text"),
        ("- id: x\n  id: y\n", "2: not valid YAML or JSON: the key 'id' stands twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_it_is_said_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(text)
    with pytest.raises(Misuse) as caught:
        read_baseline(path)
    assert f"{path}:{says}" == str(caught.value)


def test_a_file_that_is_not_there_is_no_baseline_but_may_become_one(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="cannot be read"):
        read_baseline(tmp_path / "b.yaml")
    assert () == read_baseline(tmp_path / "b.yaml", may_be_absent=True).entries


def test_what_is_known_fails_no_run() -> None:
    outcomes = (outcome(READ), outcome(MADE, Status.PASSED))
    found = result(beside(Baseline(Path("b"), (Entry(READ),)), *outcomes), *outcomes)

    assert (Verdict.CONFORMS, 0, 1) == (found.verdict, found.count(Status.FAILED), found.known)


def test_what_is_expired_fails_and_says_so() -> None:
    """The last day is still a good one."""
    entries = Entry(READ, expires=date(2026, 5, 31)), Entry(MADE, expires=TODAY)
    outcomes = outcome(READ), outcome(MADE)
    found = beside(Baseline(Path("b"), entries), *outcomes)

    assert (["expired", "known"], (entries[0],)) == ([found.state(READ), found.state(MADE)], found.expired)
    assert Verdict.DOES_NOT_CONFORM is result(found, *outcomes).verdict


def test_a_finding_is_known_only_where_all_its_places_are() -> None:
    outcomes = outcome(READ, cause="one"), outcome(READ + " · again", cause="one")
    found = result(beside(Baseline(Path("b"), (Entry(READ),)), *outcomes), *outcomes)

    told = [(finding.state, [place.id for place in finding.places]) for finding in found.findings]
    assert [("new", [READ + " · again"]), ("known", [READ])] == told


def test_an_entry_is_fixed_when_all_that_it_means_was_asked_and_kept() -> None:
    pattern = Entry("* · body_fits_its_schema*")
    baseline = Baseline(Path("b"), (pattern,))
    kept, other = outcome(READ, Status.PASSED), READ + " · other"

    assert (pattern,) == beside(baseline, kept, outcome(other, Status.NOT_APPLICABLE)).fixed
    assert () == beside(baseline, kept, outcome(other, Status.NOT_TESTED)).fixed
    assert () == beside(baseline, kept, more=[other]).fixed, "a run that was asked for a part only"


def test_an_entry_that_means_nothing_is_told() -> None:
    gone, fuzzed = Entry("#/paths/~1gone/get · c"), Entry(f"{READ} · fuzzing a crash")
    baseline = Baseline(Path("b"), (gone, fuzzed, Entry(MADE)))

    assert (gone,) == beside(baseline, outcome(READ), more=[MADE]).unfit


def test_an_id_survives_a_parameter_that_is_put_before_it() -> None:
    moved = LIMIT.replace("/1 ", "/2 ")
    found = beside(Baseline(Path("b"), (Entry(LIMIT),)), outcome(moved))

    assert ("known", ()) == (found.state(moved), found.unfit)


def test_an_id_is_not_taken_for_one_of_several() -> None:
    """Nor is a number that is a name: a status."""
    both = LIMIT.replace("/1 ", "/2 "), LIMIT.replace("/1 ", "/3 ")
    status = "#/paths/~1pets/get/responses/{} · body_fits_its_schema"
    entries = Entry(LIMIT), Entry(status.format(200))
    found = beside(Baseline(Path("b"), entries), *map(outcome, [*both, status.format(201)]))

    assert {} == found.entries


def test_what_stays_is_left_as_people_wrote_it(file: Path) -> None:
    found = beside(read_baseline(file), outcome(READ), outcome(MADE), outcome(LIMIT))
    made = update(found, [READ, MADE, LIMIT])

    assert made.text.startswith(WRITTEN)
    added = [f'- id: "{LIMIT}"', f'  reason: "{REASON}"', "  owner:", "  expires:", "  since: 2026-06-01"]
    assert ["", *added, ""] == made.text.removeprefix(WRITTEN).split("\n")


def test_what_is_fixed_goes_with_its_comments(file: Path) -> None:
    found = beside(read_baseline(file), outcome(READ, Status.PASSED), outcome(MADE))

    assert WRITTEN.replace(WRITTEN[WRITTEN.index("# The") : WRITTEN.index("# Nobody")], "") == (
        update(found, [MADE]).text
    )


def test_what_is_renamed_takes_its_reason_along(file: Path) -> None:
    """Where one entry that means nothing and one new failure differ in one token of the pointer."""
    renamed = READ.replace("pets", "animals")
    found = beside(read_baseline(file), outcome(renamed), outcome(MADE))
    made = update(found, [renamed, MADE])

    assert ([(READ, renamed)], ()) == ([(old, entry.id) for old, entry in made.renamed], made.added)
    assert f'- id: "{renamed}"\n  reason: the old list\n  owner: Ada\n' in made.text


def test_what_may_be_either_is_not_taken_for_a_rename(file: Path) -> None:
    both = READ.replace("pets", "animals"), READ.replace("pets", "cats")
    found = beside(read_baseline(file), *map(outcome, both), outcome(MADE))
    made = update(found, [*both, MADE])

    assert ((), [*both]) == (made.renamed, [entry.id for entry in made.added])
    assert made.text.startswith(WRITTEN), "its reason is kept until somebody takes it out"


def test_a_file_in_another_form_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text(json.dumps([{"id": READ, "reason": 'a "word"'}]), "utf-8")
    found = beside(read_baseline(path), outcome(READ), outcome(MADE))
    path.write_text(update(found, [READ, MADE]).text, "utf-8")

    assert [('a "word"', READ), (REASON, MADE)] == [(e.reason, e.id) for e in read_baseline(path).entries]


@pytest.mark.parametrize("text", ["", "# ours\n", "[]\n"])
def test_an_empty_file_takes_entries(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(text)
    made = update(beside(read_baseline(path), outcome(READ)), [READ])
    path.write_text(made.text, "utf-8")

    assert text.startswith("#") == made.text.startswith("# ours\n")
    assert [READ] == [entry.id for entry in read_baseline(path).entries]


def test_a_run_without_a_verdict_writes_nothing(file: Path) -> None:
    outcomes = outcome(READ), outcome(LIMIT)
    found = beside(read_baseline(file), *outcomes)
    told = rewritten(result(found, *outcomes, stopped="interrupted"))

    assert (f"{file} is not written: interrupted",) == told.notes
    assert WRITTEN == file.read_text("utf-8")


def test_what_was_just_written_is_known(file: Path) -> None:
    outcomes = outcome(READ), outcome(MADE, Status.PASSED), outcome(LIMIT)
    told = rewritten(result(beside(read_baseline(file), *outcomes), *outcomes))

    assert (Verdict.CONFORMS, 2) == (told.verdict, told.known)
    assert (f"{file} is written: 1 added, 1 taken out, 2 in it",) == told.notes
    assert [READ, LIMIT] == [entry.id for entry in read_baseline(file).entries]
