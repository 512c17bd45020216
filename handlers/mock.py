"""A running mock: one store, one log, and the app of the document as it is now."""

import asyncio
import socket
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from connexion.exceptions import ConnexionException

from handlers import announcement
from handlers.app import App, create_app
from handlers.clock import Clock
from handlers.domain import Domain
from handlers.log import RequestLog
from handlers.reload import Swappable, watch
from handlers.settings import Settings
from handlers.store.tiny import TinyStore
from openapi.document import Document, load
from openapi.schema import SchemaError
from openapi.source import SourceError


class Mock:
    """Everything behind the sockets. Raises SourceError or StoreError when it cannot start."""

    def __init__(
        self, document: Document, path: Path, settings: Settings, store: Path | None, log: RequestLog
    ) -> None:
        self._path, self._settings = path, settings
        self._log = log
        self._store = TinyStore(store, indexes=Domain.of(document).indexes)
        self._kept_in = store
        try:
            self._clock = Clock(self._store.last_written)
            self._current = self._build(document)
            self._begin()
        except BaseException:
            self._store.close()
            raise
        self.app = Swappable(self._current)

    def announcement(self, sockets: Sequence[socket.socket], quiet: bool) -> str:
        """What to print when requests are answered."""
        return announcement.text(self._current, sockets, self._kept_in, quiet)

    def unparsable(self) -> tuple[bytes, str]:
        """(body, media type) of the answer to bytes that are no HTTP."""
        return self._current.refusal(400, "Bad request", "the bytes received are no HTTP request")

    async def watch(self) -> None:
        """Serves edits of the document, and of the user's functions, for as long as it runs."""
        files = [self._path, *filter(None, [self._settings.handlers])]
        await asyncio.gather(*(watch(file, partial(self._reload, file)) for file in files))

    def close(self) -> None:
        self._store.close()
        self._log.close()

    def _build(self, document: Document) -> App:
        """The app of a document whose every schema compiles. Raises SourceError."""
        try:
            app = create_app(document, self._store, self._settings, self._log, self._clock)
            app.context.requests.compile_all()
            app.context.responses.compile_all()
        except SchemaError as error:
            raise document.error(error.pointer, f"no usable schema: {error.message}") from error
        except ConnexionException as error:
            raise SourceError(document.source.name, f"Connexion cannot route it: {error}") from error
        return app

    def _begin(self) -> None:
        """A new store gets its seed; what a file holds is sorted out by the document."""
        if self._store.last_written is None:
            self._current.domain.plant(self._current.context, self._clock.now())
        else:
            self._sort_out(self._current)

    def _sort_out(self, app: App) -> None:
        aside, back = self._store.sort_out(lambda table, record: app.domain.fits(app.context, table, record))
        if aside or back:
            self._say(f"{aside} stored records do not fit the document and are set aside, {back} fit again")

    def _reload(self, changed: Path) -> None:
        try:
            app = self._build(load(self._path))
            self._sort_out(app)
        except Exception as error:  # whatever an edit does, serving and watching go on
            self._say(f"{error}; the last good document goes on being served")
            return
        self._current = self.app.app = app
        self._say(f"{changed} changed: serving {app.context.document.title} {app.context.document.version}")

    @staticmethod
    def _say(sentence: str) -> None:
        sys.stderr.write(f"hyfn mock: {sentence}\n")
