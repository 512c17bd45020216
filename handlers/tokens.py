"""Tokens that say themselves whose they are and until when: signed, so that none has to be kept.

They outlive a restart and `--reload`, and one moment gives one client one token.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from openapi import codec

Kind = Literal["access", "refresh"]

LIFETIME: dict[Kind, int] = {"access": 3600, "refresh": 30 * 24 * 3600}
"""Seconds that a token is good for."""


class Tokens:
    """Makes tokens and reads them. `secret` signs them; `now` tells the time."""

    def __init__(self, secret: bytes, now: Callable[[], datetime]) -> None:
        self._secret, self._now = secret, now

    def issue(self, kind: Kind, organization: str) -> str:
        """A new token of an organization."""
        ends = int(self._now().timestamp()) + LIFETIME[kind]
        told = urlsafe_b64encode(codec.encode([kind, organization, ends])).rstrip(b"=")
        return f"mock-{told.decode()}.{self._signature(told)}"

    def holder(self, kind: Kind, token: str) -> str | None:
        """The organization that holds a token of ours; None for any other text, and at its end."""
        told, _, signature = token.removeprefix("mock-").encode("latin-1", "replace").partition(b".")
        if not token.startswith("mock-") or not hmac.compare_digest(
            self._signature(told).encode(), signature
        ):
            return None
        found, organization, ends = codec.decode(urlsafe_b64decode(told + b"=" * (-len(told) % 4)))
        return str(organization) if found == kind and self._now().timestamp() < ends else None

    def _signature(self, told: bytes) -> str:
        return urlsafe_b64encode(hmac.digest(self._secret, told, "sha256")[:24]).decode()
