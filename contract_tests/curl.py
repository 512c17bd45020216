"""A request as a curl line that runs as pasted, once the variables in it are set."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from contract_tests.exchange import Request
from contract_tests.mask import Mask, header_word, is_plain
from contract_tests.shell import Piece, printf, word


@dataclass(frozen=True, slots=True)
class Written:
    """A request in pieces of text and of what the shell puts in. `body`: text where all of it is printable, else
    one character per byte (`raw`)."""

    request: Request
    url: Sequence[Piece]
    headers: Sequence[tuple[str, Sequence[Piece]]]
    body: Sequence[Piece] | None = None
    raw: bool = False


def written(request: Request, mask: Mask) -> Written:
    """A request with its secrets as variables."""
    headers = [(name, mask.value(name, value)) for name, value in request.headers]
    text = body_text(request.body)
    body = None if text is None else mask.pieces(text)
    return Written(request, mask.pieces(request.url), headers, body, is_raw(request.body))


def body_text(body: bytes | None) -> str | None:
    """A body as text, of latin-1 where it is no printable text."""
    return None if body is None else body.decode("latin-1" if is_raw(body) else "utf-8")


def is_raw(body: bytes | None) -> bool:
    """Whether a body has characters that no terminal takes."""
    return body is not None and not is_plain(body)


def curl(given: Written, *, head: bool = True) -> list[str]:
    """The words of a curl line, options with their values; a body that no terminal takes is written by printf and
    piped in. `head`: whether status and headers are printed."""
    request = given.request
    words = [r"curl -siw '\n'" if head else "curl -s", *_switches(request), word(given.url)]
    words += [f"-H {header_word(name, value)}" for name, value in given.headers]
    if given.body is None:
        return words
    if not any(name.lower() == "content-type" for name, _ in request.headers):
        words.append("-H content-type:")  # else curl makes one up
    if not given.raw:
        return [*words, f"--data-raw {word(given.body)}"]
    return [printf(given.body), "|", *words, "--data-binary @-"]


def _switches(request: Request) -> list[str]:
    switches = []
    if request.method == "HEAD" and request.body is None:
        switches.append("-I")  # with -X HEAD curl waits for a body that never comes
    elif request.method != "GET" or request.body is not None:
        switches.append(f"-X {request.method}")
    if set(request.url) & set("[]{}"):
        switches.append("-g")
    if "/." in urlsplit(request.url).path:
        switches.append("--path-as-is")
    return switches
