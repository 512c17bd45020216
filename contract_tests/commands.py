"""`hyfn check`: the command line of the conformance suite."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from contract_tests.finding import Progress, Report
from contract_tests.problems import CannotTell
from contract_tests.question import EXAMPLES, Question, draw_seed, read_document
from contract_tests.reports import console
from contract_tests.reports.junit import check_writable, write
from contract_tests.run import ask
from contract_tests.target import Target, parse_target

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("url")
@click.option(
    "-H", "--header", "headers", metavar="'NAME: VALUE'", multiple=True,
    help="Goes with every request; ${VAR} in the value is taken from the environment. Repeatable.",
)  # fmt: skip
@click.option("--document", type=_FILE, help="The OpenAPI document to keep.  [default: the Hyfn Public API]")
@click.option("--seed", type=click.IntRange(0), help="Asks the same again.  [default: drawn, and printed]")
@click.option(
    "-n", "--max-examples", type=click.IntRange(1), default=EXAMPLES, show_default=True,
    help="Generated cases per operation and phase.",
)  # fmt: skip
@click.option("--junit", type=click.Path(path_type=Path), help="Write the result to this file, as JUnit XML.")
def check(
    url: str,
    headers: tuple[str, ...],
    document: Path | None,
    seed: int | None,
    max_examples: int,
    junit: Path | None,
) -> None:
    """Ask a running API whether it keeps its document.

    URL is where the API answers, base path included: http://127.0.0.1:5000/api/public

    Exit code: 0 conforms, 1 does not, 2 usage or document, 3 unreachable or inconclusive.
    """
    with _one_line():
        target = parse_target(url, headers, os.environ)
        question = Question(read_document(document), draw_seed() if seed is None else seed, max_examples)
        if junit:
            check_writable(junit)
        report = _ask(target, question)
        if junit:
            write(junit, report)
    for line in [*console.body(report, _paint), console.verdict(report, _paint)]:
        click.echo(line, color=_colour())
    raise SystemExit(report.verdict.value)


def _ask(target: Target, question: Question) -> Report:
    click.echo(console.opening(target, question))
    if not sys.stdout.isatty():
        return ask(target, question)
    try:
        return ask(target, question, _show)
    finally:
        click.echo("\r\x1b[K", nl=False, color=True)


def _show(progress: Progress) -> None:
    click.echo(f"\r\x1b[K{console.progress(progress)}", nl=False, color=True)


def _colour() -> bool:
    """Colour for people who did not say no (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _paint(text: str, colour: str) -> str:
    if not _colour():
        return text
    return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour, bold=True)


@contextmanager
def _one_line() -> Iterator[None]:
    """Turns what keeps us from a verdict into one line and its exit code; SIGTERM ends our children, too."""
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except CannotTell as error:
        click.echo(f"hyfn check: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        raise SystemExit(130) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)
