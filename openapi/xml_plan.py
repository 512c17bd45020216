"""How a schema's values look in XML: the `xml` keyword of OpenAPI 3 ("XML Object"), 3.2's `nodeType` too."""

import re
from functools import cached_property
from typing import Any

from openapi.codec import Json
from openapi.dialect import parts
from openapi.shape import Shape, shape
from openapi.source import look_up

_NOT_IN_NAMES = re.compile(r"[^\w.-]")
_NO_START = re.compile(r"[\d.-]")

_Known = dict[tuple[int, str], "Element"]


class Element:
    """One schema as XML. `name`: of its element or attribute; `kind`: `element`, `attribute`, `text` (its
    value is the text of the element around it) or `cdata`; `wrapped`: whether a list has one of its own."""

    def __init__(self, tree: Json, schema: Any, name: str, known: _Known | None = None) -> None:
        self._tree, self._schema = tree, schema
        self._known: _Known = {} if known is None else known
        said = _said(tree, schema)
        self.named = isinstance(said.get("name"), str)
        self.own_name = xml_name(said["name"] if self.named else name)
        self.namespace, self.prefix = said.get("namespace"), said.get("prefix")
        self.kind = _kind(said)
        self.wrapped = said.get("wrapped") is True or said.get("nodeType") == "element"

    @property
    def name(self) -> str:
        """The name with its prefix, as it is written."""
        return f"{xml_name(self.prefix)}:{self.own_name}" if isinstance(self.prefix, str) else self.own_name

    @cached_property
    def shape(self) -> Shape:
        return shape(self._tree, self._schema)

    @cached_property
    def members(self) -> dict[str, "Element"]:
        """The declared properties."""
        return {name: self._inner(each, name) for name, each in self.shape.properties.items()}

    def member(self, name: str) -> "Element":
        """A property, declared or not."""
        return self.members.get(name) or self._inner(self.shape.additional, name)

    @cached_property
    def required(self) -> frozenset[str]:
        """The names of the properties that have to be there."""
        lists = (part.get("required") for part in parts(self._tree, self._schema))
        return frozenset(str(name) for names in lists if isinstance(names, list) for name in names)

    @cached_property
    def items(self) -> "Element":
        """The items of a list: named by themselves, else as the list is (XML Object, "XML Arrays")."""
        return self._inner(self.shape.item, self.own_name)

    @property
    def is_list(self) -> bool:
        types = self.shape.types - {"null"}
        return "array" in types and not types & {"object", "string"}

    def _inner(self, schema: Any, name: str) -> "Element":
        """Each schema under each name once: recursive ones end there."""
        key = (id(schema), name)
        if key not in self._known:
            self._known[key] = Element(self._tree, schema, name, self._known)
        return self._known[key]


def element_of(tree: Json, pointer: str) -> Element:
    """The root element of a body whose schema stands at `pointer`: named by its component, as OpenAPI 3.2
    has it, where the schema does not say."""
    schema = look_up(tree, pointer)
    led = schema.get("$ref") if isinstance(schema, dict) else None
    name = str(led).rpartition("/")[2]
    return Element(tree, schema, name if led else "data")


def xml_name(text: Any) -> str:
    """`text` as a name of XML; what it cannot hold becomes an underscore."""
    name = _NOT_IN_NAMES.sub("_", str(text)) or "element"
    return f"_{name}" if _NO_START.match(name) else name


def _said(tree: Json, schema: Any) -> dict[str, Any]:
    """What `xml` says of a schema, its own words first."""
    said: dict[str, Any] = {}
    for part in parts(tree, schema):
        own = part.get("xml")
        said = {**own, **said} if isinstance(own, dict) else said
    return said


def _kind(said: dict[str, Any]) -> str:
    if said.get("attribute") is True:
        return "attribute"
    node_type = said.get("nodeType")
    return node_type if node_type in ("attribute", "text", "cdata") else "element"
