"""`hyfn report`: makes reports of a JSON report."""

from pathlib import Path

import click

from contract_tests.commands.asking import FOLDER, HELP, one_line
from contract_tests.options import report_kinds
from contract_tests.reports import reading
from contract_tests.reports.destinations import destinations
from contract_tests.reports.kinds import KINDS


@click.command(context_settings=HELP)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--report", multiple=True, metavar="KIND,...", help=f"Make {', '.join(KINDS)}, or all.")
@click.option("--report-dir", type=FOLDER, help="Write them here.  [default: the current folder]")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of FILE.")
def report(file: Path | None, report: tuple[str, ...], report_dir: Path | None, schema: bool) -> None:
    """Make reports of FILE, which `hyfn check --report json` wrote.

    They are the same that `hyfn check` would have written. FILE may be `-`, the standard input.

    Exit code: 0 written, 2 usage, or FILE is no such report.
    """
    if schema:
        click.echo(reading.SCHEMA.read_text("utf-8"), nl=False)
        return
    if file is None or not report:
        raise click.UsageError("Missing argument 'FILE'." if file is None else "Missing option '--report'.")
    with one_line("report"):
        kinds = report_kinds(report)
        data = reading.read(file)
        reports = destinations(kinds, report_dir)
        reports.write(data)
    if reports.on_stdout:
        click.echo(KINDS["json"].render(data), nl=False)
    for each in reports.files:
        click.echo(each.path, err=reports.on_stdout)
    if "har" in kinds and "exchanges" not in data:
        click.echo("note: all exchanges are only in a report of `hyfn check --report json,har`", err=True)
