"""Patterns of documents: run by the engine that judges, linear where it can be, else with a limit.

A document may come from anywhere, and `(a|a)*\\1$` would keep Python's own `re` busy for years.
"""

from functools import lru_cache

import jsonschema_rs

PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000)
"""About 10 ms for one text that a pattern cannot be tried on in the end."""

GAVE_UP = "Error executing regex"
"""What the message of an error begins with where the limit was reached."""


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text; no where it is no pattern, or takes too long."""
    found = _compiled(pattern)
    return found is not None and found.is_valid(text)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator(
            {"pattern": pattern}, pattern_options=PATTERNS, offline=True
        )
    except (jsonschema_rs.ValidationError, ValueError):
        return None
