"""Values for answers that no store holds: valid for their schema, the same one for one seed and one key."""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from handlers.call import Json
from openapi import media
from openapi.dialect import Schema
from openapi.document import Document
from openapi.example import sample
from openapi.examples import written_examples
from openapi.explain import Breach
from openapi.operation import Place
from openapi.resources import ABSENT
from openapi.sample_files import sample_file
from openapi.schema import SchemaError, Schemas, Validator
from openapi.shape import Shape, shape_of
from openapi.source import join_pointer, split_pointer
from openapi.spots import placed

_TRIES = 12
_ROUNDS = 12
_MOST_KNOWN = 500
_EVENTS = 2
"""How many values a made-up sequence has."""

_FORMS = ("anyOf", "oneOf")
"""Keywords that do not tell which member is wrong."""

Path = tuple[str | int, ...]


class Maker:
    """Makes values for the schemas of one direction."""

    def __init__(self, document: Document, schemas: Schemas, seed: int) -> None:
        self._document, self._schemas, self._seed = document, schemas, seed
        self._known: dict[int, tuple[Schema, Validator | None]] = {}

    def chance(self, key: str) -> Random:
        """What makes the choices for one key."""
        return Random(f"{self._seed} {key}")  # noqa: S311  (variety, not secrecy)

    def whole(self, pointer: str, key: str, written: bool = True) -> Json:
        """A value for the schema at a pointer, valid wherever one of many tries is; `written`: what the
        document writes as an example may be in it."""
        schema = self._schemas.resolve(pointer)
        return self.fitting(True if schema is None else schema, self._schemas.at(pointer), key, written)

    def fitting(self, schema: Schema, validator: Validator, key: str, written: bool = True) -> Json:
        """A value for a schema, valid wherever one of many tries is."""
        for candidate in self._candidates(schema, key, written):
            if validator.is_valid(candidate):
                return candidate
            last = fitted(candidate, candidate, validator)
            if last is not ABSENT:
                return last
        return candidate

    def written(self, place: Place) -> Iterator[tuple[str, Json]]:
        """The examples of a Media Type Object by name; the name of an unnamed `example` is empty."""
        return written_examples(self._document, place)

    def examples(self, place: Place) -> Iterator[tuple[str, Json]]:
        """Those that fit. In XML or CSV, text is what is sent: the schema speaks of what it spells."""
        later = self._schemas.of_media(place)
        as_text = not media.is_json(_essence(place)) and "string" not in self._shape(place).types
        for name, value in self.written(place):
            if later is None or (as_text and isinstance(value, str)) or later().is_valid(value):
                yield name, value

    def body(self, place: Place, key: str, written: bool = True) -> Json:
        """The body of a Media Type Object: an example that fits, else one that is made."""
        known = next((value for _, value in self.examples(place)), ABSENT) if written else ABSENT
        return self.made(place, key, written) if known is ABSENT else known

    def made(self, place: Place, key: str, written: bool = True) -> Json:
        """A body that no example of the Media Type Object shows; a whole file where it is a file."""
        later, essence = self._schemas.of_media(place), _essence(place)
        file = sample_file(essence)
        if file is not None and (later is None or later().is_valid(file)):
            return file
        if place.get("schema") is not None:
            return self.whole(join_pointer(place.pointer, "schema"), key, written)
        if later is not None:
            item = {"$ref": join_pointer(place.pointer, "itemSchema")}
            return self.fitting({"type": "array", "items": item, "minItems": _EVENTS}, later(), key, written)
        return {} if media.kind(essence) in ("json", "form", "multipart", "xml") or essence == "*/*" else ""

    def _shape(self, place: Place) -> Shape:
        return shape_of(self._schemas.tree, join_pointer(place.pointer, "schema"))

    def part(self, schema: Schema, key: str, name: str = "") -> Json:
        """A value for a schema that is a part of another one; whoever needs certainty validates the whole."""
        return sample(schema, self._schemas.resolve, name=name, choose=self.chance(key), fits=self._fits)

    def _candidates(self, schema: Schema, key: str, written: bool) -> Iterator[Json]:
        resolve, fits = self._schemas.resolve, self._fits
        if written:
            yield sample(schema, resolve, choose=self.chance(key), fits=fits)
            yield sample(schema, resolve, fits=fits)
        for number in range(_TRIES):
            yield sample(schema, resolve, written=False, choose=self.chance(f"{key} {number}"), fits=fits)

    def _fits(self, schema: Schema, value: Json) -> bool:
        """Whether a value fits a part of a schema."""
        known = self._known.get(id(schema))
        if known is None:
            try:
                known = schema, self._schemas.of(schema)
            except SchemaError:
                known = schema, None
            if len(self._known) > _MOST_KNOWN:  # some are put together for one value only
                self._known.clear()
            self._known[id(schema)] = known  # it holds the schema, too: so nothing else gets its number
        return known[1] is None or known[1].is_valid(value)


