"""`hyfn explain`: says what a check asks, and shows what fails it."""

import click

from contract_tests import guide
from contract_tests.commands.asking import HELP, one_line


@click.command(context_settings=HELP)
@click.argument("names", metavar="[CHECK]...", nargs=-1)
def explain(names: tuple[str, ...]) -> None:
    """Say what a check asks and how, and show what fails it.

    CHECK is the name of a check (`,` and * work); without one, all checks are listed.

    Exit code: 0, or 2 where no check has that name.
    """
    with one_line("explain"):
        click.echo("\n".join(guide.explained(names) if names else guide.overview()))
