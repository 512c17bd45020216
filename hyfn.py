"""The front door: one click group. Each command is imported from its room when it is called."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import click

# command -> (the module that defines a click command of that name, its line in `hyfn --help`).
# The line stands here because asking the command for it would import its whole room.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "mock": ("handlers.commands.mock", "Serve an API that keeps its document."),
    "inspect": ("handlers.commands.inspect", "Show what the mock makes of a document, and why."),
    "check": ("contract_tests.commands.check", "Ask a running API whether it keeps its document."),
    "report": ("contract_tests.commands.report", "Make reports of a JSON report."),
    "explain": ("contract_tests.commands.explain", "Say what a check asks, and show what fails it."),
    "config": (
        "contract_tests.commands.config",
        "Say which configuration file counts here, and what it says.",
    ),
    "sweep": ("contract_tests.commands.sweep", "Delete what a killed check left behind."),
}


class FrontDoor(click.Group):
    """A group that lists its commands without importing them."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Put the real command in the place of the one that was only listed."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name in COMMANDS else command, rest


def load(name: str) -> click.Command:
    """Import the command `name` from its room."""
    module, _ = COMMANDS[name]
    command: click.Command = getattr(import_module(module), name)
    return command


def installed_version() -> str:
    """The version of the installed distribution; a plain word in a tree that is not installed."""
    try:
        return version("hyfn-contract")
    except PackageNotFoundError:
        return "(not installed)"


@click.group(cls=FrontDoor, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(installed_version(), prog_name="hyfn")
def cli() -> None:
    """A mock server that keeps an OpenAPI document, and tests that ask any server to."""


for _name, (_, _line) in COMMANDS.items():
    cli.add_command(click.Command(_name, help=_line))


def main() -> None:
    """Run the command line `hyfn`; exits 2 on a usage error."""
    # What libraries warn of concerns us, not our users; `python -W default -m hyfn` shows it.
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    cli.main(prog_name="hyfn")


if __name__ == "__main__":
    main()
