"""What a probe is: a question that a clean mock answers in one way and a spoilt one in another."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.handlers.faults.served import Served


class Probe(NamedTuple):
    """`ask` gives `clean` of the mock as it is and `spoilt` of the one with the fault."""

    clean: Any
    spoilt: Any
    ask: Callable[[Served], Any]
