"""What a fault is, and the plan that it spoils."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

from handlers.context import Context
from handlers.controls.faults.scene import Scene
from handlers.resolve import FunctionStage, HandlerResolver
from handlers.security import Keyring
from openapi.document import Document

Kind = Literal[
    "shape", "status", "headers", "methods", "input", "crash", "auth", "tenancy", "writing", "reading",
    "updating", "deleting",
]  # fmt: skip


@dataclass
class Plan:
    """What `create_app` is about to build: the stages, outermost first, and the innermost one.

    Each stage is a partial of its class, so that a fault can put another class, or another keyword, in its
    place.
    """

    context: Context
    resolver: HandlerResolver
    keyring: Keyring
    stages: list[partial[Any]]
    function: FunctionStage

    @cached_property
    def scene(self) -> Scene:
        return Scene(self.context, self.resolver)

    def swap(self, old: type, new: type, **keywords: Any) -> None:
        """Puts `new` where the stage `old` is (or what another swap put there), with more keywords."""
        self.stages = [
            partial(new, **{**stage.keywords, **keywords}) if issubclass(_class(stage), old) else stage
            for stage in self.stages
        ]


def _class(stage: partial[Any]) -> type:
    return stage.func if isinstance(stage.func, type) else object


Spoil = Callable[[Plan], None]
"""Changes the plan, once, at start: a request meets nothing but what the fault does."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a deployment does wrong, with every resource and operation that it can do it with.

    `name` is a lower_case_sentence, `says` what it does and `breaks` what was promised, one sentence each.
    `shows`: whether a document has anything that the fault could do wrong, for those that need some keyword.
    """

    kind: Kind
    name: str
    says: str
    breaks: str
    spoil: Spoil
    shows: Callable[[Document], bool] = lambda _document: True
