"""`hyfn check` and `hyfn sweep`: the command lines of the conformance suite."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from contract_tests.checks import load_checks
from contract_tests.ledger import default_folder
from contract_tests.mask import Mask
from contract_tests.options import Filters, check_names, question
from contract_tests.pace import Pace, parse_rate
from contract_tests.problems import CannotTell
from contract_tests.question import EXAMPLES, MIN_TESTED, Question
from contract_tests.reports import console, json_report, junit
from contract_tests.reports.files import check_writable, write
from contract_tests.reports.places import Places
from contract_tests.result import Progress, Result
from contract_tests.session import Session
from contract_tests.sweep import sweep as sweep_ledgers
from contract_tests.target import Target, parse_target

_FILE = click.Path(dir_okay=False, path_type=Path)
_HELP = {"help_option_names": ["-h", "--help"]}


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    """--include-... and --exclude-... by path, method, tag and operation id."""
    for word, says in (("exclude", "Never send"), ("include", "Ask only")):
        for kind in ("operation-id", "tag", "method", "path"):
            option = f"--{word}-{kind}"
            name = option.lstrip("-").replace("-", "_")
            more = "; sends a dangerous one, too" if (word, kind) == ("include", "operation-id") else ""
            text = f"{says} operations with this {kind.replace('-', ' ')}{more}. Repeatable."
            command = click.option(option, name, multiple=True, metavar="TEXT", help=text)(command)
    return command


def _identities(command: Callable[..., None]) -> Callable[..., None]:
    both = {"metavar": "'NAME: VALUE'", "multiple": True}
    command = click.option(
        "--other-header",
        "other_headers",
        **both,
        help="The same for a second identity, of another organization.",
    )(command)
    return click.option(
        "-H", "--header", "headers", **both,
        help="Goes with every request; ${VAR} in the value is taken from the environment. Repeatable.",
    )(command)  # fmt: skip


@click.command(context_settings=_HELP)
@click.argument("url", required=False)
@_identities
@click.option("--document", type=_FILE, help="The OpenAPI document to keep.  [default: the Hyfn Public API]")
@click.option(
    "--profile",
    metavar="PROFILE",
    help="read-only (GET and HEAD), sandboxed (writes to what it creates), full (fuzzing, undocumented methods, too)."
    "  [default: sandboxed on this machine, else read-only]",
)
@click.option(
    "-c",
    "--checks",
    multiple=True,
    metavar="NAME",
    help="Ask only these checks (`,` and * work). Repeatable.",
)
@click.option("--exclude-checks", multiple=True, metavar="NAME", help="Do not ask these checks. Repeatable.")
@_filters
@click.option(
    "-n",
    "--max-examples",
    type=click.IntRange(1),
    default=EXAMPLES,
    show_default=True,
    help="Generated cases per operation and phase of the fuzz engine (profile full).",
)
@click.option(
    "-w",
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Ask this many collections at once.",
)
@click.option("--seed", type=click.IntRange(0), help="Asks the same again.  [default: drawn, and printed]")
@click.option("--strict", is_flag=True, help="Conventions fail, too.")
@click.option(
    "--min-tested",
    type=click.IntRange(0, 100),
    default=MIN_TESTED,
    show_default=True,
    help="Per cent of the admitted requirements that a verdict stands on.",
)
@click.option("--allow-billing", is_flag=True, help="Create what is billed, also on other machines.")
@click.option("--allow-leftovers", is_flag=True, help="Create what no DELETE can remove.")
@click.option("--rate-limit", metavar="N/s", help="Requests per second, minute or hour: 10/s, 100/m, 5000/h.")
@click.option("--max-requests", type=click.IntRange(1), help="Stop after this many requests.")
@click.option(
    "--request-timeout",
    type=click.FloatRange(0.1),
    default=10.0,
    show_default=True,
    help="Seconds until an answer has to be there.",
)
@click.option(
    "--ledger",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the list of created records is kept.  [default: the user's state directory]",
)
@click.option("--dry-run", is_flag=True, help="Print the requirements and requests, send nothing.")
@click.option("--list-checks", is_flag=True, help="Print every check with its level and question.")
@click.option(
    "--junit",
    "--junit-xml",
    "junit_file",
    type=click.Path(path_type=Path),
    help="Write the result to this file, as JUnit XML.",
)
@click.option(
    "--report",
    multiple=True,
    type=click.Choice(["json", "junit"]),
    help="Print the result in this form (json), or write it with --report-dir.",
)
@click.option(
    "--report-dir", type=click.Path(file_okay=False, path_type=Path), help="Where --report writes its files."
)
def check(url: str | None, **options: Any) -> None:
    """Ask a running API whether it keeps its document.

    URL is where the API answers, base path included: http://127.0.0.1:5000/api/public

    Exit code: 0 conforms, 1 does not, 2 usage or document, 3 unreachable or inconclusive.
    """
    if options.pop("list_checks"):
        _list_checks()
        return
    if url is None:
        raise click.UsageError("Missing argument 'URL'.")
    with _one_line("check"):
        _check(url, options)


def _check(url: str, options: dict[str, Any]) -> None:
    target = parse_target(url, options.pop("headers"), os.environ, options.pop("other_headers"))
    reports = _Reports.of(options)
    asked = question(
        target,
        options.pop("document"),
        Filters(*(options.pop(f"include_{kind}") for kind in _KINDS)),
        Filters(*(options.pop(f"exclude_{kind}") for kind in _KINDS)),
        options.pop("profile"),
        checks=check_names(options.pop("checks"), "--checks"),
        unwanted=check_names(options.pop("exclude_checks"), "--exclude-checks"),
        examples=options.pop("max_examples"),
        timeout=options.pop("request_timeout"),
        **{name: options[name] for name in _PLAIN},
    )
    session = Session(target, asked)
    if options["dry_run"]:
        for line in console.rehearsed(session):
            click.echo(line)
        return
    result, number = _conduct(session, reports)
    reports.write(result, asked, target)
    raise SystemExit(128 + number if number else result.verdict.value)


_KINDS = ("path", "method", "tag", "operation_id")
_PLAIN = (
    "workers", "seed", "strict", "min_tested", "allow_billing", "allow_leftovers", "rate_limit", "max_requests",
    "ledger",
)  # fmt: skip


class _Reports:
    """Where the result goes: text for people, and the files that were asked for."""

    def __init__(self, junit_file: Path | None, kinds: tuple[str, ...], folder: Path | None) -> None:
        self.to_error = "json" in kinds and folder is None
        self._files: list[tuple[str, Path, str]] = []
        if junit_file:
            self._files.append(("junit", junit_file, "--junit"))
        for kind in kinds:
            if folder:
                self._files.append((kind, folder / _FILE_NAMES[kind], "--report-dir"))
            elif kind == "junit":
                self._files.append((kind, Path(_FILE_NAMES[kind]), "--report junit"))
        if folder and kinds:
            folder.mkdir(parents=True, exist_ok=True)
        for _, path, option in self._files:
            check_writable(path, option)

    @staticmethod
    def of(options: dict[str, Any]) -> "_Reports":
        return _Reports(options.pop("junit_file"), options.pop("report"), options.pop("report_dir"))

    def say(self, line: str) -> None:
        click.echo(line, err=self.to_error, color=_colour(self.stream))

    @property
    def stream(self) -> Any:
        return sys.stderr if self.to_error else sys.stdout

    def paint(self, text: str, colour: str) -> str:
        if not _colour(self.stream):
            return text
        return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour, bold=True)

    def write(self, result: Result, asked: Question, target: Target) -> None:
        """Files first: what is printed may be cut by who reads it."""
        places, mask = Places(asked.document), Mask((*target.headers, *target.other))
        for kind, path, option in self._files:
            make = junit.xml if kind == "junit" else json_report.render
            write(path, make(result, places, mask), option)
        for line in [*console.body(result, places, mask, self.paint), console.verdict(result, self.paint)]:
            self.say(line)
        if self.to_error:
            click.echo(json_report.render(result, places, mask).decode(), nl=False)


_FILE_NAMES = {"json": "report.json", "junit": "report.xml"}


def _conduct(session: Session, reports: _Reports) -> tuple[Result, int]:
    """The result, and the number of the signal that ended the run early (0: none)."""
    reports.say(console.opening(session))
    live = reports.stream.isatty()

    def show(state: Progress) -> None:
        click.echo(
            f"\r\x1b[K{console.progress(state)[: _width() - 1]}", nl=False, err=reports.to_error, color=True
        )

    with _signals(session) as caught:
        try:
            result = session.conduct(show if live else lambda _state: None)
        finally:
            if live:
                click.echo("\r\x1b[K", nl=False, err=reports.to_error, color=True)
    return result, caught[0]


def _width() -> int:
    return click.get_text_stream("stdout").isatty() and os.get_terminal_size().columns or 80


@contextmanager
def _signals(session: Session) -> Iterator[list[int]]:
    """The first SIGINT or SIGTERM ends the asking, and what was created is deleted; a second one ends at
    once. Yields a list of one: the number of the first."""
    caught = [0]

    def hear(number: int, _frame: FrameType | None) -> None:
        if caught[0]:
            line = f"\nstopped at once; what this run created is deleted by: {session.sweep_command}\n"
            os.write(2, line.encode())
            os._exit(128 + number)
        caught[0] = number
        session.interrupt("interrupted")

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _list_checks() -> None:
    for each in load_checks():
        click.echo(f"{each.name:45} {each.level.value:11} {each.asks}")


def _colour(stream: Any) -> bool:
    """Colour for people who did not say no (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def _one_line(command: str) -> Iterator[None]:
    """Turns what keeps us from a verdict into one line and its exit code."""
    try:
        yield
    except CannotTell as error:
        click.echo(f"hyfn {command}: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        raise SystemExit(130) from None


@click.command(context_settings=_HELP)
@click.argument("url")
@_identities
@click.option(
    "--ledger",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where ledgers are kept.  [default: the user's state directory]",
)
@click.option("--rate-limit", metavar="N/s", help="Requests per second, minute or hour: 10/s, 100/m, 5000/h.")
@click.option(
    "--request-timeout",
    type=click.FloatRange(0.1),
    default=10.0,
    show_default=True,
    help="Seconds until an answer has to be there.",
)
def sweep(
    url: str, headers: tuple[str, ...], other_headers: tuple[str, ...], ledger: Path | None, rate_limit: str | None,
    request_timeout: float,
) -> None:  # fmt: skip
    """Delete what runs that were killed left behind at URL.

    Only what still is as a run created it is deleted; the rest is listed.

    Exit code: 0 nothing is left, 1 something is, 2 usage, 3 unreachable.
    """
    with _one_line("sweep"):
        target = parse_target(url, headers, os.environ, other_headers)
        pace = Pace(parse_rate(rate_limit)) if rate_limit else None
        found = sweep_ledgers(
            ledger or default_folder(os.environ), target, pace=pace, timeout=request_timeout
        )
    for line in found.lines:
        click.echo(line)
    raise SystemExit(found.exit_code)
