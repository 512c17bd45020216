"""What a request says under the names of parameters, as it was written."""

import re
from functools import cache

from openapi.form import Pairs, split_query

Headers = tuple[tuple[str, str], ...]


class Sent:
    """The raw values in a request: `path` below the base path with its query, of an operation at `template`.

    Raises Undecodable for a query that is none.
    """

    def __init__(self, template: str, path: str, headers: Headers) -> None:
        plain, _, query = path.partition("?")
        self._headers = headers
        self.pairs: Pairs = split_query(query)
        pattern, names = _template(template)
        fitting = pattern.fullmatch(plain)
        self._inside = dict(zip(names, fitting.groups(), strict=True)) if fitting else {}

    def values(self, location: str, name: str) -> list[str]:
        """The values of a parameter in path, query, header or cookie; none where it was not sent."""
        match location:
            case "path":
                return [self._inside[name]] if name in self._inside else []
            case "query":
                return self.pairs.get(name, [])
            case "header":
                return joined(self._headers, name)
        return _cookies(self._headers, name)


@cache
def _template(path: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The pattern of a path, and the names of what it captures, raw."""
    pieces = re.split(r"({[^}]*})", path)
    text = "".join("([^/]*)" if piece.startswith("{") else re.escape(piece) for piece in pieces)
    return re.compile(text), tuple(piece[1:-1] for piece in pieces if piece.startswith("{"))


def joined(headers: Headers, name: str) -> list[str]:
    """The value of a header, if it is there; several lines are one list (RFC 9110 section 5.3)."""
    values = [value for each, value in headers if each.lower() == name.lower()]
    return [", ".join(values)] if values else []


def _cookies(headers: Headers, name: str) -> list[str]:
    lines = (value for each, value in headers if each.lower() == "cookie")
    pairs = (piece.strip().partition("=") for line in lines for piece in line.split(";"))
    return [value for each, _, value in pairs if each == name]