def _essence(place: Place) -> str:
    """The media type that a Media Type Object stands under."""
    return media.essence(split_pointer(place.pointer)[-1])


def fitted(value: Json, spare: Json, validator: Validator) -> Json:
    """`value`, changed in as few places as it takes to be valid: what is missing or wrong is taken from
    `spare`, a value of the same kind; what may not be there is left out. ABSENT where that does not help."""
    for _ in range(_ROUNDS):
        found = validator.misfits(value)
        if not found:
            return value if validator.is_valid(value) else ABSENT
        before = value
        for breach in found:
            value = _mended(value, spare, breach, validator)
        if value == before:
            return ABSENT
    return ABSENT


def _mended(value: Json, spare: Json, breach: Breach, validator: Validator) -> Json:
    """One breach less, or the same value."""
    try:
        if breach.keyword == "required":
            return _add(value, spare, (*breach.path, breach.names[0]))
        if breach.names:
            for name in breach.names:
                value = placed(value, (*breach.path, name), ABSENT)
            return value
        if breach.keyword in _FORMS and isinstance(at(value, breach.path), dict):
            return _blended(value, spare, breach.path, validator)
        return _exchanged(value, spare, breach.path)
    except LookupError:  # another mend has taken the place away
        return value


def _add(value: Json, spare: Json, path: Path) -> Json:
    found = at(spare, path)
    return value if found is ABSENT else placed(value, path, found)


def _exchanged(value: Json, spare: Json, path: Path) -> Json:
    """The spare value in the place of a wrong one; where that is the same, nothing stands there."""
    found = at(spare, path)
    if found is not ABSENT and found != at(value, path):
        return placed(value, path, found)
    return placed(value, path, ABSENT) if path else value


def _blended(value: Json, spare: Json, path: Path, validator: Validator) -> Json:
    """The spare object in the place of one that fits none of several forms, with all of the old one that the
    form of the spare one lets be."""
    old, made = at(value, path), _exchanged(value, spare, path)
    new = at(made, path)
    if not isinstance(new, dict):
        return made
    wrong = len(validator.misfits(made))
    return placed(
        made, path, _nearest(old, new, lambda part: len(validator.misfits(placed(made, path, part))) <= wrong)
    )


def _nearest(old: Json, new: Json, fits: Callable[[Json], bool]) -> Json:
    """As much of `old` as fits in the place of `new`, which does."""
    if fits(old):
        return old
    if isinstance(old, dict) and isinstance(new, dict):
        return _nearest_object(old, new, fits)
    if isinstance(old, list) and isinstance(new, list) and new:
        items = [_nearest(item, new[0], lambda part: fits([part])) for item in old]
        return items if fits(items) else new
    return new


def _nearest_object(old: dict[str, Json], new: dict[str, Json], fits: Callable[[Json], bool]) -> Json:
    made = new
    for name in [*old, *(name for name in new if name not in old)]:
        part = old.get(name, ABSENT)
        if part is not ABSENT and name in made:
            part = _nearest(part, made[name], partial(_fits_with, made, name, fits))
        if _fits_with(made, name, fits, part):
            made = placed(made, (name,), part)
    return made


def _fits_with(whole: dict[str, Json], name: str, fits: Callable[[Json], bool], part: Json) -> bool:
    return fits(placed(whole, (name,), part))


def at(value: Json, path: Path) -> Json:
    """What stands at a path, or ABSENT; in a list that is shorter, its first item does."""
    for token in path:
        try:
            value = value[0 if isinstance(token, int) and token >= len(value) else token]
        except (LookupError, TypeError):
            return ABSENT
    return value
