"""A map whose values are made when they are first asked for: of a large document, most never are."""

from collections.abc import Callable, Iterator
from typing import Any


class Later(dict[str, Any]):
    """The members of `written`, each replaced by what `make` makes of it, once, on the way out."""

    def __init__(self, written: dict[str, Any], make: Callable[[Any], Any]) -> None:
        super().__init__(written)
        self._waiting = set(written)
        self._make = make

    def __getitem__(self, name: str) -> Any:
        if name in self._waiting:
            self[name] = self._make(super().__getitem__(name))
            self._waiting.discard(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default  # noqa: SIM401  (this is `get`)

    def __iter__(self) -> Iterator[str]:
        # Not the built-in one: a dict that has its own is copied by its keys, not by what it holds now.
        yield from super().__iter__()

    def values(self) -> Any:
        self._make_all()
        return super().values()

    def items(self) -> Any:
        self._make_all()
        return super().items()

    def _make_all(self) -> None:
        for name in tuple(self._waiting):
            _ = self[name]

    def __eq__(self, other: object) -> bool:
        self._make_all()
        return super().__eq__(other)

    __hash__ = None  # as of any dict

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self.items()),)  # a copy is plain
