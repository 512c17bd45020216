"""The result as JSON, for programs."""

from contract_tests.reports.data import Data
from openapi import codec


def render(data: Data) -> bytes:
    """The whole result as one JSON object."""
    return codec.encode(data) + b"\n"
