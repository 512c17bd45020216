"""The verdict in words: what a reader should know after ten seconds."""

from dataclasses import dataclass

from contract_tests.reports.data import Data
from contract_tests.reports.html.tally import Tally, status, tally
from contract_tests.reports.layout import counted

_TONES = {"conforms": "passed", "does not conform": "failed"}


@dataclass(frozen=True, slots=True)
class Summary:
    """`tone`: the status whose colour the verdict has. `share`: per cent tested of all that applies, `asked`:
    of what the run might ask. `whys`: what else the verdict rests on, one sentence each."""

    verdict: str
    tone: str
    headline: str
    tally: Tally
    share: int
    asked: int
    whys: tuple[str, ...]


def summary(data: Data) -> Summary:
    """The verdict of a run, and what it rests on."""
    every = tally(data["requirements"])
    tested = data["tested"]
    return Summary(
        verdict=data["verdict"][:1].upper() + data["verdict"][1:],
        tone=_TONES.get(data["verdict"], "warned"),
        headline=_headline(data, every),
        tally=every,
        share=_percent(tested["requirements"], tested["all"]),
        asked=_percent(tested["requirements"], tested["admitted"]),
        whys=tuple(_whys(data, every)),
    )


def _headline(data: Data, every: Tally) -> str:
    """How much is wrong."""
    findings = [status(each) for each in data["findings"]]
    failed, warned = findings.count("failed"), findings.count("warned")
    if failed:
        broken = counted(every.counts["failed"], "promise")
        more = f", and {counted(warned, 'warning')}" if warned else ""
        return f"{counted(failed, 'finding')}: {broken} of {data['tested']['all']:,} not kept{more}."
    kept = counted(every.counts["passed"], "promise")
    if warned or every.counts["known"]:
        warnings = f", {counted(warned, 'warning')}" if warned else ""
        return f"{kept} kept, none {'newly ' if every.counts['known'] else ''}broken{warnings}."
    return f"{kept} tested, and every one is kept." if every.counts["passed"] else "No promise was tested."


def _whys(data: Data, every: Tally) -> list[str]:
    left, tested, counts = data["footprint"]["left"], data["tested"], every.counts
    least = tested["min_percent"]
    too_little = tested["requirements"] * 100 < least * tested["admitted"] or not tested["requirements"]
    said = [
        (data["stopped"], f"The run ended before its time: {data['stopped']}."),
        (too_little, f"Too little was tested for a verdict: {least} % of what may be asked are needed."),
        (counts["error"], f"{counted(counts['error'], 'requirement')} met a fault of the suite."),
        (left, f"{counted(len(left), 'record')} that the run created could not be deleted."),
        (counts["known"], f"{counted(counts['known'], 'promise')} not kept, as the baseline knows."),
        (data["strict"], "Strict: conventions fail, too."),
    ]  # fmt: skip
    return [sentence for applies, sentence in said if applies]


def _percent(part: int, whole: int) -> int:
    """Per cent, never rounded up to all of it."""
    return part * 100 // whole if whole else 0
