"""A document in several files is one tree, and every part of it knows its file and line."""

from pathlib import Path
from typing import Any

import pytest

from openapi.document import Document, load
from openapi.schema import Schemas
from openapi.source import SourceError

ROOT = """\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /pets: {$ref: './paths/pets one.yaml'}
  /dogs:
    get:
      parameters: [{$ref: 'parts.yaml#/parameters/limit'}]
      responses:
        '200': {$ref: 'parts.yaml#/responses/Dogs'}
        '404': {$ref: 'paths/pets%20one.yaml#/get/responses/404'}
components:
  schemas:
    Pet: {$ref: schemas/pet.yaml}
    Tag: {type: string, maxLength: 5}
"""
PETS = """\
get:
  operationId: listPets
  responses:
    '200':
      content:
        application/json:
          schema: {type: array, items: {$ref: '../schemas/pet.yaml'}}
    '404': {description: none}
"""
PARTS = """\
parameters:
  limit: {name: limit, in: query, schema: {type: integer}}
responses:
  Dogs:
    content:
      application/json: {schema: {$ref: '#/schemas/Dog'}}
schemas:
  Dog:
    allOf: [{$ref: 'schemas/pet.yaml'}]
    properties:
      puppies: {type: array, items: {$ref: '#/schemas/Dog'}}
"""
PET = """\
type: object
required: [name]
properties:
  name: {type: string}
  parent: {$ref: '#'}
  tag: {$ref: '../api.yaml#/components/schemas/Tag'}
  home: {$ref: '../parts.yaml#/schemas/Dog/properties/puppies'}
"""


def files(folder: Path, written: dict[str, str]) -> Path:
    """Writes the files; the path of the first."""
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / next(iter(written))


@pytest.fixture
def bundled(tmp_path: Path) -> Document:
    parts = {"api.yaml": ROOT, "paths/pets one.yaml": PETS, "parts.yaml": PARTS, "schemas/pet.yaml": PET}
    return load(files(tmp_path / "a folder", parts))


def test_references_to_files_are_components(bundled: Document) -> None:
    """Paths, parameters, responses and schemas, also in the middle of a file, and back into the first one."""
    listing, dogs = bundled.operations
    assert ("listPets", "/pets", "GET /dogs") == (listing.id, listing.path, dogs.id)
    assert (["limit"], ["200", "404"]) == ([p.name for p in dogs.parameters], list(dogs.responses))
    assert "none" == dogs.responses["404"].place.get("description")
    assert {"Pet", "Tag", "Dog", "puppies"} == set(bundled.data["components"]["schemas"])
    assert [] == bundled.findings()
    assert 3 == len(bundled.source.files)


def test_schemas_of_several_files_judge(bundled: Document) -> None:
    """A pet's parent is a pet, its tag is the root document's."""
    pets = Schemas(bundled, "response").validator(bundled.at("#/components/schemas/Pet"))
    assert pets.is_valid({"name": "a", "parent": {"name": "b", "tag": "short"}, "home": [{"name": "c"}]})
    assert not pets.is_valid({"name": "a", "parent": {"tag": "short"}})
    assert not pets.is_valid({"name": "a", "tag": "longer"})
    assert not pets.is_valid({"name": "a", "home": [{"puppies": [{}], "name": "c"}]})


def test_parts_know_their_file_and_line(bundled: Document) -> None:
    """Whatever is said about a part names the file where it stands."""
    said = str(bundled.error("#/components/schemas/Pet/properties/tag", "so"))
    assert said.endswith("a folder/schemas/pet.yaml:6: so")
    operation = bundled.operations[0].place.pointer
    assert str(bundled.error(f"{operation}/responses/404", "so")).endswith("paths/pets one.yaml:8: so")
    assert str(bundled.error("#/info", "so")).endswith("api.yaml:2: so")


def head(rest: str) -> str:
    return "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n" + rest


MAPS = {
    "api.yaml": head("paths: {$ref: paths.yaml}\ncomponents: {schemas: {$ref: schemas.json}}\n"),
    "paths.yaml": "/a: {get: {responses: {'200': {content: {application/json: {schema:\n"
    "  {$ref: 'schemas.json#/A'}}}}}}}\n/b: {$ref: '#/~1a'}\n",
    "schemas.json": '{"A": {"type": "object", "properties": {"$ref": "more.yaml"}}, "B": {"$ref": "#/A"}}',
    "more.yaml": "x: {type: integer}\ny: {$ref: 'api.yaml#/components/schemas/B'}\n",
}


def test_whole_maps_may_stand_elsewhere(tmp_path: Path) -> None:
    """`paths`, `schemas` and `properties` that only refer to a file are what stands there."""
    found = load(files(tmp_path, MAPS))
    assert ["GET /a", "GET /b"] == [operation.id for operation in found.operations]
    assert ["A", "B"] == list(found.data["components"]["schemas"])
    validator = Schemas(found, "response").validator(found.at("#/components/schemas/B"))
    assert validator.is_valid({"x": 1, "y": {"x": 2}})
    assert not validator.is_valid({"x": 1, "y": {"x": "2"}})
    assert [] == found.findings()


