"""How to see a finding again: a sequence of shell commands that runs as pasted.

The records of a run are gone by the time somebody reads its report. So a line that creates one puts its id
into a variable of the shell, and the lines after it use that variable.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from contract_tests.contract import SAFE
from contract_tests.exchange import NOBODY, Exchange
from contract_tests.showing.curl import Written, curl, written
from contract_tests.showing.mask import Mask
from contract_tests.showing.origins import Origin, Origins, Use
from contract_tests.showing.rewritten import rewritten
from contract_tests.showing.shell import Piece, variable

_MARK = re.compile(r"(hyfn-[0-9a-f]{8}-)[0-9]+")
"""Text that no two records of a run have in common."""

_FEW = 4
"""Listed records that are created one by one; more of them are made in a loop."""

_MOST_HISTORY = 5

_FRESH = "python3 -c 'import uuid; print(uuid.uuid4())'"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Command = list[str]
"""The words of one line; an option and its value are one word."""


def reproduction(steps: Sequence[Exchange], origins: Origins | None, mask: Mask) -> list[Command]:
    """The commands that repeat `steps`, after the creation of what they need."""
    return list(_Script(steps, origins, mask).commands())


def needed(commands: Sequence[Command], variables: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the (variable, header) pairs that commands use."""
    text = "\n".join(" ".join(words) for words in commands)
    return [pair for pair in variables if re.search(rf"\$\{{?{pair[0]}\b", text)]


@dataclass
class _Script:
    steps: Sequence[Exchange]
    origins: Origins | None
    mask: Mask
    _names: dict[tuple[str, int, str], str] = field(default_factory=dict)
    """By key of an origin: its variable, once a command has set it."""
    _fresh: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    """By text that no two records may have in common: the variable that stands for its end."""
    _crowds: dict[int, int] = field(default_factory=dict)
    """By number of a create: how many records like it a list needs."""

    def commands(self) -> Iterator[Command]:
        whole = self._whole()
        told = self._told(whole)
        shown = {step.number for step in self.steps}
        for exchange in whole:
            yield from self._fresh_keys(exchange)
            yield from self._fresh_texts(exchange)
            given = self._written(exchange)
            captured = told.get(exchange.number)
            if exchange.number in self._crowds:
                yield _repeated(given, self._crowds[exchange.number])
            elif captured:
                yield from self._capture(given, captured, exchange.number in shown)
                if exchange.status == 202:
                    yield ["sleep 1"]  # it is only accepted
            else:
                yield curl(given)

    def _whole(self) -> list[Exchange]:
        """The steps and the exchanges that they need, each once, in the order of the run."""
        found: dict[int, Exchange] = {}
        self._need(found, [*self.steps, *self._history()])
        self._need(found, self._company(found))
        return [found[number] for number in sorted(found)]

    def _need(self, found: dict[int, Exchange], waiting: list[Exchange]) -> None:
        while waiting:
            exchange = waiting.pop()
            if exchange.number not in found:
                found[exchange.number] = exchange
                waiting += [use.origin.exchange for use in self._uses(exchange)]

    def _history(self) -> list[Exchange]:
        """What made the records of the steps what they were: that they had been deleted; the last writes,
        where all that is told is a read."""
        if self.origins is None:
            return []
        before = [each for step in self.steps for each in self.origins.history(step)]
        if len(self.steps) == 1 and self.steps[0].request.method in SAFE:
            return before[-_MOST_HISTORY:]
        return [each for each in before if each.request.method == "DELETE"]

    def _company(self, found: dict[int, Exchange]) -> list[Exchange]:
        """The creation of records that the steps list: of all, where several pages are the point; else of
        one, where nothing is created anyway."""
        if self.origins is None:
            return []
        lists = [origins for step in self.steps if (origins := self.origins.listed(step))]
        new = {o.exchange.number: o.exchange for origins in lists for o in origins}
        cursor = any(use.origin.kind == "cursor" for step in self.steps for use in self._uses(step))
        if not new or (not cursor and new.keys() & found.keys()):
            return []
        last = new[max(new)]
        if len(lists) == 1 and not cursor:
            odd = next((each for each in new.values() if not each.valid), last)
            return [] if self.steps[-1].identity == NOBODY else [odd]
        if len(new) <= _FEW:
            return list(new.values())
        self._crowds[last.number] = len(new)
        return [last]

    def _told(self, whole: Sequence[Exchange]) -> dict[int, list[Origin]]:
        """What the answer of each exchange tells that a later one uses; what the client chose is known."""
        found: dict[int, list[Origin]] = {}
        for origin in [use.origin for exchange in whole for use in self._uses(exchange)]:
            told = found.setdefault(origin.exchange.number, [])
            if not origin.chosen and origin.key not in [each.key for each in told]:
                told.append(origin)
        return found

    def _uses(self, exchange: Exchange) -> list[Use]:
        return self.origins.uses(exchange) if self.origins else []

    def _capture(self, given: Written, told: list[Origin], is_step: bool) -> Iterator[Command]:
        """Commands that send a request and keep what its answer tells; the answer to a step is shown, too."""
        names = [self._name(origin) for origin in told]
        tee = ["| tee /dev/stderr"] if is_step else []
        if len(told) == 1:
            head = told[0].where is None
            yield _set(names[0], [*curl(given, head=head), *tee, *_filter(told[0])])
            return
        answer = f"HYFN_ANSWER_{len(self._names)}"
        yield _set(answer, [*curl(given), *tee])
        for origin, name in zip(told, names, strict=True):
            body = [] if origin.where is None else [r"| sed '1,/^\r*$/d'"]
            yield _set(name, [f"printf '%s\\n' \"${answer}\"", *body, *_filter(origin)])

    def _name(self, origin: Origin) -> str:
        """A new variable."""
        taken = {header.variable for header in self.mask.headers} | set(self._names.values())
        number = 1
        while (name := f"HYFN_{origin.kind.upper()}_{number}") in taken:
            number += 1
        self._names[origin.key] = name
        return name

    def _fresh_keys(self, exchange: Exchange) -> Iterator[Command]:
        """An Idempotency-Key is made anew, else the server remembers it."""
        for name, value in exchange.request.headers:
            if "idempotency" in name.lower() and _UUID.fullmatch(value) and value not in self._fresh:
                self._fresh[value] = f"HYFN_KEY_{len(self._fresh) + 1}"
                yield _set(self._fresh[value], [_FRESH])

    def _fresh_texts(self, exchange: Exchange) -> Iterator[Command]:
        """What has to be unique is made anew, else the record of the last time is in the way."""
        body = exchange.request.body or b""
        if self.origins is None or not body.isascii() or not self.origins.is_unique(exchange):
            return
        for mark in _MARK.finditer(body.decode()):
            if mark[0] not in self._texts:
                self._texts[mark[0]] = f"HYFN_TEXT_{len(self._texts) + 1}"
                yield [f"{self._texts[mark[0]]}=$RANDOM"]

    def _written(self, exchange: Exchange) -> Written:
        given = self._rewritten(exchange)
        body = given.body and [each for piece in given.body for each in self._renewed(piece)]
        return replace(given, url=[e for piece in given.url for e in self._renewed(piece)], body=body)

    def _renewed(self, piece: Piece) -> Iterator[Piece]:
        """A piece of text, the ends of what has to be unique as variables."""
        at = 0
        for mark in _MARK.finditer(piece) if isinstance(piece, str) and self._texts else ():
            if mark[0] in self._texts:
                yield from (str(piece)[at : mark.end(1)], variable(self._texts[mark[0]]))
                at = mark.end()
        yield piece[at:] if isinstance(piece, str) else piece

    def _rewritten(self, exchange: Exchange) -> Written:
        if self.origins is None:
            return written(exchange.request, self.mask)
        known = [
            (use, self._names[use.origin.key])
            for use in self._uses(exchange)
            if use.origin.key in self._names
        ]
        return rewritten(exchange, self.origins.base, known, self._fresh, self.mask)


