"""The matrix as text: a row per fault, then what it comes to by class."""

from collections.abc import Iterator, Sequence
from statistics import median

from tests.matrix.kept import Kept
from tests.matrix.lots import Lot
from tests.matrix.trials import Trial, named

_MOST_NAMES = 2


def new_signs(kept: Kept, lot: Lot, way: str) -> list[str] | None:
    """What a run holds against the server and not against the clean one; None where it was not run, or came
    to nothing."""
    trial, clean = kept.trials.get((lot.server, lot.fault, way)), kept.clean(lot.server, way)
    if trial is None or (trial.problem and not trial.signs):
        return None
    known = set(clean.signs) if clean else set()
    return [sign for sign in trial.signs if sign not in known]


def rows(kept: Kept, lots: Sequence[Lot], ways: Sequence[str]) -> Iterator[str]:
    """A row per fault: of each way its mark, seconds, requests and records left, then the checks that see
    it."""
    wide = max((len(lot.fault) for lot in lots), default=0)
    columns = "".join(f"{way:^28}" for way in ways)
    yield f"{'server':9}{'class':15}{'fault':{wide}}{columns}"
    yield f"{'':24}{'':{wide}}{_HEAD * len(ways)}  seen by"
    for lot in lots:
        cells = "".join(_cell(kept, lot, way) for way in ways)
        yield f"{lot.server:9}{lot.kind:15}{lot.fault:{wide}}{cells}  {_seen_by(kept, lot, ways)}".rstrip()


_HEAD = f"{'':3}{'':6}{'s':>6}{'req':>7}{'left':>6}"


def _cell(kept: Kept, lot: Lot, way: str) -> str:
    trial = kept.trials.get((lot.server, lot.fault, way))
    if trial is None:
        return f"{'':3}{'-':25}"
    mark = _mark(trial, new_signs(kept, lot, way))
    return f"{'':3}{mark:6}{trial.seconds:6.1f}{trial.requests:7}{trial.left:6}"


def _mark(trial: Trial, signs: list[str] | None) -> str:
    if signs is None:
        return "error"
    if not signs:
        return "-"
    return "fails" if trial.failed else "warns"


def _seen_by(kept: Kept, lot: Lot, ways: Sequence[str]) -> str:
    """Who sees a fault, by the first way that does."""
    for way in ways:
        if names := named(new_signs(kept, lot, way) or ()):
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            return ", ".join(names[:_MOST_NAMES]) + more
    return ""


def summary(kept: Kept, lots: Sequence[Lot], ways: Sequence[str]) -> Iterator[str]:
    """Killed of all, by class and in all; then what it took."""
    kinds = list(dict.fromkeys(lot.kind for lot in lots))
    yield f"{'killed':17}" + "".join(f"{way:>20}" for way in ways)
    for kind in [*kinds, "all"]:
        own = [lot for lot in lots if kind in (lot.kind, "all")]
        yield f"{kind:17}" + "".join(f"{_share(kept, own, way):>20}" for way in ways)
    for words, number in _FIGURES.items():
        cells = (_figure([_trial(kept, lot, way) for lot in lots], number) for way in ways)
        yield f"{words:17}" + "".join(f"{cell:>20}" for cell in cells)


_FIGURES = {"seconds, median": "seconds", "requests, median": "requests", "left, median": "left"}


def _trial(kept: Kept, lot: Lot, way: str) -> Trial | None:
    return kept.trials.get((lot.server, lot.fault, way))


def _figure(trials: list[Trial | None], name: str) -> str:
    found = [getattr(trial, name) for trial in trials if trial is not None]
    return f"{median(found):.10g}" if found else "-"


def _share(kept: Kept, lots: Sequence[Lot], way: str) -> str:
    tried = [lot for lot in lots if _trial(kept, lot, way) is not None]
    killed = sum(bool(new_signs(kept, lot, way)) for lot in tried)
    return f"{killed} of {len(tried)} {100 * killed / len(tried):5.1f} %" if tried else "-"


def survivors(kept: Kept, lots: Sequence[Lot], way: str) -> list[Lot]:
    """The faults that were tried and not seen."""
    return [lot for lot in lots if _trial(kept, lot, way) and not new_signs(kept, lot, way)]
