"""Whom a configuration asks, for those who have no flags of their own: the pytest door."""

from collections.abc import Mapping
from pathlib import Path

from contract_tests.configuration import Configuration
from contract_tests.configuration.login import grants
from contract_tests.exchange import ONE, OTHER
from contract_tests.network.login import logged_in
from contract_tests.question import read_document
from contract_tests.target import Target, expanded, parse_target


def document_path(settings: Configuration) -> Path | None:
    """The document that is named, or None for the bundled one."""
    found: Path | None = settings.flags(["document"]).get("document")
    return found


def configured_target(
    settings: Configuration, environment: Mapping[str, str], document: Path | None = None
) -> Target | None:
    """The target with its identities, logged in where the file asks for that; None where it names none.

    `document`: in place of the one that the file names. Raises Misuse and LoginRefused.
    """
    if settings.url is None:
        return None
    url = expanded("the target", settings.url, environment)
    target = parse_target(url, settings.headers(ONE), environment, settings.headers(OTHER))
    read = read_document(document or document_path(settings))
    timeout = float(settings.settings.get("request-timeout", 10))
    return logged_in(target, grants(settings, read, target.url, environment), timeout)
