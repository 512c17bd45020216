"""`hyfn mock`: the command line of the server."""

import re
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from handlers.clock import instant
from handlers.commands.asking import FILE, allow_ref, in_one_line, strict_document, tell, verbose_option
from handlers.keys import read_keys
from handlers.log import Lines, RequestLog
from handlers.mock import Mock
from handlers.origin import Origin
from handlers.serve import LOOPBACK, Served, listen, serve
from handlers.settings import DEMO_IDENTITIES, Settings
from handlers.store.keeping import Keeping
from handlers.workers import Workers, end_with
from openapi.document import BUNDLED, Document
from openapi.findings import look_through
from openapi.source import SourceError

DEFAULT_PORT = 4010
_BASE_PATH = re.compile(
    r"(?:/(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*\Z", re.ASCII
)  # RFC 3986 section 3.3


def _list_faults(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from handlers.controls.faults import listing

        click.echo("\n".join(listing()))
        context.exit()


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("document", required=False)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1 and ::1]")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    envvar=["HYFN_PORT", "PORT"],
    help="Port; 0 takes a free one.  [default: the document's own local server's, else 4010]",
)
@click.option(
    "--base-path", "--prefix", help="Where the API answers.  [default: the paths of the document's servers]"
)
@click.option(
    "--auth",
    type=click.Choice(["keys", "any", "off"]),
    default="keys",
    show_default=True,
    help="keys: known credentials only. any: they must be there. off: no questions.",
)
@click.option(
    "--keys",
    type=FILE,
    help="Your own organizations and keys (JSON or YAML: organization to key); the demo ones are off then.",
)
@click.option(
    "--store",
    metavar="FILE|URL",
    envvar="HYFN_STORE",
    help="Keep the records in this file, or in a PostgreSQL database: postgresql://user:password@host/db.  "
    "[default: in memory]",
)
@click.option(
    "--durability",
    type=click.Choice(["memory", "process", "power"]),
    help="What acknowledged changes outlive. memory: nothing, FILE is written at the end. process: a kill "
    "of the mock. power: a loss of power.  [default with --store: process]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that answer; more than one need --store postgresql://..., which they share.",
)
@click.option(
    "--seed-data",
    metavar="none|FILE",
    help="Records to begin with.  [default: demo records for the demo organizations]",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Of the values and ids that are made up."
)
@click.option(
    "--clock",
    metavar="TIME",
    help="Let it always be this time (2026-01-31T12:00:00Z): the same requests then get the same answers, "
    "to the byte.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1),
    default=10 * 1024 * 1024,
    show_default=True,
    help="Largest request body, in bytes.",
)
@click.option(
    "--cors/--no-cors", default=True, show_default=True, help="Let browsers of any origin call the API."
)
@click.option(
    "--admin-token",
    envvar="HYFN_ADMIN_TOKEN",
    help="Ask for this bearer token under /_mock, and answer other machines there.",
)
@click.option(
    "--allow-callback",
    metavar="HOST",
    multiple=True,
    help="Let callbacks and webhooks go to this host too.  [default: to this machine only]",
)
@click.option(
    "--fault", metavar="NAME", help="Do one thing wrong on purpose, for what tests servers to find."
)
@click.option(
    "--list-faults",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_faults,
    help="Print what --fault can do, and exit.",
)
@click.option(
    "--handlers",
    type=FILE,
    help="Your own functions (Python), named after operation ids in snake_case: each gets a "
    "handlers.call.Call and gives a Reply; call.default() is what would be answered without it.",
)
@click.option(
    "--reload", is_flag=True, help="Serve edits of the document, and of --handlers, as they are saved."
)
@click.option(
    "--until-eof",
    is_flag=True,
    hidden=True,
    help="End with the standard input: whoever started the mock is gone then, however it ended.",
)
@allow_ref
@strict_document
@verbose_option
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="Print the address and nothing else.")
def mock(document: str | None, host: str | None, port: int | None, reload: bool, **options: Any) -> None:
    """Serve an API that keeps its document.

    DOCUMENT is an OpenAPI 3 document, JSON or YAML: a file, an http(s) URL, or - for the standard input.
    [default: the Hyfn Public API]
    """
    origin = Origin(document or str(BUNDLED), options.pop("allowed"), options.pop("strict"))
    quiet, verbose = options.pop("quiet"), options.pop("verbose")
    keeping = Keeping(options.pop("store"), options.pop("durability"))
    workers = options.pop("workers")
    form = options.pop("log_format")
    until_eof = options.pop("until_eof")
    with in_one_line("mock"):
        if workers > 1:
            keeping.share(workers)
        settings = _settings(options)
        loaded = origin.load()
        if reload:
            origin.files(loaded)
        sockets = listen((host,) if host else LOOPBACK, default_port(loaded) if port is None else port)
    if verbose:
        look_through(loaded)
        tell(loaded, "mock", verbose, quiet)

    def work(first: bool, ready: Callable[[], object]) -> None:
        log = RequestLog(None if quiet else Lines(sys.stdout, form))
        with in_one_line("mock"):
            running = Mock(loaded, origin, settings, keeping, log)
        if first and not verbose:
            tell(loaded, "mock", verbose, quiet)

        def announce() -> None:
            if first:
                announced = running.announcement(sockets, quiet)
                click.echo(announced, nl=False, err=form == "json" and not quiet)
            ready()

        try:
            watch = running.watch if reload else None
            serve(Served(running.app, running.refusal, announce, watch), sockets)
        finally:
            running.close()

    if until_eof:
        threading.Thread(target=end_with, args=(0,), daemon=True).start()
    if workers == 1:
        work(True, lambda: None)
        return
    raise SystemExit(Workers(workers, work).run())


def default_port(document: Document) -> int:
    """The port of the document's own loopback server where it names one above 1023, else 4010."""
    for url in document.server_urls:
        try:
            parts = urlsplit(url)
            if parts.hostname in ("localhost", "127.0.0.1", "::1") and (parts.port or 0) > 1023:
                return parts.port or DEFAULT_PORT
        except ValueError:  # a port that is no number
            continue
    return DEFAULT_PORT


def _settings(options: dict[str, Any]) -> Settings:
    """The settings that the options ask for. Raises SourceError for a value that cannot be used."""
    base_path, token, keys = options["base_path"], options["admin_token"], options.pop("keys")
    if base_path is not None and not _BASE_PATH.match(base_path):
        raise SourceError("--base-path", f"{base_path!r} found, expected a path of a URL such as /api/v1")
    if token is not None and not token.strip():
        raise SourceError("--admin-token", "empty, expected a secret")
    if options["fault"] is not None:
        from handlers.controls.faults import find

        find(options["fault"])
    records, moment = options.pop("seed_data"), options.pop("clock")
    return Settings(
        clock=_fixed(moment) if moment is not None else None,
        identities=read_keys(keys) if keys else DEMO_IDENTITIES,
        seed_data=records if records in (None, "none") else Path(records),
        **options,
    )


def _fixed(text: str) -> datetime:
    try:
        return instant(text.strip())
    except ValueError as error:
        raise SourceError(
            "--clock", f"{text!r} found, expected a time with its offset such as 2026-01-31T12:00:00Z"
        ) from error
