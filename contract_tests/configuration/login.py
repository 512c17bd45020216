"""The logins that a configuration asks for, by the flows of the document's own security schemes."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from contract_tests.configuration import Configuration
from contract_tests.exchange import ONE, OTHER
from contract_tests.network.connection import Peer
from contract_tests.network.login import Grant
from contract_tests.target import expanded
from openapi.document import Document

_TEXTS = ("client_id", "client_secret", "username", "password", "token_url")


def has_login(configuration: Configuration | None, identity: str) -> bool:
    return configuration is not None and "oauth2" in configuration.identity(identity)


def grants(
    configuration: Configuration,
    document: Document,
    url: str,
    environment: Mapping[str, str],
    identities: Sequence[str] = (ONE, OTHER),
) -> tuple[Grant, ...]:
    """The logins of these identities. `url`: the target's. Raises Misuse, with file and line."""
    reading = _Reading(configuration, document, url, environment)
    found = tuple(reading.grant(each) for each in identities if has_login(configuration, each))
    if len(found) == 2 and found[0].who == found[1].who:
        keys = ("identities", OTHER, "oauth2")
        raise configuration.error(keys, "both identities log in as the same, expected another organization")
    return found


class _Reading:
    """One file beside one document."""

    def __init__(
        self, configuration: Configuration, document: Document, url: str, environment: Mapping[str, str]
    ) -> None:
        self._configuration, self._schemes = configuration, document.security_schemes
        self._url, self._environment = url, environment

    def grant(self, identity: str) -> Grant:
        says = self._configuration.identity(identity)["oauth2"]
        if any(
            name.lower() == "authorization"
            for name in self._configuration.identity(identity).get("headers", {})
        ):
            keys = ("identities", identity, "headers")
            raise self._configuration.error(
                keys, "authorization is what the login gives, expected one of both"
            )
        texts = {name: self._text(identity, name, says[name]) for name in _TEXTS if name in says}
        scopes = says.get("scopes", ())
        given = texts.pop("token_url", "")
        return Grant(
            identity,
            self._named(identity, given) if given else self._declared(identity, says),
            **texts,
            scopes=tuple(scopes.split() if isinstance(scopes, str) else scopes),
            in_body=says.get("client_auth") == "body",
        )

    def _text(self, identity: str, name: str, value: str) -> str:
        return expanded(f"identities.{identity}.oauth2.{name}", value, self._environment)

    def _named(self, identity: str, url: str) -> str:
        """A token URL that the file names: it may be anywhere."""
        parts = urlsplit(url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or "@" in parts.netloc
            or parts.fragment
        ):
            keys = ("identities", identity, "oauth2", "token_url")
            raise self._configuration.error(keys, f"{url!r} is no URL of a token endpoint")
        return url

    def _declared(self, identity: str, says: Mapping[str, Any]) -> str:
        """The token URL of the document, which has to be on the target's origin."""
        flow = "password" if "username" in says else "clientCredentials"
        keys = ("identities", identity, "oauth2")
        urls = {
            name: urljoin(f"{self._url}/", str(found[flow].get("tokenUrl", "")))
            for name, found in self._flows().items()
            if flow in found and says.get("scheme", name) == name
        }
        if not urls:
            which = f"{says['scheme']} with" if "scheme" in says else "with"
            raise self._configuration.error(
                keys, f"the document has no security scheme {which} the flow {flow}: give a token_url"
            )
        if len(set(urls.values())) > 1:
            raise self._configuration.error(
                keys, f"several fit, expected scheme to name one of {', '.join(urls)}"
            )
        (name, url), *_ = urls.items()
        if not _same_origin(url, self._url):
            raise self._configuration.error(
                keys, f"the token URL of {name}, {url}, is not on the target's origin: name it with token_url"
            )
        return url

    def _flows(self) -> dict[str, Mapping[str, Any]]:
        """Scheme -> its flows."""
        found = {
            name: each.get("flows") for name, each in self._schemes.items() if each.get("type") == "oauth2"
        }
        return {
            name: {key: flow for key, flow in flows.items() if isinstance(flow, dict)}
            for name, flows in found.items()
            if isinstance(flows, dict)
        }


def _same_origin(one: str, other: str) -> bool:
    """RFC 6454 section 5."""
    try:
        parts = urlsplit(one)
        plain = parts.scheme in ("http", "https") and "@" not in parts.netloc and not parts.fragment
        return plain and Peer.of(one) == Peer.of(other)
    except ValueError:
        return False
