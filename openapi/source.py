"""A file that people write: its text, the data it spells, and the line where each part stands.

YAML is read by the rules of YAML 1.2 (the core schema, https://yaml.org/spec/1.2.2/ chapter 10.3), as OpenAPI
3 asks: `no` and `2024-01-01` are text, `010` is ten. PyYAML's own rules are those of 1.1. What JSON has not
is refused or left as text: a key is text as written, `.nan` is text, a tag such as `!!binary` is refused.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import yaml

from openapi import codec
from openapi.codec import Json

MAX_VALUES = 5_000_000
"""Most values that a file may spell once its aliases are written out: few lines of YAML can mean billions."""

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser where PyYAML was built with it


class SourceError(Exception):
    """What is wrong with a file, in one line that starts with its name and, when known, the line number."""

    def __init__(self, name: str, message: str, line: int | None = None) -> None:
        self.name, self.line, self.message = name, line, message
        super().__init__(f"{name}:{line}: {message}" if line else f"{name}: {message}")


@dataclass(frozen=True)
class Source:
    """`name` as people know it (a path), its `text`, and the `data` that it spells (keys are always text)."""

    name: str
    text: str
    data: Json

    def line(self, pointer: str) -> int | None:
        """The line (from 1) of the value at a JSON pointer, or of its nearest parent; None if unknown."""
        node = self._tree
        mark = node.start_mark if node else None
        for token in split_pointer(pointer):
            found = _step(node, token)
            if found is None:
                break
            mark, node = found
        return mark.line + 1 if mark else None

    @cached_property
    def _tree(self) -> Any:
        """The text as nodes that know where they stand; None where it is no YAML."""
        try:
            return yaml.compose(self.text, Loader=_Loader)
        except yaml.YAMLError:
            return None

    def error(self, pointer: str, message: str) -> SourceError:
        """A SourceError about the value at `pointer`."""
        return SourceError(self.name, message, self.line(pointer))


def read(path: Path) -> Source:
    """The file at `path`, JSON or YAML. Raises SourceError when it cannot be read or parsed."""
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that holds a NUL
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(str(path), f"cannot be read: {reason.lower()}") from error
    return parse(str(path), raw)


def parse(name: str, raw: bytes) -> Source:
    """`raw` as JSON when it opens like JSON, else as YAML.

    Raises SourceError: neither, not UTF-8, a key that stands twice, nested deeper than `codec.MAX_DEPTH`.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(name, "not UTF-8 text, expected JSON or YAML", line) from error
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text, object_pairs_hook=_without_repeats)
            return Source(name, text, codec.decode(text.encode()))
        except (ValueError, RecursionError):
            pass  # YAML also opens so (flow style); if it is neither, YAML's parser names the line
    return Source(name, text, _load_yaml(name, text))


