"""Numbers with their nouns, for sentences that people read."""


def counted(number: int, one: str, more: str = "") -> str:
    """`1 character`, `3 characters`; `more`: the plural where it is not regular."""
    return f"{number} {one if number == 1 else more or one + 's'}"
