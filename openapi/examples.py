"""The examples that a document writes for a media type or a parameter, in each of the ways that there are."""

from collections.abc import Iterator
from typing import Any

from openapi import codec, media
from openapi.codec import Json
from openapi.operation import Place
from openapi.resources import ABSENT
from openapi.source import split_pointer
from openapi.tree import Tree


def written_examples(tree: Tree, place: Place) -> Iterator[tuple[str, Json]]:
    """The examples of a Media Type Object by name; the name of an unnamed `example` is empty.

    Each as data: `dataValue` (OpenAPI 3.2), else `value`, else what `serializedValue` (3.2) spells.
    """
    if "example" in place.value:
        yield "", place.value["example"]
    is_json = media.is_json(media.essence(split_pointer(place.pointer)[-1]))
    for name, written in tree.children(place, "examples").items():
        value = _data(written.value, is_json)
        if value is not ABSENT:
            yield name, value


def _data(example: Any, is_json: bool) -> Json:
    """What an Example Object shows, or ABSENT."""
    if not isinstance(example, dict):
        return ABSENT
    for key in ("dataValue", "value"):
        if key in example:
            return example[key]
    text = example.get("serializedValue", ABSENT)
    if not isinstance(text, str) or not is_json:
        return text if isinstance(text, str) else ABSENT
    try:
        return codec.decode(text.encode())
    except codec.DecodeError:
        return ABSENT
