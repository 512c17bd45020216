"""A stage of the floor plan on Connexion's own extension point: one compiled object per operation, looked
up by its id."""

from typing import Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation

from handlers.context import Context
from openapi.operation import Operation

ASGIApp = Any


class _StageAPI(RoutedAPI[ASGIApp]):
    """Compiles an operation of the document for one stage when it is first asked for: large documents have
    many that nobody calls."""

    def __init__(self, specification: Any, *, stage: "Stage", next_app: ASGIApp, **kwargs: Any) -> None:
        super().__init__(specification, next_app=next_app, **kwargs)
        self.stage = stage
        self._places: dict[str, tuple[str, str]] = {}
        self.add_paths()

    def add_paths(self) -> None:
        for path, methods in self.specification["paths"].items():
            self._places |= {written["operationId"]: (path, method) for method, written in methods.items()}

    def entry(self, operation_id: str) -> ASGIApp:
        if operation_id not in self.operations:
            self.add_operation(*self._places[operation_id])
        return self.operations[operation_id]

    def make_operation(self, operation: AbstractOperation) -> ASGIApp:
        return self.stage.make(operation, self._next(operation.operation_id))

    def _next(self, operation_id: str) -> ASGIApp:
        return self.next_app.entry(operation_id) if isinstance(self.next_app, Stage) else self.next_app


class Stage(RoutedMiddleware[_StageAPI]):
    """Subclasses say what one operation's part of the stage is."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        super().__init__(app)
        self.context = context

    def add_api(self, specification: Any, **kwargs: Any) -> _StageAPI:
        api = _StageAPI(specification, stage=self, next_app=self.app, **kwargs)
        self.apis[api.base_path].append(api)
        return api

    def entry(self, operation_id: str) -> ASGIApp:
        """What this stage compiles for an operation, and with it all stages behind.

        Each stage binds itself to the next one's entry: a request looks its operation up once, in the router.
        """
        return next(api.entry(operation_id) for apis in self.apis.values() for api in apis)

    def make(self, operation: AbstractOperation, next_app: ASGIApp) -> ASGIApp:
        """What Connexion's operation becomes in this stage."""
        return self.compile(self.context.operations[operation.operation_id], next_app)

    def compile(self, _operation: Operation, next_app: ASGIApp) -> ASGIApp:
        """The ASGI app that does this stage's work for an operation and calls `next_app`; here: none."""
        return next_app
