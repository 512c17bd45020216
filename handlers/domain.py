"""The functions written for one API, if any are: what they answer, what they keep, what they begin with.

A set of functions is for the documents that have its title; every other document is answered from itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from handlers import hyfn
from handlers.call import Handler
from handlers.context import Context
from handlers.hyfn import seed
from handlers.store.base import Record
from openapi.document import Document
from openapi.schema import Validator
from openapi.source import Source, SourceError, join_pointer, read

BUNDLED_SEED = Path(hyfn.__file__).with_name("seed.json")


_UNSHOWABLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)
"""What showing raises of a value that is not what it was written for."""


@dataclass(frozen=True, slots=True)
class Domain:
    """`handlers` by function name, and `entities` by table."""

    handlers: Mapping[str, Handler] = field(default_factory=dict)
    entities: Mapping[str, hyfn.Entity] = field(default_factory=dict)

    @staticmethod
    def of(document: Document) -> "Domain":
        """The set that was written for a document; an empty one where none was."""
        if document.title != hyfn.TITLE:
            return Domain()
        return Domain(hyfn.HANDLERS, hyfn.ENTITIES)

    def plant(self, context: Context, now: datetime) -> int:
        """Puts the records that the settings name into an empty store; how many.

        Raises SourceError: file and line.
        """
        source = self._seed_source(context)
        if source is None:
            return 0
        try:
            found = list(seed.records(source.data, now))
            self._check(context, source, found)
            seed.plant(context.store, found, now)
        except seed.SeedError as error:
            raise source.error(error.pointer, str(error)) from error
        return len(found)

    def fits(self, context: Context) -> Callable[[str, Record], bool]:
        """Whether the API could show a stored record of a table, now that the document says what it says."""
        found = {table: self._validator(context, table) for table in self.entities}
        asked = {table: (self.entities[table].shown, each) for table, each in found.items() if each}

        def fit(table: str, record: Record) -> bool:
            if table not in asked:
                return True
            shown, validator = asked[table]
            try:
                return validator.is_valid(shown(context.store, record))
            except _UNSHOWABLE:
                return False

        return fit

    def misfit(self, context: Context, table: str, record: Record) -> str | None:
        """Why the API could not show a stored record; None where it could."""
        entity, validator = self.entities.get(table), self._validator(context, table)
        if entity is None or validator is None:
            return None
        try:
            shown = entity.shown(context.store, record)
        except _UNSHOWABLE as error:
            return f"no {entity.schema}: {error}"
        if validator.is_valid(shown):
            return None
        return str(next(iter(validator.problems(shown, "record"))))

    def _validator(self, context: Context, table: str) -> Validator | None:
        """The validator of what a table's records look like; None where the document has no such schema."""
        entity = self.entities.get(table)
        schemas = (context.document.data.get("components") or {}).get("schemas") or {}
        if entity is None or entity.schema not in schemas:
            return None
        return context.responses.at(join_pointer("#/components/schemas", entity.schema))

    def _seed_source(self, context: Context) -> Source | None:
        wanted = context.settings.seed_data
        if wanted == "none":
            return None
        if wanted is None:
            return read(BUNDLED_SEED) if self.handlers and context.settings.demo else None
        if not self.handlers:
            raise SourceError(
                "--seed-data",
                f"{context.document.title} is answered from its examples, which keep no records",
            )
        return read(wanted)

    def _check(
        self, context: Context, source: Source, found: list[tuple[str, str, dict[str, object]]]
    ) -> None:
        for pointer, table, value in found:
            validator = self._validator(context, table)
            if table not in seed.FRESH or validator is None:
                continue
            for problem in validator.problems(value, "record"):
                name = problem.place.split(".")[1].partition("[")[0] if "." in problem.place else ""
                place = join_pointer(pointer, name) if name in value else pointer
                raise source.error(place, str(problem))
