"""The paths that are ours and not the document's: the document itself, its reference page, and the
controls."""

from typing import Any

from handlers.context import Context
from handlers.controls.admin import Admin
from handlers.controls.docs import Docs
from handlers.domain import Domain
from handlers.log import RequestLog
from handlers.router import raw_path


class OwnPaths:
    """Answers a request for one of our paths. The router asks it where the document has no such path."""

    def __init__(self, context: Context, domain: Domain, log: RequestLog) -> None:
        self._docs = Docs(context.document)
        self._admin = Admin(context, domain, log)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> bool:
        """Whether the request was ours, and is answered."""
        path = raw_path(scope)
        if path.startswith("/_mock/"):
            return await self._admin.answer(path.removeprefix("/_mock/"), scope, receive, send)
        return await self._docs.answer(path, scope, receive, send)
