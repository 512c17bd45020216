"""YAML by the rules of YAML 1.2 (the core schema, https://yaml.org/spec/1.2.2/ chapter 10.3), as OpenAPI 3
asks: `no` and `2024-01-01` are text, `010` is ten. PyYAML's own rules are those of 1.1.

What JSON has not is refused or left as text: a key is text as written, `.nan` is text, a tag such as
`!!binary` is refused.
"""

import re
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any, ClassVar

import yaml

from openapi import limits
from openapi.codec import Json

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser where PyYAML was built with it


class Malformed(ValueError):
    """Why a text is no YAML that can be used, and the line (from 1) where that shows, if known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def load(text: str) -> Json:
    """The data that a text spells. Raises Malformed, and TooMuch."""
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  (_Loader is a safe loader)
        limits.check(_size(data, {}))
        return data
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = f"{error.context}, {error.problem}" if error.context and error.problem else error.problem
        raise Malformed(str(told), mark.line + 1 if mark else None) from error
    except limits.TooMuch:
        raise
    except (yaml.YAMLError, ValueError) as error:
        raise Malformed(str(error).split("\n", 1)[0]) from error
    except RecursionError as error:
        raise limits.TooMuch(f"nested deeper than {limits.MAX_DEPTH} levels") from error


def compose(text: str) -> Any:
    """The text as nodes that know where they stand; None where it is no YAML."""
    try:
        return yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError):
        return None


def line(node: Any, tokens: Sequence[str]) -> int | None:
    """The line (from 1) of what stands behind the tokens of a pointer, or of its nearest parent; None where
    there is no node."""
    mark = node.start_mark if node else None
    for token in tokens:
        found = _step(node, token)
        if found is None:
            break
        mark, node = found
    return mark.line + 1 if mark else None


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
        self._level = self._nodes = 0
        self._flat: set[Any] = set()

    def descend_resolver(self, _parent: Any, index: Any) -> None:
        """Called on the way into each node. libyaml alone runs out of stack and takes the process along."""
        self._level += 1
        self._nodes += index is not None  # a key counts with its value
        limits.check(self._nodes, self._level - 1)

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
        merges = any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value)
        if not merges:
            return
        super().flatten_mapping(node)
        self._nodes += len(node.value)
        limits.check(self._nodes)  # a merge of many is written in a few letters
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
    if (
        isinstance(node, yaml.SequenceNode)
        and token.isascii()
        and token.isdecimal()
        and int(token) < len(node.value)
    ):
        return node.value[int(token)].start_mark, node.value[int(token)]
    return None
