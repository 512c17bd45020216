"""References by name become references by place."""

from pathlib import Path
from typing import Any

import pytest

from openapi.anchors import named_in, placed_by_pointer
from openapi.codec import encode
from openapi.document import Document, load
from openapi.findings import look_through
from openapi.limits import TooMuch
from openapi.schema import Schemas
from openapi.source import Source, look_up, parse

BASE = "https://example.com"
LIST: Any = {
    "$id": f"{BASE}/list", "items": {"$dynamicRef": "#item"}, "$defs": {"any": {"$dynamicAnchor": "item"}},
}  # fmt: skip
TREE: Any = {"$id": f"{BASE}/tree", "$dynamicAnchor": "node", "properties": {"in": {"$dynamicRef": "#node"}}}


def settled(self: str | None = None, **schemas: Any) -> Source:
    """A document with these schemas, read."""
    data = {"openapi": "3.2.0", "paths": {}, "components": {"schemas": schemas}}
    return placed_by_pointer(parse("a.json", encode(data | ({"$self": self} if self else {}))))


@pytest.mark.parametrize(
    ("reference", "schemas", "found"),
    [
        ("#a", {"B": {"properties": {"x y": {"$anchor": "a"}}}}, "B/properties/x%20y"),
        ("#d", {"B": {"$dynamicAnchor": "d"}}, "B"),
        (f"{BASE}/b", {"B": {"$id": f"{BASE}/b"}}, "B"),
        (f"{BASE}/b#", {"B": {"$id": f"{BASE}/b"}}, "B"),
        (f"{BASE}/b#a", {"B": {"$id": f"{BASE}/b", "items": {"$anchor": "a"}}}, "B/items"),
        (f"{BASE}/b#/items", {"B": {"$id": f"{BASE}/b", "items": {}}}, "B/items"),
        (f"{BASE}/c", {"B": {"$id": f"{BASE}/b", "items": {"$id": "c"}}}, "B/items"),
        (f"{BASE}/self#/components/schemas/B", {"B": {}}, "B"),
        ("self#b", {"B": {"$anchor": "b"}}, "B"),
    ],
)
def test_a_name_is_found(reference: str, schemas: dict[str, Any], found: str) -> None:
    """By `$anchor`, `$id`, both, relative ones, and the document's own name."""
    made = settled(f"{BASE}/self", A={"$ref": reference}, **schemas)
    assert {"$ref": f"#/components/schemas/{found}"} == look_up(made.data, "#/components/schemas/A")


@pytest.mark.parametrize(
    "reference",
    ["#none", "#/components/schemas/None", "https://other.example/b", "b.yaml#/c", "http://[", 1, None],
)
def test_what_names_nothing_of_its_own_stays(reference: Any) -> None:
    made = settled(A={"$ref": reference}, B={"$id": f"{BASE}/b", "$anchor": "b"})
    assert {"$ref": reference} == look_up(made.data, "#/components/schemas/A")


def test_pointers_below_an_id_are_its_own() -> None:
    """Unless nothing stands there: then they are the document's."""
    inner = {"x": {}, "own": {"$ref": "#/$defs/x"}, "all": {"$ref": "#/components/schemas/B"}}
    made = settled(A={"$id": f"{BASE}/a", "$defs": inner}, B={"$id": f"{BASE}/b"})
    found = look_up(made.data, "#/components/schemas/A/$defs")
    assert "#/components/schemas/A/$defs/x" == found["own"]["$ref"]
    assert "#/components/schemas/B" == found["all"]["$ref"]


def judges(source: Source, name: str, *values: Any) -> list[bool]:
    document = Document(source)
    look_through(document)
    assert [] == document.findings()
    validator = Schemas(document, "request").at(f"#/components/schemas/{name}")
    return [validator.is_valid(value) for value in values]


def test_a_dynamic_reference_means_what_its_user_says() -> None:
    """A list of whatever, and one of texts."""
    text = {"$dynamicAnchor": "item", "type": "string"}
    texts = {"$id": f"{BASE}/texts", "$ref": "list", "$defs": {"t": text}}
    made = settled(List=LIST, Texts=texts)
    assert [True, True] == judges(made, "List", [1], ["a"])
    assert [False, True] == judges(made, "Texts", [1], ["a"])
    assert "a.json" == made.finding("#/components/schemas/List_1", "").name


def test_a_tree_is_strict_all_the_way() -> None:
    """Where the strict one refers to the free one, the free one's branches are strict, too."""
    strict = {
        "$id": f"{BASE}/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": False,
    }  # fmt: skip
    made = settled(Tree=TREE, Strict=strict)
    assert [True, True] == judges(made, "Tree", {"in": {"x": 1}}, {"x": 1})
    assert [False, True] == judges(made, "Strict", {"in": {"x": 1}}, {"in": {"in": {}}})


def test_the_document_is_the_outermost_of_all() -> None:
    """A dynamic anchor that lies below no `$id` is what every reference of that name means."""
    made = settled(Tree=TREE, Node={"$dynamicAnchor": "node", "type": "integer"})
    assert [True, False] == judges(made, "Tree", {"in": 1}, {"in": {}})


def test_copies_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few lines could ask for millions of them."""
    monkeypatch.setattr("openapi.anchors._MOST_STEPS", 3)
    with pytest.raises(TooMuch, match="dynamic references"):
        settled(Tree=TREE, Strict={"$id": f"{BASE}/strict", "$dynamicAnchor": "node", "$ref": "tree"})


def test_names_in_another_file(tmp_path: Path) -> None:
    """A file of its own `$id`, asked for by an anchor in it."""
    (tmp_path / "code.json").write_bytes(
        encode({"$id": f"{BASE}/code", "$anchor": "all", "items": {"$ref": "#/$defs/s"},
                "$defs": {"s": {"type": "string"}}})
    )  # fmt: skip
    (tmp_path / "a.yaml").write_text(
        "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {properties: {b: {$ref: 'code.json#all'}}}}}\n"
    )
    source = load(tmp_path / "a.yaml").source
    assert [True, False] == judges(source, "A", {"b": ["a"]}, {"b": [1]})


def test_a_name_in_a_file() -> None:
    assert "#/a" == named_in({"a": 1}, "#/a")
    assert "#" == named_in({"$anchor": "all"}, "#all")
    assert named_in({"$anchor": "all"}, "#none") is None
    assert named_in([], "#none") is None
