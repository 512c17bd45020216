"""The floor plan: the stages that a request passes, as one list."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from connexion import ConnexionMiddleware

from handlers.answer import ReplyStage
from handlers.call import Handler
from handlers.clock import Clock
from handlers.context import Context
from handlers.controls.callbacks import Sender
from handlers.controls.calling import CallbackStage
from handlers.controls.forced import ForcedStage
from handlers.controls.own import OwnPaths
from handlers.controls.prefer import PreferStage
from handlers.controls.told import Messages
from handlers.controls.webhooks import Webhooks
from handlers.domain import Domain
from handlers.error_body import ErrorBodies
from handlers.errors import ErrorStage
from handlers.generic.fallback import Documented
from handlers.generic.made import Maker
from handlers.generic.stateful import Stateful
from handlers.imported import Imported
from handlers.log import RequestLog
from handlers.resolve import FunctionStage, HandlerResolver
from handlers.router import RouterStage
from handlers.security import Keyring, SecurityStage
from handlers.settings import Settings
from handlers.store.base import Store
from handlers.validation import RequestStage
from openapi.document import Document
from openapi.families import Families
from openapi.findings import is_large
from openapi.inference import infer
from openapi.operation import Operation
from openapi.skeleton import skeleton


class App:
    """The mock of one document: an ASGI application.

    What depends on the document alone is compiled once: by `prepare`, or when it is first asked for.
    """

    def __init__(
        self, document: Document, store: Store, settings: Settings, log: RequestLog, clock: Clock
    ) -> None:
        """Raises SourceError where the document cannot be served."""
        self.context = context = Context(document, settings, store, clock)
        self.domain = Domain.of(document)
        self.keyring = Keyring(document, settings, clock, published=bool(self.domain.handlers))
        maker = Maker(document, context.responses, settings.seed)
        documented = Documented(document, context.responses, maker)
        own = Imported(settings.handlers, document.operations) if settings.handlers else None
        self.model = None if self.domain.handlers or is_large(document) else infer(document)
        """Of the whole document; None where it is too large to look at all of it at the start."""

        stored = None if self.domain.handlers else self._stateful(maker)
        self.resolver = HandlerResolver(context, self.domain.handlers, stored, documented, own, self.model)
        self.remembers = bool(self.domain.handlers or self.model is None or self.model.resources)
        self._bodies = ErrorBodies(context, maker)
        sender = Sender(log, settings.allow_callback, clock)
        messages = Messages(context.responses, maker)
        self.own = OwnPaths(context, self.domain, log, self.keyring, Webhooks(document, sender, messages))
        stages: list[partial[Any]] = [
            partial(ErrorStage, context=context, log=log, bodies=self._bodies),
            partial(RouterStage, context=context, own=self.own),
            partial(CallbackStage, context=context, sender=sender, messages=messages, model=self.model),
            partial(
                ReplyStage, context=context, maker=maker
            ),  # acts on the way out: checks the reply, sends it
            partial(ForcedStage, context=context, documented=documented),
            partial(SecurityStage, context=context, keyring=self.keyring),
            partial(RequestStage, context=context),
            partial(PreferStage, context=context, documented=documented),
        ]
        function = FunctionStage(context)
        if settings.fault is not None:
            from handlers.controls import faults  # noqa: PLC0415 - many modules, and few mocks have a fault

            plan = faults.Plan(context, self.resolver, self.keyring, stages, function)
            faults.find(settings.fault).spoil(plan)
            stages, function = plan.stages, plan.function
        self._connexion = ConnexionMiddleware(function, middlewares=stages, resolver=self.resolver)
        self._connexion.add_api(skeleton(document), base_path="")
        # Connexion would build its stack at the first request. Built now, a document that cannot be served
        # stops the start. The name has an underscore: the pin of the version makes that safe.
        self._asgi, self._stages = self._connexion._build_middleware_stack()

    def prepare(self) -> None:
        """Compiles every schema and every operation now. Raises SchemaError."""
        self.context.requests.compile_all()
        self.context.responses.compile_all()
        for stage in self._stages:
            if isinstance(stage, RouterStage):
                stage.prepare()

    def _stateful(self, maker: Maker) -> Callable[[Operation], Handler | None]:
        """The functions of the resource model: of the whole of a small document; of a large one, family by
        family of paths, each when one of its operations is first asked for."""
        responses = self.context.responses
        if self.model is not None:
            return Stateful(self.model, responses, maker).handler
        families = Families(self.context.document)
        of_part = cache(lambda part: Stateful(infer(part), responses, maker))
        return lambda operation: of_part(families.of(operation)).handler(operation)

    def refusal(self, status: int, error: str, details: str) -> tuple[bytes, str]:
        """(body, media type) of an error that belongs to no operation."""
        return self._bodies.render(None, status, error, details)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._asgi(scope, receive, send)


def create_app(
    document: Document,
    store: Store,
    settings: Settings | None = None,
    log: RequestLog | None = None,
    clock: Clock | None = None,
) -> App:
    """The mock of `document` over `store`. Raises SourceError where the document cannot be served."""
    chosen = settings or Settings()
    return App(document, store, chosen, log or RequestLog(), clock or Clock(fixed=chosen.clock))
