"""`hyfn sweep`: deletes what killed runs left behind."""

import os
from typing import Any

import click

from contract_tests.commands.asking import (
    ASKED,
    FOLDER,
    RATE,
    configured,
    identities,
    logins_of,
    one_line,
    request_timeout,
    target_url,
    url_of,
    with_logins,
)
from contract_tests.configuration import Configuration
from contract_tests.ledger import default_folder
from contract_tests.network.pace import Pace, parse_rate
from contract_tests.sweep import sweep as sweep_ledgers
from contract_tests.target import parse_target


@click.command(context_settings=ASKED)
@target_url
@identities
@configured
@click.option("--ledger", type=FOLDER, help="Where ledgers are kept.  [default: the user's state directory]")
@click.option("--rate-limit", metavar="N/s", help=RATE)
@request_timeout
@click.pass_context
def sweep(context: click.Context, /, url: str | None, **options: Any) -> None:
    """Delete what runs that were killed left behind at URL.

    Only what still is as a run created it is deleted; the rest is listed.

    Exit code: 0 nothing is left, 1 something is, 2 usage, 3 unreachable.
    """
    with one_line("sweep"):
        where = url_of(context, url, options)
        target = parse_target(where, options["headers"], os.environ, options["other_headers"])
        settings: Configuration | None = context.obj
        document = settings.flags(["document"]) if settings else {}
        more = {**options, "document": document.get("document")}
        target = with_logins(target, more, settings, logins_of(context), False)
        pace = Pace(parse_rate(options["rate_limit"])) if options["rate_limit"] else None
        folder = options["ledger"] or default_folder(os.environ)
        found = sweep_ledgers(folder, target, pace=pace, timeout=options["request_timeout"])
    for line in found.lines or ["nothing is left of earlier runs"]:
        click.echo(line)
    raise SystemExit(found.exit_code)
