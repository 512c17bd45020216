"""What the test of a requirement is called: `create_then_get_returns_it[POST /things · 201]`."""

import re
from collections import Counter
from collections.abc import Sequence

from contract_tests.check import Requirement
from contract_tests.showing.mask import visible
from openapi.source import split_pointer

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
_UNSAID = frozenset({"responses", "content"})


def names(requirements: Sequence[Requirement]) -> list[str]:
    """A name for each of them, no two the same; it hangs on the requirement alone where that is enough."""
    short = [_name(each, *_parts(each)) for each in requirements]
    counts = Counter(short)
    return [
        name if counts[name] == 1 else _name(each, *_parts(each), each.pointer)
        for name, each in zip(short, requirements, strict=True)
    ]


def _name(requirement: Requirement, *parts: str) -> str:
    told = " · ".join(part for part in (requirement.place, *parts) if part)
    return f"{requirement.check}[{visible(told)}]".replace("\n", "\\n")


def _parts(requirement: Requirement) -> tuple[str, str]:
    """What tells it from the others of its check at its place: where it stands, and what the check says."""
    said = requirement.at.removeprefix(requirement.place).strip()
    tokens = split_pointer(requirement.pointer)
    if tokens[:1] != ["paths"]:  # shared: the operation is in what the check says, most often the name, too
        last = tokens[-1] if tokens else ""
        return said, "" if last in re.split(r"[ .]", said) else last
    rest = tokens[3:] if len(tokens) > 2 and tokens[2] in _METHODS else tokens[2:]
    return " ".join(token for token in rest if token not in _UNSAID), said
