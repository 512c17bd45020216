"""A running mock: one store, one log, and the app of the document as it is now."""

import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from connexion.exceptions import ConnexionException

from handlers import announcement
from handlers.app import App, create_app
from handlers.clock import Clock
from handlers.log import RequestLog
from handlers.origin import Origin
from handlers.reload import Swappable, watch
from handlers.settings import Settings
from handlers.store.keeping import Keeping
from openapi.document import Document
from openapi.findings import is_large
from openapi.schema import SchemaError
from openapi.source import SourceError


class Mock:
    """Everything behind the sockets. Raises SourceError or StoreError when it cannot start."""

    def __init__(
        self, document: Document, origin: Origin, settings: Settings, keeping: Keeping, log: RequestLog
    ) -> None:
        self._origin, self._settings = origin, settings
        self._files: list[Path] = []
        self._log = log
        self._store = keeping.open()
        self._kept_in = keeping.shown
        try:
            self._clock = Clock(lambda: self._store.last_written, settings.clock)
            self._current = self._build(document)
            self._begin()
        except BaseException:
            self._store.close()
            raise
        self.app = Swappable(self._current)

    def announcement(self, sockets: Sequence[socket.socket], quiet: bool) -> str:
        """What to print when requests are answered."""
        return announcement.text(self._current, sockets, self._kept_in, quiet)

    def refusal(self, status: int, title: str, details: str) -> tuple[bytes, str]:
        """(body, media type) of the answer to what never reaches the app, such as bytes that are no HTTP."""
        return self._current.refusal(status, title, details)

    async def watch(self) -> None:
        """Serves edits of the document, and of the user's functions, for as long as it runs."""
        self._files = self._watched(self._current.context.document)
        await watch(lambda: self._files, self._reload)

    def close(self) -> None:
        self._store.close()
        self._log.close()

    def _build(self, document: Document) -> App:
        """The app of a document; that of a small one has everything compiled. Raises SourceError."""
        try:
            app = create_app(document, self._store, self._settings, self._log, self._clock)
            if self._origin.strict or not is_large(document):
                app.prepare()
            self._origin.check(document)
        except SchemaError as error:
            raise document.error(error.pointer, f"no usable schema: {error.message}") from error
        except ConnexionException as error:
            raise SourceError(document.source.name, f"Connexion cannot route it: {error}") from error
        return app

    def _begin(self) -> None:
        """A new store gets its seed; what a file holds is sorted out by the document."""
        with self._store.transaction():
            if self._store.last_written is None:
                self._current.domain.plant(self._current.context, self._clock.now())
            else:
                self._sort_out(self._current)

    def _sort_out(self, app: App) -> None:
        aside, back = self._store.sort_out(app.domain.fits(app.context))
        if aside or back:
            self._say(f"{aside} stored records do not fit the document and are set aside, {back} fit again")

    def _watched(self, document: Document) -> list[Path]:
        return [*self._origin.files(document), *filter(None, [self._settings.handlers])]

    def _reload(self) -> None:
        try:
            document = self._origin.load()
            app = self._build(document)
            self._sort_out(app)
        except Exception as error:  # whatever an edit does, serving and watching go on
            self._say(f"{error}; the last good document goes on being served")
            return
        self._current = self.app.app = app
        self._files = self._watched(document)
        self._say(f"{self._origin.where} changed: serving {document.title} {document.version}")

    @staticmethod
    def _say(sentence: str) -> None:
        sys.stderr.write(f"hyfn mock: {sentence}\n")
