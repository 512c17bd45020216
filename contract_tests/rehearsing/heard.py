"""What an imagined deployment hears, keeps and refuses."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract_tests.contract import Match
from openapi.codec import Json
from openapi.operation import Operation, Parameter


@dataclass
class Record:
    """A record of the imagined deployment: its item, whose it is, how often it was written."""

    resource: str
    item: dict[str, Json]
    owner: str
    path: str
    version: int = 1

    @property
    def tag(self) -> str:
        return f'"{hashlib.sha256(f"{self.path} {self.version}".encode()).hexdigest()[:20]}"'


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the deployment sees it."""

    operation: Operation
    match: Match
    path: str
    pairs: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: Json
    caller: str

    @property
    def query(self) -> dict[str, str]:
        return dict(self.pairs)

    def several(self, parameter: Parameter) -> list[str]:
        """The values of a query parameter that takes a list."""
        texts = [value for name, value in self.pairs if name == parameter.name]
        return texts if parameter.explode else [part for text in texts for part in text.split(",")]


class Refused(Exception):
    """A request that is answered with the first of some statuses that the operation declares."""

    def __init__(self, *wanted: int) -> None:
        super().__init__(wanted)
        self.wanted = wanted
