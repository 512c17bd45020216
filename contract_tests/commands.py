"""`hyfn check` and `hyfn sweep`: the command lines of the conformance suite."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from contract_tests.checks import load_checks
from contract_tests.interrupts import interrupts
from contract_tests.ledger import default_folder
from contract_tests.network.pace import Pace, parse_rate
from contract_tests.options import Filters, check_names, question, report_kinds
from contract_tests.problems import CannotTell
from contract_tests.question import EXAMPLES, MIN_TESTED
from contract_tests.rehearsing.rehearsal import rehearsal, rehearsed
from contract_tests.reports import console
from contract_tests.reports.kinds import KINDS
from contract_tests.reports.outlet import Outlet
from contract_tests.session import Session
from contract_tests.sweep import sweep as sweep_ledgers
from contract_tests.target import parse_target

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_HELP = {"help_option_names": ["-h", "--help"]}
_RATE = "Requests per second, minute or hour: 10/s, 100/m, 5000/h."
_KINDS = ("path", "method", "tag", "operation_id")
_PLAIN = (
    "workers", "seed", "strict", "min_tested", "allow_billing", "allow_leftovers", "rate_limit",
    "max_requests", "max_failures", "ledger", "allowed",
)  # fmt: skip


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    """--include-... and --exclude-... by path, method, tag and operation id."""
    for word, says in (("exclude", "Never send"), ("include", "Ask only")):
        for kind in reversed(_KINDS):
            option = f"--{word}-{kind.replace('_', '-')}"
            more = "; sends a dangerous one, too" if (word, kind) == ("include", "operation_id") else ""
            text = f"{says} operations with this {kind.replace('_', ' ')}{more}. Repeatable."
            command = click.option(option, f"{word}_{kind}", multiple=True, metavar="TEXT", help=text)(
                command
            )
    return command


def _identities(command: Callable[..., None]) -> Callable[..., None]:
    both: dict[str, Any] = {"metavar": "'NAME: VALUE'", "multiple": True}
    text = "The same for a second identity, of another organization."
    command = click.option("--other-header", "other_headers", help=text, **both)(command)
    text = "Goes with every request; ${VAR} in the value is taken from the environment. Repeatable."
    return click.option("-H", "--header", "headers", help=text, **both)(command)


def _target(command: Callable[..., None]) -> Callable[..., None]:
    """The URL, as an argument or by the option that other tools have for it."""
    command = click.option("--base-url", "--server", "url_elsewhere", hidden=True)(command)
    command = click.option("-u", "--url", "url_option", metavar="URL", help="The same as URL.")(command)
    return click.argument("url", required=False)(command)


def _url(url: str | None, options: dict[str, Any]) -> str:
    given = {text for text in (url, options.pop("url_option"), options.pop("url_elsewhere")) if text}
    if len(given) > 1:
        raise click.UsageError(f"Several URLs are given, expected one: {', '.join(sorted(given))}")
    if not given:
        raise click.UsageError("Missing argument 'URL'.")
    return given.pop()


@click.command(context_settings=_HELP)
@_target
@_identities
@click.option(
    "--document",
    metavar="DOCUMENT",
    help="The OpenAPI document to keep: a file, an http(s) URL, or -.  [default: the Hyfn Public API]",
)
@click.option(
    "--allow-ref",
    "allowed",
    metavar="PREFIX",
    multiple=True,
    help="Let references of the document lead into this folder, or below this URL, too. Repeatable.",
)
@click.option(
    "--profile",
    metavar="PROFILE",
    help="read-only (GET and HEAD), sandboxed (writes to what it creates), full (fuzzing and undocumented"
    " methods, too).  [default: sandboxed on this machine, else read-only]",
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
@click.option("--hypothesis-seed", "seed_elsewhere", type=click.IntRange(0), hidden=True)
@click.option("--strict", is_flag=True, help="Conventions fail, too.")
@click.option(
    "--min-tested",
    type=click.IntRange(0, 100),
    default=MIN_TESTED,
    show_default=True,
    metavar="PERCENT",
    help="How much of what may be asked must have been tested for a verdict.",
)
@click.option("--allow-billing", is_flag=True, help="Create what is billed, on other machines, too.")
@click.option("--allow-leftovers", is_flag=True, help="Create what no DELETE can remove.")
@click.option("--rate-limit", metavar="N/s", help=_RATE)
@click.option("--max-requests", type=click.IntRange(1), help="Stop after this many requests.")
@click.option("--max-failures", type=click.IntRange(1), help="Ask nothing more after this many failures.")
@click.option(
    "--request-timeout",
    type=click.FloatRange(0.1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Until then an answer has to be there.",
)
@click.option(
    "--wait", type=click.FloatRange(0), metavar="SECONDS", help="Wait so long until the target answers."
)
@click.option(
    "--ledger",
    type=_FOLDER,
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
@click.option("--report-junit-path", "junit_elsewhere", type=click.Path(path_type=Path), hidden=True)
@click.option(
    "--report",
    multiple=True,
    metavar="KIND,...",
    help=f"Write reports: {', '.join(KINDS)}. json alone, without --report-dir, is printed, and what is for"
    " people goes to the standard error. Repeatable.",
)
@click.option("--report-dir", type=_FOLDER, help="Write what --report names here: report.json, ...")
def check(url: str | None, **options: Any) -> None:
    """Ask a running API whether it keeps its document.

    URL is where the API answers, base path included: http://127.0.0.1:5000/api/public

    Exit code: 0 conforms, 1 does not, 2 usage or document, 3 unreachable or inconclusive, 130 interrupted.
    """  # fmt: skip
    if options.pop("list_checks"):
        _list_checks()
        return
    where = _url(url, options)
    for name, elsewhere in (("seed", "seed_elsewhere"), ("junit_file", "junit_elsewhere")):
        other = options.pop(elsewhere)
        options[name] = other if options[name] is None else options[name]
    with _one_line("check"):
        raise SystemExit(_check(where, options))


def _check(url: str, options: dict[str, Any]) -> int:
    """The exit code."""
    target = parse_target(url, options.pop("headers"), os.environ, options.pop("other_headers"))
    outlet = Outlet(options.pop("junit_file"), report_kinds(options.pop("report")), options.pop("report_dir"))
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
    if options["dry_run"]:
        session = rehearsal(target, asked)
        outlet.say([*console.opening(session, outlet.layout), "", *rehearsed(session)])
        return 0
    return _conduct(Session(target, asked), outlet, options["wait"])


def _conduct(session: Session, outlet: Outlet, wait: float | None) -> int:
    """Asks, and says what came of it; the exit code."""
    outlet.say(console.opening(session, outlet.layout))
    with interrupts(session) as signals:
        try:
            if wait:
                session.wait(wait)
            result = session.conduct(outlet.show)
        finally:
            outlet.end_progress()
        outlet.finish(result, session.question, session.target)
    return 128 + signals.number if signals.number else result.verdict.value


def _list_checks() -> None:
    for each in load_checks():
        click.echo(f"{each.name:45} {each.level.value:11} {each.asks}")


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
@_target
@_identities
@click.option("--ledger", type=_FOLDER, help="Where ledgers are kept.  [default: the user's state directory]")
@click.option("--rate-limit", metavar="N/s", help=_RATE)
@click.option(
    "--request-timeout",
    type=click.FloatRange(0.1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Until then an answer has to be there.",
)
def sweep(url: str | None, **options: Any) -> None:
    """Delete what runs that were killed left behind at URL.

    Only what still is as a run created it is deleted; the rest is listed.

    Exit code: 0 nothing is left, 1 something is, 2 usage, 3 unreachable.
    """
    where = _url(url, options)
    with _one_line("sweep"):
        target = parse_target(where, options["headers"], os.environ, options["other_headers"])
        pace = Pace(parse_rate(options["rate_limit"])) if options["rate_limit"] else None
        folder = options["ledger"] or default_folder(os.environ)
        found = sweep_ledgers(folder, target, pace=pace, timeout=options["request_timeout"])
    for line in found.lines or ["nothing is left of earlier runs"]:
        click.echo(line)
    raise SystemExit(found.exit_code)
