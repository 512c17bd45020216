"""How a server is made wrong on purpose, in one way: a fault changes one method of a running service.

A clean server has no trace of its faults. They stand in NAME_faults.py and NAME_records_faults.py, each
with the sentence that says what is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Break = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` is the class of promises it breaks: shape, statuses, headers, ..."""

    name: str
    kind: str
    sentence: str
    apply: Break


class Faults:
    """The faults of one server, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, Fault] = {}

    def __call__(self, kind: str, sentence: str) -> Callable[[Break], Break]:
        """Adds a fault: its name is the function's."""

        def add(function: Break) -> Break:
            name = function.__name__
            if name in self.by_name:
                raise ValueError(f"two faults are called {name}")
            self.by_name[name] = Fault(name, kind, sentence, function)
            return function

        return add

    @property
    def sentences(self) -> dict[str, str]:
        return {name: fault.sentence for name, fault in self.by_name.items()}

    def apply(self, name: str, service: Any) -> None:
        """Makes the service wrong. Raises KeyError for a name that it has not."""
        self.by_name[name].apply(service)


def instead(thing: Any, method: str, new: Callable[..., Any]) -> None:
    """From now on `new(original, *arguments)` answers when `method` is called."""
    original = getattr(thing, method)
    setattr(thing, method, lambda *arguments, **named: new(original, *arguments, **named))


def after(thing: Any, method: str, change: Callable[..., Any]) -> None:
    """From now on `change(result, *arguments)` is what `method` gives."""
    instead(thing, method, lambda original, *given, **named: change(original(*given, **named), *given))


def before(thing: Any, method: str, act: Callable[..., None]) -> None:
    """From now on `act(*arguments)` happens first."""

    def both(original: Callable[..., Any], *given: Any, **named: Any) -> Any:
        act(*given)
        return original(*given, **named)

    instead(thing, method, both)


def showing(service: Any, mark: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """From now on a record that has the property `mark` is shown as `change` makes it."""
    after(service, "show", lambda shown, *_: change(shown) if mark in shown else shown)


def storing(service: Any, name: str, change: Callable[[Any], Any]) -> None:
    """From now on a text or a number in the property `name` is kept as `change` makes it."""

    def kept(body: dict[str, Any], *_: Any) -> dict[str, Any]:
        usual = body.get(name) is not None
        return {**body, name: change(body[name])} if usual else body

    after(service, "body", kept)


def answering(service: Any, method: str, status: int) -> None:
    """From now on what `method` answers has this status."""

    def renumbered(reply: Any, *_: Any) -> Any:
        reply.status = status
        return reply

    after(service, method, renumbered)


def unasked(service: Any, name: str, kind: type = str) -> None:
    """From now on a value of this kind in the property `name` is not checked."""

    def check(original: Callable[..., None], shape: Any, value: Any) -> None:
        hidden = isinstance(value, dict) and isinstance(value.get(name), kind)
        original(shape, {key: item for key, item in value.items() if key != name} if hidden else value)

    instead(service, "check", check)


def crashing(service: Any, wrong: Callable[[str], bool]) -> None:
    """From now on a body with such a text in it is a bug."""

    def look(_shape: Any, value: Any) -> None:
        if isinstance(value, dict) and any(isinstance(item, str) and wrong(item) for item in value.values()):
            raise RuntimeError("such a text was not expected")

    before(service, "received", look)


def ghosts(table: Any) -> dict[tuple[str, Any], Any]:
    """The rows that are removed from now on, by tenant and id."""
    gone: dict[tuple[str, Any], Any] = {}
    before(table, "remove", lambda row: gone.update({(row.tenant, row.id): row}))
    return gone


def haunting(table: Any) -> None:
    """From now on a removed row still comes when the table is listed."""
    gone = ghosts(table)
    after(table, "of", lambda rows, tenant: rows + [row for row in gone.values() if row.tenant == tenant])
