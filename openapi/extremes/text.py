"""Strings at the edges: lengths in code points, letters of every kind, each form of a pattern."""

from collections.abc import Iterator
from random import Random

from openapi.counted import counted
from openapi.extremes.extent import Extent, Extreme
from openapi.extremes.spelling import is_free, of_format
from openapi.lengths import LONGEST, longer, shorter
from openapi.pattern import matching

LONG = 10_000
"""Code points of a long text where no length is the longest."""

_FACE = "\N{GRINNING FACE}"
_ACCENTED = "e\N{COMBINING ACUTE ACCENT}"
_SEEDS = 24
_FORMS = 8
_SHORT = 200  # texts that have to be longer take too long to make

# Letters that get lost on the way: kind, text, what is said of it.
_LETTERS = [
    ("unicode", "Zoë Größe 日本語", "letters beyond ASCII"),
    ("combining", "e\u0301a\u030aZ\u0308", "combining marks, not composed"),
    ("emoji", "\U0001f600\U0001f469\u200d\U0001f680", "characters of four bytes, and one made of three"),
    ("blanks", "  blanks  ", "blanks at both ends"),
    ("quotes", "\"double\" 'single' \\ back / slash", "quotes and slashes"),
    ("lines", "one\ntwo\r\n\tthree", "line breaks and a tab"),
    ("markup", "<b>&amp;</b> ${x} {{y}} %s", "signs that templates take for theirs"),
    ("digits", "007", "digits that are no number"),
    ("nul", "a\x00b", "U+0000"),
]  # fmt: skip


def of_text(extent: Extent) -> Iterator[Extreme]:
    """Every edge of a string."""
    yield from of_format(extent)
    yield from _shortest(extent)
    yield from _longest(extent)
    yield from _forms(extent)
    if is_free(extent):
        yield from _letters(extent)


def _shortest(extent: Extent) -> Iterator[Extreme]:
    least = extent.least("minLength")
    if not least and is_free(extent):
        yield Extreme("empty", "", "the empty text")
    if 0 < least <= LONGEST:
        says = f"{least} {{}}, the fewest allowed"
        yield from _first(extent, "shortest", shorter(*_like(extent, least)), says, "minLength")
        yield from _of_wide_letters(extent, "shortest", least, says, "minLength")


def _longest(extent: Extent) -> Iterator[Extreme]:
    most = extent.most("maxLength")
    if most is None or most > LONGEST:
        if is_free(extent) and not extent.all("pattern"):
            yield from _first(extent, "long", longer(*_like(extent, LONG)), f"{LONG} {{}}", "")
    elif most:
        says = f"{most} {{}}, the most allowed"
        yield from _first(extent, "longest", longer(*_like(extent, most)), says, "maxLength")
        yield from _of_wide_letters(extent, "longest", most, says, "maxLength")


def _like(extent: Extent, size: int) -> tuple[str, int, str | None, str | None]:
    value = extent.value if isinstance(extent.value, str) else ""
    return value, size, extent.first("pattern"), extent.first("format")


def _first(extent: Extent, kind: str, texts: Iterator[str], says: str, keyword: str) -> Iterator[Extreme]:
    """The first of `texts` that fits."""
    for text in texts:
        if extent.fits(text):
            yield Extreme(kind, text, says.format("characters"), keyword)
            return


def _of_wide_letters(extent: Extent, kind: str, size: int, says: str, keyword: str) -> Iterator[Extreme]:
    """As many code points in letters that are more bytes, more UTF-16 units, or fewer letters to the eye."""
    if is_free(extent):
        yield Extreme(f"{kind}_unicode", _FACE * size, says.format("characters of four bytes"), keyword)
        marked = (_ACCENTED * size)[:size]
        yield Extreme(f"{kind}_combining", marked, says.format("code points, marks counted"), keyword)


def _letters(extent: Extent) -> Iterator[Extreme]:
    least, most = extent.least("minLength"), extent.most("maxLength")
    has_pattern = bool(extent.all("pattern"))
    for kind, text, says in _LETTERS:
        if kind == "digits" and has_pattern:
            continue  # where digits are asked for, they may well be a number
        if (fitted := _fitted(kind, text, least, most)) is not None:
            yield Extreme(kind, fitted, says)


def _fitted(kind: str, text: str, least: int, most: int | None) -> str | None:
    """`text` made as long as allowed; None where it would lose what it is for."""
    if len(text) < least <= LONGEST:
        missing = least - len(text)
        return text[:2] + "a" * missing + text[2:]
    if most is None or len(text) <= most:
        return text
    if kind == "blanks":
        return " " + "a" * (most - 2) + " " if most > 2 else None
    return text[:most] if most > 2 else None


def _forms(extent: Extent) -> Iterator[Extreme]:
    """Texts of each form of a pattern: with every number of decimal places, else a short and a long one.

    None of a pattern with alternatives: such are approximations, as of a crontab, and not all that they match
    is meant.
    """
    for pattern in extent.all("pattern"):
        if isinstance(pattern, str) and "|" not in pattern and extent.least("minLength") <= _SHORT:
            found = [text for text in _made(extent, pattern) if extent.fits(text)]
            yield from _decimals(found) if any("." in text for text in found) else _ends(found)


def _made(extent: Extent, pattern: str) -> list[str]:
    least, most = extent.least("minLength"), extent.most("maxLength")
    choices = [None, *(Random(seed) for seed in range(_SEEDS))]  # noqa: S311  (nothing secret)
    made = (matching(pattern, least, LONG if most is None else most, choose) for choose in choices)
    return [text for text in dict.fromkeys(made) if text is not None]


def _decimals(found: list[str]) -> Iterator[Extreme]:
    by_places: dict[int, str] = {}
    for text in sorted(found, key=_is_padded):
        by_places.setdefault(len(text.partition(".")[2]), text)
    for places in sorted(by_places)[:_FORMS]:
        says = f"{by_places[places]}, {counted(places, 'place')} behind the point"
        yield Extreme(f"decimals_{places}", by_places[places], says, "pattern")


def _is_padded(text: str) -> bool:
    """Whether a number has zeros in front, which not everybody keeps."""
    return text.lstrip("+-").startswith("0") and not text.lstrip("+-").startswith("0.")


def _ends(found: list[str]) -> Iterator[Extreme]:
    if found:
        yield Extreme("pattern_shortest", min(found, key=len), "a short text of the pattern", "pattern")
        yield Extreme("pattern_longest", max(found, key=len), "a long text of the pattern", "pattern")