def _without_repeats(pairs: list[tuple[str, Json]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON pointer (RFC 6901), with or without a leading `#`."""
    tokens = pointer.removeprefix("#").split("/")[1:]
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def look_up(value: Json, reference: Any) -> Json:
    """What a local reference (`#/a/b`) names inside `value`; None when it names nothing or is no such thing.

    Both spellings are understood: the plain pointer, and the URI fragment in which it is percent-encoded.
    """
    pointer = locate(value, reference)
    return None if pointer is None else _walk(value, split_pointer(pointer))


def locate(value: Json, reference: Any) -> str | None:
    """The plain pointer of what a local reference names inside `value`, or None."""
    if not isinstance(reference, str) or not _LOCAL.match(reference):
        return None
    spellings = (reference, unquote(reference))
    return next((pointer for pointer in spellings if _walk(value, split_pointer(pointer)) is not None), None)


_LOCAL = re.compile(r"#?(?:/|\Z)")


def _walk(value: Json, tokens: list[str]) -> Json:
    for token in tokens:
        if isinstance(value, list):
            value = value[int(token)] if _is_index(token) and int(token) < len(value) else None
        else:
            value = value.get(token) if isinstance(value, dict) else None
    return value


def _is_index(token: str) -> bool:
    return token.isascii() and token.isdecimal() and len(token) < 10


def join_pointer(pointer: str, *tokens: object) -> str:
    """`pointer` extended by tokens, escaped as RFC 6901 section 3 says."""
    escaped = (str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
    return "/".join([pointer, *escaped])


class _Loader(_Base):  # type: ignore[misc]  # the base is chosen at run time
    """YAML 1.2 scalars, text keys, no key twice, bounded depth."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}
    yaml_constructors: ClassVar[dict[str, Any]] = {
        tag: make
        for tag, make in _Base.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in ("null", "bool", "str", "seq", "map")
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._level = 0
        self._flat: set[Any] = set()

    def descend_resolver(self, node: Any, _index: Any) -> None:
        """Called on the way into each node. libyaml alone runs out of stack and takes the process along."""
        self._level += 1
        if self._level > codec.MAX_DEPTH + 1:
            raise _refusal(f"nested deeper than {codec.MAX_DEPTH} levels", node)

    def ascend_resolver(self) -> None:
        self._level -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}

    def flatten_mapping(self, node: Any) -> None:
        """Puts what `<<` merges into `node`, once; the base would keep a key as often as it is merged."""
        if node in self._flat:
            return
        self._flat.add(node)
        _check_keys(node)
        super().flatten_mapping(node)
        node.value = list({key.value: (key, value) for key, value in node.value}.values())


def _refusal(message: str, node: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=message, problem_mark=node.start_mark if node else None)


def _check_keys(node: Any) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _refusal("expected text as a key, found a list or an object", key)
        if key.value in seen:
            raise _refusal(f"the key {key.value!r} stands twice", key)
        seen.add(key.value)


def _integer(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node)
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:], base) if base != 10 else int(text)


def _float(loader: Any, node: Any) -> float:
    number = float(loader.construct_scalar(node))
    if not isfinite(number):
        raise _refusal("a number out of range", node)
    return number


def _teach(tag: str, pattern: str, first: Iterable[str]) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), list(first))


_teach("null", r"~|null|Null|NULL|", ["~", "n", "N", ""])
_teach("bool", r"true|True|TRUE|false|False|FALSE", "tTfF")
_teach("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789")
_teach("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789")
_teach("merge", r"<<", "<")
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def _load_yaml(name: str, text: str) -> Json:
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  (_Loader is a safe loader)
        if _size(data, {}) > MAX_VALUES:
            raise ValueError(f"its aliases stand for more than {MAX_VALUES} values")
        return data
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        reason = f"{error.context}, {error.problem}" if error.context and error.problem else error.problem
    except (yaml.YAMLError, ValueError) as error:
        line, reason = None, str(error).split("\n", 1)[0]
    except RecursionError:
        line, reason = None, f"nested deeper than {codec.MAX_DEPTH} levels"
    raise SourceError(name, f"not valid YAML or JSON: {reason}", line)


def _size(value: Json, sizes: dict[int, int]) -> int:
    """How many values `value` is with every alias written out. Raises ValueError if it holds itself."""
    if not isinstance(value, (dict, list)):
        return 1
    size = sizes.get(id(value))
    if size == 0:
        raise ValueError("an alias stands inside what it is an alias of")
    if size is None:
        sizes[id(value)] = 0  # while its parts are counted
        parts = value.values() if isinstance(value, dict) else value
        sizes[id(value)] = size = 1 + sum(_size(part, sizes) for part in parts)
    return size


def _step(node: Any, token: str) -> tuple[Any, Any] | None:
    """The (mark to point at, value) of one pointer token below a YAML node."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark, value) for key, value in node.value if key.value == token), None)
    if isinstance(node, yaml.SequenceNode) and _is_index(token) and int(token) < len(node.value):
        return node.value[int(token)].start_mark, node.value[int(token)]
    return None
