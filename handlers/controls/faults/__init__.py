"""A mock that is wrong on purpose, in exactly one way: `hyfn mock --fault NAME`.

A fault is no stage. It changes the plan of `create_app` once, at start: another class, or a wrapper, in the
place of the stage that it spoils, in whatever document is served and for every resource and operation of it.
The controls under /_mock are never spoiled.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from handlers.controls.faults import (
    accepting,
    auth,
    crash,
    creating,
    deleting,
    headers,
    methods,
    reading,
    refusing,
    shape,
    status,
    tenancy,
    updating,
    writing,
)
from handlers.controls.faults.fault import Fault, Plan
from openapi.source import SourceError

__all__ = ["FAULTS", "Fault", "Plan", "find", "listing"]

_ROOMS = (
    shape, status, headers, methods, accepting, refusing, crash, auth, tenancy, writing, creating, reading,
    updating, deleting,
)  # fmt: skip

FAULTS: dict[str, Fault] = {fault.name: fault for room in _ROOMS for fault in room.FAULTS}
"""Every fault by its name, class by class."""


def find(name: str) -> Fault:
    """The fault with a name. Raises SourceError, in one line, with the nearest name that there is."""
    if name in FAULTS:
        return FAULTS[name]
    near = get_close_matches(name.lower(), FAULTS, n=1, cutoff=0.0)
    raise SourceError(
        "--fault", f"{name!r} found, expected a fault such as {near[0]}; --list-faults shows all"
    )


def listing() -> Iterator[str]:
    """The lines of a table of all faults: by class, the name and what it does."""
    wide = max(map(len, FAULTS))
    kind = ""
    for fault in FAULTS.values():
        if fault.kind != kind:
            yield from ["", fault.kind] if kind else [fault.kind]
            kind = fault.kind
        yield f"  {fault.name:<{wide}}  {fault.says}"