def test_a_discriminator_may_name_files(tmp_path: Path) -> None:
    """Its mapping leads to the components that the files have become; names stay names."""
    schema = "{oneOf: [{$ref: dog.yaml}], discriminator: {propertyName: k, mapping: {d: dog.yaml, c: Cat}}}"
    root = files(
        tmp_path,
        {
            "api.yaml": head(f"paths: {{}}\ncomponents: {{schemas: {{Pet: {schema}}}}}\n"),
            "dog.yaml": "type: object\n",
        },
    )
    made = load(root).data["components"]["schemas"]
    assert {"d": "#/components/schemas/dog", "c": "Cat"} == made["Pet"]["discriminator"]["mapping"]
    assert {"$ref": "#/components/schemas/dog"} == made["Pet"]["oneOf"][0]


CIRCLES = {
    "api.yaml": head("paths: {/a: {$ref: b.yaml}, /c: {$ref: b.yaml#/x}, $ref: c.yaml}\n"),
    "b.yaml": "$ref: c.yaml#/paths\nx: {$ref: '#/x'}\n",
    "c.yaml": "paths: {$ref: b.yaml}\n$ref: c.yaml\n",
}


def test_circles_of_files_end(tmp_path: Path) -> None:
    """What is nothing but references in a circle is a finding, never a hang."""
    found = load(files(tmp_path, CIRCLES))
    assert () == found.operations
    assert found.findings()


def refused(folder: Path, reference: str, **more: Any) -> str:
    """What is said of a document that refers to something it may not have."""
    schema = f"{{type: integer, $ref: '{reference}'}}"
    path = files(folder, {"api/api.yaml": head(f"paths: {{}}\ncomponents: {{schemas: {{A: {schema}}}}}\n")})
    found = load(path, **more)
    assert {"type": "integer"} == found.data["components"]["schemas"]["A"]
    (told,) = found.findings()
    assert ("#/components/schemas/A", 4) == (told.pointer, told.line)
    return told.message


def test_references_stay_inside_the_folder(tmp_path: Path) -> None:
    """Above it, at an absolute path, through a symbolic link, on the web: none of them is read."""
    secret = files(tmp_path, {"secret.yaml": "type: string\n"})
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "link.yaml").symlink_to(secret)
    (tmp_path / "api" / "folder").symlink_to(tmp_path)
    for reference in (
        "../secret.yaml", "%2e%2e/secret.yaml", str(secret), f"file://{secret}", "link.yaml",
        "folder/secret.yaml", "http://127.0.0.1:1/x", "//127.0.0.1/x",
    ):  # fmt: skip
        assert "outside of where the document lies" in refused(tmp_path, reference), reference


def test_more_may_be_allowed(tmp_path: Path) -> None:
    """A folder by its path; one beside it with a longer name is another."""
    files(tmp_path, {"more/a.yaml": "type: string\n", "more2/a.yaml": "type: string\n"})
    allowed = (str(tmp_path / "more"),)
    assert "outside" in refused(tmp_path, "../more2/a.yaml", allowed=allowed)
    path = files(tmp_path, {"api/b.yaml": head("paths: {/a: {$ref: ../more/a.yaml}}\n")})
    assert [] == load(path, allowed=allowed).findings()


MISSING = {
    "no file": ("b.yaml", "b.yaml: cannot be read: no such file or directory"),
    "nothing there": ("api.yaml#/x", "api.yaml holds nothing there"),
    "another scheme": ("ftp://a.example/x", "it is no file and no http address"),
    "a NUL": ("a%00b.yaml", "it is no file and no http address"),
}


@pytest.mark.parametrize(("reference", "reason"), MISSING.values(), ids=MISSING.keys())
def test_what_cannot_be_had_is_a_finding(tmp_path: Path, reference: str, reason: str) -> None:
    """The reference is left out, and what stands beside it stays."""
    said = refused(tmp_path, reference)
    assert said.startswith(f"$ref: {reference} is left out: ")
    assert reason in said


def test_a_bundle_has_limits(tmp_path: Path) -> None:
    """Files that refer into each other again and again do not become millions of values."""
    deep = "{a: " * 300 + "1" + "}" * 300
    many = ", ".join("{$ref: 'b.yaml#" + "/a" * depth + "'}" for depth in range(300))
    wide = "[" + ", ".join(["[1, 1, 1, 1, 1]"] * 2000) + "]"
    root = files(
        tmp_path,
        {
            "api.yaml": head(f"paths: {{}}\ncomponents: {{schemas: {{A: {{allOf: [{many}]}}}}}}\n"),
            "b.yaml": f"{{a: {deep}, enum: {wide}}}",
        },
    )
    assert load(root).data
    laughing = ", ".join("{$ref: 'b.yaml#" + "/properties/a" * depth + "'}" for depth in range(150))
    inner = "{properties: {a: " * 150 + "{}" + "}}" * 150
    files(tmp_path, {"b.yaml": inner.replace("{properties", "{allOf: [" + "{}, " * 100 + "{}], properties")})
    path = files(
        tmp_path, {"c.yaml": head(f"paths: {{}}\ncomponents: {{schemas: {{A: {{allOf: [{laughing}]}}}}}}\n")}
    )
    with pytest.raises(SourceError, match=r"it holds more than 1,000,000 values"):
        load(path)
