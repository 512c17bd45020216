"""Where a reader can be sent: names of places on the page that stay the same from run to run."""

import hashlib
import re

from contract_tests.reports.data import Data


def finding(told: Data) -> str:
    """`finding-CHECK-DIGEST`."""
    return _anchor("finding", told)


def requirement(told: Data) -> str:
    """`requirement-CHECK-DIGEST`."""
    return _anchor("requirement", told)


def digest(text: str) -> str:
    """Ten characters that stand for a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:10]


def _anchor(kind: str, told: Data) -> str:
    """The check is there for people; the digest of the id tells two places apart."""
    check = re.sub(r"[^a-z0-9_]", "", told["check"])
    return f"{kind}-{check}-{digest(told['id'])}"
