"""The paths that are ours and not the document's: the document itself, its reference page, the controls, and
the toy token endpoint."""

from typing import Any

from handlers import exchange
from handlers.context import Context
from handlers.controls.admin import Admin
from handlers.controls.docs import Docs
from handlers.controls.token_endpoint import TokenEndpoint
from handlers.controls.webhooks import Webhooks
from handlers.domain import Domain
from handlers.log import RequestLog
from handlers.router import main_mount, mounts
from handlers.security import Keyring


class OwnPaths:
    """Answers a request for one of our paths. The router asks it where the document has no such path."""

    def __init__(
        self, context: Context, domain: Domain, log: RequestLog, keyring: Keyring, webhooks: Webhooks
    ) -> None:
        self._docs = Docs(context.document, main_mount(context))
        self._admin = Admin(context, domain, log, keyring, webhooks)
        self.webhook_paths = [f"/_mock/webhooks/{name}" for name in webhooks.controls]
        self.tokens = TokenEndpoint(context.document, mounts(context), keyring)

    def knows(self, path: str) -> bool:
        return self._admin.knows(path) or self._docs.knows(path) or self.tokens.knows(path)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = exchange.of(scope).path
        if self._admin.knows(path):
            await self._admin.answer(path, scope, receive, send)
        elif self.tokens.knows(path):
            await self.tokens.answer(path, scope, receive, send)
        else:
            await self._docs.answer(path, scope, send)
