"""The verdict as a small picture (SVG): what was promised, whether it is kept, and how much was tested."""

from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement, tostring

from contract_tests.reports.data import Data

_COLOURS = {"conforms": "#1f7a3d", "does not conform": "#b3261e", "inconclusive": "#7a5c00"}
_DARK, _HEIGHT, _PAD = "#444c56", 20, 7
_MOST = 40
"""Characters of a version."""

_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]/ "), frozenset("mwMWGOQ%@—")


def render(data: Data) -> bytes:
    """The picture; the share is of everything that the document promises, not of what the run might ask."""
    left = f"contract {_short(data['document']['version'])}".strip()
    right = f"{data['verdict']} {_percent(data)} %"
    widths = [_width(text) + 2 * _PAD for text in (left, right)]
    picture = _picture(sum(widths), f"{left} | {right}", _title(data))
    _field(picture, 0, widths[0], _DARK, left)
    _field(picture, widths[0], widths[1], _COLOURS[data["verdict"]], right)
    svg: bytes = tostring(picture, encoding="utf-8")
    return svg + b"\n"


def _picture(width: int, label: str, title: str) -> Element:
    picture = Element("svg", xmlns="http://www.w3.org/2000/svg", width=str(width), height=str(_HEIGHT))
    picture.set("viewBox", f"0 0 {width} {_HEIGHT}")
    picture.set("role", "img")
    picture.set("aria-label", label)
    SubElement(picture, "title").text = title
    clip = SubElement(picture, "clipPath", id="hyfn-round")
    SubElement(clip, "rect", width=str(width), height=str(_HEIGHT), rx="4")
    return picture


def _field(picture: Element, x: int, width: int, colour: str, text: str) -> None:
    """A rectangle with text in it, which is as wide as it should be in every font."""
    group = SubElement(picture, "g")
    group.set("clip-path", "url(#hyfn-round)")
    SubElement(group, "rect", x=str(x), width=str(width), height=str(_HEIGHT), fill=colour)
    shown = SubElement(picture, "text", x=str(x + _PAD), y="14", fill="#fff")
    shown.set("font-family", "Verdana,DejaVu Sans,Geneva,sans-serif")
    shown.set("font-size", "11")
    shown.set("textLength", str(width - 2 * _PAD))
    shown.text = text


def _title(data: Data) -> str:
    document, tested = data["document"], data["tested"]
    name = f"{document['title']} {document['version']}".strip()
    return (
        f"{name}: {data['verdict']}; {tested['requirements']:,} of {tested['all']:,} requirements tested, "
        f"{data['counts']['failed']:,} failed, profile {data['profile']}"
    )


def _percent(data: Data) -> int:
    """Rounded down: all is all."""
    tested = data["tested"]
    return int(100 * tested["requirements"] // max(tested["all"], 1))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else line[: _MOST - 1] + "…"


def _width(text: str) -> int:
    """About the width of a text of 11 pixels in Verdana."""
    return round(sum(_advance(character) for character in text))


def _advance(character: str) -> float:
    if character in _NARROW:
        return 4.4
    wide = character in _WIDE or east_asian_width(character) in "WF"
    return 11.0 if wide else 7.0
