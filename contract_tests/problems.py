"""Why the question could not be asked or answered: one line for a person, and an exit code.

CannotTell
├── Misuse           2   what was typed: an address, a header, an option, the document
├── Unreachable      3   nobody answers at the target
├── LoginRefused     3   no token was given
└── Inconclusive     3   the engine that asks did not do its work
"""


class CannotTell(Exception):
    """No verdict, and why in one line."""

    exit_code: int


class Misuse(CannotTell):
    """Something that was typed, with what was found and what was expected."""

    exit_code = 2


class Unreachable(CannotTell):
    """Nothing that speaks HTTP answers at the target."""

    exit_code = 3


class LoginRefused(CannotTell):
    """A login gave no token."""

    exit_code = 3


class Inconclusive(CannotTell):
    """Our own side failed; the target is not to blame."""

    exit_code = 3
