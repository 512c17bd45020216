"""Names and texts as the page writes them."""

import re
from typing import Any

from contract_tests.showing.mask import visible


def printable(value: Any) -> Any:
    """No character that hides others, or changes their order, comes onto the page, wherever data is from."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {printable(name): printable(each) for name, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list) else value


def class_name(name: str) -> str:
    """A word as the name of a class in the style."""
    return re.sub(r"[^a-z]+", "-", name.lower())


def sentence(name: str) -> str:
    """The name of a check as a sentence: `Deleted item is gone`."""
    return capital(name.replace("_", " "))


def capital(text: str) -> str:
    """A sentence begins with a capital; `body.id` is a name, and stays."""
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+[ ,]", text) else text


def tail(identifier: str) -> str:
    """What an id says beyond operation and check: the end of its pointer, and what tells it from others."""
    pointer, _, rest = identifier.partition(" · ")
    _, _, at = rest.partition(" · ")
    steps = pointer.split("/")[4:]
    return " · ".join(part for part in ("/".join(steps), at) if part).replace("~1", "/").replace("~0", "~")
