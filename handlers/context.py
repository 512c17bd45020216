"""What all stages of one server share: the document, its compiled schemas, the settings, the store, the
clock."""

from dataclasses import dataclass
from functools import cached_property

from handlers.clock import Clock
from handlers.kept import Kept
from handlers.numbers import Numbers
from handlers.settings import Settings
from handlers.store.base import Store
from openapi.document import Document
from openapi.operation import Operation
from openapi.schema import Schemas


@dataclass
class Context:
    """Built once per document; nothing in it changes but the store and the clock."""

    document: Document
    settings: Settings
    store: Store
    clock: Clock

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.settings.seed, [each.organization for each in self.settings.identities])

    @cached_property
    def kept(self) -> Kept:
        return Kept()

    @cached_property
    def requests(self) -> Schemas:
        return Schemas(self.document, "request")

    @cached_property
    def responses(self) -> Schemas:
        return Schemas(self.document, "response")

    @cached_property
    def operations(self) -> dict[str, Operation]:
        return {operation.id: operation for operation in self.document.operations}
