"""Parameter values as raw text: the inverse of `style.py` and `parameters.py`.

OpenAPI 3, "Style Values" and "Style Examples"; percent signs as RFC 3986 section 2.1 has them. Raw text is
what stands on the wire: names and values are encoded, and are joined by `=`, `&` and `/` without a further
look.
"""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from openapi import codec
from openapi.codec import Json
from openapi.media import FORM, essence, is_json
from openapi.operation import Parameter

Pairs = list[tuple[str, str]]
"""Raw names and values, in the order in which they are sent."""

_Encode = Callable[[str], str]

_DELIMITER = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_INNER = {"spaceDelimited": " ", "pipeDelimited": "|"}  # what an item cannot hold: its escape would split it
_DOTS = {".", ".."}
_ITEM = "an item that the style cannot hold"


class Unspellable(ValueError):
    """A value that no text stands for in this place; the message says why."""


def spelled(parameter: Parameter, value: Json) -> Pairs:
    """The raw (name, text) pairs that carry `value` wherever the parameter is: one for a path or a header.

    Raises Unspellable.
    """
    match parameter.location:
        case "path":
            return [(parameter.name, path_text(parameter, value))]
        case "header":
            return [(parameter.name, header_text(parameter, value))]
        case "cookie":
            return cookie_pairs(parameter, value)
        case "querystring":
            return whole_query_pairs(parameter, value)
    return query_pairs(parameter, value)


def query_text(parameter: Parameter, value: Json) -> str:
    """What a parameter adds to the raw query, or all of it. Raises Unspellable."""
    pairs = spelled(parameter, value)
    whole = parameter.location == "querystring" and len(pairs) == 1 and not pairs[0][1]
    return pairs[0][0] if whole else "&".join("=".join(pair) for pair in pairs)


def whole_query_pairs(parameter: Parameter, value: Json) -> Pairs:
    """The raw pairs of a query that is one value: the members of a form, else one name that is all of it.

    Raises Unspellable.
    """
    if essence(next(iter(parameter.content), "")) != FORM:
        return [(_percent(_content(parameter, value)), "")]
    if not isinstance(value, dict):
        raise Unspellable("a form has members")
    return _shown([(_percent(key), _percent(scalar_text(item))) for key, item in _members(value)])


def path_text(parameter: Parameter, value: Json) -> str:
    """The raw text of a path parameter. `.` and `..` come as `%2E`, since they would be steps.

    Raises Unspellable: null, what is nested too deep for the style, an empty item, an empty label.
    """
    if parameter.content:
        text = _percent(_content(parameter, value))
    elif parameter.style == "label":
        text = "." + _joined(parameter, value, "." if parameter.explode else ",", _percent_dots)
    elif parameter.style == "matrix":
        text = _matrix(parameter, value)
    else:
        text = _joined(parameter, value, ",", _percent)
        return text.replace(".", "%2E") if text in _DOTS else text
    if text in _DOTS:
        raise Unspellable("a dot alone would be a step in the path")
    return text


def query_pairs(parameter: Parameter, value: Json) -> Pairs:
    """The raw pairs of a query parameter; of an exploded object each member under its own name.

    Raises Unspellable: null, what is nested too deep for the style, an empty list or object that would not
    show, an item that holds the delimiter of a style whose delimiter is an escape itself.
    """
    name = _percent(parameter.name)
    if parameter.content:
        return [(name, _percent(_content(parameter, value)))]
    if parameter.style == "deepObject" and isinstance(value, (dict, list)):
        return _shown(_deep_pairs(parameter.name, value))
    if parameter.explode and not _stays_flat(parameter, value):
        return _shown(_exploded_pairs(parameter, value, _percent))
    delimiter = _DELIMITER.get(parameter.style, ",")
    return [(name, _joined(parameter, value, delimiter, _percent))]


def cookie_pairs(parameter: Parameter, value: Json) -> Pairs:
    """The raw pairs of a cookie. In the style `cookie` nothing is encoded (OpenAPI 3.2, "Style Values").

    Raises Unspellable.
    """
    encode = _cookie_octets if parameter.style == "cookie" else _percent
    name = encode(parameter.name)
    if parameter.content:
        return [(name, encode(_content(parameter, value)))]
    if parameter.explode and isinstance(value, (dict, list)):
        return _shown(_exploded_pairs(parameter, value, encode))
    return [(name, _joined(parameter, value, ",", encode))]


def header_text(parameter: Parameter, value: Json) -> str:
    """The text of a header, in which nothing is encoded.

    Raises Unspellable: null, characters that are not printable ASCII, blanks at an end, commas in an item.
    """
    if parameter.content:
        return _field_value(_content(parameter, value))
    return _field_value(_joined(parameter, value, ",", _header_item(value)))


