"""What the commands of the server have in common: options about the document, how they tell of trouble."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from handlers.serve import CannotListen
from handlers.store.base import StoreError
from openapi.document import Document
from openapi.findings import FEW, report
from openapi.source import SourceError

FILE = click.Path(dir_okay=False, path_type=Path)

allow_ref = click.option(
    "--allow-ref",
    "allowed",
    metavar="PREFIX",
    multiple=True,
    help="Let references of the document lead into this folder, or below this URL, too. Repeatable.",
)
strict_document = click.option(
    "--strict-document", "strict", is_flag=True, help="Stop at anything wrong in the document."
)
verbose_option = click.option(
    "-v", "--verbose", is_flag=True, help="Print everything that is wrong in the document."
)


def tell(document: Document, command: str, verbose: bool, quiet: bool = False) -> None:
    """Prints what is wrong in the document, and what of it is not honoured."""
    lines = report(document, None if verbose else 0 if quiet else FEW)
    for line in lines:
        click.echo(f"hyfn {command}: {line}", err=True)


@contextmanager
def in_one_line(command: str) -> Iterator[None]:
    """Turns what the user got wrong into one line and exit code 2."""
    try:
        yield
    except (SourceError, StoreError, CannotListen) as error:
        click.echo(f"hyfn {command}: {error}", err=True)
        raise SystemExit(2) from None
