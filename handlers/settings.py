"""Every knob of the mock: its default and what it means. The command line sets them (`commands.py`)."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

Auth = Literal["keys", "any", "off"]


@dataclass(frozen=True, slots=True)
class Identity:
    """An organization and its secret: the value of every security scheme that does not name the
    organization."""

    organization: str
    secret: str = field(repr=False)


PLACEHOLDER = "YOUR_API_KEY_HERE"
"""What every published sample carries in each of its security headers."""

DEMO_IDENTITIES = (
    Identity("demo-org-123", "demo-key-123"),
    Identity("demo-org-456", "demo-key-456"),
    Identity(PLACEHOLDER, PLACEHOLDER),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How one mock behaves.

    Immutable, so that an app can be built from it again after an edit of the document.
    """

    auth: Auth = "keys"
    identities: tuple[Identity, ...] = DEMO_IDENTITIES
    """Who may call with `auth="keys"`. Values are shown to people only while these are the demo ones."""

    base_path: str | None = None
    """Where the API is mounted; None: at the path of each server that the document declares."""

    max_body: int = 10 * 1024 * 1024
    """Bytes of a request body that are read; one more is 413."""

    cors: bool = True
    """Whether browsers of any origin may call the API (never the controls)."""

    admin_token: str | None = field(default=None, repr=False)
    """When set, the controls under /_mock ask for it (bearer), and answer clients beyond loopback too."""

    seed: int = 0
    """Of every value and every id that is made up."""

    clock: datetime | None = None
    """The time that it always is; None: the system's."""

    seed_data: Path | Literal["none"] | None = None
    """Records to begin with: None is the bundled set, `none` an empty store."""

    handlers: Path | None = None
    """A file with your own functions (`imported.py`)."""

    allow_callback: tuple[str, ...] = ()
    """Hosts besides this machine that callbacks and webhooks may go to."""

    fault: str | None = None
    """The one thing that the mock does wrong on purpose (`controls/faults`); None: it keeps the document."""

    @property
    def demo(self) -> bool:
        return self.identities is DEMO_IDENTITIES
