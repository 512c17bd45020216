"""Strings that are too short, too long, or spelled wrong."""

from collections.abc import Iterator
from typing import Any

from openapi.counted import counted
from openapi.lengths import LONGEST, longer, shorter
from openapi.misfits.here import Here, Misfit, Tried, is_count, more_of, of, shown

_FOUR_BYTES = "\N{GRINNING FACE}"
_COMBINED = "e\N{COMBINING ACUTE ACCENT}"


def too_short(here: Here, least: Any) -> Iterator[Misfit]:
    """One character less; the same in characters of two UTF-16 units, of which half as many look enough."""
    if not isinstance(here.value, str) or not is_count(least, LONGEST) or not least:
        return
    yield of("minLength", ((text, _short(text, least)) for text in shorter(*_like(here, least - 1))))
    if least > 1:
        faces = _FOUR_BYTES * (least - 1)
        yield more_of("minLength", [(faces, _short(faces, least))])


def too_long(here: Here, most: Any) -> Iterator[Misfit]:
    """One character more; the same with a combining mark, so that it looks no longer than allowed."""
    if not isinstance(here.value, str) or not is_count(most, LONGEST):
        return
    yield of("maxLength", ((text, _long(text, most)) for text in longer(*_like(here, most + 1))))
    if most > 0:
        marked = "a" * (most - 1) + _COMBINED
        yield more_of("maxLength", [(marked, _long(marked, most))])


def _like(here: Here, size: int) -> tuple[str, int, str | None, str | None]:
    return here.value, size, here.get("pattern"), here.get("format")


def _short(text: str, least: int) -> str:
    return f"{counted(len(text), 'character')}, at least {least} needed"


def _long(text: str, most: int) -> str:
    return f"{counted(len(text), 'character')}, at most {most} allowed"


def unlike_pattern(here: Here, pattern: Any) -> Iterator[Misfit]:
    """Other characters; and where the pattern is bound to both ends, something before or behind."""
    if not isinstance(here.value, str) or not isinstance(pattern, str):
        return
    says = f"unlike {pattern}" if len(pattern) <= 60 else "unlike the pattern"
    yield of("pattern", ((text, f"{shown(text)} is {says}") for text in _changed(here.value)))
    around = (here.value + "!", "!" + here.value, here.value + here.value[-1:], here.value[:1] + here.value)
    yield more_of("pattern", [(text, f"{shown(text)} is {says}") for text in around])


def _changed(value: str) -> Iterator[str]:
    for letter in "!~ é0aA-":
        yield letter * len(value)
        yield value[:-1] + letter
        yield letter + value[1:]
    yield from (value.swapcase(), "!", "")


def unformatted(here: Here, name: Any) -> Iterator[Misfit]:
    """Nothing like the format; and a near miss."""
    if not isinstance(here.value, str) or not isinstance(name, str):
        return
    article = "an" if name[:1] in "aeio" else "a"
    clear = _CLEAR.get(name, ["not a value %"])
    sized = [(text * len(here.value))[: len(here.value)] for text in clear]
    near = _NEAR.get(name, [])
    yield of("format", [(text, f"{shown(text)} is not {article} {name}") for text in [*clear, *sized]] + near)
    yield more_of("format", near)


_CLEAR = {
    "uuid": ["not-a-uuid"],
    "date-time": ["yesterday"],
    "date": ["yesterday"],
    "time": ["noon"],
    "duration": ["a week"],
    "email": ["no-at-sign.example.com"],
    "idn-email": ["no-at-sign.example.com"],
    "ipv4": ["localhost"],
    "ipv6": ["localhost"],
    "uri": ["not a uri", "https://not a uri"],
    "iri": ["not an iri"],
    "uri-reference": ["not a reference %"],
    "hostname": ["not a host name!"],
    "byte": ["not base64!"],
}

_NEAR: dict[str, list[Tried]] = {
    "uuid": [("6310db44-39c9-4e4d-8b67-83c45700e54g", "g is no hexadecimal digit")],
    "date-time": [("2019-02-30T14:15:22Z", "no February has 30 days")],
    "date": [("2019-02-30", "no February has 30 days")],
    "time": [("25:15:22Z", "no day has 25 hours")],
    "email": [("two@@example.com", "two at signs")],
    "ipv4": [("192.168.0.256", "256 does not fit one byte")],
    "ipv6": [("2001:db8::g", "g is no hexadecimal digit")],
    "uri": [("example.com/no-scheme", "no scheme in front")],
    "hostname": [("-a.example.com", "a hyphen in front")],
    "byte": [("c3Ry=W5n", "padding in the middle")],
}
