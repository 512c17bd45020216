"""A stage of the floor plan on Connexion's own extension point: one compiled object per operation, looked up by its id."""

from typing import Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation

from handlers.call import Handler
from handlers.context import Context
from openapi.document import Operation

ASGIApp = Any


class _StageAPI(RoutedAPI[ASGIApp]):
    """Compiles every operation of the document for one stage."""

    def __init__(self, specification: Any, *, stage: "Stage", next_app: ASGIApp, **kwargs: Any) -> None:
        super().__init__(specification, next_app=next_app, **kwargs)
        self.stage = stage
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> ASGIApp:
        ours = self.stage.context.operations[operation.operation_id]
        return self.stage.compile(ours, operation.function, self.next_app)


class Stage(RoutedMiddleware[_StageAPI]):
    """Subclasses say what one operation's part of the stage is; requests then find it by operation id."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        super().__init__(app)
        self.context = context

    def add_api(self, specification: Any, **kwargs: Any) -> _StageAPI:
        api = _StageAPI(specification, stage=self, next_app=self.app, **kwargs)
        self.apis[api.base_path].append(api)
        return api

    def compile(self, operation: Operation, function: Handler, next_app: ASGIApp) -> ASGIApp:
        """The ASGI app that does this stage's work for `operation`, whose answer `function` is, and calls `next_app`."""
        raise NotImplementedError
