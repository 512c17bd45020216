"""Words of a POSIX shell, put together from text and from what the shell puts in."""

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_TAME = re.compile(r"[^\"\\`$!]*")
"""Text that means itself between double quotes, in an interactive shell too."""


@dataclass(frozen=True, slots=True)
class Expand:
    """What the shell puts in: a variable (`${NAME}`), or another expansion, as it stands between double
    quotes."""

    text: str


Piece = str | Expand


def variable(name: str) -> Expand:
    return Expand(f"${{{name}}}")


def word(pieces: Iterable[Piece]) -> str:
    """One word of the shell; its text is printable."""
    parts = [piece for piece in pieces if piece]
    texts = [piece for piece in parts if isinstance(piece, str)]
    if len(texts) == len(parts):
        return shlex.quote("".join(texts))
    if all(_TAME.fullmatch(text) for text in texts):
        return _double_quoted(parts)
    return "".join(shlex.quote(p) if isinstance(p, str) else _double_quoted([p]) for p in parts)


def printf(pieces: Iterable[Piece], encoding: str = "latin-1") -> str:
    """A command that prints the pieces as bytes in an encoding: latin-1, where each character is one byte, or
    utf-8, of which a terminal takes the printable characters as they are."""
    form, given = "", []
    for piece in pieces:
        if isinstance(piece, Expand):
            form += "%s"
            given.append(_double_quoted([piece]))
        else:
            form += "".join(_escaped(char, encoding) for char in piece)
    return " ".join([f"printf '{form}'", *given])


def plain(expand: Expand) -> str:
    """An expansion for people to read: `$NAME` for `${NAME}`."""
    found = re.fullmatch(r"\$\{(\w+)\}", expand.text)
    return f"${found[1]}" if found else expand.text


def folded(words: Sequence[str], width: int) -> list[str]:
    """A command as lines of at most `width` characters, as far as its words allow; pasted, it is one
    command."""
    lines = [""]
    for each in words:
        longer = f"{lines[-1]} {each}" if lines[-1] else each
        if lines[-1].strip() and len(longer) > width - 2:
            lines.append(f"  {each}")
        else:
            lines[-1] = longer
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]


def _double_quoted(parts: Sequence[Piece]) -> str:
    text = ""
    for at, part in enumerate(parts):
        after = parts[at + 1] if at + 1 < len(parts) else ""
        apart = not (isinstance(after, str) and re.match(r"\w", after))
        text += (plain(part) if apart else part.text) if isinstance(part, Expand) else part
    return f'"{text}"'


def _escaped(char: str, encoding: str) -> str:
    """A character in the format of printf(1), inside single quotes."""
    if char == "%":
        return "%%"
    if char.isprintable() and char not in "\\'" and (char.isascii() or encoding == "utf-8"):
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode(encoding))
