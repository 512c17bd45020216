"""Times as answers spell them."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from contract_tests.exchange import Exchange
from openapi.codec import Json

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_MILLISECONDS = 100_000_000_000
"""A Unix time from here on counts milliseconds: as seconds it would be in the year 5138."""


def moment(value: Json) -> datetime | None:
    """The moment that a value is: RFC 3339 text, or Unix time as a number; None for anything else, such
    as a date or a time without a zone."""
    try:
        if isinstance(value, str) and _RFC_3339.fullmatch(value):
            return datetime.fromisoformat(value.upper())
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def is_whole_second(value: Json) -> bool:
    """Whether two moments of one second would be spelled alike."""
    if isinstance(value, str):
        found = _RFC_3339.fullmatch(value)
        return found is not None and not (found[1] or "").strip(".0")
    return isinstance(value, int) and not isinstance(value, bool) and value < _MILLISECONDS


def date_of(exchange: Exchange) -> datetime | None:
    """The server's clock, as the Date header tells it (RFC 9110 section 6.6.1)."""
    text = exchange.answer.header("date") if exchange.answer else None
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
