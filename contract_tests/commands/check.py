"""`hyfn check`: asks a deployment whether it keeps its document."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from contract_tests import guide
from contract_tests.baseline import Baseline, read_baseline
from contract_tests.baseline_update import check_update, rewritten
from contract_tests.commands.asking import (
    ASKED,
    FILE,
    FOLDER,
    KINDS_OF_FILTERS,
    RATE,
    configured,
    filters,
    identities,
    logins_of,
    one_line,
    request_timeout,
    target_url,
    tell,
    url_of,
    with_logins,
)
from contract_tests.configuration import Configuration
from contract_tests.interrupts import interrupts
from contract_tests.options import Filters, check_names, question, report_kinds
from contract_tests.question import EXAMPLES, MIN_TESTED
from contract_tests.rehearsing.rehearsal import rehearsal, rehearsed
from contract_tests.reports import console
from contract_tests.reports.kinds import KINDS
from contract_tests.reports.outlet import Manner, Outlet
from contract_tests.session import Session
from contract_tests.target import parse_target

_PLAIN = (
    "workers", "seed", "strict", "min_tested", "allow_billing", "allow_leftovers", "rate_limit",
    "max_requests", "max_failures", "ledger", "allowed",
)  # fmt: skip


@click.command(context_settings=ASKED)
@target_url
@identities
@configured
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
@click.option("--strict-document", is_flag=True, help="Stop at anything wrong in the document.")
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
@filters
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
@click.option("--rate-limit", metavar="N/s", help=RATE)
@click.option("--max-requests", type=click.IntRange(1), help="Stop after this many requests.")
@click.option("--max-failures", type=click.IntRange(1), help="Ask nothing more after this many failures.")
@request_timeout
@click.option(
    "--wait", type=click.FloatRange(0), metavar="SECONDS", help="Wait so long until the target answers."
)
@click.option(
    "--ledger",
    type=FOLDER,
    help="Where the list of created records is kept.  [default: the user's state directory]",
)
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@click.option("-v", "--verbose", count=True, help="Print each exchange as it happens; -vv the bodies, too.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour the text.  [default: on a terminal; NO_COLOR and FORCE_COLOR count]",
)
@click.option("--baseline", type=FILE, help="Failures that are known: they are listed, and do not fail.")
@click.option(
    "--update-baseline",
    "--baseline-update",
    is_flag=True,
    help="Write the baseline: what fails now is known, what was mended goes; reasons stay.",
)
@click.option("--dry-run", is_flag=True, help="Print the requirements and requests, send nothing.")
@click.option("--list-checks", is_flag=True, help="Print every check with its level and question.")
@click.option(
    "--junit",
    "--junit-xml",
    "junit_file",
    type=click.Path(path_type=Path),
    envvar="HYFN_CHECK_JUNIT",
    help="Write the result to this file, as JUnit XML.",
)
@click.option("--report-junit-path", "junit_elsewhere", type=click.Path(path_type=Path), hidden=True)
@click.option(
    "--report",
    multiple=True,
    metavar="KIND,...",
    help=f"Write reports: {', '.join(KINDS)}, or all. json, without --report-dir, is printed, and what is for"
    " people goes to the standard error. Repeatable.",
)
@click.option("--report-dir", type=FOLDER, help="Write what --report names here: report.json, ...")
@click.pass_context
def check(context: click.Context, /, url: str | None, **options: Any) -> None:
    """Ask a running API whether it keeps its document.

    URL is where the API answers, base path included: http://127.0.0.1:5000/api/public

    Exit code: 0 conforms, 1 does not, 2 usage or document, 3 unreachable or inconclusive, 130 interrupted.
    """  # fmt: skip
    if options.pop("list_checks"):
        _say(guide.overview())
        return
    for name, elsewhere in (("seed", "seed_elsewhere"), ("junit_file", "junit_elsewhere")):
        other = options.pop(elsewhere)
        options[name] = other if options[name] is None else options[name]
    with one_line("check"):
        options["logins"] = logins_of(context)
        where = url_of(context, url, options)
        raise SystemExit(_check(where, options, context.obj))


def _check(url: str, options: dict[str, Any], settings: Configuration | None) -> int:
    """The exit code."""
    target = parse_target(url, options.pop("headers"), os.environ, options.pop("other_headers"))
    target = with_logins(target, options, settings, options.pop("logins"), options["dry_run"])
    manner = Manner(options.pop("quiet"), options.pop("verbose"), options.pop("color"))
    kinds = report_kinds(options.pop("report"))
    outlet = Outlet(options.pop("junit_file"), kinds, options.pop("report_dir"), manner)
    strict = options.pop("strict_document")
    update = options.pop("update_baseline")
    known = _baseline(options, update)
    asked = question(
        target,
        options.pop("document"),
        Filters(*(options.pop(f"include_{kind}") for kind in KINDS_OF_FILTERS)),
        Filters(*(options.pop(f"exclude_{kind}") for kind in KINDS_OF_FILTERS)),
        options.pop("profile"),
        checks=check_names(options.pop("checks"), "--checks"),
        unwanted=check_names(options.pop("exclude_checks"), "--exclude-checks"),
        examples=options.pop("max_examples"),
        timeout=options.pop("request_timeout"),
        baseline=known,
        configuration=settings,
        **{name: options[name] for name in _PLAIN},
    )
    tell(asked.document, "check", manner, strict)
    if options["dry_run"]:
        session = rehearsal(target, asked)
        outlet.say([*console.opening(session, outlet.layout), "", *rehearsed(session)])
        return 0
    return _conduct(Session(target, asked), outlet, options["wait"], update)


def _conduct(session: Session, outlet: Outlet, wait: float | None, update: bool) -> int:
    """Asks, and says what came of it; the exit code."""
    outlet.say(console.opening(session, outlet.layout))
    if hear := outlet.listener(session.target):
        session.transport.listen(hear)
    with interrupts(session) as signals:
        try:
            if wait:
                session.wait(wait)
            result = session.conduct(outlet.show)
            result = rewritten(result) if update else result
        finally:
            outlet.end_progress()
        outlet.finish(result, session.question, session.target)
    return 128 + signals.number if signals.number else result.verdict.value


def _baseline(options: dict[str, Any], update: bool) -> Baseline | None:
    """What is known to fail. Raises Misuse."""
    path: Path | None = options.pop("baseline")
    if path is None and update:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    if path is not None and update and not options["dry_run"]:
        check_update(path)
    return read_baseline(path, may_be_absent=update) if path else None


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