def url_path(template: str, values: Mapping[str, str]) -> str:
    """A path template with raw texts in the place of its `{names}`. Raises KeyError where one lacks."""
    pieces = template.split("{")
    filled = (values[name] + rest for name, _, rest in (piece.partition("}") for piece in pieces[1:]))
    return pieces[0] + "".join(filled)


def scalar_text(value: Json) -> str:
    """A scalar as text: numbers and booleans as in JSON, strings as they are. Raises Unspellable."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (dict, list)):
        raise Unspellable(f"{codec.show(value)} is no text")
    return codec.encode(value).decode()


def _percent(text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError as error:
        raise Unspellable("half a surrogate pair is no text") from error


def _percent_dots(text: str) -> str:
    return _percent(text).replace(".", "%2E")


def _cookie_octets(text: str) -> str:
    """`text`, where RFC 6265 section 4.1.1 lets it stand as it is."""
    if all("!" <= letter <= "~" and letter not in '",;\\%' for letter in text):
        return text
    raise Unspellable("a cookie cannot hold these characters")


def _header_item(value: Json) -> _Encode:
    def encode(text: str) -> str:
        if "," in text or text != text.strip():
            raise Unspellable(_ITEM)
        return text

    return encode if isinstance(value, (dict, list)) else str


def _field_value(text: str) -> str:
    """`text`, where it is a field value that every server reads alike (RFC 9110 section 5.5)."""
    if text == text.strip() and all(" " <= letter <= "~" for letter in text):
        return text
    raise Unspellable("a header cannot hold these characters")


def _content(parameter: Parameter, value: Json) -> str:
    """The value in the one media type of the parameter's `content`; JSON as ASCII, which headers hold too."""
    if is_json(essence(next(iter(parameter.content)))):
        return json.dumps(value, separators=(",", ":"))
    return scalar_text(value)


def _joined(parameter: Parameter, value: Json, separator: str, encode: _Encode) -> str:
    """A value as one text, its items or members side by side."""
    if not isinstance(value, (dict, list)):
        return encode(scalar_text(value))
    inner = _INNER.get(parameter.style, "")
    items = [_piece(part, encode, inner) for part in _flat(value)]
    if items == [""]:
        raise Unspellable("one empty item looks like none")
    if parameter.explode and isinstance(value, dict) and not _stays_flat(parameter, value):
        items = [f"{key}={text}" for key, text in zip(items[::2], items[1::2], strict=True)]
    return separator.join(items)


def _stays_flat(parameter: Parameter, value: Json) -> bool:
    """Whether `explode` changes nothing: of a scalar, and of an object where the style has a delimiter."""
    return not isinstance(value, (dict, list)) or (isinstance(value, dict) and parameter.style in _DELIMITER)


def _flat(value: Json) -> list[Json]:
    """The items of a list; the names and values of an object in turn."""
    if isinstance(value, list):
        return value
    return [part for member in value.items() for part in member]


def _piece(part: Json, encode: _Encode, inner: str) -> str:
    text = scalar_text(part)
    if inner and inner in text:
        raise Unspellable(_ITEM)
    return encode(text)


def _matrix(parameter: Parameter, value: Json) -> str:
    """RFC 6570 section 3.2.7: a semicolon in front of each name; no equal sign before nothing."""
    name = _percent(parameter.name)
    if parameter.explode and isinstance(value, (dict, list)):
        pairs = _shown(_exploded_pairs(parameter, value, _percent))
        return "".join(f";{key}={text}" for key, text in pairs)
    text = _joined(parameter, value, ",", _percent)
    return f";{name}={text}" if text else f";{name}"


def _exploded_pairs(parameter: Parameter, value: Json, encode: _Encode) -> Pairs:
    """Each item under the parameter's name, each member under its own; a member's list is repeated."""
    if isinstance(value, list):
        inner = _INNER.get(parameter.style, "") if len(value) == 1 else ""  # one alone would be split
        name = _percent(parameter.name)
        return [(name, _piece(item, encode, inner)) for item in value]
    return [(encode(key), encode(scalar_text(item))) for key, item in _members(value)]


def _deep_pairs(name: str, value: Json) -> Pairs:
    """`color[R]=100`, and `color[]=a` for a list."""
    members = _members(value) if isinstance(value, dict) else [("", item) for item in value]
    return [(_percent(f"{name}[{key}]"), _percent(scalar_text(item))) for key, item in members]


def _members(value: dict[str, Json]) -> list[tuple[str, Json]]:
    """The members of an object, those that are lists item by item. Raises Unspellable for an empty list."""
    if any(member == [] for member in value.values()):
        raise Unspellable("an empty list does not show")
    return [
        (key, item) for key, part in value.items() for item in (part if isinstance(part, list) else [part])
    ]


def _shown(pairs: Pairs) -> Pairs:
    """Raises Unspellable where there is nothing to send."""
    if not pairs:
        raise Unspellable("an empty list or object does not show")
    return pairs
