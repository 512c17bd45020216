"""A record of a run."""

from dataclasses import dataclass

from contract_tests.exchange import Exchange
from openapi.codec import Json
from openapi.resources import Resource


@dataclass(frozen=True)
class Item:
    """A record of this run. `id` and the values of `parents` are texts as they stand in a path, decoded.

    `sent`: the item as it was sent; `entity`: as the create answered it, or ABSENT where that has no body of
    it. `made`: the exchange that created it.
    """

    resource: Resource
    id: str
    parents: dict[str, str]
    identity: str
    sent: Json
    entity: Json
    made: Exchange

    @property
    def path(self) -> dict[str, str]:
        """The values of the parameters of its path."""
        own = {self.resource.id.parameter.name: self.id} if self.resource.id else {}
        return {**self.parents, **own}
