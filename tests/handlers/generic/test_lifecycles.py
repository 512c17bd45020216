"""Create, list, get, update, delete, get again, with nothing written for it: in every shape that a document
may give a resource, and on every resource of the documents that HYFN_CORPUS names."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from openapi.document import Document, load
from openapi.source import parse
from tests.handlers.generic.api import (
    GONE,
    TEXT,
    WHOLE,
    answer,
    content,
    crud,
    path_parameter,
    query,
    thing,
)
from tests.handlers.generic.asking import Asking
from tests.handlers.generic.rounds import Round, Rounds

Json = dict[str, Any]

HERE = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("HYFN_CORPUS", HERE / "no corpus"))
OURS = sorted((HERE / "servers").glob("*.yaml"))
THEIRS = sorted(each for each in CORPUS.glob("*.*") if each.suffix in (".json", ".yaml"))
THEIRS = [each for each in THEIRS if each.name != "index.json"]

STATES = {"type": "string", "enum": ["open", "closed"]}
PET = thing(("id", "name"), id={**TEXT, "readOnly": True}, name=TEXT, tag=TEXT, age=WHOLE, state=STATES)
NEW = thing(("name",), name=TEXT, tag=TEXT, age=WHOLE)
SIZE = {"type": "integer", "minimum": 1, "maximum": 100, "default": 2}
WHOLE_ROUND = {"create", "read", "list", "replace", "update", "delete"}


def _listed(item: Json = PET, name: str = "data", **beside: Any) -> Json:
    return thing((name,), **{name: {"type": "array", "items": item}}, **beside)


def _wrapped(name: str, schema: Json) -> Json:
    return thing((name,), **{name: schema})


def _paged(position: Json, **beside: Any) -> Json:
    return crud(
        "/pets", PET, NEW, listed=_listed(**beside), listing={"parameters": [query("limit", SIZE), position]}
    )


def _changed(*changes: tuple[str, str, Json | None], **more: Any) -> Json:
    """The usual paths with other operations; None takes one away."""
    paths = crud("/pets", PET, NEW, **more)
    for path, method, operation in changes:
        if operation is None:
            del paths[path][method]
        else:
            paths[path][method] = operation
    return paths


def _sent(schema: Json, kind: str = "application/json") -> Json:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _about(**members: Any) -> Json:
    return thing(metadata=thing(**members), spec=thing(size=WHOLE))


def _json_api() -> Json:
    kind = {"type": "string", "enum": ["pets"]}
    inner = thing(("name",), name=TEXT, tag=TEXT)
    item = thing(("id", "type", "attributes"), id=TEXT, type=kind, attributes=inner)
    new = thing(("type", "attributes"), type=kind, attributes=inner)
    return crud("/pets", _wrapped("data", item), _wrapped("data", new), listed=_listed(item))


def _by_location() -> Json:
    bare = thing(("name",), name=TEXT)
    paths = crud("/pets", bare, bare, name="petId")
    paths["/pets"]["post"]["responses"]["201"]["headers"] = {"Location": {"schema": TEXT}}
    return paths


def _nested() -> Json:
    toy = thing(("id", "name"), id=TEXT, name=TEXT, petId={**TEXT, "readOnly": True})
    part = thing(("id", "name"), id=WHOLE, name=TEXT)
    toys, above = "/pets/{petId}/toys", ("petId", "toyId")
    return {
        **crud("/pets", PET, NEW, name="petId"),
        **crud(toys, toy, NEW, name="toyId", parents=above[:1]),
        **crud(f"{toys}/{{toyId}}/parts", part, NEW, name="partId", own=WHOLE, parents=above),
    }


def _placed() -> Json:
    """Items that are created where the client says."""
    paths = crud("/pets", PET, NEW)
    paths["/pets/{id}"]["put"]["responses"] = {"201": answer(PET), "200": answer(PET), **GONE}
    del paths["/pets"]["post"], paths["/pets/{id}"]["patch"]
    return paths


def _with_settings() -> Json:
    settings = thing(("theme",), theme=TEXT, size=WHOLE)
    ways = {
        "parameters": [path_parameter("id")],
        "get": {"responses": {"200": answer(settings), **GONE}},
        "put": {"requestBody": content(settings), "responses": {"200": answer(settings), **GONE}},
    }
    return {**crud("/pets", PET, NEW), "/pets/{id}/settings": ways}


def _with_action() -> Json:
    close = {"parameters": [path_parameter("id")], "post": {"responses": {"200": answer(PET), **GONE}}}
    return {**crud("/pets", PET, NEW), "/pets/{id}/close": close}


FORM = "application/x-www-form-urlencoded"
ENDED = {"responses": {"204": answer(), **GONE}}
LABELLED = _about(name=TEXT, labels=thing(colour=TEXT))
CURSOR = thing(next={"type": ["string", "null"]})
LINK = {"type": ["string", "null"], "format": "uri"}
UPDATE = {"requestBody": _sent(NEW), "responses": {"200": answer(PET), **GONE}}

SHAPES: dict[str, tuple[Json, set[str]]] = {
    "a bare item": (crud("/pets", PET, NEW), set()),
    "an item under its name": (
        crud("/pets", _wrapped("pet", PET), _wrapped("pet", NEW), listed=_listed(name="pets")),
        set(),
    ),
    "an item under data": (
        crud("/pets", _wrapped("data", PET), _wrapped("data", NEW), listed=_listed()), set(),
    ),
    "items under a common name": (
        crud("/pets", PET, NEW, listed=_listed(name="results", total=WHOLE)), set(),
    ),
    "attributes of JSON:API": (_json_api(), set()),
    "an id that counts": (crud("/pets", thing(("id", "name"), id=WHOLE, name=TEXT), NEW, own=WHOLE), set()),
    "an id that only Location tells": (_by_location(), {"location", "-list"}),
    "an id that the client may give": (
        crud("/pets", thing(("id", "name"), id=TEXT, name=TEXT)), set(),
    ),
    "an id that the client must give": (
        crud("/pets", thing(("slug", "name"), slug=TEXT, name=TEXT), name="slug"), set(),
    ),
    "an id in the path of the PUT that creates": (_placed(), {"-replace", "-update"}),
    "an id in metadata": (
        crud("/pets", LABELLED, name="name", listed=_listed(LABELLED, "items")), set(),
    ),
    "three levels": (_nested(), set()),
    "a create that answers 200": (crud("/pets", PET, NEW, create=200), set()),
    "a create that is accepted": (crud("/pets", PET, NEW, create=202), set()),
    "a create that is a form": (
        _changed(("/pets", "post", {"requestBody": _sent(NEW, FORM), "responses": {"201": answer(PET)}})),
        set(),
    ),
    "an update by POST": (
        _changed(("/pets/{id}", "put", None), ("/pets/{id}", "patch", None), ("/pets/{id}", "post", UPDATE)),
        {"-replace"},
    ),
    "an update without an answer": (
        _changed(("/pets/{id}", "put", {**UPDATE, "responses": {"204": answer(), **GONE}})), set(),
    ),
    "an update that the body addresses": (
        _changed(
            ("/pets/{id}", "put", None),
            ("/pets", "put", {**UPDATE, "requestBody": _sent(thing(("id", "name"), id=TEXT, name=TEXT))}),
        ),
        set(),
    ),
    "a delete with an answer": (
        _changed(("/pets/{id}", "delete", {"responses": {"200": answer(PET), **GONE}})), set(),
    ),
    "a delete with a body": (
        _changed(("/pets/{id}", "delete", {"requestBody": _sent(thing(why=TEXT)), **ENDED})), set(),
    ),
    "pages by cursor": (_paged(query("cursor"), meta=thing(cursors=CURSOR)), set()),
    "pages by address": (_paged(query("page", WHOLE), links=thing(next=LINK, prev=LINK)), set()),
    "pages by offset": (_paged(query("offset", WHOLE), total=WHOLE), set()),
    "filters": (
        crud("/pets", PET, NEW, listing={"parameters": [query("name"), query("age", WHOLE)]}), {"filters"},
    ),
    "a singleton below": (_with_settings(), {"singletons"}),
    "an action below": (_with_action(), {"actions"}),
}  # fmt: skip
"""Paths by what is special about them, and the steps that the round has more, or (with a minus) lacks."""


def _made(paths: Json) -> Document:
    data = {"openapi": "3.1.0", "info": {"title": "Made up", "version": "1"}, "paths": paths}
    return Document(parse("made.json", json.dumps(data).encode()))


def _told(rounds: list[Round]) -> list[str]:
    return [problem for each in rounds for problem in each.problems]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_resource_of_any_shape_goes_round(shape: str) -> None:
    paths, special = SHAPES[shape]
    lacks = {each for each in special if each.startswith("-")}
    wanted = (WHOLE_ROUND | special) - lacks - {each.removeprefix("-") for each in lacks}

    rounds = list(Rounds(Asking(_made(paths))))

    assert [] == _told(rounds)
    assert rounds
    for each in rounds:
        assert wanted == each.steps.keys(), each.untold


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_resource_of_our_own_documents_goes_round(path: Path) -> None:
    rounds = list(Rounds(Asking(load(path))))

    assert [] == _told(rounds)
    assert any("create" in each.steps for each in rounds)


@pytest.mark.skipif(not THEIRS, reason=f"no documents in {CORPUS} (HYFN_CORPUS)")
@pytest.mark.parametrize("path", THEIRS, ids=lambda path: path.name)
def test_every_resource_of_a_document_in_the_wild_goes_round(path: Path) -> None:
    assert [] == _told(list(Rounds(Asking(load(path)))))
