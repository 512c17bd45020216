"""`hyfn inspect`: what the mock makes of a document."""

from pathlib import Path

import click

from handlers.app import create_app
from handlers.commands.asking import FILE, allow_ref, in_one_line, strict_document, tell, verbose_option
from handlers.inspection import inspected
from handlers.inspection_text import text
from handlers.origin import Origin
from handlers.settings import Settings
from handlers.store.tiny import TinyStore
from openapi import codec
from openapi.document import BUNDLED
from openapi.findings import is_large, look_through
from openapi.schema import SchemaError


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("document", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--handlers", type=FILE, help="Your own functions, as hyfn mock takes them.")
@allow_ref
@strict_document
@verbose_option
def inspect(
    document: str | None,
    as_json: bool,
    handlers: Path | None,
    allowed: tuple[str, ...],
    strict: bool,
    verbose: bool,
) -> None:
    """Show what the mock makes of a document: its resources, and for each operation what answers it, why,
    what could not be told, and which refusals have no declared status. What is wrong in the document goes to
    the standard error.

    DOCUMENT is as hyfn mock takes it.

    Where it is wrong, an `x-resource` in the document corrects it, or a hyfn.toml beside the document.

    \b
    On a path:                         in hyfn.toml:
      /things/{id}:                      [resources."/things/{id}"]
        x-resource:                      id = "code"
          id: code

    \b
    On a path:
      role      collection, item, singleton or none (nothing that is kept)
      id        the property that holds the item's id
      parent    the collection that the parameter above the item names; none
      envelope  where answers hold the list or the item: data.items

    \b
    On an operation ([resources."GET /things"] or [resources.listThings]):
      role      list, create, read, replace, update, delete or none
      resource  the collection's path, where it is another than its own
      envelope  where its answer holds the list or the item
    """
    with in_one_line("inspect"):
        origin = Origin(document or str(BUNDLED), allowed, strict)
        loaded = origin.load()
        try:
            app = create_app(loaded, TinyStore(), Settings(handlers=handlers))
            if strict or verbose or not is_large(loaded):
                look_through(loaded)
            told = inspected(app)
        except SchemaError as error:
            raise loaded.error(error.pointer, f"no usable schema: {error.message}") from error
        origin.check(loaded)
    if not as_json:
        tell(loaded, "inspect", verbose)
    click.echo(codec.encode(told).decode() if as_json else text(told), nl=as_json)
