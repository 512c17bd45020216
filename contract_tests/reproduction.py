"""How to see a finding again: a sequence of curl lines that runs as pasted.

The records of a run are gone by the time somebody reads its report. So a line that creates one puts its id into a
variable of the shell, and the lines after it use that variable.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract_tests.curl import curl
from contract_tests.exchange import Exchange
from contract_tests.mask import Mask


@dataclass(frozen=True, slots=True)
class Made:
    """Where an id of this run came from: `exchange` created the record, `path` says where in its body the id stands
    (None: at the end of its Location)."""

    exchange: Exchange
    path: tuple[str | int, ...] | None


def reproduction(steps: Sequence[Exchange], made: Mapping[str, Made], mask: Mask) -> list[str]:
    """The lines of shell that repeat `steps`, and what has to be created before them. `made`: by id."""
    whole = list(_with_what_they_need(steps, made))
    variables = {
        each.exchange.number: (id_, f"HYFN_ID_{n}", each)
        for n, (id_, each) in enumerate(_used(whole, made).items(), 1)
    }
    known: dict[str, str] = {}
    lines: list[str] = []
    for exchange in whole:
        line = curl(exchange.request, mask.also(known))
        own = variables.get(exchange.number)
        if own is None or exchange is whole[-1]:
            lines.append(line)
            continue
        id_, name, each = own
        lines.append(f"{name}=$({_quiet(line, each)} | {_extract(each)})")
        known[id_] = name
    return lines


def _with_what_they_need(steps: Sequence[Exchange], made: Mapping[str, Made]) -> Iterator[Exchange]:
    """The steps, each after the creation of every record that it names; each once, in the order of the run."""
    needed: dict[int, Exchange] = {}
    waiting = list(steps)
    while waiting:
        exchange = waiting.pop()
        if exchange.number in needed:
            continue
        needed[exchange.number] = exchange
        waiting += [
            each.exchange for id_, each in made.items()
            if each.exchange.number < exchange.number and _names(exchange, id_)
        ]  # fmt: skip
    return (needed[number] for number in sorted(needed))


def _used(steps: Iterable[Exchange], made: Mapping[str, Made]) -> dict[str, Made]:
    """The ids that a later step names."""
    listed = list(steps)
    numbers = {exchange.number for exchange in listed}
    return {
        id_: each
        for id_, each in made.items()
        if each.exchange.number in numbers
        and any(step.number > each.exchange.number and _names(step, id_) for step in listed)
    }


def _names(exchange: Exchange, id_: str) -> bool:
    """Whether a request has an id in its URL, as a whole segment or value, or in its body."""
    if re.search(
        rf"(?<![\w-]){re.escape(id_)}(?![\w-])", exchange.request.url.partition("//")[2].partition("/")[2]
    ):
        return True
    body = exchange.request.body
    return (
        body is not None
        and re.search(rb"(?<![\w-])" + re.escape(id_.encode()) + rb"(?![\w-])", body) is not None
    )


def _quiet(line: str, made: Made) -> str:
    """A curl line that prints the body alone; the head alone where the id is in Location."""
    return line.replace("curl -si", "curl -s" if made.path is not None else "curl -si", 1)


def _extract(made: Made) -> str:
    """A filter from an answer to the id in it."""
    if made.path is None:
        return r"sed -n 's/^[Ll]ocation: *//p' | tr -d '\r' | sed 's,.*/,,'"
    keys = "".join(
        f"[{token!r}]" if isinstance(token, int) else f'["{_escaped(token)}"]' for token in made.path
    )
    return f"python3 -c 'import json,sys; print(json.load(sys.stdin){keys})'"


def _escaped(name: str) -> str:
    """A name inside a Python string inside single quotes of a shell."""
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\x27")