def _repeated(given: Written, count: int) -> Command:
    """A command that sends a create several times, each time with another text."""
    body: list[Piece] = []
    for piece in given.body or ():
        at = 0
        for mark in _MARK.finditer(piece) if isinstance(piece, str) else ():
            body += [str(piece)[at : mark.end(1)], variable("n")]
            at = mark.end()
        body.append(piece[at:] if isinstance(piece, str) else piece)
    again = replace(given, body=[piece for piece in body if piece] if given.body is not None else None)
    return [f"for n in $(seq {count}); do", *curl(again, head=False), "-o /dev/null;", "done"]


def _set(name: str, words: Command) -> Command:
    """A command whose output becomes the value of a variable."""
    return [f"{name}=$({words[0]}", *words[1:-1], f"{words[-1]})"] if words[1:] else [f"{name}=$({words[0]})"]


def _filter(origin: Origin) -> Command:
    """Pipes from an answer (its body; its head, where the value stands there) to the value."""
    if origin.kind == "etag":
        return [r"| sed -n 's/^[Ee][Tt][Aa][Gg]: *//p' | tr -d '\r'"]
    if origin.where is None:
        return [r"| sed -n 's/^[Ll]ocation: *//p' | tr -d '\r' | sed 's,/*$,,;s,.*/,,'"]
    keys = "".join(f"[{each}]" if isinstance(each, int) else f'["{_escaped(each)}"]' for each in origin.where)
    told, modules = f"json.load(sys.stdin){keys}", "import json,sys"
    if origin.parameter:
        told = f'parse_qs(urlsplit({told}).query)["{_escaped(origin.parameter)}"][0]'
        modules += "; from urllib.parse import *"
    return [f"| python3 -c '{modules}; print({told})'"]


def _escaped(name: str) -> str:
    """A name inside a Python string inside single quotes of a shell."""
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\x27")
