"""XML to JSON values and back, as the schema shapes them (`xml_plan.py`)."""

import re
from collections.abc import Iterable

from openapi import codec
from openapi.codec import Json
from openapi.form import scalar
from openapi.xml_plan import Element, xml_name
from openapi.xml_text import Node, read_xml

_FOREIGN = ("xmlns", "xsi:", "xml:")
_NIL = "xsi:nil"
_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_ESCAPED = re.compile('[&<>"\r]')


def decode_xml(data: bytes, element: Element, deepest: int, encoding: str | None = None) -> Json:
    """The value that a document spells. What the schema does not know keeps its name; text that is no number
    where one is expected stays text, for a validator to find. Raises Undecodable."""
    root = read_xml(data, deepest, encoding)
    if element.named and root.name != element.own_name and not _is_bare_list(element):
        return {root.name: _value(root, element)}  # no value of this schema
    return _items(root.children, element) if element.is_list else _value(root, element)


def _value(node: Node, element: Element) -> Json:
    types = element.shape.types
    if node.attributes.get(_NIL) in ("true", "1") and "null" in types:
        return None
    if element.is_list:
        return _wrapped(node, element)
    own = {name: text for name, text in node.attributes.items() if not name.startswith(_FOREIGN)}
    if node.children or _has_text_member(element) or (own and "object" in types):
        return _object(node, own, element)
    if "object" in types and not element.shape.scalar and not node.text.strip():
        return {}
    text = node.text if "string" in types else node.text.strip()
    return None if not text and "null" in types and "string" not in types else scalar(text, element.shape)


def _wrapped(node: Node, element: Element) -> Json:
    """The items inside a list's own element; of what are none, something that no list is."""
    if any(child.name != element.items.own_name for child in node.children):
        return _object(node, {}, element)
    return node.text if node.text.strip() and not node.children else _items(node.children, element)


def _items(nodes: Iterable[Node], element: Element) -> list[Json]:
    return [_value(node, element.items) for node in nodes]


def _object(node: Node, own: dict[str, str], element: Element) -> dict[str, Json]:
    found: dict[str, Json] = {}
    waiting: dict[str, list[Node]] = {}
    for child in node.children:
        waiting.setdefault(child.name, []).append(child)
    for name, member in element.members.items():
        if member.kind == "attribute":
            if member.own_name in own:
                found[name] = scalar(own.pop(member.own_name), member.shape)
        elif member.kind in ("text", "cdata"):
            found[name] = scalar(node.text, member.shape)
        elif nodes := waiting.pop(_spelled(member), None):
            found[name] = _member(nodes, member)
        elif name in element.required and _is_bare_list(member):
            found[name] = []  # nothing is how an empty one is written
    return {**own, **{name: _member(each, element.member(name)) for name, each in waiting.items()}, **found}


def _spelled(member: Element) -> str:
    """The name of the elements that spell a property."""
    return member.items.own_name if _is_bare_list(member) else member.own_name


def _is_bare_list(member: Element) -> bool:
    return member.is_list and not member.wrapped


def _member(nodes: list[Node], member: Element) -> Json:
    if _is_bare_list(member):
        return _items(nodes, member)
    values = [_value(node, member) for node in nodes]
    return values[0] if len(values) == 1 else values  # of several, a validator will say that one is expected


def _has_text_member(element: Element) -> bool:
    return any(member.kind in ("text", "cdata") for member in element.members.values())


def encode_xml(value: Json, element: Element) -> bytes:
    """A document that spells a value; letters that XML cannot hold become U+FFFD."""
    pieces = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    if isinstance(value, list):  # the only root that can hold it
        inner = element.items
        name = element.name if inner.own_name != element.own_name or element.wrapped else f"{element.name}s"
        pieces.append(f"<{name}{_namespace(element)}>")
        for item in value:
            _write(item, inner, pieces)
        pieces.append(f"</{name}>")
    else:
        _write(value, element, pieces)
    return "".join(pieces).encode("utf-8", "replace")


def _write(value: Json, element: Element, pieces: list[str]) -> None:
    name, namespace = element.name, _namespace(element)
    if isinstance(value, dict):
        _write_object(value, element, pieces)
    elif isinstance(value, list):
        if element.wrapped:
            pieces.append(f"<{name}{namespace}>")
        for item in value:
            _write(item, element.items, pieces)
        if element.wrapped:
            pieces.append(f"</{name}>")
    elif value is None:
        pieces.append(f'<{name}{namespace} xmlns:xsi="{_SCHEMA_INSTANCE}" {_NIL}="true"/>')
    else:
        pieces.append(f"<{name}{namespace}>{_text(value)}</{name}>")


def _write_object(value: dict[str, Json], element: Element, pieces: list[str]) -> None:
    members = {name: element.member(name) for name in value}
    attributes = "".join(
        f'{_namespace(members[name])} {members[name].name}="{_text(each)}"'
        for name, each in value.items()
        if members[name].kind == "attribute" and each is not None
    )
    pieces.append(f"<{element.name}{_namespace(element)}{attributes}>")
    for name, each in value.items():
        kind = members[name].kind
        if kind in ("text", "cdata"):
            pieces.append(_text(each))
        elif kind == "element":
            _write(each, members[name], pieces)
    pieces.append(f"</{element.name}>")


def _namespace(element: Element) -> str:
    """The declaration of an element's namespace; of a prefix that nobody declares, one of our own."""
    prefix, uri = element.prefix, element.namespace
    if isinstance(prefix, str):
        return f' xmlns:{xml_name(prefix)}="{_text(uri if isinstance(uri, str) else f"urn:{prefix}")}"'
    is_default = isinstance(uri, str) and element.kind != "attribute"
    return f' xmlns="{_text(uri)}"' if is_default else ""


def _text(value: Json) -> str:
    text = value if isinstance(value, str) else codec.encode(value).decode()
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], _UNSPEAKABLE.sub("\ufffd", text))
