"""Names of one thing: the same word modulo case, punctuation and number."""

from collections.abc import Iterable
from functools import lru_cache

_ENDS = (
    ("ies", ("y", "ie")), ("ves", ("f", "fe", "ve")), ("ices", ("ex", "ix", "ice")), ("people", ("person",)),
    ("children", ("child",)), ("men", ("man",)), ("ses", ("s", "sis", "se")), ("xes", ("x", "xe")),
    ("zes", ("z", "ze")), ("ches", ("ch", "che")), ("shes", ("sh",)), ("oes", ("o", "oe")), ("ss", ("ss",)),
    ("us", ("us",)), ("is", ("is",)), ("s", ("",)), ("criteria", ("criterion",)), ("media", ("medium",)),
)  # fmt: skip
"""Ends of plurals and what stands there in the singular; the first that fits counts."""

_REMEMBERED = 8192
"""Names that are not taken apart again: a document repeats its own."""

_SHORTEST = 3
"""Letters that a plural has at least: `as` is none."""


@lru_cache(maxsize=_REMEMBERED)
def plain(name: str) -> str:
    """Letters and digits in lower case: `work_items`, `work-items` and `workItems` are one name."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


@lru_cache(maxsize=_REMEMBERED)
def singulars(name: str) -> frozenset[str]:
    """The plain name and what its singular may be: `movies` gives `movies`, `movy` and `movie`."""
    word = plain(name)
    if len(word) < _SHORTEST:
        return frozenset({word})
    for end, ones in _ENDS:
        if word.endswith(end):
            stem = word.removesuffix(end)
            return frozenset({word, *(stem + one for one in ones)})
    return frozenset({word})


def is_plural(name: str) -> bool:
    """Whether a name looks like several: `pets`, `people`; not `status`."""
    return not singulars(name) <= {plain(name)}


def alike(name: str, names: Iterable[str]) -> bool:
    """Whether a name is one of `names` (plain, singulars included), in the singular or the plural."""
    return not singulars(name).isdisjoint(names)
