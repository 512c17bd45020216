"""What a person gives in hyfn.toml for the requests of an operation is used where one is needed."""

from pathlib import Path

import pytest

from tests.contract_tests.asking import check

DOCUMENT = """\
openapi: 3.0.3
info: { title: Regions, version: "1" }
paths:
  /regions/{region}/things:
    parameters:
      - { name: region, in: path, required: true, schema: { type: string } }
      - { name: year, in: query, required: true, schema: { type: integer } }
    get:
      operationId: listThings
      responses:
        "200": { description: ok, content: { application/json: { schema: { type: array, items: &thing
          { type: object, required: [id, name], properties:
            { id: { type: string }, name: { type: string }, color: { type: string } } } } } } }
    post:
      operationId: createThing
      requestBody:
        required: true
        content: { application/json: { schema:
          { type: object, required: [name], properties: { name: { type: string } } } } }
      responses:
        "201": { description: ok, content: { application/json: { schema: *thing } } }
  /regions/{region}/things/{id}:
    parameters:
      - { name: region, in: path, required: true, schema: { type: string } }
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getThing
      responses:
        "200": { description: ok, content: { application/json: { schema: *thing } } }
        "404": { description: no }
    delete:
      operationId: deleteThing
      responses: { "204": { description: gone }, "404": { description: no } }
  /reports/{year}:
    get:
      operationId: report
      parameters: [{ name: year, in: path, required: true, schema: { type: integer } }]
      responses:
        "200": { description: ok, content: { application/json: { schema: { type: object } } } }
"""
GIVEN = """\
[operations.createThing]
parameters = { region = "north", year = 2020 }
[operations.report]
parameters = { year = 1999 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "api.yaml").write_text(DOCUMENT, "utf-8")
    return tmp_path


def rehearse(folder: Path, more: str) -> tuple[dict[str, bool], int]:
    """Whether each requirement would be asked, and how many records would be created."""
    settings = f'target = "http://127.0.0.1:1"\ndocument = "api.yaml"\nseed = 1\n{more}'
    (folder / "hyfn.toml").write_text(settings, "utf-8")
    done = check(folder, "--dry-run")
    assert 0 == done.returncode, done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if line[:11].strip() in ("asked", "not asked")]
    created = int(done.stdout.rstrip().rpartition("), ")[2].partition(" ")[0])
    return {line[11:].partition(": ")[0]: line.startswith("asked") for line in lines}, created


def test_a_value_for_a_path_opens_what_lies_below_it(folder: Path) -> None:
    """Nothing creates a region, so without its value no thing can be made."""
    _, none = rehearse(folder, "")
    _, some = rehearse(folder, GIVEN)

    assert (0, True) == (none, some > 5)


def test_a_value_for_a_get_is_enough_to_send_it(folder: Path) -> None:
    name = "#/paths/~1reports~1{year}/get/responses/200 · valid_request_is_accepted"
    assert [False, True] == [rehearse(folder, more)[0][name] for more in ("", GIVEN)]
