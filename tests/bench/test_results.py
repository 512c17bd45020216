"""What make bench computes and shows, from figures made up here."""

import xml.etree.ElementTree as ET

from bench.goals import goals
from bench.peers import BARE, HYFN, PRISM_KEY
from bench.picture import picture
from bench.results import Cell, Results, Spread
from bench.table import table

TITLES = {HYFN: "hyfn mock", BARE: "bare uvicorn", PRISM_KEY: "Prism <5>"}


def cell(number: int, peer: str, rate: float, cpu: float, case: str = "get") -> Cell:
    return Cell(number, peer, case, 32, rate, 1.5, 9.5, cpu)


def results() -> Results:
    """Three rounds; in the last one, all were slower."""
    found = Results(TITLES, dict.fromkeys(TITLES, "what it does"), memory={HYFN: 80.0, BARE: 32.0})
    for number, speed in enumerate((1.0, 1.1, 0.5), start=1):
        found.cells += [
            cell(number, HYFN, 9_000 * speed, 60 + number),
            cell(number, BARE, 18_000 * speed, 30),
            cell(number, PRISM_KEY, 3_000 * speed, 240),
        ]
    found.starts = {HYFN: [0.6, 0.5, 0.9], BARE: [0.2, 0.2, 0.2]}
    found.imported = [0.4, 0.4, 0.5]
    return found


def rate(cell: Cell) -> float:
    return cell.rate


def test_a_ratio_is_taken_within_a_round() -> None:
    """A machine that is slow for one round is slow for both."""
    assert Spread(0.5, 0.5, 0.5) == results().ratio(rate, HYFN, BARE, "get", 32)


def test_a_round_that_one_did_not_finish_is_no_ratio() -> None:
    found = results()
    found.cells = [cell for cell in found.cells if (cell.round, cell.peer) != (2, BARE)]
    assert [1, 3] == sorted(found.figures(rate, BARE, "get", 32))
    assert Spread(0.5, 0.5, 0.5) == found.ratio(rate, HYFN, BARE, "get", 32)
    assert found.ratio(rate, HYFN, "nobody", "get", 32) is None


def test_figures_that_are_not_known_are_left_out() -> None:
    """NaN stands for what the system does not tell."""
    assert Spread.of([float("nan")]) is None
    assert Spread(2, 2, 2) == Spread.of([float("nan"), 2.0])


def test_start_is_told_beyond_the_import_of_the_same_round() -> None:
    beyond = results().beyond_import(HYFN)
    assert beyond is not None
    assert [0.2, 0.1, 0.4] == [round(figure, 3) for figure in (beyond.median, beyond.low, beyond.high)]


def test_each_goal_is_met_or_missed() -> None:
    """Only what was measured is told of."""
    told = {goal.said: goal.met for goal in goals(results())}
    assert {
        "get: requests per second 0.50 of bare uvicorn, at least 0.45": True,
        "get: CPU per request 0.26 of Prism <5>, at most 0.5": True,
        "get: CPU per request 2.07 of bare uvicorn, at most 2.5": True,
        "first answer 0.20 s beyond `import connexion`, at most 0.25": True,
        "peak memory 80 MiB, at most 100": True,
    } == told


def test_the_table_has_a_ratio_beside_each_figure() -> None:
    found = results()
    found.absent = {"Mockoon": "npm is not here"}
    found.spoiled = ["round 2, Prism, get, 32: answered 500"]
    told = table(found)
    assert "9,000  x0.50 [0.50 to 0.50]" in told
    assert "left out: npm is not here" in told
    assert "answered 500" in told
    assert "MISSED" not in told


def test_the_table_says_what_was_not_measured() -> None:
    found = results()
    found.cells.append(cell(1, BARE, 100, 10, case="create"))
    assert "not measured" in table(found)


def test_the_picture_is_well_formed_and_knows_light_and_dark() -> None:
    """Titles are escaped, and every case has a bar for each peer."""
    drawn = picture(results())
    root = ET.fromstring(drawn)
    bars = [node for node in root.iter("{http://www.w3.org/2000/svg}rect") if float(node.attrib["x"]) == 120]
    assert 3 == len(bars)
    assert "prefers-color-scheme:dark" in drawn
    assert "Prism &lt;5&gt;" in drawn


def test_nothing_measured_is_still_a_table_and_a_picture() -> None:
    empty = Results(TITLES, dict.fromkeys(TITLES, "what it does"))
    assert "hyfn mock" in table(empty)
    ET.fromstring(picture(empty))
