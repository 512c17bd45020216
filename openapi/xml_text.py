"""XML to a tree of elements, for whoever may be hostile: no DOCTYPE (so no entities), bounded in depth and
number. The parser is expat, which the standard library carries."""

from dataclasses import dataclass, field
from xml.parsers import expat

from openapi.form import Undecodable

MOST_NODES = 100_000
"""Elements and attributes."""


@dataclass(slots=True)
class Node:
    """An element. Names are local ones, without their prefix; `text` is all of its own text."""

    name: str
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    text: str = ""


def read_xml(data: bytes, deepest: int, encoding: str | None = None) -> Node:
    """The root element of a document. Raises Undecodable with one sentence: not well-formed, a DOCTYPE,
    deeper than `deepest`, more than MOST_NODES. `encoding`: as the Content-Type has it; None: as the document
    says itself."""
    reader = _Reader(deepest, encoding)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise Undecodable(f"not valid XML: {reason} at line {error.lineno}") from None
    except (LookupError, ValueError) as error:
        if isinstance(error, Undecodable):
            raise
        raise Undecodable("not valid XML: an encoding that nobody here knows") from None
    return reader.root.children[0]


class _Reader:
    """Hears the parser, and builds the tree."""

    def __init__(self, deepest: int, encoding: str | None) -> None:
        self.root = Node("", {})
        self._deepest, self._nodes = deepest, 0
        self._open: list[tuple[Node, list[str]]] = [(self.root, [])]
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _refuse_doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._nodes += 1 + len(attributes)
        if self._nodes > MOST_NODES:
            raise Undecodable(f"more than {MOST_NODES} elements and attributes")
        if len(self._open) > self._deepest:
            raise Undecodable(f"nested deeper than {self._deepest} levels")
        node = Node(_local(name), {_attribute(key): value for key, value in attributes.items()})
        self._open[-1][0].children.append(node)
        self._open.append((node, []))

    def _text(self, text: str) -> None:
        self._open[-1][1].append(text)

    def _end(self, _name: str) -> None:
        node, texts = self._open.pop()
        node.text = "".join(texts)


def _refuse_doctype(*_facts: object) -> None:
    raise Undecodable("a DOCTYPE found, which is refused: it could declare entities")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attribute(name: str) -> str:
    """Attributes of XML's own keep their prefix: they are none of the document's."""
    return name if name == "xmlns" or name.startswith(("xmlns:", "xsi:", "xml:")) else _local(name)
