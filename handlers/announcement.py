"""What a person reads when the mock has started."""

import socket
from collections.abc import Sequence

from handlers.app import App
from handlers.router import main_mount, mounts, shadowed
from handlers.schemes import as_sent, label
from handlers.serve import address
from handlers.settings import PLACEHOLDER


def text(app: App, sockets: Sequence[socket.socket], kept_in: str | None, quiet: bool) -> str:
    """Address, credentials, what answers each operation, and where document and docs are; with `quiet` the
    address alone."""
    places = mounts(app.context)
    main = main_mount(app.context)
    here = address(sockets[0])
    if quiet:
        return f"{here}{main}\n"
    document = app.context.document
    others = [address(sock) for sock in sockets[1:]]
    lines = [
        f"{f'{document.title} {document.version}'.strip()}: {here}{main}",
        "",
        *_row("also at", ", ".join([*(place or "/" for place in places if place != main), *others])),
        *_row("document", _ours(app, here, "/openapi.json", "/openapi.yaml")),
        *_row("docs", _ours(app, here, "/docs")),
        *_row("webhooks", ", ".join(f"POST {here}{path}" for path in app.own.webhook_paths)),
        *_row("records", _records(app, kept_in)),
        *_row("fault", _fault(app)),
        *_credentials(app),
        *_tokens(app, here),
        *_unchecked(app),
        "",
        *_answers(app),
    ]
    return "\n".join(lines) + "\n\nCtrl-C stops it.\n\n"


def _records(app: App, kept_in: str | None) -> str:
    if not app.remembers:
        return "none: answers come from the document's examples and schemas"
    return f"kept in {kept_in}" if kept_in else "in memory (keep them with --store FILE)"


def _fault(app: App) -> str:
    """What the mock does wrong on purpose; nothing where it does nothing wrong."""
    name = app.context.settings.fault
    if name is None:
        return ""
    from handlers.controls.faults import find  # noqa: PLC0415 - many modules, and few mocks have a fault

    fault = find(name)
    shown = "" if fault.shows(app.context.document) else "  (nothing in this document shows it)"
    return f"{name}: {fault.says}{shown}"


def _ours(app: App, here: str, *paths: str) -> str:
    """The addresses of paths of ours that the document does not have itself."""
    return "  ".join(here + path for path in paths if not shadowed(app.context, path))


def _row(name: str, value: str) -> list[str]:
    return [f"  {name:<12}{value}"] if value else []


def _credentials(app: App) -> list[str]:
    settings = app.context.settings
    keyring = app.keyring
    if settings.auth == "off" or not keyring.schemes:
        return _row("credentials", "none asked for")
    if settings.auth == "any":
        return _row("credentials", f"any value of {' and '.join(label(s) for s in keyring.schemes.values())}")
    if not settings.demo:
        organizations = dict.fromkeys(identity.organization for identity in keyring.identities)
        return _row("credentials", f"your own, of {', '.join(organizations)}")
    shown: list[str] = []
    for identity in keyring.identities:
        sent = (as_sent(scheme, keyring.expected(identity, name)) for name, scheme in keyring.schemes.items())
        note = "  (the published samples)" if identity.secret == PLACEHOLDER else ""
        shown += _row("" if shown else "credentials", "  ".join(dict.fromkeys(sent)) + note)
    return shown


def _tokens(app: App, here: str) -> list[str]:
    """Where tokens are given, and to whom."""
    paths = list(app.own.tokens.scopes)
    if not paths or app.context.settings.auth == "off":
        return []
    identity = app.keyring.identities[0] if app.context.settings.demo else None
    client = f"  (client {identity.organization}, secret {identity.secret})" if identity else ""
    return _row("tokens", f"POST {here}{paths[0]}{client}")


def _unchecked(app: App) -> list[str]:
    return [
        line for name, why in app.keyring.unchecked.items() for line in _row("security", f"{name}: {why}")
    ]


def _answers(app: App) -> list[str]:
    operations = app.context.document.operations
    wide = max((len(operation.path) for operation in operations), default=0)
    return [f"  {o.method:<7}{o.path:<{wide}}  {app.resolver.describe(o)}" for o in operations] or [
        "  (no operations)"
    ]
