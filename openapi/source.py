"""A file that people write: its text, the data it spells, and the line where each part stands.

YAML is read by the rules of YAML 1.2 (the JSON schema and core schema of https://yaml.org/spec/1.2.2/ chapter 10),
as OpenAPI 3 asks: `no` and `2024-01-01` are text, `010` is ten. PyYAML's own rules are those of 1.1.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from openapi import codec
from openapi.codec import Json

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
        """The line (from 1) where the value at a JSON pointer starts, or that of its nearest parent; None if unknown."""
        try:
            node = yaml.compose(self.text, Loader=_Loader)
        except yaml.YAMLError:
            return None
        line = None
        for token in [None, *split_pointer(pointer)]:
            found = (node, node) if token is None else _step(node, token)
            if found is None:
                break
            key, node = found
            line = key.start_mark.line + 1 if key is not None else line
        return line

    def error(self, pointer: str, message: str) -> SourceError:
        """A SourceError about the value at `pointer`."""
        return SourceError(self.name, message, self.line(pointer))


def read(path: Path) -> Source:
    """The file at `path`, JSON or YAML. Raises SourceError when it cannot be read or parsed."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise SourceError(str(path), f"cannot be read: {reason}") from error
    return parse(str(path), raw)


def parse(name: str, raw: bytes) -> Source:
    """`raw` as JSON when it opens like JSON, else as YAML. Raises SourceError."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(name, "not UTF-8 text, expected JSON or YAML", line) from error
    if text.lstrip()[:1] in ("{", "["):
        try:
            return Source(name, text, codec.decode(text.encode()))
        except codec.DecodeError:
            pass  # YAML also opens so (flow style); if it is neither, YAML's parser names the line
    return Source(name, text, _load_yaml(name, text))


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON pointer (RFC 6901), with or without a leading `#`."""
    tokens = pointer.removeprefix("#").split("/")[1:]
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def look_up(value: Json, pointer: str) -> Json:
    """What a JSON pointer (as a URI fragment, so percent-encoded) names inside `value`, or None."""
    for token in split_pointer(unquote(pointer)):
        if isinstance(value, list):
            value = value[int(token)] if token.isdecimal() and int(token) < len(value) else None
        else:
            value = value.get(token) if isinstance(value, dict) else None
    return value


def join_pointer(pointer: str, *tokens: object) -> str:
    """`pointer` extended by tokens, escaped as RFC 6901 section 3 says."""
    escaped = (str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
    return "/".join([pointer, *escaped])


class _Loader(_Base):  # type: ignore[misc]  # the base is chosen at run time
    """YAML 1.2 scalars, text keys, no key twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        _refuse_repeated_keys(node)
        made = super().construct_mapping(node, deep)
        return {_key(key): value for key, value in made.items()}


def _key(key: object) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)


def _refuse_repeated_keys(node: Any) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
            continue
        if key.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key.value!r} stands twice", key.start_mark
            )
        seen.add(key.value)


def _integer(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node)
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:], base) if base != 10 else int(text)


def _teach(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), list(first))


_teach("null", r"~|null|Null|NULL|", "~nN\0")
_teach("bool", r"true|True|TRUE|false|False|FALSE", "tTfF")
_teach("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789")
_teach("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789")
_teach("merge", r"<<", "<")
_Loader.yaml_implicit_resolvers.setdefault("", []).extend(_Loader.yaml_implicit_resolvers.get("\0", []))
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


def _load_yaml(name: str, text: str) -> Json:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  (_Loader is a safe loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise SourceError(name, f"not valid YAML or JSON: {error.problem or error.context}", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise SourceError(name, f"not valid YAML or JSON: {reason}") from error


def _step(node: Any, token: str) -> tuple[Any, Any] | None:
    """The (place to point at, value) of one pointer token below a YAML node."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if str(key.value) == token), None)
    if isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
        return node.value[int(token)], node.value[int(token)]
    return None
