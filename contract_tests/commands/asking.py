"""What the commands that ask a deployment have in common: options, settings, logins, and how they end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from contract_tests.configuration import SCHEMA, Configuration, configuration
from contract_tests.configuration.login import grants, has_login
from contract_tests.network.login import Logins, imagined, logged_in
from contract_tests.problems import CannotTell, Misuse
from contract_tests.question import read_document
from contract_tests.reports.outlet import Manner
from contract_tests.target import Target, expanded
from openapi.document import Document
from openapi.findings import FEW, insist, is_large, look_through, report
from openapi.schema import SchemaError
from openapi.source import SourceError

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
HELP = {"help_option_names": ["-h", "--help"]}
ASKED = {**HELP, "auto_envvar_prefix": "HYFN_CHECK"}
RATE = "Requests per second, minute or hour: 10/s, 100/m, 5000/h."
KINDS_OF_FILTERS = ("path", "method", "tag", "operation_id")


request_timeout = click.option(
    "--request-timeout",
    type=click.FloatRange(0.1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Until then an answer has to be there.",
)


def filters(command: Callable[..., None]) -> Callable[..., None]:
    """--include-... and --exclude-... by path, method, tag and operation id."""
    for word, says in (("exclude", "Never send"), ("include", "Ask only")):
        for kind in reversed(KINDS_OF_FILTERS):
            option = f"--{word}-{kind.replace('_', '-')}"
            more = "; sends a dangerous one, too" if (word, kind) == ("include", "operation_id") else ""
            text = f"{says} operations with this {kind.replace('_', ' ')}{more}. Repeatable."
            command = click.option(option, f"{word}_{kind}", multiple=True, metavar="TEXT", help=text)(
                command
            )
    return command


class _Lines(click.types.StringParamType):
    """Text; in the environment one on each line."""

    envvar_list_splitter = "\n"


def identities(command: Callable[..., None]) -> Callable[..., None]:
    both: dict[str, Any] = {"metavar": "'NAME: VALUE'", "multiple": True, "type": _Lines()}
    text = "The same for a second identity, of another organization."
    name, variable = "--other-header", "HYFN_CHECK_OTHER_HEADER"
    command = click.option(name, "other_headers", envvar=variable, help=text, **both)(command)
    text = "Goes with every request; ${VAR} in the value is taken from the environment. Repeatable."
    return click.option("-H", "--header", "headers", envvar="HYFN_CHECK_HEADER", help=text, **both)(command)


def configured(command: Callable[..., None]) -> Callable[..., None]:
    """--config: what the file says stands behind flags and variables of the environment."""
    text = (
        "Settings.  [default: hyfn.toml, or [tool.hyfn] in pyproject.toml, here or above in the repository]"
    )
    return click.option(
        "--config", type=FILE, is_eager=True, expose_value=False, callback=_configure, help=text
    )(command)


def _configure(context: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    with one_line(str(context.info_name)):
        found = configuration(path, Path.cwd())
        if found is None:
            return
        context.obj = found
        settings = found.flags(SCHEMA["properties"])
        settings |= {"url": found.url, "header": found.headers("one"), "other-header": found.headers("other")}
    context.default_map = {
        str(each.name): settings[option.removeprefix("--")]
        for each in context.command.params
        for option in each.opts
        if option.startswith("--") and settings.get(option.removeprefix("--")) is not None
    }


def target_url(command: Callable[..., None]) -> Callable[..., None]:
    """The URL, as an argument or by the option that other tools have for it."""
    command = click.option("--base-url", "--server", "url_elsewhere", hidden=True)(command)
    command = click.option(
        "-u", "--url", "url_option", metavar="URL", envvar="HYFN_CHECK_URL", help="The same as URL."
    )(command)
    return click.argument("url", required=False)(command)


def url_of(context: click.Context, url: str | None, options: dict[str, Any]) -> str:
    """What was typed, else what the environment says, else the file."""
    texts = {name: options.pop(name) for name in ("url_option", "url_elsewhere")} | {"url": url}
    typed = {text for name, text in texts.items() if text and _is_typed(context, name)}
    given = typed or {text for text in texts.values() if text}
    if len(given) > 1:
        raise click.UsageError(f"Several URLs are given, expected one: {', '.join(sorted(given))}")
    if not given:
        raise click.UsageError("Missing argument 'URL'.")
    return expanded("the target", given.pop(), os.environ)


def _is_typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def logins_of(context: click.Context) -> list[str]:
    """The identities whose login stands in the file, and that no flag or variable replaces."""
    behind = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP)
    return [
        identity
        for identity, option in (("one", "headers"), ("other", "other_headers"))
        if context.get_parameter_source(option) in behind and has_login(context.obj, identity)
    ]


def with_logins(
    target: Target, options: dict[str, Any], settings: Configuration | None, who: list[str], dry: bool
) -> Target:
    if settings is None or not who:
        return target
    found = grants(settings, read_document(options["document"]), target.url, os.environ, who)
    return logged_in(target, found, options["request_timeout"], Logins(imagined) if dry else None)


def tell(document: Document, command: str, manner: Manner, strict: bool) -> None:
    """Prints what is wrong in a document, and what of it is not honoured, on the standard error: the first of
    it, with -v all. Raises Misuse where it has no usable schema, or with `strict` where anything is wrong."""
    try:
        if strict or manner.verbose or not is_large(document):
            look_through(document)
        if strict:
            insist(document)
    except SchemaError as error:
        raise Misuse(str(document.error(error.pointer, f"no usable schema: {error.message}"))) from error
    except SourceError as error:
        raise Misuse(str(error)) from error
    for line in () if manner.quiet else report(document, None if manner.verbose else FEW):
        click.echo(f"hyfn {command}: {line}", err=True)


@contextmanager
def one_line(command: str) -> Iterator[None]:
    """Turns what keeps us from a verdict into one line and its exit code."""
    try:
        yield
    except CannotTell as error:
        click.echo(f"hyfn {command}: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        raise SystemExit(130) from None
