"""`hyfn config`: says which configuration file counts."""

import click

from contract_tests.commands.asking import HELP, configured
from contract_tests.configuration import Configuration
from contract_tests.configuration.conformity import SCHEMA_TEXT
from contract_tests.configuration.summary import summary


@click.command(context_settings=HELP)
@configured
@click.option("--schema", is_flag=True, help="Print the JSON Schema of hyfn.toml, for editors.")
@click.pass_context
def config(context: click.Context, /, schema: bool) -> None:
    """Say which configuration file counts here, and what it says.

    Exit code: 0 there is one that can be read, 1 there is none, 2 it cannot be read.
    """
    if schema:
        click.echo(SCHEMA_TEXT, nl=False)
        return
    found: Configuration | None = context.obj
    if found is None:
        click.echo("there is no hyfn.toml here or above in the repository", err=True)
        raise SystemExit(1)
    click.echo("\n".join([str(found.path), *(f"  {line}" for line in summary(found.settings))]))
